"""What one statement came to, before its places and problems are put beside it."""

from __future__ import annotations

from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass
from shapecheck.elaborate.sheet import Binding, Claim


@dataclass(frozen=True, slots=True)
class Outcome:
    bindings: tuple[Binding, ...] = ()
    claims: tuple[Claim, ...] = ()
    expressions: tuple[Expression, ...] = ()


NOTHING = Outcome()

MISFIT = "a value that does not fit"
"""What a declared name stands for whose definition does not fit: its shape is known, and no more is said of it."""

DOUBT = "doubt"
"""A problem of this name is never told: with another reading of undeclared names the statement may fit better."""
