"""Findings that a client asks for: of a document, or of the whole workspace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from shapecheck.server.protocol import DEFERRED
from shapecheck.server.wire import JSON

if TYPE_CHECKING:
    from shapecheck.server.server import Server


def pull(server: Server, params: lsp.DocumentDiagnosticParams) -> Any:
    identity, _ = server.protocol.request
    server.publisher.pull(identity, params.text_document.uri, params.previous_result_id)
    return DEFERRED


def pull_workspace(server: Server, params: lsp.WorkspaceDiagnosticParams) -> Any:
    identity, _ = server.protocol.request
    server.begin(_search(server, identity, params))
    return DEFERRED


def _search(server: Server, identity: Any, params: lsp.WorkspaceDiagnosticParams) -> Iterator[None]:
    """Every document and file, one a step; what was found so far goes ahead where the client wants that."""
    previous = {item.uri: item.value for item in params.previous_result_ids}
    known = frozenset(previous)
    found: list[JSON] = []
    with server.show_progress(params.work_done_token, "shapecheck") as progress:
        for count, source in enumerate(server.files.sources(), 1):
            if not server.protocol.is_pending(identity):
                return
            if source is None:
                yield
                continue
            for step in server.judging(source):
                step()
                yield
            for part in source.parts:
                report = server.publisher.report(part.uri, source, previous.pop(part.uri, None))
                if report["kind"] == "full" and not report["items"] and part.uri not in known:
                    continue
                found.append({**report, "uri": part.uri, "version": part.version})
            if count % 20 == 0:
                progress(f"{count} files")
            if params.partial_result_token is not None and len(found) >= 50:
                server.protocol.tell("$/progress", {"token": params.partial_result_token, "value": {"items": found}})
                found = []
            yield
    found += ({"uri": uri, "version": None, "kind": "full", "items": []} for uri in previous)
    server.protocol.answer(identity, {"items": found})


def push_workspace(server: Server) -> Iterator[None]:
    """The findings of every file that is not open, for clients that do not ask."""
    for source in server.files.sources():
        if source is not None and server.documents.of(source.uri) is None:
            for step in server.judging(source):
                step()
                yield
            server.publisher.push(source)
        yield
