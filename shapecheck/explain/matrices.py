"""A formula of entries, `Σ_ij A_ij²`, in the notation of matrices, so that it can be derived by differentials."""

from __future__ import annotations

from shapecheck.calculus import Context
from shapecheck.calculus.answer import fold_context, written
from shapecheck.calculus.lower import Lowering
from shapecheck.calculus.sample import assignments
from shapecheck.core.expression import Expression
from shapecheck.explain.question import FAILURES

INDEXED = frozenset({"sigma", "entry", "tensor"})


def in_matrices(value: Expression, wrt: Expression, context: Context) -> Expression | None:
    """The same value without indices; None where there are none, or where matrices do not say it."""
    if not _has_indices(value):
        return None
    try:
        term = Lowering(context, opaque=(wrt,))(value)
        samples = tuple(assignments([value], context, 2, [wrt]))
        found, indexed = written(term, value.shape, fold_context(context, (wrt,), (value, wrt)), context, samples)
    except FAILURES:
        return None
    return None if indexed or _has_indices(found) else found


def _has_indices(value: Expression) -> bool:
    waiting, seen = [value], {value}
    while waiting:
        node = waiting.pop()
        if node.op in INDEXED:
            return True
        new = [part for part in node.args if part not in seen]
        seen.update(new)
        waiting += new
    return False
