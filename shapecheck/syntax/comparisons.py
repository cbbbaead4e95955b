"""Comparisons: `Z > 0` is 1 where it holds and 0 elsewhere, and so is `1[z > 0]`, `1(z > 0)`, `𝟙{z > 0}`."""

from __future__ import annotations

from typing import Any

from shapecheck.core.span import Span
from shapecheck.syntax.brackets import Group
from shapecheck.syntax.reader import Reader
from shapecheck.syntax.scan import Token
from shapecheck.syntax.spelling import spell
from shapecheck.syntax.tree import Apply, Node

_SIGNS = {
    "<": "less", ">": "greater", "<=": "at_most", "≤": "at_most", ">=": "at_least", "≥": "at_least", "!=": "unequal", "≠": "unequal",
    "==": "equal", "===": "equal", "\\le": "at_most", "\\leq": "at_most", "\\ge": "at_least", "\\geq": "at_least", "\\ne": "unequal",
    "\\neq": "unequal",
}  # fmt: skip
APPROXIMATE = frozenset({"≈", "\\approx"})
COMPARISONS = frozenset(_SIGNS.values())
_INDICATORS = frozenset({"𝟏", "1", "I", "indicator"})


def sign(reader: Reader, token: Token) -> None:
    """`>=` between operands compares; `≈` relates sides of one shape; `∝` cannot be checked."""
    if token.text in APPROXIMATE and reader.ended:
        reader.emit("RELATION", token)
    else:
        reader.emit("COMPARE" if token.text in _SIGNS and reader.ended else token.kind, token)


def compare(left: Node, operator: Token, right: Node) -> Apply:
    place = Span(operator.start, operator.end)
    return Apply(_SIGNS[operator.text], (left, right), place, left.span.cover(right.span))


def compare_next(chain: Apply, operator: Token, right: Node) -> Apply:
    """`0 < x < 1`: both hold."""
    middle = chain.args[1] if chain.op in COMPARISONS else chain.args[1].args[1]  # type: ignore[union-attr]
    return Apply("hadamard", (chain, compare(middle, operator, right)), Span(operator.start, operator.start), chain.span.cover(right.span))


def is_comparison(node: Any) -> bool:
    return isinstance(node, Apply) and (
        node.op in COMPARISONS or (node.op == "hadamard" and node.operator.start == node.operator.end and is_comparison(node.args[0]))
    )


def indicates(reader: Reader, token: Token) -> bool:
    """Whether this is the mark of an indicator, which the brackets behind it say already: `1[z > 0]`, `𝟙(z > 0)`, `I{z > 0}`."""
    opening = reader.peek()
    if opening is None or opening.kind != "OPEN" or opening.gap or spell(token.text) not in _INDICATORS:
        return False
    assert isinstance(opening.value, Group)
    inside = reader.raw[reader.position + 2 : opening.value.closing]
    if not any(part.text in _SIGNS for part in inside) or any(part.kind == "COMMA" for part in inside):
        return False
    opening.gap = 1
    return True
