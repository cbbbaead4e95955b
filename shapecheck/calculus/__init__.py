"""Formulas to meaning and back: derivatives, verdicts on claims, and the checks that stand behind both.

`lower` maps expressions to terms (sums of products with indices), `differentiate` terms to terms, `fold` terms to
expressions as short as a textbook's; `evaluate` computes both in NumPy, `verify` compares them on samples.
Nothing leaves here that has not agreed with its own numeric check. Begin with `derivative.py` and `judging.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.calculus.context import CannotDerive, Context
from shapecheck.calculus.derivative import Derivative, derivative
from shapecheck.calculus.verdict import Verdict

if TYPE_CHECKING:
    from shapecheck.elaborate.sheet import Claim

__all__ = ["CannotDerive", "Context", "Derivative", "Verdict", "derivative", "judge"]


def judge(claim: Claim, context: Context) -> Verdict:
    """Whether a claim is right, and if not, how it is wrong."""
    from shapecheck.calculus.identical import is_identical

    if is_identical(claim, context):
        return Verdict("right")
    from shapecheck.calculus import judging  # late: it comes with NumPy

    return judging.judge(claim, context)
