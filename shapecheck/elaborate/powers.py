"""Powers and transposes."""

from __future__ import annotations

from fractions import Fraction

from shapecheck.core.expression import Expression, make
from shapecheck.elaborate import build
from shapecheck.elaborate.broadcast import entrywise
from shapecheck.elaborate.problems import fail, side
from shapecheck.elaborate.products import inverse, square
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.solver import plain
from shapecheck.elaborate.walk import is_starred
from shapecheck.syntax.tree import Apply


def power(frame: Frame, node: Apply, base: Expression, exponent: Expression) -> Expression | None:
    """`x^2` of a scalar, `X^2`, `X^-1`, `X^(1/2)` of a square matrix; `**` beside `@` goes entry by entry, as in NumPy."""
    shape = frame.solver.resolve(base.shape)
    starred = is_starred(node)
    if not shape.dims or not plain(shape).dims:
        return _of_scalar(frame, node, build.as_scalar(base), exponent)
    value = build.exact(exponent)
    if starred and (frame.elementwise or shape.rank == 1) and value != -1:
        return entrywise(frame, node, "epower", base, exponent)
    if value is None:
        return build.opaque("power", (base, exponent), shape)
    if shape.rank >= 2:
        mark = frame.solver.mark()
        if square(frame, shape):
            return matrix_power(base, value)
        frame.solver.rollback(mark)
        if starred and value != -1:
            return entrywise(frame, node, "epower", base, exponent)
    if frame.summed and value > 0:  # `Σ (y - ŷ)²`
        return entrywise(frame, node, "epower", base, exponent)
    kind = "inverse" if value == -1 else "power"
    fail(frame, "not-square", kind, node, node.operator, (side(node.args[0], base, frame),), exponent=str(value))
    return None


def matrix_power(base: Expression, exponent: Fraction) -> Expression:
    if exponent == 1:
        return base
    return inverse(base) if exponent == -1 else make("power", (base,), base.shape, (exponent,))


def _of_scalar(frame: Frame, node: Apply, base: Expression, exponent: Expression) -> Expression | None:
    shape = frame.solver.resolve(exponent.shape)
    if shape.rank >= 2 and not frame.elementwise:
        return build.opaque("power", (base, exponent), shape)
    if base.op == "constant" and base.data == ("e",):
        return make("exp", (exponent,), exponent.shape)
    value = build.exact(exponent)
    if value == 1:
        return base
    return make("epower", (base, exponent), shape)


def dot_power(frame: Frame, node: Apply, base: Expression, exponent: Expression) -> Expression | None:
    """`x.^2`."""
    return entrywise(frame, node, "epower", base, exponent)


def transpose(frame: Frame, node: Apply, value: Expression) -> Expression | None:
    shape = frame.solver.resolve(value.shape)
    return build.transpose(value) if shape is value.shape else make("transpose", (value,), build.transposed(shape))


def inverse_transpose(frame: Frame, node: Apply, value: Expression) -> Expression | None:
    shape = frame.solver.resolve(value.shape)
    if plain(shape).dims and not square(frame, shape):
        fail(frame, "not-square", "inverse", node, node.operator, (side(node.args[0], value, frame),), exponent="-T")
        return None
    return build.transpose(inverse(value))
