"""Diagnostics of a block as diagnostics of its document."""

from __future__ import annotations

from collections.abc import Callable

from shapecheck.core.diagnostic import Diagnostic
from shapecheck.core.record import replace
from shapecheck.core.span import Span

Place = Callable[[Span], Span | None]


def placed(diagnostic: Diagnostic, place: Place) -> Diagnostic:
    """With every place translated; a note whose place is not in this document keeps its words, a fix is dropped."""
    fixes = []
    for fix in diagnostic.fixes:
        spans = [place(edit.span) for edit in fix.edits]
        if all(span is not None for span in spans):
            edits = tuple(replace(edit, span=span) for edit, span in zip(fix.edits, spans, strict=True) if span is not None)
            fixes.append(replace(fix, edits=edits))
    operands = []
    for operand in diagnostic.operands:
        span = place(operand.span)
        if span is not None:
            operands.append(replace(operand, span=span))
    return replace(
        diagnostic,
        span=place(diagnostic.span) or Span(0, 0),
        notes=tuple(replace(note, span=place(note.span) if note.span is not None else None) for note in diagnostic.notes),
        fixes=tuple(fixes),
        operands=tuple(operands),
    )
