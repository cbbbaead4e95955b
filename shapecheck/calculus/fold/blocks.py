"""Matrices of blocks: selecting matrices `[I; 0]`, and sums of placed blocks as `[A, B; C, D]`."""

from __future__ import annotations

from fractions import Fraction

from shapecheck.calculus.fold.product import Product, assemble
from shapecheck.core.dimension import ONE, ZERO, Dimension
from shapecheck.core.expression import Expression, make
from shapecheck.core.record import dataclass, replace
from shapecheck.core.shape import Shape

MAX_CELLS = 64


@dataclass(frozen=True, slots=True)
class Placed:
    """A block and where it stands: offset and size, downwards and across."""

    down: Dimension
    high: Dimension
    across: Dimension
    wide: Dimension
    block: Product


def selector(whole: Dimension, part: Dimension, offset: Dimension) -> Expression:
    """The (whole, part) matrix with ones where row = offset + column; a vector where the part is one entry."""
    after = whole - offset - part
    shape = Shape((whole,)) if part == ONE else Shape((whole, part))
    cells = []
    for size, kind in ((offset, "zeros"), (part, "identity"), (after, "zeros")):
        if size == ZERO:
            continue
        if part == ONE:
            cells.append(make("number", data=(Fraction(1),)) if kind == "identity" else make("zeros", (), Shape((size,))))
        else:
            cells.append(make(kind, (), Shape((size, part))))
    return make("block", tuple(cells), shape, (len(cells), 1, offset)) if len(cells) > 1 else cells[0]


def selected(expression: Expression) -> tuple[Dimension, Dimension] | None:
    """(offset, size) of a selecting matrix."""
    if expression.op != "block" or expression.data[1] != 1:
        return None
    if len(expression.data) == 3:
        return expression.data[2], expression.shape.dims[1] if len(expression.shape.dims) == 2 else ONE
    return _single(expression.args, 0)


def selected_across(last: Expression) -> tuple[Dimension, Dimension] | None:
    """(offset, size) of a selecting matrix that stands on the right."""
    if last.op != "block" or last.data[0] != 1 or len(last.shape.dims) != 2:
        return None
    return (last.data[2], last.shape.dims[0]) if len(last.data) == 3 else _single(last.args, 1)


def _single(cells: tuple[Expression, ...], axis: int) -> tuple[Dimension, Dimension] | None:
    """(offset, size) of the one identity, or 1, among cells of zeros along an axis."""
    at, found = ZERO, None
    for cell in cells:
        core = cell.args[0] if cell.op == "transpose" else cell
        size = (*cell.shape.dims, ONE, ONE)[axis]
        if core.op == "identity" or (core.op == "number" and core.data[0] == 1):
            if found is not None:
                return None
            found = (at, size)
        elif core.op != "zeros":
            return None
        at = at + size
    return found


def gathered(terms: list[Product], dims: tuple[Dimension, ...]) -> list[Product]:
    """Terms that place blocks side by side become one matrix of blocks; others stay."""
    placed: list[Placed] = []
    rest: list[Product] = []
    for term in terms:
        place = _place(term, dims)
        if place is None or len(placed) >= MAX_CELLS:
            rest.append(term)
        else:
            placed.append(place)
    if len(placed) < 2:
        return terms
    downs = _cuts([(piece.down, piece.high) for piece in placed], dims[0])
    acrosses = _cuts([(piece.across, piece.wide) for piece in placed], (*dims, ONE)[1])
    if downs is None or acrosses is None:
        return terms
    cells: dict[tuple[Dimension, Dimension], Expression] = {}
    for piece in placed:
        if (piece.down, piece.across) in cells:
            return terms
        cells[piece.down, piece.across] = assemble(piece.block)
    grid = [
        cells.get((down, across)) or make("zeros", (), _size(high, wide, len(dims))) for down, high in downs for across, wide in acrosses
    ]
    whole = make("block", tuple(grid), Shape(dims), (len(downs), len(acrosses)))
    return [Product(Fraction(1), (), (whole,), dims), *rest]


def _size(high: Dimension, wide: Dimension, order: int) -> Shape:
    return Shape((high, wide) if order == 2 else (high,))


def _place(term: Product, dims: tuple[Dimension, ...]) -> Placed | None:
    """The block of a term that is one block among zeros."""
    chain = term.chain
    down: tuple[Dimension, Dimension] | None = None
    across: tuple[Dimension, Dimension] | None = None
    if chain and (found := selected(chain[0])) is not None:
        down, chain = found, chain[1:]
    if len(dims) == 2 and chain and (found := selected_across(chain[-1])) is not None:
        across, chain = found, chain[:-1]
    if down is None and across is None:
        return None
    down = down or (ZERO, dims[0])
    across = across or ((ZERO, dims[1]) if len(dims) == 2 else (ZERO, ONE))
    inner_dims: tuple[Dimension, ...] = (down[1], across[1]) if len(dims) == 2 else (down[1],)
    if not chain:
        square = len(inner_dims) == 2 and inner_dims[0] == inner_dims[1] and inner_dims[0] != ONE
        chain = (make("identity", (), Shape(inner_dims)),) if square else ()
        inner_dims = inner_dims if square else ()
    return Placed(*down, *across, replace(term, chain=chain, dims=inner_dims))


def _cuts(pieces: list[tuple[Dimension, Dimension]], whole: Dimension) -> list[tuple[Dimension, Dimension]] | None:
    """The pieces in order, without gaps, filling the whole; gaps become pieces of zeros where one is open."""
    known = dict(pieces)
    if any(known[start] != size for start, size in pieces):
        return None
    order: list[tuple[Dimension, Dimension]] = []
    at = ZERO
    for _ in range(len(known) + 1):
        if at not in known:
            break
        order.append((at, known[at]))
        at = at + known[at]
        if at == whole:
            break
    if len(order) != len(known):
        return None
    if at != whole:
        order.append((at, whole - at))
    return order
