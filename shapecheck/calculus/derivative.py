"""Derivatives of expressions: derived in index form, checked by value, and folded back to matrix notation.

`derivative` is the only way out: what fails its own numeric check raises `CannotDerive`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapecheck.calculus import fold as folding
from shapecheck.calculus.context import CannotDerive, Context
from shapecheck.calculus.differentiate import dependent, differentiate
from shapecheck.calculus.lower import Lowering
from shapecheck.calculus.network import Mismatch
from shapecheck.calculus.rebuild import substitute
from shapecheck.core.dimension import ONE, Dimension, DimensionTooLarge
from shapecheck.core.expression import Expression, make
from shapecheck.core.shape import Shape
from shapecheck.core.term import Term
from shapecheck.ops import ROWS

if TYPE_CHECKING:
    from shapecheck.calculus.evaluate import Assignment

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


def derivative(expression: Expression, wrt: Sequence[Expression], context: Context) -> Derivative:
    """The derivative of an expression by one or more variables in turn."""
    try:
        return _derivative(expression, tuple(wrt), context)
    except Mismatch as problem:
        raise CannotDerive(f"{problem}") from problem
    except (DimensionTooLarge, RecursionError, OverflowError) as problem:
        raise CannotDerive("this formula is too large to derive") from problem


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
    from shapecheck.calculus.verify import check_first, check_next

    terms = derived_terms(expression, wrt, context)
    used = check_first(expression, wrt[0], terms[1], context, wrt)
    for before, variable, after in zip(terms[1:], wrt[1:], terms[2:], strict=False):
        check_next(before, variable, after, used)
    term = with_properties(terms[-1], wrt, context)
    shape = result_shape(expression, wrt)
    folded, indexed = _folded(term, shape, wrt, context, used)
    stacked = None
    if indexed or len(term.dims) > 2:
        stacked = _stacked(expression, term, wrt, context, used)
    return Derivative(expression, wrt, term, shape, folded, indexed, stacked, kinks(terms[0], wrt, context))


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


# folding


def fold_context(context: Context, skip: Sequence[Expression], expression: Expression | None = None) -> folding.Context:
    """What folding needs: the terms of defined names, and which variables are rows or columns."""
    lowering = Lowering(context, opaque=skip)
    definitions: dict[Expression, Term] = {}
    for name in context.definitions:
        if name in skip:
            continue
        try:
            definitions[name] = lowering(name)
        except (CannotDerive, Mismatch):
            continue
    shapes = {}
    for node in (*context.definitions, *lowering.leaves(), *skip):
        shapes[node.data[0], node.data[1]] = node.shape
    return folding.Context(context.properties, definitions, shapes)


def formula_of(expression: Expression, variable: Expression, context: Context) -> Expression:
    """The first derivative as an expression."""
    return derivative(expression, (variable,), context).expression


def folded_form(term: Term, shape: Shape, wrt: Sequence[Expression], context: Context) -> Expression | None:
    """A term in matrix notation, of this shape, if it has such a form and keeps its value in it."""
    known = fold_context(context, wrt)
    found = None
    if term.order <= 2:
        try:
            found = folding.fold(term, known)
        except RecursionError:
            found = None
    if found is None:
        found = folding.index_form(term, known)
    if found is None:
        return None
    from shapecheck.calculus.sample import assignments

    used = list(assignments([found], context, 2, wrt))
    if not same_value(found, term, context, wrt, used):
        return None
    return reshaped(found, shape)


def reshaped(expression: Expression, shape: Shape) -> Expression:
    """The expression as a row, a column, or transposed, where the shape asks for it."""
    if expression.shape == shape or shape.rank > 2 or expression.shape.rank > 2:
        return expression
    if _is_turned(expression.shape, shape):
        return expression.args[0] if expression.op == "transpose" else make("transpose", (expression,), shape)
    return expression


def _is_turned(have: Shape, want: Shape) -> bool:
    if have.rank == 1 and want.rank == 2:
        return want.dims == (ONE, have.dims[0])
    if have.rank == 2 and want.rank == 1:
        return have.dims == (ONE, want.dims[0])
    return have.rank == 2 and want.rank == 2 and have.dims == want.dims[::-1] and have.dims[0] != have.dims[1]


def _folded(term: Term, shape: Shape, wrt: tuple[Expression, ...], context: Context, used: Sequence[Assignment]) -> tuple[Expression, bool]:
    """The term in matrix notation, if that has the term's value; else in index form."""
    known = fold_context(context, wrt)
    found = None
    if term.order <= 2:
        try:
            found = folding.fold(term, known)
        except RecursionError:
            found = None
        if found is not None and not same_value(found, term, context, wrt, used):
            found = None
    if found is not None:
        return reshaped(found, shape), False
    indexed = folding.index_form(term, known)
    if indexed is None:
        raise CannotDerive("no form of the derivative is known")
    if not same_value(indexed, term, context, wrt, used):
        raise CannotDerive("no form of the derivative agrees with its value")
    return indexed, True


def _stacked(
    expression: Expression, term: Term, wrt: tuple[Expression, ...], context: Context, used: Sequence[Assignment]
) -> Expression | None:
    rows = len(_essential(expression.shape))
    if rows == 0:
        rows = len(_essential(wrt[0].shape))
    return folding.fold_stacked(term, rows, fold_context(context, wrt))


def same_value(expression: Expression, term: Term, context: Context, wrt: Sequence[Expression], used: Sequence[Assignment]) -> bool:
    """Whether an expression has the value of a term, on assignments that have passed."""
    from shapecheck.calculus.evaluate import evaluate, schedule
    from shapecheck.calculus.evaluate_order import schedule as order_of
    from shapecheck.calculus.verify import close, squeezed, term_value

    definitions = {name: value for name, value in context.definitions.items() if name not in wrt}
    nodes, terms = schedule([expression], definitions), order_of(term)
    for assignment in used:
        value = evaluate(nodes, assignment, definitions)
        if not close(squeezed(value, expression.shape), term_value(terms, assignment)):
            return False
    return True
