"""Claims that are right by normal form: both sides are one term. Most right claims are, and this needs no NumPy."""

from __future__ import annotations

from shapecheck.calculus import claimed
from shapecheck.calculus.claimed import Claimed
from shapecheck.calculus.context import CannotDerive, Context
from shapecheck.calculus.fitting import fit, is_row, same
from shapecheck.calculus.leaves import is_zero
from shapecheck.calculus.lower import Lowering
from shapecheck.calculus.network import Mismatch
from shapecheck.core.dimension import DimensionTooLarge
from shapecheck.core.expression import Expression
from shapecheck.elaborate.sheet import BackpropClaim, Claim, DifferentialClaim, GradientClaim, IdentityClaim

UNDECIDED = (CannotDerive, Mismatch, DimensionTooLarge, RecursionError, OverflowError, ZeroDivisionError, KeyError)


def is_identical(claim: Claim, context: Context) -> bool:
    """Whether the claim is right by normal form; where not, values decide."""
    try:
        match claim:
            case GradientClaim():
                return agrees(claimed.gradient(claim, context), claim.right, context)
            case DifferentialClaim():
                context = claimed.with_marks(context, claim.differentials)
                return agrees(claimed.differential(claim, context), claim.right, context)
            case BackpropClaim(beside=(_, *_)):
                return False
            case BackpropClaim() if claim.cotangents:
                return agrees(claimed.backprop(claim, context), claim.right, context)
            case BackpropClaim():
                return any(is_identical(as_gradient(claim, output), context) for output in claim.outputs)
            case IdentityClaim(left=left, right=right):
                fits = context.axes(left.shape) == context.axes(right.shape) and is_row(left.shape) == is_row(right.shape)
                lowering = Lowering(context)
                return fits and lowering(left) is lowering(right)
    except UNDECIDED:
        pass
    return False


def as_gradient(claim: BackpropClaim, output: Expression) -> GradientClaim:
    """The claim as one about the gradient of an output."""
    return GradientClaim(output, (claim.of,), claim.right, claim.left_node, claim.right_node)


def agrees(said: Claimed, right: Expression, context: Context) -> bool:
    """Whether the right side fits as it stands and is the term that it should be."""
    return fit(said, right, context) == (same, False) and is_same_term(said, right, context)


def is_same_term(said: Claimed, right: Expression, context: Context) -> bool:
    try:
        term = Lowering(context, opaque=said.wrt)(right)
    except (CannotDerive, Mismatch):
        return False
    return term is said.term or (said.term is not None and is_zero(said.term) and is_zero(term))
