"""What a run found in one file, with places as people count them: lines and columns from 1, in code points."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from shapecheck.core.diagnostic import Diagnostic
from shapecheck.core.record import dataclass, field
from shapecheck.core.regex import regex
from shapecheck.core.span import Span
from shapecheck.project.document import Document

_LINE_END = regex(r"\r\n|\r|\n")


class Position(NamedTuple):
    """A place in a file; in a notebook `cell` counts from 1 and the line is that of the cell."""

    line: int
    column: int
    cell: int | None = None


@dataclass(frozen=True)
class Lines:
    """The lines of a text, by offset and by number."""

    text: str

    @cached_property
    def starts(self) -> list[int]:
        return [0, *(end.end() for end in _LINE_END.finditer(self.text))]

    def number(self, offset: int) -> int:
        """The line, from 0, that an offset lies on."""
        return bisect_right(self.starts, offset) - 1

    def span(self, number: int) -> Span:
        """A line without its end."""
        start = self.starts[number]
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.text)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return Span(start, end)

    def position(self, offset: int) -> Position:
        number = self.number(offset)
        return Position(number + 1, offset - self.starts[number] + 1)


@dataclass(frozen=True)
class Findings:
    """A checked file. Of a notebook the text is that of its code cells; `cells` says where each begins, and its number."""

    path: str
    document: Document
    diagnostics: tuple[Diagnostic, ...]
    fixed: int = 0
    cells: tuple[tuple[int, int], ...] = ()
    lines: Lines = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", Lines(self.document.text))

    @property
    def text(self) -> str:
        return self.document.text

    def position(self, offset: int) -> Position:
        """Where an offset lies for the reader."""
        offset = min(max(offset, 0), len(self.text))
        place = self.lines.position(offset)
        if not self.cells:
            return place
        start, number = self.cells[max(bisect_right(self.cells, (offset, len(self.text))) - 1, 0)]
        return Position(place.line - self.lines.number(start), place.column, number)

    def byte(self, offset: int) -> int:
        """The offset in bytes of the file; of the cells' text in a notebook."""
        number = self.lines.number(offset)
        line = self.text[self.lines.starts[number] : offset]
        return self._line_bytes[number] + len(line.encode(self.document.encoding, self.document.errors))

    @cached_property
    def _line_bytes(self) -> list[int]:
        starts, total = [*self.lines.starts, len(self.text)], len(self.document.mark)
        sizes = []
        for start, end in pairwise(starts):
            sizes.append(total)
            total += len(self.text[start:end].encode(self.document.encoding, self.document.errors))
        return sizes
