"""One-hot vectors pick rows and columns: what that makes of the value and of its gradient."""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.calculus import Context, Derivative
from shapecheck.calculus.evaluate import Assignment, value_of
from shapecheck.core.expression import Expression
from shapecheck.elaborate import dependence
from shapecheck.explain.question import is_matrix, is_scalar
from shapecheck.explain.remark import Remark, chain_of, drawn_apart

ONE_HOT = "onehot"


def one_hot(found: Derivative, context: Context, samples: Sequence[Assignment]) -> list[Remark]:
    hot = {node for node, words in context.properties.items() if ONE_HOT in words}
    value = context.definitions.get(found.of, found.of)
    if not hot & dependence.variables(value):
        return []
    sentences = []
    chain = chain_of(value)
    if is_scalar(value) and len(chain) > 2:
        sentences += _picked(chain, hot)
    answer = found.expression
    if is_matrix(answer) and len(found.wrt) == 1:
        sentences += _filled(found, answer, context, samples, hot)
    return sentences


def _picked(chain: list[Expression], hot: set[Expression]) -> list[Remark]:
    """u' A ... B v with one-hot ends: a row of the first matrix, a column of the last."""
    first = chain[0].args[0] if chain[0].op == "transpose" else None
    last = chain[-1]
    row, column = first in hot and is_matrix(chain[1]), last in hot and is_matrix(chain[-2])
    if row and column and len(chain) == 3 and first is not None:
        return [Remark(first, " and ", last, " are one-hot, so this is a single entry of ", chain[1], ".")]
    parts: list[Remark] = []
    if row and first is not None:
        parts.append(Remark("the row of ", chain[1], " that ", first, " picks"))
    if column:
        parts.append(Remark("the column of ", chain[-2], " that ", last, " picks"))
    if len(parts) == 2 and len(chain) == 4:
        return [Remark("With one-hot vectors this is ", *parts[0].parts, ", times ", *parts[1].parts, ".")]
    if not parts:
        return []
    joined = [*parts[0].parts, *([" and ", *parts[1].parts] if len(parts) == 2 else [])]
    return [Remark("With one-hot vectors only ", *joined, " matters." if len(parts) == 1 else " matter.")]


def _filled(found: Derivative, answer: Expression, context: Context, samples: Sequence[Assignment], hot: set[Expression]) -> list[Remark]:
    """Whether all but one row, or column, of the gradient is zero, whatever the values."""
    chain = chain_of(answer.args[-1] if answer.op in ("scale", "negate") else answer)
    name = found.wrt[0]
    last = chain[-1].args[0] if chain[-1].op == "transpose" else None
    arrays = [value_of(answer, sample, drawn_apart(context, sample)).tolist() for sample in samples]
    columns = last in hot and all(sum(map(any, zip(*array, strict=True))) <= 1 for array in arrays)
    rows = chain[0] in hot and all(sum(map(any, array)) <= 1 for array in arrays)
    if rows and columns and last is not None:
        return [Remark(*only("entry", name), "in the row that ", chain[0], " picks and the column that ", last, " picks.")]
    if columns and last is not None:
        return [Remark(*only("column", name), "the one that ", last, " picks.")]
    if rows:
        return [Remark(*only("row", name), "the one that ", chain[0], " picks.")]
    return []


def only(what: str, name: Expression) -> tuple[str, Expression, str]:
    return f"Only one {what} of the gradient by ", name, " is non-zero: "
