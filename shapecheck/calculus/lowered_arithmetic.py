"""How leaves, sums, products and powers are lowered."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from shapecheck.calculus import leaves
from shapecheck.calculus.context import CannotDerive
from shapecheck.calculus.functions import map_, primitive
from shapecheck.calculus.pieces import Dims, Piece, places, product, spread, start
from shapecheck.calculus.powers import power, size
from shapecheck.calculus.product import ONE, add, constant_value, einsum, identity, number, ones, permuted, scale
from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.dimension import Dimension
from shapecheck.core.expression import Expression
from shapecheck.core.term import Term

if TYPE_CHECKING:
    from shapecheck.calculus.lower import Lowering


def _variable(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    return Piece(self.leaf(node), (), dims)


def exact(value: Fraction | float) -> Fraction | float:
    """A decimal as the fraction it was written as."""
    if isinstance(value, Fraction):
        return value
    text = repr(float(value))
    return Fraction(text) if len(text) <= 12 and "n" not in text else float(value)


def _number(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    return Piece(number(exact(node.data[0])), (), dims)


def _constant(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    return Piece(leaves.constant(node.data[0]), (), dims)


def _size(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    return Piece(size(self.context.facts.normal(node.data[0])), (), dims)


def _identity(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    axes = [dimension for dimension in dims if dimension != UNIT]
    if len(axes) < 2:
        return Piece(ones(tuple(axes)), (), dims)
    batch = tuple(range(len(axes) - 2))
    last = len(axes)
    return Piece(einsum(ONE, (), (*batch, last, last), {**dict(enumerate(axes[:-2])), last: axes[-1]}), (), dims)


def _ones(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    return Piece(ones(tuple(dimension for dimension in dims if dimension != UNIT)), (), dims)


def _zeros(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    return Piece(leaves.zero(tuple(dimension for dimension in dims if dimension != UNIT)), (), dims)


def _basis(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    index = node.data[0]
    axes = tuple(dimension for dimension in dims if dimension != UNIT)
    if not axes:
        return Piece(number(ONE), (), dims)
    if isinstance(index, int):
        return Piece(leaves.basis(index, axes[0]), (), dims)
    return Piece(identity(axes[0]), (str(index),), dims)


def _sum(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    signs = (ONE, -ONE if node.op == "subtract" else ONE)
    free, terms = spread(parts, dims)
    return Piece(add(zip(signs, terms, strict=True), terms[0].dims), free, dims)


def _negate(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    return Piece(scale(-ONE, parts[0].term), parts[0].free, dims)


def _entrywise(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    if node.op == "ratio":
        below = parts[1]
        parts = [parts[0], Piece(power(below.term, -ONE), below.free, below.dims)]
    free, numbering = start(parts)
    target = tuple(numbering.fresh(dimension) if dimension != UNIT else None for dimension in dims)
    factors = []
    for part in parts:
        own = [target[place] for place in places(part.dims, dims) if place is not None]
        factors.append((part, tuple(n for n in own if n is not None)))
    out = tuple(n for n in target if n is not None)
    return Piece(product(ONE, factors, out, numbering, free), free, dims)


def _matmul(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    left, right = parts
    free, numbering = start(parts)
    a = left.dims if len(left.dims) > 1 else (*left.dims, UNIT)[:2]
    b = right.dims if len(right.dims) > 1 else (*right.dims, UNIT)[:2]
    rows, inner, columns = (numbering.fresh(d) if d != UNIT else None for d in (a[-2], a[-1], b[-1]))
    batch = [numbering.fresh(d) for d in _batch(a[:-2], b[:-2])]
    factors = []
    for part, shape, core in ((left, a, (rows, inner)), (right, b, (inner, columns))):
        count = len(shape) - 2
        own = batch[len(batch) - count :] if count else []
        lead = [n for n, dimension in zip(own, shape[:-2], strict=True) if dimension != UNIT]
        factors.append((part, (*lead, *(n for n in core if n is not None))))
    out = tuple(n for n in (*batch, rows, columns) if n is not None and numbering.dims[n] != UNIT)
    if a[-1] != b[-2]:
        raise CannotDerive("the inner dimensions of a product are not certainly equal")
    return Piece(product(ONE, factors, out, numbering, free), free, dims)


def _batch(first: Dims, second: Dims) -> list[Dimension]:
    length = max(len(first), len(second))
    padded = [(UNIT,) * (length - len(dims)) + tuple(dims) for dims in (first, second)]
    return [a if a != UNIT else b for a, b in zip(*padded, strict=True)]


def _transpose(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    part = parts[0]
    if len(part.dims) < 2 or UNIT in part.dims[-2:]:
        return Piece(part.term, part.free, dims)
    axes = list(range(part.term.order))
    axes[-2:] = axes[:-3:-1]
    return Piece(permuted(part.term, tuple(axes)), part.free, dims)


def _power(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    part, exponent = parts[0], node.data[0]
    exponent = exponent if isinstance(exponent, Fraction) else Fraction(exponent)
    if len(part.axes) < 2:
        return Piece(power(part.term, exponent), part.free, dims)
    return Piece(matrix_power(part.term, exponent), part.free, dims)


def matrix_power(base: Term, exponent: Fraction) -> Term:
    """A power of a square matrix: whole powers are products, roots a primitive."""
    if exponent < 0:
        return matrix_power(primitive("inv", (base,)), -exponent)
    if exponent.denominator > 8 or exponent > 4096:
        raise CannotDerive(f"a matrix to the power {exponent}")
    if exponent.denominator > 1:
        root = (
            primitive("root", (base,))
            if exponent.denominator == 2
            else leaves.made("primitive", base.dims, name="root", args=(base,), data=(exponent.denominator,))
        )
        return matrix_power(root, Fraction(exponent.numerator))
    batch = tuple(range(base.order - 2))
    n = base.order
    result = einsum(ONE, (), (*batch, n, n), {**dict(enumerate(base.dims[:-2])), n: base.dims[-1]})
    square, count = base, exponent.numerator
    while count:
        if count & 1:
            result = _times(result, square, batch)
        count >>= 1
        if count:
            square = _times(square, square, batch)
    return result


def _times(left: Term, right: Term, batch: tuple[int, ...]) -> Term:
    n = left.order
    return einsum(ONE, [(left, (*batch, n, n + 1)), (right, (*batch, n + 1, n + 2))], (*batch, n, n + 2))


def _general_power(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    exponent = constant_value(parts[1].term)
    if exponent is not None and not parts[1].free and parts[0].dims == dims:
        return Piece(power(parts[0].term, exponent), parts[0].free, dims)
    free, terms = spread(parts, dims)
    return Piece(map_("epower", (terms[0], terms[1])), free, dims)


RULES: dict[str, Callable[[Lowering, Expression, list[Piece], Dims], Piece]] = {
    "variable": _variable,
    "number": _number,
    "constant": _constant,
    "size": _size,
    "identity": _identity,
    "ones": _ones,
    "zeros": _zeros,
    "basis": _basis,
    "add": _sum,
    "subtract": _sum,
    "negate": _negate,
    "scale": _entrywise,
    "hadamard": _entrywise,
    "ratio": _entrywise,
    "matmul": _matmul,
    "transpose": _transpose,
    "power": _power,
    "epower": _general_power,
}
