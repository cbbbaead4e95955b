"""Answers of the right shape that are wrong: where matching dimensions would not have told."""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck import notation
from shapecheck.calculus import Context, Derivative
from shapecheck.calculus.answer import fold_context, written
from shapecheck.calculus.evaluate import Assignment, value_of
from shapecheck.calculus.lower import Lowering
from shapecheck.calculus.verify import close, squeezed
from shapecheck.core.expression import Expression, make
from shapecheck.core.shape import Shape
from shapecheck.elaborate import dependence
from shapecheck.explain.question import FAILURES, flip, is_matrix, is_scalar, is_vector
from shapecheck.explain.remark import Remark, chain_of, drawn_apart

LONGEST = 60


def look_alike(found: Derivative, context: Context, samples: Sequence[Assignment]) -> list[Remark]:
    """An answer of the same shape with a transpose forgotten or the whole transposed; and the formula with the variable struck out."""
    answer = found.expression
    if answer.op == "tensor" or len(found.wrt) != 1:
        return []
    for wrong in (_without_transposes(answer), _transposed(answer)):
        if wrong is None or wrong is answer or wrong.shape != answer.shape:
            continue
        if any(_agree(wrong, answer, sample, context) for sample in samples):
            continue
        shown = _short(wrong, found, context, samples)
        if len(notation.write(shown)) > LONGEST or len(notation.write(answer)) > LONGEST:
            return []
        return [Remark("Matching dimensions would not have told: ", shown, f" is {answer.shape} too, and wrong; ", answer, " is right.")]
    return _struck_out(found, answer)


def _short(wrong: Expression, found: Derivative, context: Context, samples: Sequence[Assignment]) -> Expression:
    try:
        lowering = Lowering(context, opaque=found.wrt)
        known = fold_context(context, found.wrt, (found.of, *found.wrt))
        folded, indexed = written(lowering(wrong), wrong.shape, known, context, samples)
    except FAILURES:
        return wrong
    return wrong if indexed else folded


def _without_transposes(answer: Expression) -> Expression | None:
    """Every square factor as it is, not transposed."""
    changed: dict[Expression, Expression] = {}
    stack = [answer]
    while stack:
        node = stack[-1]
        missing = [arg for arg in node.args if arg not in changed]
        if missing:
            stack += missing
            continue
        stack.pop()
        if node.op == "transpose" and node.args[0].shape == node.shape and is_matrix(node):
            changed[node] = changed[node.args[0]]
        elif node.args:
            changed[node] = make(node.op, tuple(changed[arg] for arg in node.args), node.shape, node.data)
        else:
            changed[node] = node
    return changed[answer]


def _transposed(answer: Expression) -> Expression | None:
    return flip(answer) if is_matrix(answer) else None


def _agree(first: Expression, second: Expression, sample: Assignment, context: Context) -> bool:
    free = drawn_apart(context, sample)
    values = [squeezed(value_of(side, sample, free), side.shape) for side in (first, second)]
    return close(values[0], values[1], 1e-6)


def _struck_out(found: Derivative, answer: Expression) -> list[Remark]:
    """w_a' A B w_b without B: as if the factors were numbers."""
    value, wrt = found.of, found.wrt[0]
    chain = chain_of(value)
    if not is_scalar(value) or not is_matrix(wrt) or chain.count(wrt) != 1 or wrt in (chain[0], chain[-1]):
        return []
    place = chain.index(wrt)
    before, after = chain[:place], chain[place + 1 :]
    if any(wrt in dependence.variables(part) for part in (*before, *after)) or wrt.shape.dims[0] == wrt.shape.dims[1]:
        return []
    columns, rows = before[-1].shape.dims[-1], after[0].shape.dims[0]
    if columns == rows or not (is_vector(chain[-1]) or after[-1].shape.rank):
        return []
    struck, left, right = _glued([*before, *after]), _product(before), _product(after)
    reason = f" has {columns} columns, ", right, f" has {rows} rows."
    return [Remark("Striking out ", wrt, " as if these were numbers gives ", struck, ", which does not even fit: ", left, *reason)]


def _product(factors: Sequence[Expression]) -> Expression:
    result = factors[0]
    for factor in factors[1:]:
        dims = (*(result.shape.dims[:-1] if result.shape.rank > 1 else result.shape.dims), *factor.shape.dims[1:])
        result = make("matmul", (result, factor), Shape(dims))
    return result


def _glued(factors: Sequence[Expression]) -> Expression:
    """A product that is only written, since it does not fit."""
    result = factors[0]
    for factor in factors[1:]:
        result = make("matmul", (result, factor), factor.shape)
    return result
