"""How blocks, index forms and values that nothing is known of are lowered."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from shapecheck.calculus import leaves
from shapecheck.calculus.canonical import Factor
from shapecheck.calculus.context import CannotDerive
from shapecheck.calculus.indexlanguage import Numbering
from shapecheck.calculus.pieces import Dims, Piece, leading, start, union
from shapecheck.calculus.powers import size
from shapecheck.calculus.product import ONE, add, einsum
from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.dimension import ZERO
from shapecheck.core.expression import Expression
from shapecheck.core.term import Term

if TYPE_CHECKING:
    from shapecheck.calculus.lower import Lowering


def _block(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    rows, columns = node.data[:2]
    free, numbering = start(parts)
    whole = (*dims, UNIT)[:2] if len(dims) == 1 else dims
    grid = [[_as_matrix(parts[r * columns + c].dims) for c in range(columns)] for r in range(rows)]
    outer = [numbering.fresh(dimension) if dimension != UNIT else None for dimension in whole]
    summands: list[tuple[Fraction | float, Term]] = []
    down = ZERO
    for r in range(rows):
        across = ZERO
        for c in range(columns):
            part, cell = parts[r * columns + c], grid[r][c]
            summands.append((ONE, _placed(part, cell, outer, (down, across), free, numbering)))
            across = across + cell[1]
        down = down + grid[r][0][0]
    shape = tuple(numbering.dims[n] for n in (*leading(free, numbering), *(n for n in outer if n is not None)))
    return Piece(add(summands, shape), free, dims)


def _as_matrix(dims: Dims) -> Dims:
    if len(dims) > 2:
        raise CannotDerive("blocks of tensors with more than two axes")
    return (*dims, UNIT, UNIT)[:2]


def _placed(part: Piece, cell: Dims, outer: list[int | None], offsets: Dims, free: tuple[str, ...], numbering: Numbering) -> Term:
    """One block among zeros."""
    factors: list[Factor] = []
    own = []
    for index, dimension, offset in zip(outer, cell, offsets, strict=True):
        if index is None:
            continue
        if dimension == numbering.dims[index]:
            own.append(index)
            continue
        inner = numbering.fresh(dimension)
        leaf = leaves.embed(numbering.dims[index], dimension, offset)
        factors.append((leaf, (index, inner)))
        if dimension != UNIT:
            own.append(inner)
    factors.append((part.term, (*leading(part.free, numbering), *own)))
    out = (*leading(free, numbering), *(n for n in outer if n is not None))
    return einsum(ONE, factors, out, numbering.dims)


def _entry(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    part = parts[0]
    indices = [index for index, dimension in zip(node.data, part.dims, strict=True) if dimension != UNIT]
    names = tuple(dict.fromkeys((*part.free, *(index for index in indices if isinstance(index, str)))))
    numbering = Numbering()
    own: list[int] = []
    factors: list[Factor] = []
    for name, dimension in zip(part.free, part.term.dims, strict=False):
        numbering.bind("free " + name, dimension)
    for index, dimension in zip(indices, part.axes, strict=True):
        if isinstance(index, str):
            own += numbering.bind("free " + index, dimension)
        else:
            own.append(numbering.fresh(dimension))
            factors.append((leaves.basis(index, dimension), (own[-1],)))
    factors.append((part.term, (*leading(part.free, numbering), *own)))
    return Piece(einsum(ONE, factors, leading(names, numbering), numbering.dims), names, dims)


def _unvec(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    """Column by column: entry (i, j) stands at the pair (j, i)."""
    part = parts[0]
    if UNIT in dims:
        return Piece(part.term, part.free, dims)
    free, numbering = start(parts)
    whole, row, column = numbering.fresh(part.term.dims[-1]), numbering.fresh(dims[0]), numbering.fresh(dims[1])
    lead = leading(free, numbering)
    pair = leaves.flat(dims[1], dims[0])
    return Piece(einsum(ONE, [(part.term, (*lead, whole)), (pair, (whole, column, row))], (*lead, row, column)), free, dims)


def _sigma(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    part = parts[0]
    bound = {name: self.context.facts.normal(dimension) for name, dimension in node.data}
    kept = tuple(name for name in part.free if name not in bound)
    axes = tuple(range(part.term.order))
    out = tuple(axis for axis in axes if axis >= len(part.free) or part.free[axis] in kept)
    factors: list[Factor] = [(part.term, axes)]
    factors += [(size(dimension), ()) for name, dimension in bound.items() if name not in part.free]
    return Piece(einsum(ONE, factors, out), kept, dims)


def _tensor(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    part = parts[0]
    numbering = Numbering()
    for name, dimension in zip(part.free, part.term.dims, strict=False):
        numbering.bind("free " + name, dimension)
    out: list[int] = []
    for name, dimension in zip(node.data, dims, strict=True):
        if dimension != UNIT:
            out += numbering.bind("free " + str(name), dimension)
    kept = tuple(name for name in part.free if name not in node.data)
    lead = leading(kept, numbering)
    term = einsum(ONE, [(part.term, leading(part.free, numbering))], (*lead, *out), numbering.dims)
    return Piece(term, kept, dims)


def _opaque(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    """A value whose dependence is not known: derivatives by what it depends on are refused."""
    free = union(parts)
    if free:
        raise CannotDerive(f"{node.data[0]} under an index")
    axes = tuple(dimension for dimension in dims if dimension != UNIT)
    return Piece(leaves.made("primitive", axes, name="opaque", args=tuple(part.term for part in parts), data=opaque_key(node)), (), dims)


def opaque_key(node: Expression) -> tuple[str, int]:
    """The name under which an opaque value is drawn."""
    return f"{node.data[0]}", -1


RULES: dict[str, Callable[[Lowering, Expression, list[Piece], Dims], Piece]] = {
    "block": _block,
    "unvec": _unvec,
    "entry": _entry,
    "sigma": _sigma,
    "tensor": _tensor,
    "opaque": _opaque,
}
