"""A derivative to its derivation: lines that are equalities, each with its reason, each checked by value before it is shown.

`explain` gives them in two styles: by differentials (rules from outside to inside, then the trace or the Frobenius product) and
by components (sums over indices). `writing` makes text, Markdown and plain data of them. What does not hold on samples is left
out: a derivation may say less, never anything wrong. Begin with `differential.py`.
"""

from __future__ import annotations

from shapecheck.explain.deriving import explain
from shapecheck.explain.explanation import Explanation, Left, Line, Section
from shapecheck.explain.remarks import brief, remarks

__all__ = ["Explanation", "Left", "Line", "Section", "brief", "explain", "remarks"]
