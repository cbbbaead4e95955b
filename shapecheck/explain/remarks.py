"""What is worth knowing beside a derivative: one-hot vectors, kinks, and answers of the right shape that are wrong.

`remarks` serves hover and derivations alike. Each remark is checked on samples before it is made.
"""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck import notation
from shapecheck.calculus import Context, derivative
from shapecheck.calculus.answer import fold_context, written
from shapecheck.calculus.derivative import Derivative
from shapecheck.calculus.evaluate import Assignment, value_of
from shapecheck.calculus.lower import Lowering
from shapecheck.calculus.sample import assignments
from shapecheck.calculus.verify import close, squeezed
from shapecheck.core.expression import Expression, make
from shapecheck.core.shape import Shape
from shapecheck.elaborate import dependence
from shapecheck.explain.question import FAILURES, flip, is_matrix, is_scalar, is_vector

ONE_HOT = "onehot"


def remarks(of: Expression, wrt: Sequence[Expression], context: Context, found: Derivative | None = None) -> tuple[str, ...]:
    """Short sentences in ASCII notation; `found` is the derivative where it is known already."""
    try:
        found = found or derivative(of, wrt, context)
        samples = tuple(assignments([of], context, 2, wrt))
    except FAILURES:
        return ()
    sentences: list[str] = []
    for part in (_one_hot, _look_alike):
        try:
            sentences += part(found, context, samples)
        except FAILURES:
            continue
    return (*sentences, *_kinks(found))


def _text(expression: Expression) -> str:
    return notation.write(expression, "ascii")


# one-hot vectors


def _one_hot(found: Derivative, context: Context, samples: Sequence[Assignment]) -> list[str]:
    hot = {node for node, words in context.properties.items() if ONE_HOT in words}
    value = context.definitions.get(found.of, found.of)
    if not hot & dependence.variables(value):
        return []
    sentences = []
    chain = _chain(value)
    if is_scalar(value) and len(chain) > 2:
        sentences += _picked(chain, hot)
    answer = found.expression
    if is_matrix(answer) and len(found.wrt) == 1:
        sentences += _filled(found, answer, context, samples, hot)
    return sentences


def _chain(expression: Expression) -> list[Expression]:
    """The factors of a matrix product, from left to right."""
    factors: list[Expression] = []
    stack = [expression]
    while stack:
        node = stack.pop()
        if node.op == "matmul":
            stack += [node.args[1], node.args[0]]
        elif node.op == "dot":
            stack += [node.args[1], flip(node.args[0])]
        else:
            factors.append(node)
    return factors


def _picked(chain: list[Expression], hot: set[Expression]) -> list[str]:
    """u' A ... B v with one-hot ends: a row of the first matrix, a column of the last."""
    first = chain[0].args[0] if chain[0].op == "transpose" else None
    last = chain[-1]
    row, column = first in hot and is_matrix(chain[1]), last in hot and is_matrix(chain[-2])
    if row and column and len(chain) == 3 and first is not None:
        return [f"`{_text(first)}` and `{_text(last)}` are one-hot, so this is a single entry of {_named(chain[1])}."]
    parts = []
    if row and first is not None:
        parts.append(f"the row of {_named(chain[1])} that `{_text(first)}` picks")
    if column:
        parts.append(f"the column of {_named(chain[-2])} that `{_text(last)}` picks")
    if len(parts) == 2 and len(chain) == 4:
        return [f"With one-hot vectors this is {parts[0]}, times {parts[1]}."]
    return [f"With one-hot vectors only {' and '.join(parts)} matter{'s' if len(parts) == 1 else ''}."] if parts else []


def _named(expression: Expression) -> str:
    return f"`{_text(expression)}`"


def _filled(found: Derivative, answer: Expression, context: Context, samples: Sequence[Assignment], hot: set[Expression]) -> list[str]:
    """Whether all but one row, or column, of the gradient is zero, whatever the values."""
    chain = _chain(answer.args[-1] if answer.op in ("scale", "negate") else answer)
    name = found.wrt[0].data[0]
    last = chain[-1].args[0] if chain[-1].op == "transpose" else None
    arrays = [value_of(answer, sample, _free(context, sample)) for sample in samples]
    columns = last in hot and all(int((array != 0).any(axis=0).sum()) <= 1 for array in arrays)
    rows = chain[0] in hot and all(int((array != 0).any(axis=1).sum()) <= 1 for array in arrays)
    if rows and columns and last is not None:
        where = f"in the row that `{_text(chain[0])}` picks and the column that `{_text(last)}` picks"
        return [f"Only one entry of the gradient by `{name}` is non-zero: {where}."]
    if columns and last is not None:
        return [f"Only one column of the gradient by `{name}` is non-zero: the one that `{_text(last)}` picks."]
    if rows:
        return [f"Only one row of the gradient by `{name}` is non-zero: the one that `{_text(chain[0])}` picks."]
    return []


def _free(context: Context, sample: Assignment) -> dict[Expression, Expression]:
    return {name: meaning for name, meaning in context.definitions.items() if name not in sample.arrays}


# shapes that fit and are wrong


def _look_alike(found: Derivative, context: Context, samples: Sequence[Assignment]) -> list[str]:
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
        return [f"Matching dimensions would not have told: `{_text(shown)}` is {answer.shape} too, and wrong; `{_text(answer)}` is right."]
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
    free = _free(context, sample)
    values = [squeezed(value_of(side, sample, free), side.shape) for side in (first, second)]
    return close(values[0], values[1], 1e-6)


def _struck_out(found: Derivative, answer: Expression) -> list[str]:
    """w_a' A B w_b without B: as if the factors were numbers."""
    value, wrt = found.of, found.wrt[0]
    chain = _chain(value)
    if not is_scalar(value) or not is_matrix(wrt) or chain.count(wrt) != 1 or wrt in (chain[0], chain[-1]):
        return []
    place = chain.index(wrt)
    before, after = chain[:place], chain[place + 1 :]
    if any(wrt in dependence.variables(part) for part in (*before, *after)) or wrt.shape.dims[0] == wrt.shape.dims[1]:
        return []
    columns, rows = before[-1].shape.dims[-1], after[0].shape.dims[0]
    if columns == rows or not (is_vector(chain[-1]) or after[-1].shape.rank):
        return []
    struck = notation.write(_glued([*before, *after]), "ascii")
    left, right = (notation.write(_product(part), "ascii") for part in (before, after))
    return [
        f"Striking out `{wrt.data[0]}` as if these were numbers gives `{struck}`, which does not even fit: "
        f"`{left}` has {columns} columns, `{right}` has {rows} rows."
    ]


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


# kinks


def _kinks(found: Derivative) -> tuple[str, ...]:
    parts = (kink.partition(": ") for kink in found.kinks)
    return tuple(f"`{name}` has no derivative at its kink; taken there: {what}." for name, _, what in parts)
