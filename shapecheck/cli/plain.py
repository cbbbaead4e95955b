"""Diagnostics as plain JSON values and back: what the cache and other processes hand over.

Reading back trusts nothing: a cache lies in the checked folder, and anyone may have written it.
"""

from __future__ import annotations

from typing import Any

from shapecheck.core.diagnostic import Diagnostic, Fix, Note, Operand
from shapecheck.core.span import Edit, Span


def to_plain(diagnostic: Diagnostic) -> dict[str, Any]:
    """The diagnostic in lists, dicts, strings and numbers."""
    return {
        "rule": diagnostic.rule,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "span": [diagnostic.span.start, diagnostic.span.end],
        "notes": [[note.message, None if note.span is None else [note.span.start, note.span.end]] for note in diagnostic.notes],
        "fixes": [
            [fix.title, [[edit.span.start, edit.span.end, edit.text] for edit in fix.edits], fix.applicability] for fix in diagnostic.fixes
        ],
        "operator": diagnostic.operator,
        "operands": [[operand.text, operand.shape, [operand.span.start, operand.span.end]] for operand in diagnostic.operands],
    }


def from_plain(value: Any, length: int) -> Diagnostic:
    """The diagnostic of a text of this length; ValueError for anything that `to_plain` would not have written."""
    try:
        return Diagnostic(
            rule=_text(value["rule"]),
            severity=_one_of(value["severity"], "error", "warning", "info", "hint"),
            message=_text(value["message"]),
            span=_span(value["span"], length),
            notes=tuple(Note(_text(message), None if span is None else _span(span, length)) for message, span in value["notes"]),
            fixes=tuple(
                Fix(
                    _text(title),
                    tuple(Edit(_span([start, end], length), _text(text)) for start, end, text in edits),
                    _one_of(applicability, "safe", "suggested"),
                )
                for title, edits, applicability in value["fixes"]
            ),
            operator=None if value["operator"] is None else _text(value["operator"]),
            operands=tuple(Operand(_text(text), _text(shape), _span(span, length)) for text, shape, span in value["operands"]),
        )
    except (TypeError, KeyError, IndexError) as error:
        raise ValueError("not a diagnostic") from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _one_of(value: Any, *choices: str) -> Any:
    if value not in choices:
        raise ValueError("not one of the choices")
    return value


def _span(value: Any, length: int) -> Span:
    start, end = value
    if type(start) is not int or type(end) is not int or not 0 <= start <= end <= length:
        raise ValueError("not a span of the text")
    return Span(start, end)
