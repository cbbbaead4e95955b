"""What is found about a claim, as facts; `rules` turns it into prose."""

from __future__ import annotations

from typing import Literal

from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass

Status = Literal["right", "shape", "layout", "value", "unverified"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`shape`: the right side has another shape; `layout`: it is the transpose, as the other layout has it; `unverified`: not decided.

    `how` says how a wrong value differs from the right one, or why nothing could be decided; `formula` is the right
    side as it should be, in matrix notation where there is one.
    """

    status: Status
    how: str = ""
    formula: Expression | None = None
    notes: tuple[str, ...] = ()
