"""Derivatives of expressions: derived in index form, checked by value, and folded back to matrix notation.

`derivative` is the only way out: what fails its own numeric check raises `CannotDerive`.
"""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.calculus.context import CannotDerive, Context
from shapecheck.calculus.differentiate import dependent, differentiate
from shapecheck.calculus.lower import Lowering
from shapecheck.calculus.network import Mismatch
from shapecheck.calculus.product import transpose
from shapecheck.calculus.rebuild import substitute
from shapecheck.core.dimension import ONE, Dimension, DimensionTooLarge
from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass
from shapecheck.core.shape import Shape
from shapecheck.core.term import Term
from shapecheck.ops import ROWS

MAX_ORDER = 3


@dataclass(frozen=True, slots=True)
class Derivative:
    """`of` differentiated by each of `wrt`; `shape` in gradient layout, the axes of the value before those of the variables.

    `expression` is the result in matrix notation, or in index form where it has none (`indexed`); `stacked` is
    d vec(of) / d vec(wrt) of a matrix by a matrix, where it has a form. `kinks` says what was assumed where the value has none.
    """

    of: Expression
    wrt: tuple[Expression, ...]
    term: Term
    shape: Shape
    expression: Expression
    indexed: bool
    stacked: Expression | None
    kinks: tuple[str, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said beside the formula."""
        return tuple(f"at a kink, {kink}" for kink in self.kinks)


def derivative(expression: Expression, wrt: Sequence[Expression], context: Context) -> Derivative:
    """The derivative of an expression by one or more variables in turn."""
    try:
        return _derivative(expression, tuple(wrt), context)
    except Mismatch as problem:
        raise CannotDerive(f"{problem}") from problem
    except (DimensionTooLarge, RecursionError, OverflowError) as problem:
        raise CannotDerive("this formula is too large to derive") from problem
    except (ValueError, KeyError) as problem:
        import logging

        logging.getLogger("shapecheck").debug("a derivative could not be checked", exc_info=True)
        raise CannotDerive("this derivative could not be checked by value") from problem


def derived_terms(expression: Expression, wrt: tuple[Expression, ...], context: Context) -> list[Term]:
    """The value's term, then the derivative by the first variable, by the first two, ..., properties put in last."""
    if not wrt or len(wrt) > MAX_ORDER:
        raise CannotDerive(f"derivatives of order {len(wrt)}")
    lowering = Lowering(context, opaque=wrt, general=wrt)
    terms = [lowering(expression)]
    for variable in wrt:
        if variable.op != "variable":
            raise CannotDerive("the derivative is by something that is not a name")
        terms.append(differentiate(terms[-1], lowering.leaf(variable)))
    return terms


def _derivative(expression: Expression, wrt: tuple[Expression, ...], context: Context) -> Derivative:
    from shapecheck.calculus.answer import fold_context, written, written_stacked  # late: judging by normal form needs none of these
    from shapecheck.calculus.verify import check_first, check_next

    terms = derived_terms(expression, wrt, context)
    used = check_first(expression, wrt[0], terms[1], context, wrt)
    for before, variable, after in zip(terms[1:], wrt[1:], terms[2:], strict=False):
        check_next(before, variable, after, used)
    term = with_properties(terms[-1], wrt, context)
    shape = result_shape(expression, wrt)
    if context.layout == "numerator" and not context.axes(expression.shape):
        term, shape = in_numerator_layout(term, shape, wrt, context)
    known = fold_context(context, wrt, (expression, *wrt))
    folded, indexed = written(term, shape, known, context, used)
    rows = len(context.axes(expression.shape)) or len(context.axes(wrt[0].shape))
    stacked = written_stacked(term, rows, known, context, used) if term.order > 2 else None
    return Derivative(expression, wrt, term, shape, folded, indexed, stacked, kinks(terms[0], wrt, context))


def in_numerator_layout(term: Term, shape: Shape, wrt: Sequence[Expression], context: Context) -> tuple[Term, Shape]:
    """A scalar by X has the shape of X'; Jacobians and Hessians are the same in both layouts."""
    if sum(1 for variable in wrt if context.axes(variable.shape)) != 1 or term.order > 2:
        return term, shape
    if shape.rank == 1:
        return term, Shape((ONE, *shape.dims))
    turned = Shape(shape.dims[1:]) if shape.dims[0] == ONE else Shape(shape.dims[::-1])
    return (transpose(term) if term.order == 2 else term), turned


def with_properties(term: Term, wrt: Sequence[Expression], context: Context) -> Term:
    """The entries of a variable count as independent while deriving; what is declared of it simplifies the result."""
    general, plain = Lowering(context, opaque=wrt, general=wrt), Lowering(context, opaque=wrt)
    replaced = {general.leaf(variable): plain.leaf(variable) for variable in wrt if context.properties.get(variable)}
    return substitute(term, replaced) if replaced else term


def result_shape(expression: Expression, wrt: Sequence[Expression]) -> Shape:
    """Gradient layout: a scalar by X has the shape of X, anything by a scalar its own, else value by variable."""
    shape = expression.shape
    for variable in wrt:
        own, other = _essential(shape), _essential(variable.shape)
        shape = variable.shape if not own else shape if not other else Shape((*own, *other))
    return shape


def _essential(shape: Shape) -> tuple[Dimension, ...]:
    return tuple(dimension for dimension in shape.dims if dimension != ONE)


def kinks(term: Term, wrt: Sequence[Expression], context: Context) -> tuple[str, ...]:
    """What the operator table says of the points without a derivative, for the functions on the way."""
    found: dict[str, None] = {}
    for variable in wrt:
        leaf = Lowering(context, opaque=wrt, general=wrt).leaf(variable)
        for node in dependent(term, leaf):
            row = ROWS.get(node.name) if node.kind in ("map", "primitive") else None
            if row is not None and row.kink and node is not leaf:
                found[f"{row.name}: {row.kink}"] = None
    return tuple(found)


def formula_of(expression: Expression, variable: Expression, context: Context) -> Expression:
    """The first derivative as an expression."""
    return derivative(expression, (variable,), context).expression
