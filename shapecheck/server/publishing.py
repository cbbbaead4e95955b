"""Findings on their way to the client: pushed, or pulled by it, with verdicts following as they come.

A document that the client pulls is no longer pushed, so that no finding is shown twice. A pull waits for verdicts as long as
`PATIENCE`; what comes later is told by a refresh.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from shapecheck.server.diagnostics import items
from shapecheck.server.source import Document, Source

if TYPE_CHECKING:
    from shapecheck.server.server import Server

PATIENCE = 0.25
"""Seconds that a pull waits for verdicts where the client can be told to pull again."""


@dataclass(slots=True)
class Pull:
    identity: Any
    uri: str
    previous: str | None
    deadline: float


class Publisher:
    """One client's findings."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._pulled: set[str] = set()
        self._owed: set[str] = set()
        self._shown: dict[str, tuple[int | None, list[Any]]] = {}
        self._waiting: list[Pull] = []

    # push

    def push(self, source: Source) -> None:
        """The findings as they stand, of every document of the source that the client does not pull itself."""
        found = items(self._server, source)
        owed = False
        for document in source.parts:
            if document.uri not in self._pulled:
                self._publish(document.uri, found.get(document.uri, []), document)
            elif document.uri in self._owed and self._server.is_settled(source):
                self._owed.discard(document.uri)
                owed = True
        if owed:
            self.refresh()

    def clear(self, uri: str) -> None:
        """The document is closed: it has no findings any more."""
        self._pulled.discard(uri)
        self._owed.discard(uri)
        if self._shown.pop(uri, None) is not None:
            self._tell(uri, [], None)

    def _publish(self, uri: str, found: list[Any], document: Document) -> None:
        shown = document.version, found
        if self._shown.get(uri) != shown:  # verdicts that say nothing new are not told
            self._shown[uri] = shown
            self._tell(uri, found, document.version)

    def _tell(self, uri: str, found: list[Any], version: int | None) -> None:
        params: dict[str, Any] = {"uri": uri, "diagnostics": found}
        if version is not None and self._server.client.version:
            params["version"] = version
        self._server.protocol.tell("textDocument/publishDiagnostics", params)

    # pull

    def pull(self, identity: Any, uri: str, previous: str | None) -> None:
        """A client asks for a document's findings; it is answered by `settle`."""
        if self._server.client.pull:
            if self._shown.pop(uri, (None, []))[1]:
                self._tell(uri, [], None)
            self._pulled.add(uri)
        self._waiting.append(Pull(identity, uri, previous, time.monotonic() + PATIENCE))

    def settle(self, uri: str | None = None) -> None:
        """Answer the pulls whose findings are complete or were waited for long enough, and all of the document `uri`."""
        waiting, self._waiting = self._waiting, []
        for pull in waiting:
            if not self._server.protocol.is_pending(pull.identity):
                continue
            source = self._server.documents.of(pull.uri)
            is_late = pull.uri == uri or (
                self._server.client.diagnostic_refresh and self._server.client.pull and time.monotonic() > pull.deadline
            )
            settled = source is None or self._server.is_settled(source)
            if settled or is_late:
                if not settled:
                    self._owed.add(pull.uri)
                self._server.protocol.answer(pull.identity, self.report(pull.uri, source, pull.previous))
            else:
                self._waiting.append(pull)

    @property
    def is_waiting(self) -> bool:
        return bool(self._waiting)

    def refresh(self) -> None:
        """Tell the client that there is more to pull than it has."""
        if self._pulled and self._server.client.diagnostic_refresh:
            self._server.protocol.ask("workspace/diagnostic/refresh", None)

    def report(self, uri: str, source: Source | None, previous: str | None) -> dict[str, Any]:
        found = items(self._server, source).get(uri, []) if source is not None else []
        identity = result_id(found)
        if previous == identity:
            return {"kind": "unchanged", "resultId": identity}
        return {"kind": "full", "resultId": identity, "items": found}


def result_id(found: list[Any]) -> str:
    """Equal where the findings are."""
    return blake2b(repr(found).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
