"""Matrices whose structure an inverse or a determinant keeps: Kronecker products, and blocks on or above (below) the diagonal."""

from __future__ import annotations

from fractions import Fraction

from shapecheck.calculus.canonical import Factor
from shapecheck.calculus.leaves import embed, flat
from shapecheck.calculus.product import ONE, add, einsum
from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.dimension import ZERO, Dimension
from shapecheck.core.record import dataclass
from shapecheck.core.term import Number, Term

Place = tuple[Dimension, Dimension]  # offset and size


@dataclass(frozen=True, slots=True)
class Blocks:
    """Square blocks along the diagonal, and the cells that are not zero by row and column."""

    whole: Dimension
    places: tuple[Place, ...]
    cells: dict[tuple[int, int], Term]

    @property
    def diagonal(self) -> list[Term]:
        return [self.cells[place, place] for place in range(len(self.places))]


def kronecker(arg: Term) -> tuple[Term, Term] | None:
    """A and B where the matrix is kron(A, B), both square."""
    if arg.kind != "einsum" or arg.order != 2:
        return None
    flats: list[tuple[int, ...]] = []
    rest: list[Factor] = []
    for term, indices in zip(arg.args, arg.indices, strict=False):
        side = term.kind == "leaf" and term.name == "flat" and indices[0] in arg.indices[-1]
        if side:
            flats.append(indices)
        else:
            rest.append((term, indices))
    pairs = {whole: inner for whole, *inner in flats}
    if len(pairs) != 2 or len(flats) != 2 or set(pairs) != set(arg.indices[-1]):
        return None
    (i, j), (k, m) = (pairs[whole] for whole in arg.indices[-1])
    first, second = _reaching({i, k}, rest), _reaching({j, m}, rest)
    if arg.data[i] != arg.data[k] or any(factor in second for factor in first):
        return None
    dims = dict(enumerate(arg.data))
    others = [factor for factor in rest if factor not in first and factor not in second]
    return einsum(arg.coefficient[0], [*first, *others], (i, k), dims), einsum(ONE, second, (j, m), dims)


def _reaching(indices: set[int], factors: list[Factor]) -> list[Factor]:
    """The factors that hang together with these indices."""
    reached = set(indices)
    for _ in factors:
        reached |= {index for _, axes in factors if reached & set(axes) for index in axes}
    return [factor for factor in factors if reached & set(factor[1])]


def of_kronecker(left: Term, right: Term) -> Term:
    """kron(left, right) as a term."""
    pair: list[Factor] = [(flat(left.dims[axis], right.dims[axis]), (axis, 2 + axis, 4 + axis)) for axis in (0, 1)]
    return einsum(ONE, [*pair, (left, (2, 3)), (right, (4, 5))], (0, 1))


def triangular(arg: Term) -> Blocks | None:
    """The blocks of a matrix that has some only on and above, or only on and below, its diagonal."""
    blocks = _blocks(arg)
    if blocks is None or any((place, place) not in blocks.cells for place in range(len(blocks.places))):
        return None
    above = any(row < column for row, column in blocks.cells)
    below = any(row > column for row, column in blocks.cells)
    return None if above and below else blocks


def _blocks(arg: Term) -> Blocks | None:
    if arg.kind != "add" or arg.order != 2 or not arg.args:
        return None
    cells: dict[tuple[Place, Place], list[tuple[Number, Term]]] = {}
    for weight, part in zip(arg.coefficient, arg.args, strict=True):
        placed = _placed(part)
        if placed is None:
            return None
        cells.setdefault(placed[0], []).append((weight, placed[1]))
    places = _partition({place for pair in cells for place in pair}, arg.dims[0])
    if places is None or len(places) < 2:
        return None
    numbers = {place: number for number, place in enumerate(places)}
    found = {(numbers[row], numbers[column]): add(parts, (row[1], column[1])) for (row, column), parts in cells.items()}
    return Blocks(arg.dims[0], places, found)


def _placed(part: Term) -> tuple[tuple[Place, Place], Term] | None:
    """Where a block stands, downwards and across, and the block."""
    if part.kind != "einsum" or len(set(part.indices[-1])) < 2:
        return None
    rest: list[Factor] = []
    places: dict[int, tuple[Place, int]] = {}
    for term, indices in zip(part.args, part.indices, strict=False):
        if term.kind == "leaf" and term.name == "embed" and indices[0] in part.indices[-1] and term.dims[1] != UNIT:
            places[indices[0]] = (term.data[0], term.dims[1]), indices[1]
        else:
            rest.append((term, indices))
    if set(places) != set(part.indices[-1]) or any(index in places for _, axes in rest for index in axes):
        return None
    (row, i), (column, j) = (places[index] for index in part.indices[-1])
    return (row, column), einsum(part.coefficient[0], rest, (i, j), dict(enumerate(part.data)))


def _partition(places: set[Place], whole: Dimension) -> tuple[Place, ...] | None:
    """The places one behind the other, if together they are all of it."""
    found: list[Place] = []
    at = ZERO
    while at != whole:
        following = [place for place in places if place[0] == at]
        if len(following) != 1:
            return None
        found += following
        at = at + following[0][1]
    return tuple(found) if len(found) == len(places) else None


def inverse_of_blocks(blocks: Blocks, inverses: list[Term]) -> Term | None:
    """Block by block; with a block beside the diagonal only of two by two: [A, B; 0, D]^-1 = [A^-1, -A^-1 B D^-1; 0, D^-1]."""
    beside = {place: cell for place, cell in blocks.cells.items() if place[0] != place[1]}
    if beside and len(blocks.places) > 2:
        return None
    parts: list[tuple[Number, Term]] = [(ONE, _put(blocks, (place, place), inverse)) for place, inverse in enumerate(inverses)]
    for (row, column), cell in beside.items():
        product = einsum(Fraction(-1), [(inverses[row], (0, 1)), (cell, (1, 2)), (inverses[column], (2, 3))], (0, 3))
        parts.append((ONE, _put(blocks, (row, column), product)))
    return add(parts, (blocks.whole, blocks.whole))


def _put(blocks: Blocks, at: tuple[int, int], cell: Term) -> Term:
    sides: list[Factor] = []
    for axis, place in enumerate(at):
        offset, size = blocks.places[place]
        sides.append((embed(blocks.whole, size, offset), (axis, 2 + axis)))
    return einsum(ONE, [*sides, (cell, (2, 3))], (0, 1))
