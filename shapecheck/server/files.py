"""The files of the workspace that are not open, read when they are asked for and kept while they stay as they are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from shapecheck import hosts
from shapecheck.project.document import decode
from shapecheck.project.walk import walk
from shapecheck.server.source import LARGEST, Document, Source
from shapecheck.server.text import Text

if TYPE_CHECKING:
    from shapecheck.server.server import Server

MOST = 2000
"""Files with annotations that are kept in memory."""


class Files:
    def __init__(self, server: Server) -> None:
        self._server = server
        self._known: dict[str, tuple[tuple[int, int], Source | None]] = {}

    def forget(self) -> None:
        self._known.clear()

    def sources(self) -> Iterator[Source | None]:
        """Open documents, then the files of all roots; None for a file that has nothing to say."""
        open_uris = {part.uri for source in self._server.documents for part in source.parts}
        yield from list(self._server.documents)
        troubles: list[str] = []
        for root in self._server.roots:
            for path, _ in walk(root, self._server.configuration.places, troubles):
                uri = Path(path).as_uri()
                yield self._source(path, uri) if uri not in open_uris else None

    def _source(self, path: str, uri: str) -> Source | None:
        try:
            status = os.stat(path)
            stamp = status.st_mtime_ns, status.st_size
            known = self._known.get(path)
            if known is not None and known[0] == stamp:
                return known[1]
            source = self._read(path, uri) if status.st_size <= LARGEST else None
        except OSError:
            return None
        if len(self._known) < 50 * MOST:
            self._known[path] = stamp, source
        return source

    def _read(self, path: str, uri: str) -> Source | None:
        with open(path, "rb") as file:
            raw = file.read(LARGEST + 1)
        if not hosts.might_have_annotations(raw):
            return None
        settings = self._server.configuration.of(uri)
        text = decode(raw).text
        ending = path.rpartition(".")[2]
        language = settings.extensions.get(ending) if settings is not None else None
        language = language or hosts.language_of(path, text[:200].partition("\n")[0])
        if settings is None or language is None or path.endswith(".ipynb"):
            return None
        return Source(uri, language, [Document(uri, None, language, Text.of(text, self._server.documents.encoding))])
