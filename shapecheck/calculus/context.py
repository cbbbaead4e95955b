"""What calculus needs to know beside an expression: definitions, properties and dimension facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from shapecheck.core.dimension import ONE, Dimension
from shapecheck.core.expression import Expression
from shapecheck.core.facts import Facts
from shapecheck.core.record import dataclass, field
from shapecheck.core.shape import Shape


class CannotDerive(Exception):
    """No derivative, or no value, can be given; the message says why in the user's terms."""


@dataclass(frozen=True, slots=True)
class Context:
    """`definitions` maps the variable of a defined name to its value, `properties` variables to their words.

    `taken` are the names in scope with a number below: `x_3` is then no entry of x."""

    definitions: Mapping[Expression, Expression] = field(default_factory=dict)
    properties: Mapping[Expression, frozenset[str]] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    layout: Literal["gradient", "numerator"] = "gradient"
    taken: frozenset[str] = frozenset()

    def dims(self, shape: Shape) -> tuple[Dimension, ...]:
        """The axes of a shape with facts put in, those of size 1 included."""
        return tuple(self.facts.normal(dimension) for dimension in shape.dims)

    def axes(self, shape: Shape) -> tuple[Dimension, ...]:
        """The axes that carry an index: all but those of size 1."""
        return tuple(dimension for dimension in self.dims(shape) if dimension != ONE)
