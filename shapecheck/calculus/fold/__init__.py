"""Index form back to matrix notation, as short as a textbook writes it.

`fold` maps a term of order 0 to 2 (and more, where matrix notation reaches) to an expression of the same value, or
None; `index_form` writes any term with indices. Invariant: the value never changes. Begin with `network.py` (one
product), then `sums.py`; `terms.py` walks the graph.
"""

from __future__ import annotations

from shapecheck.calculus.fold import terms
from shapecheck.calculus.fold.context import PLAIN, Context, Irreducible
from shapecheck.calculus.fold.indexed import index_form
from shapecheck.calculus.fold.naming import Name, name_of, named
from shapecheck.calculus.fold.prepare import prepare
from shapecheck.calculus.fold.product import assemble
from shapecheck.calculus.fold.terms import Folded, fold_all
from shapecheck.core.expression import Expression
from shapecheck.core.term import Term

__all__ = ["PLAIN", "Context", "fold", "fold_stacked", "index_form", "prepare"]


def fold(term: Term, context: Context = PLAIN) -> Expression | None:
    """The term in matrix notation, written with the context's names; None where it has no such form."""
    done: Folded = {}
    try:
        plain = assemble(fold_all(term, context, done))
    except Irreducible:
        return None
    return named(plain, _names(context, done), context)


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
            name = name_of(variable, fold_all(value, context, done))
        except Irreducible:
            continue
        if name is not None:
            names.append(name)
    return names
