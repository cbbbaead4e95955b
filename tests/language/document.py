"""How the specification asks the project: the only place here that calls it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from specification import Checked

from shapecheck import engine
from shapecheck.core.diagnostic import Diagnostic
from shapecheck.core.settings import Settings
from shapecheck.core.span import Edit, Span

HEAD, MARGIN = "# shape:\n", "#   "


def check(text: str, language: str, settings: dict[str, Any]) -> Checked:
    """A document of a host language; plain statements (`shape`) become the block of a comment."""
    chosen = Settings(**{key: tuple(value) if isinstance(value, list) else value for key, value in settings.items()})
    if language != "shape":
        return _checked(text, language, chosen)
    lines = text.splitlines(keepends=True)
    commented = HEAD + "".join(MARGIN + line for line in lines)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    into = _Shift(list(starts), lambda number: len(HEAD) + len(MARGIN) * (number + 1))
    back = _Shift(
        [len(HEAD) + start + len(MARGIN) * (number + 1) for number, start in enumerate(starts)],
        lambda number: -len(HEAD) - len(MARGIN) * (number + 1),
    )
    found = _checked(commented, "python", chosen)
    return Checked([_moved(item, back) for item in found.diagnostics], lambda span: found.shape(into.span(span)))


class _Shift:
    """Offsets of one text as offsets of another that has the same lines behind other margins."""

    def __init__(self, starts: list[int], by: Callable[[int], int]) -> None:
        self.starts, self.by = starts, by

    def offset(self, offset: int) -> int:
        return offset + self.by(max(bisect_right(self.starts, offset) - 1, 0))

    def span(self, span: Span) -> Span:
        """The end belongs to the line of the last character."""
        last = self.offset(span.end - 1) + 1 if span.end > span.start else self.offset(span.end)
        return Span(self.offset(span.start), last)


def _moved(item: Diagnostic, back: _Shift) -> Diagnostic:
    def edited(edit: Edit) -> Edit:
        return Edit(back.span(edit.span), edit.text.replace("\n" + MARGIN, "\n"))

    fixes = tuple(replace(fix, edits=tuple(map(edited, fix.edits))) for fix in item.fixes)
    notes = tuple(replace(note, span=back.span(note.span) if note.span is not None else None) for note in item.notes)
    return replace(item, span=back.span(item.span), fixes=fixes, notes=notes)


def _checked(text: str, language: str, settings: Settings) -> Checked:
    analysis = engine.verdicts(engine.analyse(text, language, settings))

    def shape(span: Span) -> str:
        for block in analysis.blocks:
            for checked in block.result.statements:
                for typed in checked.typed:
                    if typed.span.shift(block.start) == span:
                        return str(typed.expression.shape)
                for binding in checked.bindings:
                    if binding.span.shift(block.start) == span:
                        return str(binding.shape)
        return ""

    return Checked(list(analysis.diagnostics), shape)
