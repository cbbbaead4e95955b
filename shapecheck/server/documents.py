"""The documents that are open in the client, and what is analysed together with each."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from lsprotocol import types as lsp

from shapecheck import hosts
from shapecheck.hosts.notebook import is_other_language
from shapecheck.server.source import Document, Source
from shapecheck.server.text import Encoding, Text

log = logging.getLogger(__name__)


class Documents:
    """By uri of a document or notebook; `of` also knows the cells."""

    def __init__(self) -> None:
        self.encoding: Encoding = "utf-16"
        self._sources: dict[str, Source] = {}
        self._cells: dict[str, Document] = {}
        self._orders: dict[str, list[str]] = {}
        self._owners: dict[str, str] = {}

    def __iter__(self) -> Iterator[Source]:
        return iter(self._sources.values())

    def of(self, uri: str) -> Source | None:
        """What is analysed with this document, cell or notebook."""
        return self._sources.get(self._owners.get(uri, uri))

    # plain documents

    def open(self, item: lsp.TextDocumentItem) -> Source:
        document = self._document(item)
        language = hosts.language_named(item.language_id)
        name = language.name if language else hosts.language_of(item.uri, item.text[:200].partition("\n")[0]) or item.language_id
        source = self._sources[item.uri] = Source(item.uri, name, [document])
        return source

    def change(
        self, identifier: lsp.VersionedTextDocumentIdentifier, changes: Sequence[lsp.TextDocumentContentChangeEvent]
    ) -> Source | None:
        """The document after the changes; None where it is not open. What comes late is not taken."""
        source = self._sources.get(identifier.uri)
        if source is None or source.is_notebook:
            log.warning("a change of a document that is not open: %s", identifier.uri)
            return None
        document = source.parts[0]
        if document.version is not None and identifier.version < document.version:
            log.warning("version %d of %s came after version %d", identifier.version, identifier.uri, document.version)
            return None
        apply(document.text, changes)
        document.version = identifier.version
        source.changed()
        return source

    def close(self, uri: str) -> Source | None:
        return self._sources.pop(uri, None)

    # notebooks

    def open_notebook(self, params: lsp.DidOpenNotebookDocumentParams) -> Source:
        uri = params.notebook_document.uri
        source = self._sources[uri] = Source(uri, "python", [], is_notebook=True)
        for item in params.cell_text_documents:
            self._cells[item.uri] = self._document(item)
        self._orders[uri] = []
        self._splice(uri, 0, 0, params.notebook_document.cells)
        return source

    def change_notebook(self, params: lsp.DidChangeNotebookDocumentParams) -> tuple[Source, list[str]] | None:
        """The notebook after the change, and the cells that are gone; None where it is not open."""
        uri = params.notebook_document.uri
        source, cells = self._sources.get(uri), params.change.cells
        if source is None or not source.is_notebook:
            log.warning("a change of a notebook that is not open: %s", uri)
            return None
        gone: list[str] = []
        if cells is not None:
            structure = cells.structure
            if structure is not None:
                for item in structure.did_open or ():
                    self._cells[item.uri] = self._document(item)
                self._splice(uri, structure.array.start, structure.array.delete_count, structure.array.cells or ())
                gone = [item.uri for item in structure.did_close or ()]
            for content in cells.text_content or ():
                document = self._cells.get(content.document.uri)
                if document is not None:
                    apply(document.text, content.changes)
                    document.version = content.document.version
            for cell in gone:
                self._cells.pop(cell, None)
                self._owners.pop(cell, None)
        self._gather(uri)
        return source, gone

    def close_notebook(self, uri: str) -> list[str]:
        """Forgets the notebook; the uris of its cells."""
        cells = self._orders.pop(uri, [])
        for cell in cells:
            self._cells.pop(cell, None)
            self._owners.pop(cell, None)
        self._sources.pop(uri, None)
        return cells

    def _splice(self, uri: str, start: int, count: int, cells: Sequence[lsp.NotebookCell]) -> None:
        order = self._orders[uri]
        order[start : start + count] = [cell.document for cell in cells]
        self._owners.update((cell.document, uri) for cell in cells)
        self._gather(uri)

    def _gather(self, uri: str) -> None:
        """The code cells of one language, in their order."""
        source = self._sources[uri]
        found = [self._cells[cell] for cell in self._orders[uri] if cell in self._cells]
        known = [(document, hosts.language_named(document.language)) for document in found]
        code = [(document, row.name) for document, row in known if row is not None and row.name not in ("markdown", "jupyter")]
        source.language = code[0][1] if code else "python"
        source.parts = [document for document, name in code if name == source.language and not is_other_language(document.text.text[:200])]
        source.changed()

    def _document(self, item: lsp.TextDocumentItem) -> Document:
        return Document(item.uri, item.version, item.language_id, Text.of(item.text, self.encoding))


def apply(text: Text, changes: Sequence[lsp.TextDocumentContentChangeEvent]) -> None:
    """One change after the other; each in the text that the one before it left."""
    for change in changes:
        where = getattr(change, "range", None)
        if where is None:
            text.replace(0, len(text.text), change.text)
        else:
            start = text.offset(where.start.line, where.start.character)
            end = text.offset(where.end.line, where.end.character)
            text.replace(start, end, change.text)
