"""Whether a claim is right, and if not, how it is wrong.

Equality is decided by normal form, else by value on samples where everything is defined; the true value itself is
checked there by complex steps. What cannot be decided is `unverified`: never a false alarm. Begin with `judge`.
"""

from __future__ import annotations

from shapecheck.calculus import claimed, compare, paths, repairs
from shapecheck.calculus.arrays import Array, np
from shapecheck.calculus.between import beside, determined
from shapecheck.calculus.claimed import Claimed
from shapecheck.calculus.context import CannotDerive, Context
from shapecheck.calculus.deciding import MOST_SAMPLES, SAMPLES, decide, is_telling
from shapecheck.calculus.derivative import formula_of
from shapecheck.calculus.evaluate import schedule, value_of
from shapecheck.calculus.fitting import is_row, is_zero_literal
from shapecheck.calculus.identical import UNDECIDED, as_gradient
from shapecheck.calculus.lower import Lowering
from shapecheck.calculus.network import Mismatch
from shapecheck.calculus.sample import assignments
from shapecheck.calculus.verdict import Verdict
from shapecheck.calculus.verify import close, squeezed
from shapecheck.calculus.versions import as_it_was, other_readings
from shapecheck.core.expression import Expression
from shapecheck.core.record import replace
from shapecheck.elaborate.sheet import BackpropClaim, Claim, DifferentialClaim, GradientClaim, IdentityClaim


def judge(claim: Claim, context: Context) -> Verdict:
    """The verdict on one claim."""
    try:
        verdict = _judge(claim, context)
    except (*UNDECIDED, np.linalg.LinAlgError) as problem:
        return Verdict("unverified", f"{problem}")
    unknown = _unknown(claim, context) if verdict.status == "value" else None
    return verdict if unknown is None else Verdict("unverified", f"the value of `{unknown}` is not known")


def _judge(claim: Claim, context: Context) -> Verdict:
    match claim:
        case GradientClaim():
            return _gradient(claim, context)
        case DifferentialClaim():
            return _differential(claim, context)
        case BackpropClaim():
            return _backprop(claim, context)
        case IdentityClaim():
            return _identity(claim, context)


def _unknown(claim: Claim, context: Context) -> str | None:
    """A function of unknown value on one side alone: for all that is known, it may be what makes the sides equal."""
    match claim:
        case GradientClaim() | DifferentialClaim():
            left: tuple[Expression, ...] = (claim.of,)
        case BackpropClaim():
            left = (*(known for _, known in claim.cotangents), *claim.outputs)
        case IdentityClaim():
            left = (claim.left,)
    known, found = ({node for node in schedule(side, context.definitions) if node.op == "opaque"} for side in (left, (claim.right,)))
    alone = found ^ known if isinstance(claim, IdentityClaim) else found - known
    return next((str(node.data[0]) for node in alone), None)


# the kinds of claims


def _gradient(claim: GradientClaim, context: Context) -> Verdict:
    said = claimed.gradient(claim, context)
    verdict = _decide_by_versions(said, claim.right, (claim.of,), context)
    before = None if verdict.status == "right" else as_it_was(claim.of, context)
    return verdict if before is None else _as_it_was(claim, before, verdict)


def _as_it_was(claim: GradientClaim, before: Context, verdict: Verdict) -> Verdict:
    """Right, or wrong in a manner that can be named, with names held that were given a value later; else as it was found."""
    try:
        said = claimed.gradient(claim, before)
        held = _decide_by_versions(said, claim.right, (claim.of,), before)
    except (*UNDECIDED, np.linalg.LinAlgError):
        return verdict
    return held if held.status == "right" or (verdict.status == "value" and not verdict.how and held.how) else verdict


def _differential(claim: DifferentialClaim, context: Context) -> Verdict:
    context = claimed.with_marks(context, claim.differentials)
    said = claimed.differential(claim, context)
    return _decide_by_versions(said, claim.right, (claim.of,), context)


def _decide_by_versions(said: Claimed, right: Expression, roots: tuple[Expression, ...], context: Context) -> Verdict:
    """Right if it is so with any version of names that were updated."""
    verdict = decide(said, right, context)
    if verdict.status == "right":
        return verdict
    others = (decide(said, other, context) for other in other_readings(right, roots, context))
    return next((other for other in others if other.status == "right"), verdict)


def _backprop(claim: BackpropClaim, context: Context) -> Verdict:
    """What holds for probabilities and one-hot vectors alone decides nothing: `dZ = P - Y` is written where Y is what it always is."""
    verdict = _pulled_back(claim, context) if claim.cotangents else _of_some_output(claim, context)
    if verdict.status == "value" and repairs.is_of_probabilities(verdict.how):
        return Verdict("unverified", verdict.how, verdict.formula)
    return verdict


def _pulled_back(claim: BackpropClaim, context: Context) -> Verdict:
    context = beside(claim, context) if claim.beside else context
    said = claimed.backprop(claim, context)
    verdict = decide(said, claim.right, context)
    if verdict.status == "right":
        return verdict
    if claim.accumulate and paths.is_partial(said, claim.right, context):
        return Verdict("right")
    if verdict.status == "value" and len(claim.cotangents) > 1 and (found := determined(claim, context)) is not None:
        last, given = found
        if decide(claimed.backprop(last, given), claim.right, given).status == "right":
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
            if _gradient(as_gradient(claim, output), given).status == "right":
                return Verdict("right")
        except (*UNDECIDED, np.linalg.LinAlgError):
            return Verdict("unverified", "it may be the gradient of an output that cannot be derived")
    return verdict


def _of_some_output(claim: BackpropClaim, context: Context) -> Verdict:
    """No cotangent on the right: the gradient of one of the outputs, and wrong only where there is no other."""
    verdicts = []
    for output in claim.outputs:
        gradient = as_gradient(claim, output)
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
    if is_zero_literal(right) or is_zero_literal(left):
        pass
    elif context.axes(left.shape) != context.axes(right.shape) or is_row(left.shape) != is_row(right.shape):
        return Verdict("shape", "", left)
    lowering = Lowering(context)
    try:
        if lowering(left) is lowering(right):
            return Verdict("right")
    except (CannotDerive, Mismatch):
        pass
    trues: list[Array] = []
    rights: list[Array] = []
    used = []
    for assignment in assignments([left, right], context, MOST_SAMPLES):
        if sum(map(is_telling, trues, rights)) >= SAMPLES:
            break
        trues.append(squeezed(value_of(left, assignment, context.definitions), left.shape))
        rights.append(squeezed(value_of(right, assignment, context.definitions), right.shape))
        used.append(assignment)
    if is_zero_literal(right) or is_zero_literal(left):
        same = all(close(a - b, 0 * (a - b), 1e-9, 1.0) for a, b in zip(trues, rights, strict=True))
    else:
        same = compare.agree(rights, trues)
    if same:
        return Verdict("right")
    how = compare.difference(rights, trues, [assignment.sizes for assignment in used])
    how = how or repairs.symmetric_only(left, right, context) or repairs.orthogonal_only(left, right, context)
    return Verdict("value", how or repairs.swapped(right, trues, used, context))
