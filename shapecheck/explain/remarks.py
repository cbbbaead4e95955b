"""What is worth knowing beside a derivative: one-hot vectors, kinks, and answers of the right shape that are wrong.

`remarks` serves hover and derivations alike. Each remark is checked on samples before it is made.
"""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.calculus import Context, Derivative, derivative
from shapecheck.calculus.sample import assignments
from shapecheck.core.expression import Expression
from shapecheck.explain.lookalikes import look_alike
from shapecheck.explain.onehot import one_hot
from shapecheck.explain.question import FAILURES
from shapecheck.explain.remark import Remark


def remarks(
    of: Expression, wrt: Sequence[Expression], context: Context, found: Derivative | None = None, to: str = "ascii"
) -> tuple[str, ...]:
    """Short sentences with formulas in this notation; `found` is the derivative where it is known already."""
    return tuple(remark.write(to) for remark in noticed(of, wrt, context, found))


def noticed(of: Expression, wrt: Sequence[Expression], context: Context, found: Derivative | None = None) -> tuple[Remark, ...]:
    """The same with formulas as expressions; nothing where there is no derivative."""
    try:
        found = found or derivative(of, wrt, context)
        samples = tuple(assignments([of], context, 2, wrt))
    except FAILURES:
        return ()
    sentences: list[Remark] = []
    for part in (one_hot, look_alike):
        try:
            sentences += part(found, context, samples)
        except FAILURES:
            continue
    return (*sentences, *_kinks(found))


def _kinks(found: Derivative) -> tuple[Remark, ...]:
    parts = (kink.partition(": ") for kink in found.kinks)
    return tuple(Remark(f"`{name}` has no derivative at its kink; taken there: {what}.") for name, _, what in parts)
