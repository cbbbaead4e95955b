"""A claim's right side against what it should be: by normal form, else on samples, with a word for the difference."""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.calculus import compare, repairs
from shapecheck.calculus.answer import fold_context, has_older, indexed_by, written, written_stacked
from shapecheck.calculus.arrays import Array, np
from shapecheck.calculus.claimed import Claimed
from shapecheck.calculus.context import CannotDerive, Context
from shapecheck.calculus.evaluate import Assignment, value_of
from shapecheck.calculus.evaluate_order import schedule
from shapecheck.calculus.fitting import fit, is_stacked, same, wanted
from shapecheck.calculus.identical import is_same_term
from shapecheck.calculus.network import Mismatch
from shapecheck.calculus.product import transpose
from shapecheck.calculus.sample import assignments
from shapecheck.calculus.verdict import Verdict
from shapecheck.calculus.verify import check_part, check_steps, close, jacobian, moved, squeezed, stacked, term_value
from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass

SAMPLES = 2
MOST_SAMPLES = 8
"""As long as true values are zero, as below a kink, or next to it, more are drawn: anything times zero is right there."""
NEGLIGIBLE = 1e-7


@dataclass(frozen=True, slots=True)
class Sample:
    """An assignment, the same with the values of the held names, the true value and that of the right side."""

    assignment: Assignment
    full: Assignment
    true: Array
    right: Array


def decide(said: Claimed, right: Expression, context: Context) -> Verdict:
    """The verdict on one right side."""
    fitted = fit(said, right, context)
    if fitted is None:
        return _misfit(said, right, context)
    turn, layout = fitted
    if not layout and turn is same and is_same_term(said, right, context):
        return Verdict("right")
    found = samples(said, right, context)
    trues, rights = [sample.true for sample in found], [sample.right for sample in found]
    if compare.agree([turn(array) for array in rights], trues):
        return Verdict("layout", other_layout(context), _formula(said, right, context, found)) if layout else Verdict("right")
    formula = _formula(said, right, context, found)
    if layout:
        return Verdict("shape", "", formula)
    if turn is not same:
        turned_round = compare.are_square(trues) and compare.agree(rights, trues)
        if turned_round:
            return Verdict("layout", other_layout(context), formula)
        return Verdict(
            "value", compare.difference([turn(array) for array in rights], trues, [sample.assignment.sizes for sample in found]), formula
        )
    if said.free_layout and compare.are_square(trues) and compare.agree([array.T for array in rights], trues):
        return Verdict("right")
    how = compare.difference(rights, trues, [sample.assignment.sizes for sample in found])
    if how == "transposed" and said.of is not None and not said.free_layout:
        return Verdict("layout", other_layout(context), formula)
    how = how or _repair(said, right, found, context) or repairs.sums_to_one(said, right, context)
    return Verdict("value", how, formula)


def _repair(said: Claimed, right: Expression, found: Sequence[Sample], context: Context) -> str:
    trues, used = [sample.true for sample in found], [sample.assignment for sample in found]
    how = repairs.symmetric_only_term(said, right, context) or repairs.swapped(right, trues, used, context)
    return how or (repairs.off_by_term(right, said.term, trues, used, context) if said.term is not None else "")


def other_layout(context: Context) -> str:
    return "numerator layout" if context.layout == "gradient" else "gradient layout"


def _misfit(said: Claimed, right: Expression, context: Context) -> Verdict:
    """No shape fits; but an elementwise function of a matrix is often derived entry by entry, and said so."""
    own, given = context.axes(said.shape), context.axes(right.shape)
    if said.of is not None and len(own) == 2 * len(given) and own[: len(given)] == own[len(given) :] == given:
        found = samples(said, right, context)
        if all(_is_diagonal(sample) for sample in found):
            if len(given) > 1:
                return Verdict(
                    "unverified", "entry by entry it is right, but the whole derivative has more axes", right_formula(said, context, found)
                )
            return Verdict("shape", "the diagonal of the right value", right_formula(said, context, found))
    return Verdict("shape", "", right_formula(said, context))


def _is_diagonal(sample: Sample) -> bool:
    count = sample.right.size
    matrix = sample.true.reshape(count, count)
    return close(matrix, np.diag(sample.right.reshape(-1)), compare.TOLERANCE)


def right_formula(said: Claimed, context: Context, found: Sequence[Sample] = ()) -> Expression | None:
    """The right side as it should be."""
    if said.term is None:
        return None
    roots = [said.of, *said.wrt, *said.held, *(node for part in said.parts for node in (part.value, part.weight, part.variable))]
    named = [node for node in roots if node is not None]
    contexts = [fold_context(context, said.wrt, named, updated=True), fold_context(context, said.wrt, named)]
    if contexts[0].definitions == contexts[1].definitions:
        del contexts[0]
    try:
        used = [sample.full for sample in found] or [with_values(a, said.held, context) for a in assignments(named, context, SAMPLES)]
        if said.letters:
            return indexed_by(said.term, said.letters, contexts[-1], context, used)
        term = transpose(said.term) if said.turned and said.term.order == 2 else said.term
        forms = [written(term, wanted(said), known, context, used)[0] for known in contexts]
        return next((form for form in forms if len(forms) == 1 or not has_older(form, named, context)), None)
    except (CannotDerive, Mismatch, np.linalg.LinAlgError, KeyError):
        return None


def _formula(said: Claimed, right: Expression, context: Context, found: Sequence[Sample]) -> Expression | None:
    return _stacked_formula(said, right, context, found) or right_formula(said, context, found)


def _stacked_formula(said: Claimed, right: Expression, context: Context, found: Sequence[Sample]) -> Expression | None:
    """The right side as d vec(F) / d vec(X), where it was written so."""
    own, given = context.axes(said.shape), context.axes(right.shape)
    if said.of is None or said.term is None or not (is_stacked(said, own, given) or is_stacked(said, own, given[::-1])):
        return None
    known = fold_context(context, said.wrt, [said.of, *said.wrt])
    rows = len(context.axes(said.of.shape))
    return written_stacked(said.term, rows, known, context, [sample.full for sample in found])


def samples(said: Claimed, right: Expression, context: Context) -> list[Sample]:
    """True values, themselves checked by complex steps, and those of the right side."""
    nodes = schedule(said.term) if said.term is not None else []
    values = [part.value for part in said.parts] if said.of is None else [said.of]
    found: list[Sample] = []
    for assignment in assignments([*values, *said.held, *said.weights, right], context, MOST_SAMPLES):
        if sum(is_telling(sample.true, sample.right) for sample in found) >= SAMPLES:
            break
        full = with_values(assignment, said.held, context)
        if said.steps:
            check_steps(said.of, said.wrt, said.steps, full, context)
        for part, contribution in zip(said.parts, said.contributions, strict=True):
            check_part(part, contribution, full, context)
        true = term_value(nodes, full) if nodes else jacobian(said.of, said.wrt[0], full, context)
        value = squeezed(value_of(right, assignment, context.definitions), right.shape)
        if value.ndim == 0 and true.ndim:
            value = np.broadcast_to(value, true.shape)
        if value.ndim == 2 and true.ndim > 2 and said.of is not None and value.size == true.size:
            true = stacked(true, sum(1 for d in said.of.shape.dims if d.constant != 1))
        found.append(Sample(assignment, full, true, value))
    if not any(sample.true.any() for sample in found) and any(node.name == "step" for node in nodes):
        raise CannotDerive("the true value is zero wherever it was tried, below a kink")
    return [sample for sample in found if is_telling(sample.true, sample.right)] or found


def is_telling(*values: Array) -> bool:
    """Whether two values can be told from each other: `exp(-‖x‖²/l²)` is nothing but zero for a small `l`."""
    return any(np.abs(value).max(initial=0.0) > NEGLIGIBLE for value in values)


def with_values(assignment: Assignment, held: Sequence[Expression], context: Context) -> Assignment:
    """The assignment with the values of defined names added, as if they were drawn."""
    for name in held:
        if name.op == "variable" and name not in assignment.arrays:
            assignment = moved(assignment, name, value_of(name, assignment, context.definitions))
    return assignment
