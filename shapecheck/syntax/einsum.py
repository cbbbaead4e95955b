"""`einsum('ij,jk->ik', A, B)` as the index form that it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from shapecheck.core.span import Span
from shapecheck.syntax.tree import Apply, Entry, Name, Node, Paren

_FORM = re.compile(r"(?P<operands>[A-Za-z]+(?:,[A-Za-z]+)*)(?P<arrow>->(?P<out>[A-Za-z]*))?")
_STEPS = str.maketrans("tkn", "TKN")
"""Letters that alone in brackets are steps in time."""


def einsum(text: str, operands: Sequence[Node], place: Span) -> Node | None:
    """The tensor; None where the string has more than letters, or not as many parts as there are operands."""
    form = _FORM.fullmatch(text.replace(" ", ""))
    if form is None:
        return None
    given, out = form["operands"], form["out"] or ""
    if any(part in ("t", "k", "n") for part in given.split(",")):
        given, out = given.translate(_STEPS), out.translate(_STEPS)
    parts = given.split(",")
    if len(parts) != len(operands) or not operands:
        return None
    counted = Counter(given.replace(",", ""))
    if form["arrow"] is None:
        out = "".join(sorted(letter for letter, count in counted.items() if count == 1))
    if len(set(out)) < len(out) or not set(out) <= set(counted):
        return None
    factors: list[Node] = [_entry(operand, letters) for operand, letters in zip(operands, parts, strict=True)]
    product: Node = factors[0]
    for factor in factors[1:]:
        product = Apply("juxtapose", (product, factor), Span(factor.span.start, factor.span.start), product.span.cover(factor.span))
    body = Paren(product, product.span)
    return Entry(body, tuple(Name(letter, place) for letter in out), place) if out else body


def _entry(operand: Node, letters: str) -> Entry:
    return Entry(operand, tuple(Name(letter, operand.span) for letter in letters), operand.span)
