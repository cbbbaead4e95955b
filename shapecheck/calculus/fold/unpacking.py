"""Expressions taken apart again: a sum into its products, a product entry by entry into a polynomial."""

from __future__ import annotations

from fractions import Fraction

from shapecheck.calculus.fold.product import ONCE, Product, constant, factor, flattened, scalar
from shapecheck.core.dimension import ONE
from shapecheck.core.expression import Expression, make
from shapecheck.core.record import replace
from shapecheck.core.shape import Shape
from shapecheck.core.term import Number

MAX_ADDENDS = 24


def unpacked(expression: Expression) -> Product:
    """One term of a sum as a product."""
    op, args = expression.op, expression.args
    if op == "number":
        return constant(expression.data[0])
    if op == "negate":
        return unpacked(args[0]).times(Fraction(-1))
    if op == "scale":
        front = unpacked(args[0])
        return unpacked(args[1]).times(front.coefficient, front.scalars)
    if op == "ratio" and not args[1].shape.dims:
        under = unpacked(args[1])
        inverse = tuple((inner, -power) for inner, power in under.scalars)
        return unpacked(args[0]).times(1 / under.coefficient, inverse)
    if op == "mean" and not expression.data:
        sizes = tuple((make("size", (), Shape(), (dimension,)), -ONCE) for dimension in args[0].shape.dims)
        return scalar(make("sum", args)).times(ONCE, sizes)
    along = args[0] if op == "transpose" else expression
    if along.op == "mean" and along.data and len(along.args[0].shape.dims) == 2:
        count = make("size", (), Shape(), (along.args[0].shape.dims[along.data[0]],))
        total = make("sum", along.args, along.shape, along.data)
        return factor(total if along is expression else make("transpose", (total,), expression.shape)).times(ONCE, ((count, -ONCE),))
    if op == "matmul" and expression.shape.dims:
        return Product(ONCE, (), flattened(expression), expression.shape.dims)
    return factor(expression) if expression.shape.dims else scalar(expression)


def addends(expression: Expression) -> list[tuple[Number, Expression]]:
    """The terms of a sum with their signs, in order."""
    pending: list[tuple[Number, Expression]] = [(ONCE, expression)]
    found: list[tuple[Number, Expression]] = []
    while pending and len(found) <= MAX_ADDENDS:
        sign, node = pending.pop()
        if node.op in ("add", "subtract"):
            pending += [(sign if node.op == "add" else -sign, node.args[1]), (sign, node.args[0])]
        elif node.op == "negate":
            pending.append((-sign, node.args[0]))
        else:
            found.append((sign, node))
    return found


def products(expression: Expression) -> list[Product] | None:
    """The terms of a sum as products of its own shape, broadcast ones spread out by ones."""
    parts = addends(expression)
    if len(parts) > MAX_ADDENDS:
        return None
    found = []
    for sign, part in parts:
        spreaded = _spread(unpacked(part).times(sign), part.shape, expression.shape)
        if spreaded is None:
            return None
        found.append(spreaded)
    return found


def _spread(product: Product, own: Shape, shape: Shape) -> Product | None:
    """A scalar among vectors or matrices, a row or a column among matrices, as a product of the whole shape."""
    dims = shape.dims
    if own.dims == dims or dims == (*own.dims, ONE) or (*dims, ONE) == own.dims:
        return product
    if not own.dims:
        return replace(product, chain=flattened(make("ones", (), shape)), dims=dims)
    if len(dims) != 2:
        return None
    if own.dims[0] == ONE:
        return replace(product, chain=(make("ones", (), Shape(dims[:1])), *product.chain), dims=dims)
    across = make("transpose", (make("ones", (), Shape(dims[1:])),), Shape((ONE, dims[1])))
    return replace(product, chain=(*product.chain, across), dims=dims)
