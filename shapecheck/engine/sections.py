"""A document's annotations in sections, one a part of the document: what is known of a section stays known while others are typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shapecheck.core.record import dataclass
from shapecheck.engine.block import Block, cut
from shapecheck.engine.memo import Memo
from shapecheck.hosts.annotation import Extract
from shapecheck.hosts.part import Part
from shapecheck.hosts.parts import Joined

Cut = tuple[Block, int, int]
"""A block, where it begins, and its scope of the host, both counted in the section."""


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """`numbers` are those that the section's scopes have in the document, `parents` are by their own. `lasting` scopes go on outside of it:
    the file, those around the part, those that are open at its end. `heard` are the blocks, by number and scope, that say something there.
    """

    part: Part | None
    offset: int
    numbers: Sequence[int]
    cuts: tuple[Cut, ...]
    parents: Sequence[int | None]
    lasting: frozenset[int]
    heard: tuple[tuple[int, int], ...]


def sections(text: str, extract: Extract | Joined, memo: Memo) -> Iterator[Section]:
    if isinstance(extract, Extract):
        every = range(len(extract.scopes))
        yield _section(None, every, _cut_all(text, extract, memo), frozenset(every), extract.parents)
        return
    for part, offset, numbers in extract.parts:
        if part.extract.annotations:
            own: Section = memo.get(("cuts", part), lambda part=part: _cut_part(part, memo))  # type: ignore[misc]
            yield Section(part, offset, numbers, own.cuts, own.parents, own.lasting, own.heard)


def _cut_part(part: Part, memo: Memo) -> Section:
    lasting = frozenset((*range(part.around.scopes + 1), *part.still_open))
    return _section(part, (), _cut_all(part.text, part.extract, memo), lasting, part.extract.parents)


def _section(
    part: Part | None, numbers: Sequence[int], cuts: tuple[Cut, ...], lasting: frozenset[int], parents: Sequence[int | None]
) -> Section:
    heard = [(place, scope) for place, (_, _, scope) in enumerate(cuts) if scope in lasting or parents[scope] in lasting]
    return Section(part, 0, numbers, cuts, parents, lasting, tuple(heard))


def _cut_all(text: str, extract: Extract, memo: Memo) -> tuple[Cut, ...]:
    return tuple([(*cut(text, annotation, memo), annotation.scope) for annotation in extract.annotations])
