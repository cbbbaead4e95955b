"""A remark: words and formulas in between, written in any notation."""

from __future__ import annotations

from shapecheck import notation
from shapecheck.calculus import Context
from shapecheck.calculus.evaluate import Assignment
from shapecheck.core.expression import Expression
from shapecheck.explain.question import flip


class Remark:
    """One sentence."""

    __slots__ = ("parts",)

    def __init__(self, *parts: str | Expression) -> None:
        self.parts = parts

    def write(self, to: str = "ascii") -> str:
        """The sentence with its formulas in a notation, set apart as code (as `$...$` in LaTeX)."""
        quote = "$" if to == "latex" else "`"
        return "".join(part if isinstance(part, str) else f"{quote}{notation.write(part, to)}{quote}" for part in self.parts)


def drawn_apart(context: Context, sample: Assignment) -> dict[Expression, Expression]:
    """The definitions of names that were not drawn themselves."""
    return {name: meaning for name, meaning in context.definitions.items() if name not in sample.arrays}


def chain_of(expression: Expression) -> list[Expression]:
    """The factors of a matrix product, from left to right."""
    factors: list[Expression] = []
    stack = [expression]
    while stack:
        node = stack.pop()
        if node.op == "matmul":
            stack += [node.args[1], node.args[0]]
        elif node.op == "dot":
            stack += [node.args[1], flip(node.args[0])]
        else:
            factors.append(node)
    return factors
