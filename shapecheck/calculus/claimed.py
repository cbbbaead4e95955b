"""What each kind of claim says: the term that its right side should be, and how to check that term itself.

Names that a claim treats as variables are not looked through while deriving, and have the values of their
definitions when numbers are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shapecheck.calculus.context import CannotDerive, Context
from shapecheck.calculus.derivative import derived_terms, result_shape, with_properties
from shapecheck.calculus.differentiate import differentiate
from shapecheck.calculus.lower import Lowering
from shapecheck.calculus.network import Mismatch
from shapecheck.calculus.product import ONE, add, einsum
from shapecheck.calculus.rebuild import substitute
from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass, replace
from shapecheck.core.shape import Shape
from shapecheck.core.term import Term
from shapecheck.elaborate.sheet import BackpropClaim, DifferentialClaim, GradientClaim

INHERITED = frozenset({"symmetric", "posdef", "diagonal", "lower", "upper"})


@dataclass(frozen=True, slots=True)
class Part:
    """A contribution: `value` changes with `variable` while `held` stay, weighted by `weight` (a cotangent or a differential)."""

    value: Expression
    variable: Expression
    weight: Expression | None
    held: tuple[Expression, ...]
    backward: bool


@dataclass(frozen=True, slots=True)
class Claimed:
    """`term` is what the right side should be, of this `shape`; None where only numbers can tell.

    `parts` add up to it, each with its term in `contributions`; or it is the derivative of `of` by `wrt`, and `steps` those of
    lower order. `held` are the names that the claim treats as variables. `turned`: the other layout is meant; `free_layout`: both
    are right. `letters` are those of an index claim, one an axis.
    """

    term: Term | None
    shape: Shape
    held: tuple[Expression, ...]
    parts: tuple[Part, ...] = ()
    contributions: tuple[Term, ...] = ()
    of: Expression | None = None
    wrt: tuple[Expression, ...] = ()
    steps: tuple[Term, ...] = ()
    free_layout: bool = False
    turned: bool = False
    letters: tuple[str, ...] = ()

    @property
    def weights(self) -> tuple[Expression, ...]:
        """The cotangents or differentials of the parts; not all need stand on the right side."""
        return tuple(part.weight for part in self.parts if part.weight is not None)


def gradient(claim: GradientClaim, context: Context) -> Claimed:
    try:
        steps = derived_terms(claim.of, claim.wrt, context)
    except (CannotDerive, Mismatch):
        return _numeric(claim, context)
    term = with_properties(steps[-1], claim.wrt, context)
    shape = result_shape(claim.of, claim.wrt)
    if claim.indexed:
        return _indexed(claim, term, shape, steps, context)
    of_scalar = not context.axes(claim.of.shape)
    axes = [variable for variable in claim.wrt if context.axes(variable.shape)]
    mixed = of_scalar and len(axes) == 2 and axes[0] is not axes[1] and not any(claim.row_wise)
    of_row = claim.of.shape.rank == 2 and len(context.axes(claim.of.shape)) == 1
    turned = context.layout == "numerator" and of_scalar and len(axes) == 1
    if len(claim.row_wise) == len(claim.wrt):
        rows = tuple(row for row, variable in zip(claim.row_wise, claim.wrt, strict=True) if context.axes(variable.shape))
        turned = (rows == (True,) and of_scalar) or rows == (True, False) or turned
    free = mixed or (of_row and len(axes) == 1)
    return Claimed(term, shape, claim.wrt, of=claim.of, wrt=claim.wrt, steps=tuple(steps), free_layout=free, turned=turned)


def _indexed(claim: GradientClaim, term: Term, shape: Shape, steps: Sequence[Term], context: Context) -> Claimed:
    """Entries: the axes are the letters, in order; a letter that stands twice is a diagonal."""
    letters = [letter for group in claim.indexed for letter in group]
    dims = [dimension for node in (claim.of, *claim.wrt) for dimension in context.dims(node.shape)]
    if len(letters) != len(dims):
        raise CannotDerive("not every axis has an index")
    kept = [letter for letter, dimension in zip(letters, dims, strict=True) if dimension.constant != 1]
    numbers = {letter: place for place, letter in enumerate(dict.fromkeys(kept))}
    axes = tuple(numbers[letter] for letter in kept)
    term = einsum(ONE, [(term, axes)], tuple(numbers.values()))
    return Claimed(term, Shape(term.dims), claim.wrt, of=claim.of, wrt=claim.wrt, steps=tuple(steps), letters=tuple(numbers))


def differential(claim: DifferentialClaim, context: Context) -> Claimed:
    variables = tuple(dict.fromkeys(variable for _, variable in claim.differentials))
    value = _seen_through(claim.of, context)
    parts = [Part(value, variable, mark, variables, False) for mark, variable in claim.differentials]
    return _sum(parts, value.shape, variables, context)


def backprop(claim: BackpropClaim, context: Context) -> Claimed:
    names = tuple(dict.fromkeys(name for _, name in claim.cotangents))
    parts = []
    for mark, name in claim.cotangents:
        held = tuple(other for other in names if other is not name)
        parts.append(Part(_seen_through(name, context), claim.of, mark, (claim.of, *held), True))
    return _sum(parts, claim.of.shape, (claim.of, *names), context)


def _seen_through(name: Expression, context: Context) -> Expression:
    return context.definitions.get(name, name) if name.op == "variable" else name


def _sum(parts: Sequence[Part], shape: Shape, held: tuple[Expression, ...], context: Context) -> Claimed:
    contributions = tuple(contribution(part, context) for part in parts)
    term = add([(ONE, each) for each in contributions], context.axes(shape))
    return Claimed(term, shape, held, tuple(parts), contributions)


def _numeric(claim: GradientClaim, context: Context) -> Claimed:
    """Where no rule derives: entry by entry, if everything is known to be a function of its arguments."""
    from shapecheck.calculus.evaluate import schedule  # late: it comes with NumPy

    hidden = any(node.op == "opaque" for node in schedule([claim.of], context.definitions))
    if hidden or len(claim.wrt) > 1 or claim.indexed:
        raise CannotDerive("no derivative is known")
    return Claimed(None, result_shape(claim.of, claim.wrt), claim.wrt, of=claim.of, wrt=claim.wrt)


def contribution(part: Part, context: Context) -> Term:
    """The term of one part, definitions put in for the names that were held."""
    lowering = Lowering(context, opaque=part.held, general=part.held)
    value, variable = lowering(part.value), lowering.leaf(part.variable)
    weight = lowering.leaf(part.weight) if part.weight is not None else None
    assert weight is not None
    if part.backward:
        axes = tuple(range(value.order))
        if value.dims != weight.dims:
            raise CannotDerive("a cotangent of another shape than its name")
        term = differentiate(einsum(ONE, [(value, axes), (weight, axes)], ()), variable)
    else:
        jacobian = differentiate(value, variable)
        axes = tuple(range(jacobian.order))
        term = einsum(ONE, [(jacobian, axes), (weight, axes[value.order :])], axes[: value.order])
    plain = Lowering(context)
    replaced = {lowering.leaf(name): plain(name) for name in part.held if lowering.leaf(name) is not plain(name)}
    return substitute(term, replaced) if replaced else term


def with_marks(context: Context, marks: Iterable[tuple[Expression, Expression]]) -> Context:
    """A differential of a symmetric matrix is symmetric itself."""
    properties = dict(context.properties)
    for mark, variable in marks:
        words = context.properties.get(variable, frozenset()) & INHERITED
        if words:
            properties[mark] = (words - {"posdef"}) | ({"symmetric"} if "posdef" in words else frozenset())
    return replace(context, properties=properties)
