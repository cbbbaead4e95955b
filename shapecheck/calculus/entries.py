"""Single entries of a term: axes of constant size taken at their places, through sums, products and functions.

`at` gives the term with some axes taken; `grid` all entries of a small one. What selects (unit vectors, places of blocks, the
permutation symbol) becomes numbers thereby, so that `[e_1' / x_3; ...]` can be written as the matrix it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product

from shapecheck.calculus.canonical import Factor
from shapecheck.calculus.evaluate_order import schedule
from shapecheck.calculus.leaves import basis, zero
from shapecheck.calculus.product import ONE, add, einsum, number
from shapecheck.calculus.rebuild import again
from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.dimension import Dimension
from shapecheck.core.term import Term

MAX_CELLS = 36

Places = tuple[int | None, ...]  # counted from 0; None: the axis stays


def grid(term: Term) -> list[Term] | None:
    """The entries of a vector or matrix of small constant size, row by row."""
    sizes = [dimension.constant for dimension in term.dims]
    if not 1 <= term.order <= 2 or any(size is None for size in sizes):
        return None
    ranges = [range(size or 0) for size in sizes]
    count = 1
    for axis in ranges:
        count *= len(axis)
    return [at(term, places) for places in product(*ranges)] if count <= MAX_CELLS else None


def selects(term: Term) -> bool:
    """Whether single entries are picked or placed anywhere in it."""
    return any(node.kind == "leaf" and (_is_unit(node) or (node.name == "embed" and node.dims[1] == UNIT)) for node in schedule(term))


def _is_unit(leaf: Term) -> bool:
    return leaf.name == "basis" and isinstance(leaf.data[0], int)


def at(term: Term, places: Places) -> Term:
    """The term with these axes taken at these places; as deep as the term."""
    if all(place is None for place in places):
        return term
    if term.kind == "add":
        dims = tuple(dimension for dimension, place in zip(term.dims, places, strict=True) if place is None)
        return add([(weight, at(part, places)) for weight, part in zip(term.coefficient, term.args, strict=True)], dims)
    if term.kind == "map":
        return again(term, {part: at(part, places) for part in term.args})
    if term.kind == "einsum":
        return _product(term, places)
    if term.kind == "leaf" and (found := _leaf(term, places)) is not None:
        return found
    return _picked(term, places)


def _picked(term: Term, places: Places) -> Term:
    axes = tuple(range(term.order))
    units: list[Factor] = [
        (basis(place + 1, dimension), (axis,)) for axis, dimension, place in zip(axes, term.dims, places, strict=True) if place is not None
    ]
    return einsum(ONE, [*units, (term, axes)], tuple(axis for axis in axes if places[axis] is None))


def _leaf(term: Term, places: Places) -> Term | None:
    if _is_unit(term):
        return number(Fraction(term.data[0] - 1 == places[0]))
    if term.name == "embed":
        return _placed(term, places)
    if term.name == "levi":
        return _signed(term, places)
    return None


def _placed(term: Term, places: Places) -> Term | None:
    """A row or a column of a matrix that places a block."""
    offset, part = term.data[0].constant, term.dims[1].constant
    outer, inner = places
    if offset is None or part is None:
        return None
    if outer is not None and inner is not None:
        return number(Fraction(outer == offset + inner))
    if inner is not None:
        return basis(offset + inner + 1, term.dims[0])
    inside = outer is not None and 0 <= outer - offset < part
    return basis((outer or 0) - offset + 1, term.dims[1]) if inside else zero(term.dims[1:])


def _signed(term: Term, places: Places) -> Term | None:
    """The permutation symbol: a sign, or a signed unit vector."""
    known = [place for place in places if place is not None]
    if len(set(known)) < len(known):
        return zero(tuple(dimension for dimension, place in zip(term.dims, places, strict=True) if place is None))
    if len(known) == 1:
        return None
    last = 3 - sum(known) if len(known) == 2 else -1
    first, second, third = (last if place is None else place for place in places)
    sign = (second - first) * (third - second) * (third - first) // 2
    return einsum(ONE * sign, [(basis(last + 1, term.dims[0]), (0,))], (0,)) if len(known) == 2 else number(Fraction(sign))


def _product(term: Term, places: Places) -> Term:
    """A product with indices: what is known of one index tells more of others, wherever a factor selects."""
    known: dict[int, int] = {}
    for index, place in zip(term.indices[-1], places, strict=True):
        if place is not None and known.setdefault(index, place) != place:
            return _nothing(term, places)
    factors = list(zip(term.args, term.indices, strict=False))
    if not all(_tell(factors, known) for _ in range(len(factors) + 1)):
        return _nothing(term, places)
    open_ = next((i for part, axes in factors if part.kind == "leaf" and part.name == "levi" for i in axes if i not in known), None)
    dims = dict(enumerate(term.data))
    if open_ is None:
        return _taken(term, factors, known, places, dims)
    if open_ in term.indices[-1]:
        return _picked(term, places)
    kept = tuple(dimension for dimension, place in zip(term.dims, places, strict=True) if place is None)
    summands = [at(einsum(term.coefficient[0], factors, (*term.indices[-1], open_), dims), (*places, place)) for place in range(3)]
    return add([(ONE, part) for part in summands], kept)


def _taken(term: Term, factors: list[Factor], known: Mapping[int, int], places: Places, dims: dict[int, Dimension]) -> Term:
    taken: list[Factor] = []
    for part, axes in factors:
        own = tuple(known.get(index) for index in axes)
        taken.append((at(part, own), tuple(index for index in axes if index not in known)))
    out = tuple(index for index, place in zip(term.indices[-1], places, strict=True) if place is None)
    single = dict.fromkeys(index for index in out if index in known)  # axes with one entry that is not zero
    taken += [(basis(known[index] + 1, dims[index]), (index,)) for index in single]
    return einsum(term.coefficient[0], taken, out, dims)


def _nothing(term: Term, places: Places) -> Term:
    return zero(tuple(dimension for dimension, place in zip(term.dims, places, strict=True) if place is None))


def _tell(factors: list[Factor], known: dict[int, int]) -> bool:
    """Indices that unit vectors and placed blocks give a place; False where two places contradict each other."""
    for part, axes in factors:
        if part.kind != "leaf":
            continue
        if _is_unit(part):
            if known.setdefault(axes[0], part.data[0] - 1) != part.data[0] - 1:
                return False
        elif part.name == "embed" and (offset := part.data[0].constant) is not None:
            outer, inner = axes
            if part.dims[1] == UNIT:
                known.setdefault(inner, 0)
            if inner in known and known.setdefault(outer, known[inner] + offset) != known[inner] + offset:
                return False
            if outer in known and 0 <= known[outer] - offset < (part.dims[1].constant or 0):
                known.setdefault(inner, known[outer] - offset)
    return True
