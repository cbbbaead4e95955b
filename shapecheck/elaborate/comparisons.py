"""Comparisons as indicators, entry by entry: 1 where they hold and 0 elsewhere, written with `step`."""

from __future__ import annotations

from shapecheck.core.expression import Expression, make, number
from shapecheck.core.shape import Shape
from shapecheck.elaborate import build
from shapecheck.elaborate.broadcast import entrywise
from shapecheck.elaborate.scope import Frame
from shapecheck.syntax.tree import Apply, Node, Paren

SIGNS = ("less", "greater", "at_most", "at_least", "equal", "unequal")


def comparison(frame: Frame, node: Apply, left: Expression, right: Expression) -> Expression | None:
    """`x > y` is step(x - y), `x >= y` is 1 - step(y - x); a number is compared with every entry."""
    over = _difference(frame, node, left, right)
    if over is None:
        return None
    match node.op:
        case "greater":
            return _step(over)
        case "less":
            return _step(_reversed(over))
        case "at_least":
            return _not(_step(_reversed(over)))
        case "at_most":
            return _not(_step(over))
    apart = make("add", (_step(over), _step(_reversed(over))), over.shape)
    return apart if node.op == "unequal" else _not(apart)


def is_comparison(node: Node) -> bool:
    while isinstance(node, Paren):
        node = node.body
    return isinstance(node, Apply) and node.op in SIGNS


def _difference(frame: Frame, node: Apply, left: Expression, right: Expression) -> Expression | None:
    if right.op == "number" and right.data[0] == 0:
        return left
    if left.op == "number" and left.data[0] == 0:
        return build.negate(right)
    return entrywise(frame, node, "subtract", left, right)


def _reversed(difference: Expression) -> Expression:
    if difference.op == "subtract" and difference.args[0].shape == difference.args[1].shape:
        return make("subtract", difference.args[::-1], difference.shape)
    return difference.args[0] if difference.op == "negate" else build.negate(difference)


def _step(value: Expression) -> Expression:
    return make("step", (value,), value.shape)


def _not(value: Expression) -> Expression:
    return make("subtract", (number(1), value), Shape() if not value.shape.dims else value.shape)
