"""Compositions of many layers, and how large their derivatives are."""

from __future__ import annotations

from itertools import pairwise

from shapecheck.core.expression import Expression

DECLARED = "W: (n, n); x, b, c: (n)"


def composition(layers: int) -> str:
    """h_1 = tanh(W x + b), h_2 = tanh(W h_1 + b), ..., `last`."""
    names = ["x", *(f"hidden{layer}" for layer in range(1, layers)), "last"]
    return "; ".join(f"{after} = tanh(W {before} + b)" for before, after in pairwise(names))


def nested(layers: int) -> str:
    """The same as one formula."""
    text = "x"
    for _ in range(layers):
        text = f"tanh(W {text} + b)"
    return f"c' {text}"


def size(expression: Expression) -> int:
    """Distinct nodes of an expression: what a graph with shared nodes has to store."""
    seen: set[Expression] = set()
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += node.args
    return len(seen)
