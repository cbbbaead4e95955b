"""Entries that unit vectors pick, as one writes them: `e_3' x` is `x_3`, `e_1' A e_2` is `A_12`."""

from __future__ import annotations

from shapecheck.calculus.fold.context import Context
from shapecheck.core.dimension import ONE
from shapecheck.core.expression import Expression, make, rewritten
from shapecheck.core.shape import Shape


def picked(expression: Expression, context: Context) -> Expression:
    """The expression with entries of names for the products that pick them, where no other name is written so."""
    return rewritten(expression, lambda node, args: _entry(make(node.op, args, node.shape, node.data), context))


def _entry(node: Expression, context: Context) -> Expression:
    if node.op != "matmul" or node.shape.dims or len(node.args) != 2:
        return node
    left, right = node.args
    before = _place(left.args[0]) if left.op == "transpose" else None
    behind = _place(right)
    if before is not None and _is_vector(right):
        return _named(node, right, (before,), context)
    if behind is not None and left.op == "transpose" and _is_vector(left.args[0]):
        return _named(node, left.args[0], (behind,), context)
    if behind is None or left.op != "matmul" or left.args[0].op != "transpose":
        return node
    row, matrix = _place(left.args[0].args[0]), left.args[1]
    return node if row is None or not _is_matrix(matrix) else _named(node, matrix, (row, behind), context)


def _place(node: Expression) -> int | None:
    return node.data[0] if node.op == "basis" and isinstance(node.data[0], int) else None


def _is_vector(node: Expression) -> bool:
    return node.op == "variable" and node.shape.rank == 1 and node.shape.dims[0] != ONE


def _is_matrix(node: Expression) -> bool:
    return node.op == "variable" and node.shape.rank == 2 and ONE not in node.shape.dims


def _named(node: Expression, base: Expression, places: tuple[int, ...], context: Context) -> Expression:
    """Nothing where `x_3` is a name of its own."""
    written = f"{base.data[0]}_{''.join(map(str, places))}"
    return node if written in context.taken else make("entry", (base,), Shape(), places)
