"""Values while expressions are lowered, and how they align: free index names first, then broadcasting."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from shapecheck.calculus.context import CannotDerive
from shapecheck.calculus.indexlanguage import Numbering
from shapecheck.calculus.product import ONE, einsum
from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.dimension import Dimension
from shapecheck.core.record import dataclass
from shapecheck.core.term import Term

Dims = tuple[Dimension, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A value: its term, the free index names of its leading axes, and its shape with the axes of size 1."""

    term: Term
    free: tuple[str, ...]
    dims: Dims

    @property
    def axes(self) -> Dims:
        return tuple(dimension for dimension in self.dims if dimension != UNIT)


def union(parts: Iterable[Piece]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in parts for name in part.free))


def sizes(parts: Iterable[Piece]) -> dict[str, Dimension]:
    return {name: dimension for part in parts for name, dimension in zip(part.free, part.term.dims, strict=False)}


def start(parts: list[Piece]) -> tuple[tuple[str, ...], Numbering]:
    """All free names, numbered first."""
    free, known, numbering = union(parts), sizes(parts), Numbering()
    for name in free:
        numbering.bind("free " + name, known[name])
    return free, numbering


def leading(names: Iterable[str], numbering: Numbering) -> tuple[int, ...]:
    return tuple(numbering.numbers["free " + name] for name in names)


def spread(parts: list[Piece], dims: Dims) -> tuple[tuple[str, ...], list[Term]]:
    """The parts broadcast to one shape and one list of free names, as `core.expression` says."""
    free, numbering = start(parts)
    target = tuple(numbering.fresh(dimension) if dimension != UNIT else None for dimension in dims)
    out = (*leading(free, numbering), *(number for number in target if number is not None))
    spreaded = []
    for part in parts:
        own = tuple(number for place in places(part.dims, dims) if place is not None and (number := target[place]) is not None)
        axes = (*leading(part.free, numbering), *own)
        spreaded.append(einsum(ONE, [(part.term, axes)], out, numbering.dims))
    return free, spreaded


def places(dims: Dims, target: Dims) -> list[int | None]:
    """For each axis that is not 1, the axis of the target that it goes to."""
    if len(dims) == 1 and len(target) == 2:
        aligned: list[int | None] = [0 if target[0] == dims[0] else 1]
    else:
        aligned = list(range(len(target) - len(dims), len(target)))
    kept = [place for place, dimension in zip(aligned, dims, strict=True) if dimension != UNIT]
    if any(place is None or place < 0 or target[place] == UNIT for place in kept):
        units = [place for place, dimension in enumerate(target) if dimension != UNIT]
        if len(units) == len(kept):
            return list(units)
        raise CannotDerive("shapes that do not broadcast")
    return kept


def product(
    coefficient: Fraction, factors: list[tuple[Piece, tuple[int, ...]]], out: tuple[int, ...], numbering: Numbering, free: tuple[str, ...]
) -> Term:
    """A product of pieces, each with the numbers of its own axes."""
    full = [(part.term, (*leading(part.free, numbering), *axes)) for part, axes in factors]
    return einsum(coefficient, full, (*leading(free, numbering), *out), numbering.dims)
