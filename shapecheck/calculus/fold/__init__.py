"""Index form back to matrix notation, as short as a textbook writes it.

`fold` maps a term of order 0 to 2 (and more, where matrix notation reaches) to an expression of the same value, or
None; `index_form` writes any term with indices. Invariant: the value never changes. Begin with `network.py` (one
product), then `sums.py`; `terms.py` walks the graph.
"""

from __future__ import annotations

from shapecheck.calculus.fold import lifting, terms, unbatching
from shapecheck.calculus.fold.broadcasting import broadcast, row_sums
from shapecheck.calculus.fold.context import PLAIN, Context, Irreducible
from shapecheck.calculus.fold.extracting import extracted, multiplied
from shapecheck.calculus.fold.indexed import chain_form, index_form
from shapecheck.calculus.fold.naming import Name, name_of, named
from shapecheck.calculus.fold.picking import picked
from shapecheck.calculus.fold.prepare import newest, prepare, reached, source_order
from shapecheck.calculus.fold.product import ONCE, Product, assemble
from shapecheck.calculus.fold.schur import with_complements
from shapecheck.calculus.fold.sized import is_sized
from shapecheck.calculus.fold.substituting import substituted
from shapecheck.calculus.fold.terms import Folded, fold_all
from shapecheck.calculus.fold.transposing import as_row, transpose
from shapecheck.calculus.functions import primitive
from shapecheck.calculus.product import einsum
from shapecheck.core.dimension import ONE
from shapecheck.core.expression import Expression, make
from shapecheck.core.record import replace
from shapecheck.core.shape import Shape
from shapecheck.core.term import Term

__all__ = [
    "PLAIN",
    "Context",
    "chain_form",
    "extracted",
    "fold",
    "fold_batched",
    "fold_stacked",
    "index_form",
    "is_sized",
    "multiplied",
    "newest",
    "prepare",
    "reached",
    "source_order",
    "substituted",
]


def fold(term: Term, context: Context = PLAIN, shape: Shape | None = None) -> Expression | None:
    """The term in matrix notation, written with the context's names; None where it has no such form.

    Vectors are columns unless `shape` is that of a row.
    """
    done: Folded = {}
    try:
        product = fold_all(term, context, done)
        row = shape is not None and len(shape.dims) == 2 and shape.dims[0] == ONE and len(product.dims) == 1
        plain = assemble(as_row(_summed(product, context), context) if row else product)
    except Irreducible:
        return None
    return picked(named(with_complements(broadcast(plain, context), context), _names(context, done), context), context)


def fold_batched(term: Term, context: Context = PLAIN, shape: Shape | None = None) -> Expression | None:
    """A stack of matrices, or the sum of one, in the notation of matrices, which carries leading axes along.

    Of a stack of columns only `shape` has the axis of size one.
    """
    if term.order > 2 or (shape is not None and shape.rank > 2):
        return _of_stacks(term, (term.order if shape is None else max(term.order, shape.rank)) - 2, context)
    row = Shape((ONE, *term.dims)) if term.order == 1 else None
    for stack, count in unbatching.opened(term, context):
        found = _of_stacks(stack, count, context, row)
        if found is not None:
            for _ in range(count):
                kept = found.shape.dims[1:]
                found = make("sum", (found,), Shape((ONE, *kept)) if len(kept) == 1 else Shape(kept), (0,))
            return transpose(found, context) if row is not None else found
    return None


def _of_stacks(term: Term, count: int, context: Context, shape: Shape | None = None) -> Expression | None:
    try:
        inner, unbatched, within = unbatching.unbatched(term, count, context)
        found = fold(inner, within, shape)
        return None if found is None else lifting.Lifting(unbatched.batch, unbatched.stacks, within.definitions)(found)
    except Irreducible:
        return None


def _summed(product: Product, context: Context) -> Product:
    """A diagonal that will be a row, as the sums of columns."""
    return replace(product, chain=(row_sums(product.chain[0], context),)) if len(product.chain) == 1 else product


def fold_stacked(term: Term, rows: int, context: Context = PLAIN) -> Expression | None:
    """`d vec(F)/d vec(X)` of a derivative whose first `rows` axes are those of F: columns stacked, products Kronecker."""
    done: Folded = {}
    try:
        plain = assemble(terms.fold_stacked(term, rows, context, done))
    except Irreducible:
        return None
    return named(plain, _names(context, done), context)


def _names(context: Context, done: Folded) -> list[Name]:
    names = []
    for variable, value in context.definitions.items():
        try:
            product = fold_all(value, context, done)
            row = len(variable.shape.dims) == 2 and variable.shape.dims[0] == ONE and value.order == 1
            name = name_of(transpose(variable, context) if row else variable, product)
            if row and (across := name_of(variable, as_row(product, context))) is not None:
                names.append(across)
        except Irreducible:
            continue
        if name is not None:
            names.append(name)
            names.extend(_logarithm(variable, value, context, done))
            names.extend(_totals(variable, value, context, done))
    return names


def _totals(variable: Expression, value: Term, context: Context, done: Folded) -> list[Name]:
    """The sums over the axes of a name that is a sum: `sum(Z, 1)` is not to be taken apart."""
    if value.kind != "add" or value.order not in (1, 2) or len(variable.shape.dims) != value.order:
        return []
    axes = tuple(range(value.order))
    found = []
    for kept in ((), (0,), (1,))[: 3 if value.order == 2 else 1]:
        part = einsum(ONCE, [(value, axes)], kept)
        if part.kind != "add":
            continue
        whole = make("sum", (variable,)) if not kept else make("sum", (variable,), shape_of_sum(variable, kept[0]), (1 - kept[0],))
        try:
            product = fold_all(part, context, done)
        except Irreducible:
            continue
        forms = [(whole, product)] if kept != (1,) else [(transpose(whole, context), product), (whole, as_row(product, context))]
        found += [name for form in forms if (name := name_of(*form)) is not None]
    return found


def _logarithm(variable: Expression, value: Term, context: Context, done: Folded) -> list[Name]:
    """`log(p)` of a name that is a softmax."""
    if value.kind != "primitive" or value.name != "softmax":
        return []
    logarithm = fold_all(primitive("logsoftmax", value.args), context, done)
    name = name_of(make("log", (variable,), variable.shape), logarithm)
    return [name] if name is not None else []


def shape_of_sum(matrix: Expression, kept: int) -> Shape:
    rows, columns = matrix.shape.dims
    return Shape((rows,)) if kept == 0 else Shape((ONE, columns))
