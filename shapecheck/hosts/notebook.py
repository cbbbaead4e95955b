"""A Jupyter notebook as one document: its code cells joined, and the way back into the JSON text.

A span or an edit of the joined text is one of the JSON text, so that nothing else of the file changes.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence

from shapecheck.core.record import dataclass
from shapecheck.core.span import Edit, Span
from shapecheck.hosts.json_strings import Run, json_strings, runs
from shapecheck.hosts.languages import language_named

# Cell magics that leave the cell's code what it is; the others make it another language.
_TRANSPARENT_MAGICS = frozenset(("time", "timeit", "capture", "prun", "memit", "mprun", "snakeviz", "px", "cython"))
_BETWEEN_CELLS = "\n"


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell: `number` counts all cells of the notebook from 1, `span` is its place in the joined text."""

    number: int
    span: Span


@dataclass(frozen=True, slots=True)
class Notebook:
    language: str
    text: str
    cells: tuple[Cell, ...]
    raw: str
    runs: tuple[Run, ...]
    offsets: tuple[int, ...]  # where each run begins in the joined text

    def raw_span(self, span: Span) -> Span:
        """The place in the JSON text of a span of the joined text."""
        start = self._raw(span.start)
        return Span(start, max(start, self._raw_end(span.end))) if span.start < span.end else Span(start, start)

    def raw_edit(self, edit: Edit) -> Edit | None:
        """The edit of the JSON text that makes this edit of the joined text; None where it goes over two cells."""
        if not self.runs or self._cell(edit.span.start) != self._cell(max(edit.span.start, edit.span.end - 1)):
            return None
        ascii_only = self.raw.isascii() and "\\u" in self.raw
        return Edit(self.raw_span(edit.span), json.dumps(edit.text, ensure_ascii=ascii_only)[1:-1])

    def cell_of(self, offset: int) -> tuple[int, int, int]:
        """Number of the cell, line and column in it of an offset into the joined text, each from 1."""
        cell = self._cell(offset)
        if cell is None:
            return 1, 1, 1
        before = self.text[cell.span.start : min(max(offset, cell.span.start), cell.span.end)]
        before = before.replace("\r\n", "\n").replace("\r", "\n")
        return cell.number, before.count("\n") + 1, len(before) - before.rfind("\n")

    def _cell(self, offset: int) -> Cell | None:
        place = bisect_right(self.cells, offset, key=lambda cell: cell.span.start) - 1
        return self.cells[max(place, 0)] if self.cells else None

    def _raw(self, offset: int) -> int:
        if not self.runs:
            return 0
        place = max(bisect_right(self.offsets, offset) - 1, 0)
        run, ahead = self.runs[place], offset - self.offsets[place]
        return run.end if ahead >= len(run.decoded) else run.start + (0 if run.escaped else ahead)

    def _raw_end(self, offset: int) -> int:
        if not self.runs:
            return 0
        place = max(bisect_right(self.offsets, offset - 1) - 1, 0)
        run, ahead = self.runs[place], offset - self.offsets[place]
        return run.end if run.escaped or ahead >= len(run.decoded) else run.start + ahead


def read(text: str) -> Notebook:
    """The notebook in `text`; one without cells where that is no notebook."""
    sources, kinds, language = _sources(text)
    parts: list[str] = []
    cells: list[Cell] = []
    found: list[Run] = []
    offsets: list[int] = []
    position = 0
    for number in sorted(sources):
        content = [run for start, end in sources[number] for run in runs(text, start, end)]
        code = "".join(run.decoded for run in content)
        if kinds.get(number) != "code" or is_other_language(code):
            continue
        cells.append(Cell(number + 1, Span(position, position + len(code))))
        start = position
        for run in content:
            offsets.append(start)
            start += len(run.decoded)
        found += content
        code += ("" if code.endswith("\n") else "\n") + _BETWEEN_CELLS
        parts.append(code)
        position += len(code)
    return Notebook(language, "".join(parts), tuple(cells), text, tuple(found), tuple(offsets))


def joint(cells: Sequence[str]) -> tuple[str, list[int]]:
    """The cells as one text, and where each begins in it."""
    starts, position, parts = [], 0, []
    for code in cells:
        starts.append(position)
        closed = code + ("" if code.endswith("\n") else "\n") + _BETWEEN_CELLS
        parts.append(closed)
        position += len(closed)
    return "".join(parts), starts


def is_other_language(code: str) -> bool:
    """Whether a cell's magic makes it another language than the notebook's."""
    if not code.startswith("%%"):
        return False
    words = code[2:].split(maxsplit=1)
    return not words or words[0] not in _TRANSPARENT_MAGICS


def _sources(text: str) -> tuple[dict[int, list[tuple[int, int]]], dict[int, str], str]:
    """Of each cell the strings of its source and its kind, and the notebook's language."""
    sources: dict[int, list[tuple[int, int]]] = {}
    kinds: dict[int, str] = {}
    language = ""
    for path, start, end in json_strings(text):
        value = text[start + 1 : end - 1]
        path = path[2:] if path[:1] == ("worksheets",) else path
        match path:
            case ("cells", int(number), "cell_type"):
                kinds[number] = value
            case ("cells", int(number), "source" | "input") | ("cells", int(number), "source" | "input", int()):
                sources.setdefault(number, []).append((start, end))
            case ("metadata", "language_info", "name"):
                language = value
            case ("metadata", "kernelspec", "language"):
                language = language or value
            case _:
                pass
    row = language_named("r" if language.lower() == "ir" else language)
    return sources, kinds, row.name if row else "python"
