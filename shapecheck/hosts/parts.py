"""A long Python document read in parts, so that a part whose text is known is not read again.

A part begins at a function or class in the first column, behind a whole line without a comment; comments and decorators right above
belong to it. There every scope but the file's ends, whatever stands before: so a part is read as it would be within the whole, if no
literal and no comment reaches over its end. Where one does, the part is longer. The result is that of `extract`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from shapecheck.core.record import dataclass, replace
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

SHORTEST = 4_000
"""Characters of a part, at least: what a keystroke costs grows with the length of one part and with the number of all."""

_STARTS = regex(r"(?<=\n)(?:[#@]|async[ \t]|def[ \t]|class[ \t])")
_HEAD = regex(r"(?:[#@][^\r\n]*+\r?\n)*+(?:async[ \t]++)?(?:def|class)[ \t]++\w")


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


def extract_in_parts(text: str, language: str, remember: Remember, last: Extract | Joined | None = None) -> Extract | Joined:
    """What `extract` gives. `remember` keeps the result of a part by its text; `last` is what an earlier text of the document gave."""
    row = language_named(language)
    if row is None or row.scopes != "indentation" or len(text) < WORTH_IT or WORD not in text:
        return extract(text, language)
    known = _Known([part for part, _, _ in last.parts] if isinstance(last, Joined) else [])
    found: list[tuple[Part, int, int]] = []
    place = before = 0
    while place < len(text):
        part = known.at(text, place) or _closed_part(text, row, place, remember, known)
        if any(one.kind == "region" for one in part.extract.suppressions):
            return extract(text, language)
        found.append((part, place, before))
        before += len(part.extract.scopes) - 1
        place += len(part.text)
    return Joined(len(text), tuple(found))


class _Known:
    """The parts of an earlier text, of which most stand in the new one in the same order."""

    __slots__ = ("_next", "_parts")

    def __init__(self, parts: list[Part]) -> None:
        self._parts = parts
        self._next = 0

    def at(self, text: str, place: int) -> Part | None:
        """The part that begins here and ends at a boundary again, if it is one of the next."""
        number = self._number(text, place)
        if number is None:
            return None
        self._next = number + 1
        return self._parts[number]

    def begins(self, text: str, place: int) -> bool:
        """Whether one of the next parts begins here: there the one before it should end."""
        return self._number(text, place) is not None

    def _number(self, text: str, place: int) -> int | None:
        for number in range(self._next, min(self._next + 3, len(self._parts))):
            part = self._parts[number]
            if part.is_closed and text.startswith(part.text, place):
                end = place + len(part.text)
                if end == len(text) or _HEAD.match(text, end):
                    return number
        return None


def _boundary(text: str, place: int) -> int:
    """The next place where a part may begin; the text's end where there is none."""
    for found in _STARTS.finditer(text, place):
        start = found.start()
        before = max(text.rfind("\n", 0, max(start - 1, 0)) + 1, place)
        line = text[before:start]
        if start > place and "#" not in line and not line.rstrip("\r\n").endswith("\\") and _HEAD.match(text, start):
            return start
    return len(text)


def _closed_part(text: str, row: Language, place: int, remember: Remember, known: _Known) -> Part:
    """The part that begins here: up to a boundary far enough away, or further where it is not closed there."""
    end, length = place, SHORTEST
    while True:
        start = end
        while end < len(text) and (end == start or (end - start < length and not known.begins(text, end))):
            end = _boundary(text, end)
        content = text[place:end]
        part: Part = remember(("part", row.name, content), lambda: _read(content, row))  # noqa: B023 - used at once
        if part.is_closed or end == len(text):
            return part
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

    scopes += [replace(scope, parent=number(scope.parent or 0), span=scope.span.shift(offset)) for scope in part.scopes[1:]]
    for one in part.annotations:
        pieces = tuple([piece.shift(offset) for piece in one.pieces])
        targets = tuple([target.shift(offset) for target in one.targets])
        annotations.append(Annotation(one.kind, one.word.shift(offset), pieces, number(one.scope), targets))
    suppressions += [Suppression(one.kind, one.rules, one.span.shift(offset), one.covers.shift(offset)) for one in part.suppressions]
