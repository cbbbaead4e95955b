"""A long document read in parts, so that a part whose text is known is not read again.

A part begins at a row between statements, and knows what is open there: classes, functions, braces, blocks. So it is read as it would be
within the whole, if no literal, comment or bracket reaches over its end. Where one does, the part is longer. The result is that of
`extract`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from shapecheck.core.span import Span
from shapecheck.hosts.annotation import Annotation, Extract, Scope, Suppression
from shapecheck.hosts.cuts import Cut, cut_at, cut_between
from shapecheck.hosts.language import Language
from shapecheck.hosts.languages import language_named
from shapecheck.hosts.part import Around, Part, read_part, shifted_annotation, shifted_suppression
from shapecheck.hosts.reading import WORD, extract

Remember = Callable[[Hashable, Callable[[], Any]], Any]
Placed = tuple[Part, int, tuple[int, ...]]
"""A part, where it begins, and of each of its scopes the number in the whole."""

WORTH_IT = 8_000
"""Characters from which on a document is read in parts."""

SHORTEST = 4_000
"""Characters of a part, at least: what a keystroke costs grows with the length of one part and with the number of all."""

NEXT = 3
"""Parts behind the last known one among which the next is looked for."""


class Joined:
    """What `extract` gives, from parts. Values of the whole document are made when they are asked for."""

    __slots__ = ("_made", "length", "objects", "parents", "parts")

    def __init__(self, length: int, parts: Sequence[Part]) -> None:
        self.length = length
        self.parts: list[Placed] = []
        self.parents: list[int | None] = [None]
        self.objects: dict[int, str] = {}
        self._made: Extract | None = None
        around: tuple[int, ...] = (0,)
        place = 0
        for part in parts:
            inside = part.around.scopes + 1
            count = len(self.parents)
            scopes = part.extract.scopes
            numbers = around + tuple(range(count, count + len(scopes) - inside))
            self.parents += [numbers[scope.parent or 0] for scope in scopes[inside:]]
            self.objects.update((numbers[scope], before) for scope, before in part.extract.objects.items())
            self.parts.append((part, place, numbers))
            around = (0, *(numbers[scope] for scope in part.still_open))
            place += len(part.text)

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
            self._made = self._make()
        return self._made

    def _make(self) -> Extract:
        scopes = [Scope(None, Span(0, self.length))]
        annotations, suppressions = list[Annotation](), list[Suppression]()
        for part, offset, numbers in self.parts:
            for local, (number, scope) in enumerate(zip(numbers, part.extract.scopes, strict=True)):
                end = self.length if local in part.still_open else scope.span.end + offset
                if local > part.around.scopes:
                    scopes.append(Scope(self.parents[number], Span(scope.span.start + offset, end), scope.name, scope.object))
                elif local:
                    known = scopes[number]
                    scopes[number] = Scope(known.parent, Span(known.span.start, end), known.name, known.object)
            annotations += [shifted_annotation(one, offset, numbers[one.scope]) for one in part.extract.annotations]
            suppressions += [shifted_suppression(one, offset) for one in part.extract.suppressions]
        return Extract(tuple(scopes), tuple(annotations), tuple(suppressions))


def extract_in_parts(text: str, language: str, remember: Remember, last: Extract | Joined | None = None) -> Extract | Joined:
    """What `extract` gives. `remember` keeps the result of a part by its text; `last` is what an earlier text of the document gave."""
    row = language_named(language)
    if row is None or row.scopes == "fortran" or row.name == "jupyter" or len(text) < WORTH_IT:
        return extract(text, language)
    if WORD not in text and row.name != "markdown":
        return extract(text, language)
    parts = _parts(text, row, remember, [part for part, _, _ in last.parts] if isinstance(last, Joined) else [])
    return Joined(len(text), parts) if parts is not None else extract(text, language)


def _parts(text: str, row: Language, remember: Remember, earlier: Sequence[Part]) -> list[Part] | None:
    """None where the document cannot be read so: regions reach over parts, and words that do not pair up are no scopes at all."""
    known = _Known(earlier, row)
    around, place, found = Around(), 0, list[Part]()
    while place < len(text):
        part = known.at(text, place, around) or _closed_part(text, row, place, around, remember, known)
        place += len(part.text)
        if any(one.kind == "region" for one in part.extract.suppressions) or (place == len(text) and not _pairs_up(part, row)):
            return None
        found.append(part)
        around = part.left or around
    return found


def _pairs_up(last: Part, row: Language) -> bool:
    """Whether all words that open something are followed by one that ends it, where scopes are made so."""
    return row.scopes in ("file", "indentation", "braces") or (last.left is not None and not last.left.opened)


class _Known:
    """The parts of an earlier text, of which most stand in the new one in the same order."""

    __slots__ = ("_next", "_parts", "_row")

    def __init__(self, parts: Sequence[Part], row: Language) -> None:
        self._parts = parts
        self._next = 0
        self._row = row

    def at(self, text: str, place: int, around: Around) -> Part | None:
        """The part that begins here and ends at a cut again, if it is one of the next."""
        for number in range(self._next, min(self._next + NEXT, len(self._parts))):
            part = self._parts[number]
            if part.is_closed and part.around == around and text.startswith(part.text, place):
                cut = cut_at(text, place + len(part.text), self._row)
                if cut is not None and cut.behind == part.behind:
                    self._next = number + 1
                    return part
        return None

    def begin(self, text: str, place: int) -> int | None:
        """Where behind a place one of the next parts begins: there the one before it should end."""
        for number in range(self._next, min(self._next + NEXT, len(self._parts))):
            found = text.find(self._parts[number].text, place + 1, place + 4 * SHORTEST + len(self._parts[number].text))
            if found > 0:
                return found
        return None


def _closed_part(text: str, row: Language, place: int, around: Around, remember: Remember, known: _Known) -> Part:
    """The part that begins here: up to a cut far enough away, or further where it is not closed there."""
    begin = known.begin(text, place)
    cut = cut_at(text, begin, row) if begin is not None else None
    length = SHORTEST
    while True:
        cut = cut or _cut_behind(text, place + length, row)
        key = ("part", row.name, around, cut.behind, text[place : cut.place])
        end = cut
        part: Part = remember(key, lambda: read_part(text, place, end, around, row))  # noqa: B023 - used at once
        if part.is_closed or cut.place == len(text):
            return part
        length = max(2 * length, cut.place - place)
        cut = None


def _cut_behind(text: str, place: int, row: Language) -> Cut:
    """The first good cut behind a place, the end of the text where there is none."""
    reach = SHORTEST
    while place < len(text):
        found = cut_between(text, place - 1, place + reach, row)
        if found is not None:
            return found
        place, reach = place + reach, 2 * reach
    return Cut(len(text))
