"""Expressions taken apart again: a sum into its products, a product entry by entry into a polynomial."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from shapecheck.calculus.fold.product import ONCE, Product, constant, factor, flattened, scalar
from shapecheck.core.expression import Expression, make
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
    """The terms of a sum as products of its own shape; None where a row or a column is broadcast."""
    parts = addends(expression)
    dims = expression.shape.dims
    if len(parts) > MAX_ADDENDS or any(part.shape.dims not in ((), dims) for _, part in parts):
        return None
    found = []
    for sign, part in parts:
        product = unpacked(part).times(sign)
        if dims and not product.dims:
            product = replace(product, chain=(make("ones", (), expression.shape),), dims=dims)
        found.append(product)
    return found
