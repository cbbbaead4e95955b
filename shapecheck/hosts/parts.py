"""A long Python document read in parts, so that a part whose text is known is not read again.

A part begins at a function, class or decorator in the first column, behind an empty line; comments right above belong to it.
There every scope but the file's ends, whatever stands before: so a part is read as it would be within the whole, if no
literal and no comment reaches over its end. Where one does, the part is longer. The result is that of `extract`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any

from shapecheck.core.record import dataclass
from shapecheck.core.regex import regex
from shapecheck.core.span import Span
from shapecheck.hosts.annotation import Annotation, Extract, Scope, Suppression
from shapecheck.hosts.language import Language
from shapecheck.hosts.languages import language_named
from shapecheck.hosts.reading import WORD, extract, extract_source
from shapecheck.hosts.source import Source

Remember = Callable[[Hashable, Callable[[], Any]], Any]

WORTH_IT = 8_000
"""Characters from which on a document is read in parts."""

_HEAD = regex(r"(?:#[^\r\n]*+\r?\n)*+(?:def |class |async def |@)")


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A stretch of a document, read; `is_closed`: nothing of it reaches over its end."""

    text: str
    extract: Extract
    is_closed: bool


class Joined:
    """What `extract` gives, from parts: each with its offset and how many inner scopes stand before its own.

    Values of the whole document are made when they are asked for.
    """

    __slots__ = ("_made", "length", "parents", "parts")

    def __init__(self, length: int, parts: tuple[tuple[Part, int, int], ...]) -> None:
        self.length = length
        self.parts = parts
        self._made: Extract | None = None
        self.parents: list[int | None] = [None]
        for part, _, before in parts:
            self.parents += [scope.parent + before if scope.parent else 0 for scope in part.extract.scopes[1:]]

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return self.whole.scopes

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        return self.whole.annotations

    @property
    def suppressions(self) -> tuple[Suppression, ...]:
        return self.whole.suppressions if any(part.extract.suppressions for part, _, _ in self.parts) else ()

    @property
    def whole(self) -> Extract:
        if self._made is None:
            scopes, annotations, suppressions = [Scope(None, Span(0, self.length))], list[Annotation](), list[Suppression]()
            for part, offset, before in self.parts:
                _add(part.extract, offset, before, scopes, annotations, suppressions)
            self._made = Extract(tuple(scopes), tuple(annotations), tuple(suppressions))
        return self._made


def extract_in_parts(text: str, language: str, remember: Remember) -> Extract | Joined:
    """What `extract` gives; `remember` keeps the result of a part by its text."""
    row = language_named(language)
    if row is None or row.scopes != "indentation" or len(text) < WORTH_IT or WORD not in text:
        return extract(text, language)
    starts = [0, *sorted(_boundaries(text)), len(text)]
    found: list[tuple[Part, int, int]] = []
    place = before = 0
    while place < len(starts) - 1:
        part, length = _closed_part(text, row, starts, place, remember)
        if any(one.kind == "region" for one in part.extract.suppressions):
            return extract(text, language)
        found.append((part, starts[place], before))
        before += len(part.extract.scopes) - 1
        place += length
    return Joined(len(text), tuple(found))


def _boundaries(text: str) -> Iterator[int]:
    """Where parts may begin: behind the empty lines that stand above such a head."""
    for empty in ("\n\n",) if "\r" not in text else ("\n\n", "\n\r\n"):
        place = text.find(empty)
        while place >= 0:
            if _HEAD.match(text, place + len(empty)):
                yield place + len(empty)
            place = text.find(empty, place + 1)


def _closed_part(text: str, row: Language, starts: list[int], place: int, remember: Remember) -> tuple[Part, int]:
    """The part that begins at a boundary, and how many boundaries it takes in."""
    length = 1
    while True:
        last = min(place + length, len(starts) - 1)
        content = text[starts[place] : starts[last]]
        part: Part = remember(("part", row.name, content), lambda: _read(content, row))  # noqa: B023 - used at once
        if part.is_closed or last == len(starts) - 1:
            return part, last - place
        length *= 2


def _read(content: str, row: Language) -> Part:
    source = Source(content, row)
    ends = [source.literals[-1][1] if source.literals else 0, source.comments[-1].end if source.comments else 0]
    return Part(content, extract_source(source, row), max(ends) < len(content))


def _add(
    part: Extract, offset: int, before: int, scopes: list[Scope], annotations: list[Annotation], suppressions: list[Suppression]
) -> None:
    """Put a part's findings behind those before it."""

    def number(scope: int) -> int:
        return scope + before if scope else 0

    scopes += [Scope(number(scope.parent or 0), scope.span.shift(offset), scope.name) for scope in part.scopes[1:]]
    for one in part.annotations:
        pieces = tuple([piece.shift(offset) for piece in one.pieces])
        target = one.target.shift(offset) if one.target is not None else None
        annotations.append(Annotation(one.kind, one.word.shift(offset), pieces, number(one.scope), target))
    suppressions += [Suppression(one.kind, one.rules, one.span.shift(offset), one.covers.shift(offset)) for one in part.suppressions]
