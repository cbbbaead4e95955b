"""Sums as they are written: a negative term is subtracted."""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.core.expression import Expression, make
from shapecheck.explain.question import CannotExplain


def signed_total(terms: Sequence[Expression]) -> Expression:
    """The sum of the terms; negatives are put behind where the first is one and another is not."""
    if not terms:
        raise CannotExplain("nothing changes")
    ordered = sorted(terms, key=lambda term: term.op == "negate") if terms[0].op == "negate" else list(terms)
    result = ordered[0]
    for term in ordered[1:]:
        op, added = ("subtract", term.args[0]) if term.op == "negate" else ("add", term)
        result = make(op, (result, added), term.shape)
    return result
