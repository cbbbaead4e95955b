"""Findings that a client asks for: of a document, or of the whole workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from shapecheck.server.protocol import DEFERRED

if TYPE_CHECKING:
    from shapecheck.server.server import Server


def pull(server: Server, params: lsp.DocumentDiagnosticParams) -> Any:
    identity, _ = server.protocol.request
    server.publisher.pull(identity, params.text_document.uri, params.previous_result_id)
    return DEFERRED
