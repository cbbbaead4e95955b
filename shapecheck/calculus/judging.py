"""Whether a claim is right, and if not, how it is wrong.

Equality is decided by normal form, else by value on samples where everything is defined; the true value itself is
checked there by complex steps. What cannot be decided is `unverified`: never a false alarm. Begin with `judge`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapecheck.calculus import claimed, compare, paths, repairs
from shapecheck.calculus.answer import fold_context, written
from shapecheck.calculus.claimed import Claimed
from shapecheck.calculus.context import CannotDerive, Context
from shapecheck.calculus.derivative import formula_of
from shapecheck.calculus.evaluate import Assignment, value_of
from shapecheck.calculus.evaluate_order import schedule as order_of
from shapecheck.calculus.leaves import is_zero
from shapecheck.calculus.lower import Lowering
from shapecheck.calculus.network import Mismatch
from shapecheck.calculus.sample import assignments
from shapecheck.calculus.verdict import Verdict
from shapecheck.calculus.verify import check_part, check_steps, close, moved, squeezed, stacked, term_value
from shapecheck.core.dimension import Dimension, DimensionTooLarge
from shapecheck.core.expression import Expression
from shapecheck.core.shape import Shape
from shapecheck.elaborate.sheet import BackpropClaim, Claim, DifferentialClaim, GradientClaim, IdentityClaim

Array = NDArray[Any]
SAMPLES = 2
UNDECIDED = (CannotDerive, Mismatch, DimensionTooLarge, RecursionError, OverflowError, ZeroDivisionError, KeyError, np.linalg.LinAlgError)


def judge(claim: Claim, context: Context) -> Verdict:
    """The verdict on one claim."""
    try:
        match claim:
            case GradientClaim():
                return _gradient(claim, context)
            case DifferentialClaim():
                return _differential(claim, context)
            case BackpropClaim():
                return _backprop(claim, context)
            case IdentityClaim():
                return _identity(claim, context)
    except UNDECIDED as problem:
        return Verdict("unverified", f"{problem}")


# the kinds of claims


def _gradient(claim: GradientClaim, context: Context) -> Verdict:
    said = claimed.gradient(claim, context)
    return _decide(said, claim.right, context, claim.wrt)


def _differential(claim: DifferentialClaim, context: Context) -> Verdict:
    context = claimed.with_marks(context, claim.differentials)
    said = claimed.differential(claim, context)
    return _decide(said, claim.right, context, tuple(variable for _, variable in claim.differentials))


def _backprop(claim: BackpropClaim, context: Context) -> Verdict:
    if not claim.cotangents:
        return _of_some_output(claim, context)
    said = claimed.backprop(claim, context)
    verdict = _decide(said, claim.right, context, (claim.of, *(name for _, name in claim.cotangents)))
    if verdict.status == "right":
        return verdict
    if claim.accumulate and paths.is_partial(said, claim.right, context):
        return Verdict("right")
    if verdict.status == "value":
        verdict = _with_losses(claim, context, verdict)
    return verdict


def _with_losses(claim: BackpropClaim, context: Context, verdict: Verdict) -> Verdict:
    """Terms beside the cotangents, such as a penalty's: right as the gradient of an output, its cotangents put in."""
    for output in claim.outputs:
        try:
            values = {mark: formula_of(output, name, context) for mark, name in claim.cotangents}
            given = replace(context, definitions={**context.definitions, **values})
            if _gradient(_as_gradient(claim, output), given).status == "right":
                return Verdict("right")
        except UNDECIDED:
            return Verdict("unverified", "it may be the gradient of an output that cannot be derived")
    if verdict.how.startswith("1/") and verdict.how.endswith("of the right value"):
        return Verdict("unverified", f"{verdict.how}, as where cotangents are summed and gradients averaged")
    return verdict


def _as_gradient(claim: BackpropClaim, output: Expression) -> GradientClaim:
    return GradientClaim(output, (claim.of,), claim.right, claim.left_node, claim.right_node)


def _of_some_output(claim: BackpropClaim, context: Context) -> Verdict:
    """No cotangent on the right: the gradient of one of the outputs, and wrong only where there is no other."""
    verdicts = []
    for output in claim.outputs:
        gradient = _as_gradient(claim, output)
        verdict = judge(gradient, context)
        if verdict.status == "right":
            return verdict
        if claim.accumulate and verdict.status in ("value", "shape"):
            said = claimed.gradient(gradient, context)
            if paths.is_partial(said, claim.right, context):
                return Verdict("right")
        verdicts.append(verdict)
    if len(verdicts) == 1:
        return verdicts[0]
    return Verdict("unverified", "it is not said of which value this is the gradient")


def _identity(claim: IdentityClaim, context: Context) -> Verdict:
    left, right = claim.left, claim.right
    if _is_literal_zero(right) or _is_literal_zero(left):
        pass
    elif _essential(left.shape, context) != _essential(right.shape, context) or _is_row(left.shape) != _is_row(right.shape):
        return Verdict("shape", "", left)
    lowering = Lowering(context)
    try:
        if lowering(left) is lowering(right):
            return Verdict("right")
    except (CannotDerive, Mismatch):
        pass
    trues, rights, used = [], [], []
    for assignment in assignments([left, right], context, SAMPLES):
        trues.append(_value(left, assignment, context))
        rights.append(_value(right, assignment, context))
        used.append(assignment)
    if _is_literal_zero(right) or _is_literal_zero(left):
        same = all(close(a - b, 0 * (a - b), 1e-9, 1.0) for a, b in zip(trues, rights, strict=True))
    else:
        same = compare.agree(rights, trues)
    if same:
        return Verdict("right")
    how = compare.difference(rights, trues, [assignment.sizes for assignment in used])
    how = how or repairs.symmetric_only(left, right, context) or repairs.swapped(right, trues, used, context)
    return Verdict("value", how)


# deciding


@dataclass(frozen=True, slots=True)
class Sample:
    """An assignment with the values of the held names, the true value and that of the right side."""

    assignment: Assignment
    full: Assignment
    true: Array
    right: Array


def _decide(said: Claimed, right: Expression, context: Context, held: Sequence[Expression]) -> Verdict:
    """`held` are the names that the claim treats as variables."""
    if said.term is None:
        return _by_numbers(said, right, context, held)
    fitted = _fit(said, right, context)
    if fitted is None:
        return Verdict("shape", "", _formula(said, context))
    turn, layout = fitted
    if not layout and turn is _same and _same_term(said, right, context):
        return Verdict("right")
    samples = _samples(said, right, context, held)
    trues, rights = [s.true for s in samples], [s.right for s in samples]
    if compare.agree([turn(array) for array in rights], trues):
        return Verdict("layout", _other(context), _formula(said, context, samples)) if layout else Verdict("right")
    if layout or turn is not _same:
        return Verdict("shape" if layout else "value", "", _formula(said, context, samples))
    if said.free_layout and _square(trues) and compare.agree([array.T for array in rights], trues):
        return Verdict("right")
    how = compare.difference(rights, trues, [s.assignment.sizes for s in samples])
    if how == "transposed" and said.of is not None and not said.free_layout:
        return Verdict("layout", _other(context), _formula(said, context, samples))
    used = [s.assignment for s in samples]
    how = how or repairs.symmetric_only_term(said, right, context, held) or repairs.swapped(right, trues, used, context)
    how = how or repairs.off_by_term(right, said.term, trues, used, context)
    return Verdict("value", how, _formula(said, context, samples))


def _other(context: Context) -> str:
    return "numerator layout" if context.layout == "gradient" else "gradient layout"


def _formula(said: Claimed, context: Context, samples: Sequence[Sample] = ()) -> Expression | None:
    """The right side as it should be."""
    if said.term is None:
        return None
    roots = (
        [said.of, *said.wrt] if said.of is not None else [node for part in said.parts for node in (part.value, part.weight, part.variable)]
    )
    named = [node for node in roots if node is not None]
    known = fold_context(context, said.wrt, named)
    try:
        used = [sample.full for sample in samples] or [with_values(a, said.wrt, context) for a in assignments(named, context, SAMPLES)]
        return written(said.term, _wanted(said), known, context, used)[0]
    except UNDECIDED:
        return None


def _wanted(said: Claimed) -> Shape:
    """The shape that the right side should have, in the layout that is meant."""
    if not said.turned:
        return said.shape
    dims = said.shape.dims
    return Shape((Dimension((((), 1),)), dims[0])) if len(dims) == 1 else Shape(dims[:-2] + dims[:-3:-1])


# shapes


def _same(array: Array) -> Array:
    return array


def _transposed(array: Array) -> Array:
    return array.T if array.ndim == 2 else array


def _is_reduced(expression: Expression) -> bool:
    """`dZ.sum(axis=0)`, `1/B sum(dZ, 1)`: a row here, in NumPy a vector of one axis, so it is either."""
    while expression.op in ("scale", "ratio", "negate"):
        expression = expression.args[1 if expression.op == "scale" else 0]
    return expression.op in ("sum", "mean") and bool(expression.data)


def _is_row(shape: Shape) -> bool:
    return shape.rank == 2 and shape.dims[0].constant == 1 and shape.dims[1].constant != 1


def _essential(shape: Shape, context: Context) -> tuple[Dimension, ...]:
    return context.axes(shape)


def _fit(said: Claimed, right: Expression, context: Context) -> tuple[Callable[[Array], Array], bool] | None:
    """How the right side is to be turned before it is compared, and whether that is the other layout; None where no shape fits."""
    own, given = _essential(said.shape, context), _essential(right.shape, context)
    if not given and own:
        return (_same, False) if _is_literal_zero(right) else None
    turned = said.turned
    if len(own) <= 1:
        if given != own:
            return None
        column = said.shape.rank != 2 or not _is_row(said.shape)
        if turned:
            column = not column
        crossed = len(own) == 1 and _is_row(right.shape) == column and right.shape.rank <= 2
        return _same, crossed and not said.free_layout and not _is_literal_zero(right) and not _is_reduced(right)
    if given == own:
        return (_transposed, False) if turned and own == own[::-1] else (_same, turned and not said.free_layout)
    if len(own) == 2 and given == own[::-1]:
        return _transposed, not turned and not said.free_layout
    flattened = _stacking(said, own, given)
    return None if flattened is None else (flattened, False)


def _stacking(said: Claimed, own: tuple[Dimension, ...], given: tuple[Dimension, ...]) -> Callable[[Array], Array] | None:
    """d vec(F) / d vec(X) where F by X is meant: columns stacked."""
    if said.of is None or len(own) < 3 or len(given) != 2:
        return None
    rows = len([d for d in said.of.shape.dims if d.constant != 1])
    top, bottom = _product(own[:rows]), _product(own[rows:])
    if (top, bottom) != given:
        return None

    def unstack(array: Array) -> Array:
        return array  # compared as a matrix; `_samples` stacks the true value

    return unstack


def _product(dims: Sequence[Dimension]) -> Dimension:
    total = Dimension((((), 1),))
    for dimension in dims:
        total = total * dimension
    return total


def _is_literal_zero(expression: Expression) -> bool:
    return expression.op == "zeros" or (expression.op == "number" and expression.data[0] == 0)


# values


def _same_term(said: Claimed, right: Expression, context: Context) -> bool:
    try:
        term = Lowering(context, opaque=said.wrt)(right)
    except (CannotDerive, Mismatch):
        return False
    return term is said.term or (said.term is not None and is_zero(said.term) and is_zero(term))


def _value(expression: Expression, assignment: Assignment, context: Context) -> Array:
    return squeezed(value_of(expression, assignment, context.definitions), expression.shape)


def _samples(said: Claimed, right: Expression, context: Context, held: Sequence[Expression]) -> list[Sample]:
    assert said.term is not None
    nodes = order_of(said.term)
    samples = []
    own = sum(1 for d in said.shape.dims if d.constant != 1)
    values = [part.value for part in said.parts] if said.of is None else [said.of]
    for assignment in assignments([*values, *held, right], context, SAMPLES):
        full = with_values(assignment, held, context)
        if said.steps:
            check_steps(said.of, said.wrt, said.steps, full, context)
        for part in said.parts:
            check_part(part, claimed.contribution(part, context), full, context)
        true = term_value(nodes, full)
        value = _value(right, assignment, context)
        if value.ndim == 0 and own:
            value = np.broadcast_to(value, true.shape)
        if value.ndim == 2 and true.ndim > 2 and said.of is not None:
            true = stacked(true, sum(1 for d in said.of.shape.dims if d.constant != 1))
        samples.append(Sample(assignment, full, true, value))
    return samples


def with_values(assignment: Assignment, held: Sequence[Expression], context: Context) -> Assignment:
    """The assignment with the values of defined names added, as if they were drawn."""
    for name in held:
        if name.op == "variable" and name not in assignment.arrays:
            assignment = moved(assignment, name, value_of(name, assignment, context.definitions))
    return assignment


def _square(arrays: Sequence[Array]) -> bool:
    return all(array.ndim == 2 and array.shape[0] == array.shape[1] for array in arrays)


def _by_numbers(said: Claimed, right: Expression, context: Context, held: Sequence[Expression]) -> Verdict:
    return Verdict("unverified", "no derivative is known to compare with")
