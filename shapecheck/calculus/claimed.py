"""What each kind of claim says: the term that its right side should be, and how to check that term itself.

Names that a claim treats as variables are not looked through while deriving, and have the values of their
definitions when numbers are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shapecheck.calculus.context import CannotDerive, Context
from shapecheck.calculus.derivative import derived_terms, result_shape, with_properties
from shapecheck.calculus.differentiate import differentiate
from shapecheck.calculus.lower import Lowering
from shapecheck.calculus.product import ONE, add, einsum
from shapecheck.calculus.rebuild import substitute
from shapecheck.core.expression import Expression
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
    """`term` is what the right side should be, of this `shape`; None where only numbers can tell. `parts` add up to it.

    `first` and `wrt` say how a gradient is checked; `other` is the shape in the other layout, `free_layout` where both are right.
    """

    term: Term | None
    shape: Shape
    parts: tuple[Part, ...] = ()
    of: Expression | None = None
    wrt: tuple[Expression, ...] = ()
    steps: tuple[Term, ...] = ()
    free_layout: bool = False
    turned: bool = False


def gradient(claim: GradientClaim, context: Context) -> Claimed:
    steps = derived_terms(claim.of, claim.wrt, context)
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
    return Claimed(term, shape, (), claim.of, claim.wrt, tuple(steps), mixed or (of_row and len(axes) == 1), turned)


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
    return Claimed(term, Shape(term.dims), (), claim.of, claim.wrt, tuple(steps))


def differential(claim: DifferentialClaim, context: Context) -> Claimed:
    variables = tuple(dict.fromkeys(variable for _, variable in claim.differentials))
    value = _seen_through(claim.of, context)
    parts = [Part(value, variable, mark, variables, False) for mark, variable in claim.differentials]
    return Claimed(_total(parts, context, value.shape), value.shape, tuple(parts))


def backprop(claim: BackpropClaim, context: Context) -> Claimed:
    names = tuple(dict.fromkeys(name for _, name in claim.cotangents))
    parts = []
    for mark, name in claim.cotangents:
        held = tuple(other for other in names if other is not name)
        parts.append(Part(_seen_through(name, context), claim.of, mark, (claim.of, *held), True))
    return Claimed(_total(parts, context, claim.of.shape), claim.of.shape, tuple(parts))


def _seen_through(name: Expression, context: Context) -> Expression:
    return context.definitions.get(name, name) if name.op == "variable" else name


def _total(parts: Iterable[Part], context: Context, shape: Shape) -> Term | None:
    try:
        return add([(ONE, contribution(part, context)) for part in parts], context.axes(shape))
    except CannotDerive:
        return None


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
    return Context(context.definitions, properties, context.facts, context.layout)
