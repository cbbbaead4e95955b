"""Terms back to expressions, each compared by value with its term before it is given out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from shapecheck.calculus import entries, leaves
from shapecheck.calculus import fold as folding
from shapecheck.calculus.context import CannotDerive, Context
from shapecheck.calculus.fold.length import length
from shapecheck.calculus.lower import Lowering
from shapecheck.calculus.network import Mismatch
from shapecheck.calculus.permutation import opened
from shapecheck.calculus.product import ONE, einsum
from shapecheck.core import fault
from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.expression import Expression, make
from shapecheck.core.record import replace
from shapecheck.core.shape import Shape
from shapecheck.core.term import Term
from shapecheck.elaborate.build import with_axis

if TYPE_CHECKING:
    from shapecheck.calculus.evaluate import Array, Assignment


LETTERS = ("k", "l", "m", "p", "q", "r")


def fold_context(context: Context, skip: Sequence[Expression], roots: Iterable[Expression], *, updated: bool = False) -> folding.Context:
    """What folding needs: the terms of defined names but for those in `skip`, and which variables are rows or columns.

    A name that was updated stands for its first value where that is needed too, or with `updated` always for its last.
    """
    lowering = Lowering(context, opaque=skip)
    definitions: dict[Expression, Term] = {}
    roots = [*roots]
    names = folding.reached(context, roots)
    named = [*names, *(name for name, value in context.definitions.items() if value in roots)]
    visible = folding.newest(named, named if updated else context.definitions)
    for name in names:
        try:
            if name in visible and name in context.definitions and name not in skip:
                definitions[name] = lowering(name)
        except (CannotDerive, Mismatch):
            continue
    for root in roots:
        try:
            lowering.piece(root)
        except (CannotDerive, Mismatch):
            continue
    shapes = {
        (node.data[0], node.data[1]): node.shape for node in (*context.definitions, *lowering.leaves(), *skip) if node.op == "variable"
    }
    return folding.Context(context.properties, definitions, shapes, folding.source_order(context, roots), context.taken)


def has_older(form: Expression, roots: Iterable[Expression], context: Context) -> bool:
    """Whether a variable occurs of which a later version is known: its name says another value by then."""
    last = folding.newest(names := folding.reached(context, roots), names)
    return any(variable not in last and variable in names for variable in folding.reached(replace(context, definitions={}), [form]))


def written(term: Term, shape: Shape, known: folding.Context, context: Context, used: Sequence[Assignment]) -> tuple[Expression, bool]:
    """The term in matrix notation, if it has such a form; else in index form (then True comes with it)."""
    for forms in _matrix_forms(term, shape, known):
        for form in sorted(forms, key=length):
            if same_value(form, term, context, used):
                return reshaped(form, shape), False
    attempts = (folding.chain_form, folding.index_form, _by_unit_vectors)
    for attempt in [partial(attempt, term, known) for attempt in attempts]:
        found = _tried(attempt)
        if found is not None and same_value(found, term, context, used):
            return reshaped(found, shape), True
    raise CannotDerive("no form of the derivative was found that agrees with its value")


def _matrix_forms(term: Term, shape: Shape, known: folding.Context) -> Iterator[list[Expression]]:
    """The term in matrix notation, in several ways; then what is tried where none of these is found or right."""
    ways = _forms(term, known)
    if shape.rank > max(term.order, 2):
        yield _folded(ways, partial(folding.fold_batched, context=known, shape=shape))
    forms = _folded(ways, partial(folding.fold, context=known, shape=shape))
    if forms and term.order > 2:
        forms += _folded(ways, partial(folding.fold_batched, context=known))
    yield _by_entries(term, forms, known)
    if not forms and opened(term) is not term:
        yield _folded([opened(term)], partial(folding.fold, context=known, shape=shape))
    yield _folded(dict.fromkeys([*ways, opened(term)]), partial(folding.fold_batched, context=known))


def _by_entries(term: Term, forms: list[Expression], known: folding.Context) -> list[Expression]:
    """And as the matrix of its entries, where single ones are picked; alone where else nobody knew the sizes of unit vectors."""
    if not entries.selects(term):
        return forms
    sized = [form for form in forms if folding.is_sized(form)]
    fold = partial(folding.fold, context=known)
    found = [min(_folded(_forms(cell, known), fold), key=length, default=None) for cell in entries.grid(term) or ()]
    grid = tuple(cell for cell in found if cell is not None)
    rows = term.dims[0].constant if term.dims else None
    if not grid or rows is None or len(grid) < len(found):
        return forms
    return [*sized, make("block", grid, Shape(term.dims), (rows, len(grid) // rows))]


def _folded(ways: Iterable[Term], fold: Callable[[Term], Expression | None]) -> list[Expression]:
    folded = [_tried(partial(fold, way)) for way in ways]
    return [form for form in folded if form is not None]


def _forms(term: Term, known: folding.Context) -> list[Term]:
    """The term in several ways of writing it, the plainest first."""
    forms = dict.fromkeys((term, folding.extracted(term), folding.multiplied(term)))
    for form in list(forms):
        forms.setdefault(folding.extracted(folding.substituted(form, known)))
    return list(forms)


def indexed_by(
    term: Term, letters: tuple[str, ...], known: folding.Context, context: Context, used: Sequence[Assignment]
) -> Expression | None:
    """One entry of the term, under these letters."""
    candidates: list[Expression] = []
    whole = _tried(lambda: folding.fold(term, known)) if letters else None
    if whole is not None and len(whole.shape.dims) == len(letters):
        candidates.append(_entry(whole, letters))
    form = _tried(lambda: folding.index_form(term, known, letters))
    if form is not None:
        candidates.append(form.args[0] if form.op == "tensor" else form)
    for body in sorted(candidates, key=length):
        bound = make("tensor", (body,), Shape(term.dims), letters) if letters else body
        if same_value(bound, term, context, used):
            return body
    return None


def _entry(whole: Expression, letters: tuple[str, ...]) -> Expression:
    """One entry; that of an outer product is a product of entries."""
    if whole.op in ("scale", "negate") and (whole.op == "negate" or not whole.args[0].shape.dims):
        inner = _entry(whole.args[-1], letters)
        return make(whole.op, (*whole.args[:-1], inner), Shape(), whole.data)
    if whole.op == "matmul" and len(letters) == 2:
        left, right = whole.args
        if left.shape.rank == 1 and right.op == "transpose" and right.args[0].shape.rank == 1:
            return make("scale", (_entry(left, letters[:1]), _entry(right.args[0], letters[1:])))
    return make("entry", (whole,), Shape(), letters)


def written_stacked(term: Term, rows: int, known: folding.Context, context: Context, used: Sequence[Assignment]) -> Expression | None:
    """d vec(value) / d vec(variable), if that has a matrix form."""
    from shapecheck.calculus.evaluate_order import schedule
    from shapecheck.calculus.verify import stacked, term_value

    found = _tried(lambda: folding.fold_stacked(term, rows, known))
    if found is None or found.shape.rank > 2:
        return None
    nodes = schedule(term)
    values = [stacked(term_value(nodes, assignment), rows) for assignment in used]
    return found if _has_values(found, values, context, used) else None


def _tried(attempt: Callable[[], Expression | None]) -> Expression | None:
    """A fault in one way of writing costs that way only."""
    try:
        return attempt()
    except Exception as error:
        fault.tell(error, "a derivative could not be written in one of its forms")
        return None


def _by_unit_vectors(term: Term, known: folding.Context) -> Expression | None:
    """Axes that no index form reaches, such as those of vec(X): all but the first are taken by unit vectors e_k, e_l."""
    if not 1 <= term.order <= len(LETTERS):
        return None
    for kept in (1, 2, 0):
        axes = tuple(range(term.order))
        named = zip(LETTERS, axes[kept:], term.dims[kept:], strict=False)
        units = [(leaves.basis(letter, dimension), (axis,)) for letter, axis, dimension in named]
        folded = folding.fold(einsum(ONE, [(term, axes), *units], axes[:kept]), known)
        if folded is not None and len(folded.shape.dims) == kept:
            letters = ("i", "j")[:kept]
            entry = make("entry", (folded,), Shape(), letters) if letters else folded
            return make("tensor", (entry,), Shape(term.dims), (*letters, *LETTERS[: term.order - kept]))
    return None


def reshaped(expression: Expression, shape: Shape) -> Expression:
    """The expression as a row, a column, or transposed, where the shape asks for it; a stack of columns with its last axis."""
    if expression.op != "tensor" and shape.dims == (*expression.shape.dims, UNIT) and shape.rank > 2:
        return with_axis(expression, expression.shape.rank)
    if expression.shape == shape or shape.rank > 2 or expression.shape.rank > 2 or not _is_turned(expression.shape, shape):
        return expression
    return _turned(expression, shape)


def _turned(expression: Expression, shape: Shape) -> Expression:
    """The transpose, as far inside as scalars allow."""
    if expression.op == "transpose":
        return expression.args[0]
    if expression.op == "negate" or (expression.op in ("scale", "ratio") and not expression.args[expression.op == "ratio"].shape.dims):
        place = 1 if expression.op == "scale" else 0
        args = list(expression.args)
        args[place] = _turned(args[place], shape)
        return make(expression.op, tuple(args), shape, expression.data)
    return make("transpose", (expression,), shape)


def _is_turned(have: Shape, want: Shape) -> bool:
    if have.rank == 1 and want.rank == 2:
        return want.dims == (UNIT, have.dims[0])
    if have.rank == 2 and want.rank == 1:
        return have.dims == (UNIT, want.dims[0])
    return have.rank == 2 and want.rank == 2 and have.dims == want.dims[::-1] and have.dims[0] != have.dims[1]


def same_value(expression: Expression, term: Term, context: Context, used: Sequence[Assignment]) -> bool:
    """Whether an expression has the value of a term, on assignments where all is defined."""
    from shapecheck.calculus.evaluate_order import schedule
    from shapecheck.calculus.verify import term_value

    nodes = schedule(term)
    return _has_values(expression, [term_value(nodes, assignment) for assignment in used], context, used)


def _has_values(expression: Expression, values: Sequence[Array], context: Context, used: Sequence[Assignment]) -> bool:
    from shapecheck.calculus.evaluate import evaluate, schedule
    from shapecheck.calculus.verify import close, squeezed

    if not used:
        return False
    given = used[0].arrays
    definitions = {name: value for name, value in context.definitions.items() if name not in given}
    nodes = schedule([expression], definitions)
    try:
        found = [squeezed(evaluate(nodes, assignment, definitions), expression.shape) for assignment in used]
    except (CannotDerive, KeyError, ValueError):
        return False
    return all(close(mine, value) for mine, value in zip(found, values, strict=True))
