"""What a part of a formula does with its own parts, in a sentence."""

from __future__ import annotations

from shapecheck import ops
from shapecheck.core.expression import Expression
from shapecheck.elaborate.sheet import Typed
from shapecheck.syntax.tree import Apply, Call

TWO = {
    "matmul": "Matrix product",
    "hadamard": "Product entry by entry",
    "ratio": "Quotient entry by entry",
    "add": "Sum",
    "subtract": "Difference",
    "kron": "Kronecker product",
    "inner": "Frobenius product, the sum of the products of equal entries,",
    "epower": "Power entry by entry",
}
"""Said of two parts with their shapes."""

ONE = {
    "transpose": "Transpose: rows become columns.",
    "negate": "The negative of every entry.",
    "power": "Power of a square matrix.",
    "sigma": "Sum over the indices below the sign.",
    "tensor": "The array of the entries.",
    "block": "A matrix made of blocks.",
    "entry": "One entry.",
    "identity": "The identity matrix.",
    "ones": "All ones.",
    "zeros": "All zeros.",
    "basis": "A unit vector: one entry is 1, all others are 0.",
    "size": "A size as a number.",
}


def sentence(typed: Typed, parts: dict[Expression, str]) -> str:
    """`parts` are the texts of what is inside, by what it was read as."""
    expression, node = typed.expression, typed.node
    if isinstance(node, Apply) and node.op == "backslash":
        return "The solution of a system: the inverse of what is left of the sign, times what is right of it."
    if isinstance(node, Apply) and node.op == "slash" and expression.op == "matmul":
        return "Times the inverse of what is right of the sign."
    if expression.op == "scale":
        return "A product with a scalar."
    if expression.op == "ratio" and expression.args[0].shape.rank and not expression.args[1].shape.rank:
        return "Every entry, divided by a scalar."
    if expression.op in TWO and len(expression.args) == 2:
        if not any(arg.shape.rank for arg in expression.args):
            return f"{_kind(expression)} of scalars."
        return f"{_kind(expression)} of {' and '.join(_part(arg, parts) for arg in expression.args)}."
    if isinstance(node, Call) or expression.op in ("inv", "norm"):
        row = ops.ROWS.get(expression.op)
        return row.about if row is not None else ""
    return ONE.get(expression.op, "")


def _kind(expression: Expression) -> str:
    if expression.op == "matmul" and not expression.shape.rank:
        return "Inner product"
    if expression.op == "epower" and not expression.shape.rank:
        return "Power"
    if expression.op == "ratio" and not expression.args[1].shape.rank:
        return "Quotient"
    if expression.op == "matmul" and all(arg.shape.rank == 1 or "1" in tuple(arg.shape) for arg in expression.args):
        return "Outer product"
    return TWO[expression.op]


def _part(expression: Expression, parts: dict[Expression, str]) -> str:
    shape = str(expression.shape) if expression.shape.rank else "(a scalar)"
    text = parts.get(expression, "")
    return f"`{text}` {shape}" if text and len(text) < 40 else shape
