"""Differences inside even functions, turned the way the source formula has them: `norm(x - a)`."""

from __future__ import annotations

from shapecheck.calculus.fold.context import Context
from shapecheck.core.expression import Expression, make

EVEN = frozenset({"norm", "norm1", "abs", "cos", "cosh"})


def turned(argument: Expression, context: Context) -> Expression:
    """The argument of an even function, or its negative where that is how the source writes it."""
    if argument.op == "negate":
        return argument.args[0]
    if argument.op != "subtract":
        return argument
    left, right = argument.args
    order = context.order
    known = len(order) + 1
    return make("subtract", (right, left), argument.shape) if order.get(right, known) < order.get(left, known) else argument
