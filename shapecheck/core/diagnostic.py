"""What a check tells its caller: plain values, ready for a terminal, an editor or a report."""

from __future__ import annotations

from typing import Literal

from shapecheck.core.record import dataclass
from shapecheck.core.span import Edit, Span

Severity = Literal["error", "warning", "info", "hint"]
Applicability = Literal["safe", "suggested"]


@dataclass(frozen=True, slots=True)
class Note:
    """A second place that explains the first, such as the declaration that gave a shape."""

    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that mends the finding; `--fix` applies the safe ones, editors offer all."""

    title: str
    edits: tuple[Edit, ...]
    applicability: Applicability = "suggested"


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of an operator that does not fit: its text as typed, its place and its shape."""

    text: str
    shape: str
    span: Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. Spans are code-point offsets into the text that was checked."""

    rule: str
    severity: Severity
    message: str
    span: Span
    notes: tuple[Note, ...] = ()
    fixes: tuple[Fix, ...] = ()
    operator: str | None = None
    operands: tuple[Operand, ...] = ()
