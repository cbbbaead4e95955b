"""What is analysed as one text: a document, or the code cells of a notebook in their order.

Offsets are code points of that text; a client's positions are in a document of its own. All that crosses between the
two goes through here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from shapecheck.core.span import Edit, Span
from shapecheck.engine import Analysis
from shapecheck.hosts.notebook import joint
from shapecheck.server.text import Text
from shapecheck.server.wire import JSON, span

T = TypeVar("T")

LARGEST = 10_000_000
"""Characters of a document that are read: a larger one would hold up every keystroke."""


@dataclass(slots=True)
class Document:
    """A text as the client edits it."""

    uri: str
    version: int | None
    language: str
    text: Text


@dataclass(slots=True, eq=False)
class Source:
    """`parts` are the documents, `starts` where each begins in the joined text."""

    uri: str
    language: str
    parts: list[Document]
    is_notebook: bool = False
    starts: list[int] = field(default_factory=lambda: [0])
    analysis: Analysis | None = None
    last: Analysis | None = None  # what the text before the last change said
    _known: tuple[Analysis, dict[str, Any]] | None = None  # what was made of an analysis
    _joined: str | None = None

    @property
    def text(self) -> str:
        if not self.is_notebook:
            return self.parts[0].text.text
        if self._joined is None:
            self._joined, self.starts = joint([part.text.text for part in self.parts])
        return self._joined

    @property
    def is_too_large(self) -> bool:
        return sum(len(part.text.text) for part in self.parts) > LARGEST

    def changed(self) -> None:
        """The text is another: what was known of it is forgotten."""
        self.last = self.analysis or self.last
        self.analysis = None
        self._known = None
        self._joined = None

    def known(self, analysis: Analysis, what: str, make: Callable[[], T]) -> T:
        """Something that is made of an analysis once."""
        if self._known is None or self._known[0] is not analysis:
            self._known = analysis, {}
        made = self._known[1]
        if what not in made:
            made[what] = make()
        found: T = made[what]
        return found

    def offset(self, uri: str, line: int, character: int) -> int | None:
        """The offset of a client's position; None where the document is no part of this."""
        for part, start in self._placed():
            if part.uri == uri:
                return start + part.text.offset(line, character)
        return None

    def span_in(self, uri: str, start: tuple[int, int], end: tuple[int, int]) -> Span | None:
        first, last = self.offset(uri, *start), self.offset(uri, *end)
        return Span(min(first, last), max(first, last)) if first is not None and last is not None else None

    def part_of(self, uri: str) -> Span | None:
        """Where a document is in the joined text."""
        return next((Span(start, start + len(part.text.text)) for part, start in self._placed() if part.uri == uri), None)

    def document_at(self, offset: int) -> tuple[Document, int] | None:
        """The document that an offset falls into, and where that begins."""
        self.text  # noqa: B018 - the starts belong to it
        if not self.parts:
            return None
        place = max(bisect_right(self.starts, offset) - 1, 0)
        return self.parts[place], self.starts[place]

    def range(self, where: Span) -> JSON:
        """The range of a place, in the document that it begins in."""
        if not self.is_notebook:
            position = self.parts[0].text.position
            return span(position(where.start), position(where.end))
        found = self.document_at(where.start)
        if found is None:
            return span((0, 0), (0, 0))
        document, start = found
        position = document.text.position
        return span(position(where.start - start), position(where.end - start))

    def location(self, where: Span) -> JSON:
        found = self.document_at(where.start)
        return {"uri": found[0].uri if found else self.uri, "range": self.range(where)}

    def edits(self, edits: Iterable[Edit]) -> list[tuple[Document, list[JSON]]]:
        """The edits of each document."""
        found: dict[str, tuple[Document, list[JSON]]] = {}
        for edit in edits:
            place = self.document_at(edit.span.start)
            if place is not None:
                _, own = found.setdefault(place[0].uri, (place[0], []))
                own.append({"range": self.range(edit.span), "newText": edit.text})
        return list(found.values())

    def _placed(self) -> Sequence[tuple[Document, int]]:
        self.text  # noqa: B018 - the starts belong to it
        return list(zip(self.parts, self.starts, strict=True)) if self.parts else []
