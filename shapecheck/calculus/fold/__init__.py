"""Index form back to matrix notation, as short as a textbook writes it.

`fold` maps a term of order 0 to 2 (and more, where matrix notation reaches) to an expression of the same value, or
None; `index_form` writes any term with indices. Invariant: the value never changes. Begin with `network.py` (one
product), then `sums.py`; `terms.py` walks the graph.
"""

from __future__ import annotations

from shapecheck.calculus.fold.context import PLAIN, Context, Irreducible
from shapecheck.calculus.fold.product import assemble
from shapecheck.calculus.fold.terms import fold_all
from shapecheck.core.expression import Expression
from shapecheck.core.term import Term

__all__ = ["PLAIN", "Context", "fold"]


def fold(term: Term, context: Context = PLAIN) -> Expression | None:
    """The term in matrix notation; None where it has none."""
    try:
        return assemble(fold_all(term, context, {}))
    except Irreducible:
        return None
