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

DOUBT = "doubt"
"""A problem of this name is never told: with another reading of undeclared names the statement may fit better."""
