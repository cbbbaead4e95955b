"""How long a formula is on paper: characters without blanks, as plain text writes them, near enough to choose by."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from shapecheck.core.expression import Expression
from shapecheck.ops import ROWS

MUCH = 1 << 20


@lru_cache(maxsize=1 << 14)
def length(expression: Expression) -> int:
    """Characters of the written expression; recursion is as deep as the expression, which folding keeps shallow."""
    args = expression.args
    op = expression.op
    if not args:
        return _leaf(expression)
    if op in ("add", "subtract"):
        return length(args[0]) + length(args[1]) + 1
    if op == "negate":
        return 1 + length(args[0])
    if op in ("matmul", "scale"):
        return _in_product(args[0]) + _in_product(args[1])
    if op in ("hadamard", "ratio"):
        scalar = op == "ratio" and not args[1].shape.dims
        return _in_product(args[0]) + _tight(args[1]) + (1 if scalar else 2)
    if op == "transpose":
        return _tight(args[0]) + 1
    if op == "power":
        return _tight(args[0]) + 1 + len(str(expression.data[0]))
    if op == "epower":
        return _tight(args[0]) + (1 if expression.shape.dims else 0) + 1 + length(args[1])
    if op in ("block", "entry", "sigma", "tensor"):
        return sum(map(length, args)) + len(args) + 2 + len(expression.data)
    if op == "unvec":
        return 8 + length(args[0]) + sum(len(str(dimension)) for dimension in expression.shape.dims)
    row = ROWS.get(op)
    return len(row.name if row else op) + 2 + sum(map(length, args)) + len(args) - 1 + (2 if expression.data else 0)


def _leaf(expression: Expression) -> int:
    if expression.op == "variable":
        return len(expression.data[0])
    if expression.op == "number":
        value = expression.data[0]
        return len(str(value)) if isinstance(value, Fraction) else 6
    if expression.op in ("ones", "zeros"):
        return 6 + sum(len(str(dimension)) for dimension in expression.shape.dims)
    return {"identity": 3, "basis": 3}.get(expression.op, 2)


def _in_product(expression: Expression) -> int:
    return length(expression) + (2 if expression.op in ("add", "subtract") else 0)


def _tight(expression: Expression) -> int:
    loose = ("add", "subtract", "matmul", "scale", "hadamard", "ratio", "negate")
    return length(expression) + (2 if expression.op in loose else 0)
