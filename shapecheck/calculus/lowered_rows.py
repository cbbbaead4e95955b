"""How rows of the operator table are lowered: by their index form, their definition, or as functions."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from shapecheck.calculus.formula import interpret
from shapecheck.calculus.functions import map_, primitive, reduce_
from shapecheck.calculus.indexlanguage import Numbering, build, parse, widened
from shapecheck.calculus.pieces import Dims, Piece, leading, spread, start
from shapecheck.calculus.powers import power
from shapecheck.calculus.product import ONE, einsum, number, permuted
from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.expression import Expression
from shapecheck.ops.row import Row

if TYPE_CHECKING:
    pass


def function(row: Row, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    if row.kind == "elementwise":
        free, terms = spread(parts, dims) if len(parts) > 1 else (parts[0].free, [parts[0].term])
        if row.definition:
            return Piece(interpret(row.definition, dict(zip(row.parameters, terms, strict=True))), free, dims)
        return Piece(map_(row.key, tuple(terms)), free, dims)
    if row.kind == "reduction":
        return _reduction(row, node, parts[0], dims)
    if row.kind == "index":
        return _index_row(row, parts, dims)
    part = parts[0]
    if row.signature.startswith("(n,n)") and not part.axes:
        scalar = {"inv": -ONE, "det": ONE}.get(row.key)
        return Piece(power(part.term, scalar) if scalar is not None else map_("log", (map_("abs", (part.term,)),)), part.free, dims)
    if row.key == "pinv" and len(part.axes) < 2:
        return _vector_pinv(part, dims)
    if row.key in ("softmax", "logsoftmax") and not part.axes:
        return Piece(number(ONE if row.key == "softmax" else Fraction(0)), part.free, dims)
    return Piece(primitive(row.key, (part.term,)), part.free, dims)


def _vector_pinv(part: Piece, dims: Dims) -> Piece:
    """Of a vector x: x' over x'x."""
    axes = tuple(range(part.term.order))
    lead = axes[: len(part.free)]
    square = einsum(ONE, [(part.term, axes), (part.term, axes)], lead)
    return Piece(einsum(ONE, [(part.term, axes), (power(square, -ONE), lead)], axes), part.free, dims)


def _reduction(row: Row, node: Expression, part: Piece, dims: Dims) -> Piece:
    lead = len(part.free)
    if node.data:
        axis = node.data[0] % max(len(part.dims), 1)
        if part.dims[axis] == UNIT:
            reduced: tuple[int, ...] = ()
        else:
            reduced = (lead + sum(dimension != UNIT for dimension in part.dims[:axis]),)
    else:
        reduced = tuple(range(lead, part.term.order))
    if row.definition:
        kept = tuple(axis for axis in range(part.term.order) if axis not in reduced)
        turned = permuted(part.term, (*kept, *reduced))
        last = tuple(range(len(kept), turned.order))
        return Piece(interpret(row.definition, {row.parameters[0]: turned}, last), part.free, dims)
    return Piece(reduce_(row.key, part.term, reduced), part.free, dims)


def _index_row(row: Row, parts: list[Piece], dims: Dims) -> Piece:
    form = widened(parse(row.index), len(parts[0].axes))
    free, numbering = start(parts)
    names = {part.name: part.indices for _, product in form.terms for part in product}
    batch: dict[int, int] = {}
    values = {}
    for name, part in zip(row.parameters, parts, strict=True):
        own = _bind(part, names[name], numbering, batch)
        values["", name] = (part.term, (*leading(part.free, numbering), *own))
    out = (*leading(free, numbering), *(batch[place] for place in sorted(batch)))
    return Piece(build(form, values, out, numbering), free, dims)


def _bind(part: Piece, names: tuple[str, ...], numbering: Numbering, batch: dict[int, int]) -> tuple[int, ...]:
    """Binds a parameter's indices to its last axes; the numbers of its batch axes, which align from the right."""
    shape = (*part.dims, *(UNIT,) * (len(names) - len(part.dims)))
    if len(shape) > len(names) and (len(shape) == 2 or names[:1] == ("axis0",) or not names):
        shape = part.axes if len(part.axes) >= len(names) else (*part.axes, *(UNIT,) * (len(names) - len(part.axes)))
    extra = len(shape) - len(names)
    own = []
    for place in range(-extra, 0):
        dimension = shape[extra + place]
        if dimension != UNIT:
            if place not in batch:
                batch[place] = numbering.fresh(dimension)
            own.append(batch[place])
    for name, dimension in zip(names, shape[extra:], strict=True):
        numbering.bind(name, dimension)
    return tuple(own)
