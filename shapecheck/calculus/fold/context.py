"""What folding knows beside the term: shapes as declared, properties, and the names that may stand for values."""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass, field
from shapecheck.core.shape import Shape
from shapecheck.core.term import Term


class Irreducible(Exception):
    """This term has no matrix form that the folder knows."""


@dataclass(frozen=True, slots=True)
class Context:
    """`definitions` maps the variable of a defined name in scope to the term of its value;
    `shapes` gives the shape of a variable by name and version where it is a row or a one-column matrix;
    `order` the places of the terms of the sums in the source formula, which results keep (`source_order`);
    `taken` names with a number below, which are no entries of others."""

    properties: Mapping[Expression, frozenset[str]] = field(default_factory=dict)
    definitions: Mapping[Expression, Term] = field(default_factory=dict)
    shapes: Mapping[tuple[str, int], Shape] = field(default_factory=dict)
    order: Mapping[Expression, int] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()

    def has(self, expression: Expression, *words: str) -> bool:
        found = self.properties.get(expression)
        return found is not None and any(word in found for word in words)


PLAIN = Context()
