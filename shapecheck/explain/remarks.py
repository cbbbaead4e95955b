"""What is worth knowing beside a derivative: one-hot vectors, kinks, and answers of the right shape that are wrong.

`remarks` has it all, for derivations; `brief` only what is said of the formula itself, for hovers. Each remark is checked on
samples before it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from shapecheck.calculus import Context, Derivative, derivative
from shapecheck.calculus.sample import assignments
from shapecheck.core.expression import Expression
from shapecheck.explain.lookalikes import look_alike
from shapecheck.explain.onehot import ONE_HOT, one_hot
from shapecheck.explain.question import FAILURES
from shapecheck.explain.remark import Remark

Part = Callable[[Derivative, Context, Any], Iterable[Remark]]


def remarks(
    of: Expression, wrt: Sequence[Expression], context: Context, found: Derivative | None = None, to: str = "ascii"
) -> tuple[str, ...]:
    """Short sentences with formulas in this notation; `found` is the derivative where it is known already."""
    return tuple(remark.write(to) for remark in noticed(of, wrt, context, found))


def brief(of: Expression, wrt: Sequence[Expression], context: Context, kinks: Iterable[str], to: str = "unicode") -> tuple[str, ...]:
    """The same without what is said of wrong answers; `kinks` are those of the derivative, which is known already."""
    picked = noticed(of, wrt, context, None, (one_hot,)) if any(ONE_HOT in words for words in context.properties.values()) else ()
    return tuple(dict.fromkeys(remark.write(to) for remark in (*picked, *at_kinks(kinks))))


def noticed(
    of: Expression,
    wrt: Sequence[Expression],
    context: Context,
    found: Derivative | None = None,
    parts: Sequence[Part] = (one_hot, look_alike),
) -> tuple[Remark, ...]:
    """The same with formulas as expressions; nothing where there is no derivative."""
    try:
        found = found or derivative(of, wrt, context)
        samples = tuple(assignments([of], context, 2, wrt))
    except FAILURES:
        return ()
    sentences: list[Remark] = []
    for part in parts:
        try:
            sentences += part(found, context, samples)
        except FAILURES:
            continue
    return (*sentences, *_kinks(found))


def _kinks(found: Derivative) -> tuple[Remark, ...]:
    return at_kinks(found.kinks)


def at_kinks(kinks: Iterable[str]) -> tuple[Remark, ...]:
    """What was taken where there is no derivative; a kink is told as `name: what`."""
    parts = (kink.partition(": ") for kink in kinks)
    return tuple(Remark(f"`{name}` has no derivative at its kink; taken there: {what}.") for name, _, what in parts)
