"""Expressions to terms: every operator becomes a product of factors with indices, a sum, or a function of such.

While lowering, a value is a `Piece`: its term, whose leading axes belong to the free index names of index forms
(`A_ij` has i and j), and then one axis for each dimension of its shape that is not 1.
Begin with `lower`; the rules stand in `lowered_*.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from shapecheck.calculus import leaves, lowered_arithmetic, lowered_forms
from shapecheck.calculus.context import CannotDerive, Context
from shapecheck.calculus.lowered_rows import function
from shapecheck.calculus.pieces import Dims, Piece
from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.expression import Expression
from shapecheck.core.term import Term
from shapecheck.ops import ROWS


class Lowering:
    """Lowers expressions of one context; each node once. Names in `opaque` are not looked through."""

    def __init__(self, context: Context, opaque: Iterable[Expression] = (), general: Iterable[Expression] = ()) -> None:
        self.context = context
        self.opaque = frozenset(opaque)
        self.general = frozenset(general)
        self._pieces: dict[Expression, Piece] = {}

    def __call__(self, expression: Expression) -> Term:
        """The term of a closed expression."""
        piece = self.piece(expression)
        if piece.free:
            raise CannotDerive(f"the index {piece.free[0]} is free here")
        return piece.term

    def piece(self, expression: Expression) -> Piece:
        stack = [expression]
        while stack:
            node = stack[-1]
            if node in self._pieces:
                stack.pop()
                continue
            value = self._definition(node)
            waiting = [part for part in ((value,) if value is not None else node.args) if part not in self._pieces]
            if waiting:
                if len(stack) > 20_000:
                    raise CannotDerive("definitions are nested too deeply, or in a circle")
                stack.extend(waiting)
                continue
            self._pieces[node] = self._lower(node) if value is None else self._renamed(node, self._pieces[value])
            stack.pop()
        return self._pieces[expression]

    def _definition(self, node: Expression) -> Expression | None:
        if node.op != "variable" or node in self.opaque:
            return None
        return self.context.definitions.get(node)

    def _renamed(self, node: Expression, value: Piece) -> Piece:
        """A defined name: its value, in the shape that the name was declared with."""
        dims = self.context.dims(node.shape)
        return Piece(value.term, value.free, dims) if tuple(d for d in dims if d != UNIT) == value.axes else value

    def _lower(self, node: Expression) -> Piece:
        dims = self.context.dims(node.shape)
        parts = [self._pieces[part] for part in node.args]
        rule = STRUCTURE.get(node.op)
        if rule is not None:
            piece = rule(self, node, parts, dims)
        elif node.op in ROWS:
            piece = function(ROWS[node.op], node, parts, dims)
        else:
            raise CannotDerive(f"{node.op} has no meaning that can be derived")
        if piece.term.dims[len(piece.free) :] != piece.axes:
            raise CannotDerive(f"the shape of {node.op} is not certain")
        return piece

    def leaves(self) -> list[Expression]:
        """The names met so far that were not looked through."""
        return [node for node in self._pieces if node.op == "variable" and self._definition(node) is None]

    def leaf(self, node: Expression) -> Term:
        name, version = node.data
        words = frozenset() if node in self.general else self.context.properties.get(node, frozenset())
        return leaves.variable(name, version, self.context.axes(node.shape), words)


def lower(expression: Expression, context: Context, opaque: Iterable[Expression] = ()) -> Term:
    """The term of an expression, definitions looked through except for the names in `opaque`."""
    return Lowering(context, opaque)(expression)


Rule = Callable[[Lowering, Expression, list[Piece], Dims], Piece]
STRUCTURE: dict[str, Rule] = {**lowered_arithmetic.RULES, **lowered_forms.RULES}
