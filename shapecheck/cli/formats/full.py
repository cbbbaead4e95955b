"""For people: each finding with its source, its reasons and what would mend it."""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.cli.findings import Findings
from shapecheck.cli.formats import Style, each, is_fixable
from shapecheck.cli.snippet import Mark, snippet
from shapecheck.cli.terminal import COLOR_OF, Paint, clean
from shapecheck.core.diagnostic import Diagnostic, Fix
from shapecheck.core.span import Span, apply_edits

MOST_FIXES = 4


def write(files: Sequence[Findings], style: Style) -> str:
    """All findings, a blank line after each."""
    return "".join(finding(findings, diagnostic, style.paint) + "\n\n" for findings, diagnostic in each(files))


def finding(findings: Findings, diagnostic: Diagnostic, paint: Paint) -> str:
    """One finding: what, where, the lines, the notes, the help."""
    color = COLOR_OF[diagnostic.severity]
    first, _, rest = diagnostic.message.partition("\n")
    star = f" {paint('[*]', 'cyan', 'bold')}" if is_fixable(diagnostic) else ""
    head = f"{paint(f'{diagnostic.severity}[{diagnostic.rule}]', color, 'bold')}{paint(':', 'bold')} {paint(clean(first), 'bold')}{star}"
    marks = marks_of(diagnostic)
    last = max(findings.lines.number(mark.span.start) for mark in marks) + 1
    gutter = max(len(str(last)), 2)
    place = findings.position(diagnostic.span.start)
    cell = f"cell {place.cell}:" if place.cell is not None else ""
    where = f"{' ' * (gutter - 1)}{paint('-->', 'blue', 'bold')} {clean(findings.path)}:{cell}{place.line}:{place.column}"
    rows = [head, where, *snippet(findings, marks, paint, color, gutter)]
    remarks = [clean(line) for line in rest.split("\n") if line.strip()]
    remarks += [clean(note.message) for note in diagnostic.notes if note.span is None]
    lead = f"{'':{gutter}} {paint('=', 'blue', 'bold')}"
    helps = [_help(findings, fix, paint, gutter, shown=number == 0) for number, fix in enumerate(diagnostic.fixes[:MOST_FIXES])]
    if remarks or helps:
        rows.append(f"{'':{gutter}} {paint('|', 'blue', 'bold')}")
    rows += [f"{lead} {paint('note:', 'bold')} {remark}" for remark in remarks]
    for number, (title, change) in enumerate(helps):
        rows.append(f"{lead} {paint('help:', 'cyan', 'bold')} {'or ' if number else ''}{title}")
        rows += change
    return "\n".join(rows)


def marks_of(diagnostic: Diagnostic) -> list[Mark]:
    """What to underline: the operands with their shapes where they make up the finding, and the places of the notes."""
    span = diagnostic.span
    operands = [
        Mark(operand.span, operand.shape)
        for operand in diagnostic.operands
        if operand.span.end > operand.span.start and span.start <= operand.span.start and operand.span.end <= span.end
    ]
    outside = [Mark(operand.span, operand.shape, False) for operand in diagnostic.operands if not operand.span.touches(span)]
    marks = operands if len(operands) > 1 else [Mark(span), *outside]
    notes = [note for note in diagnostic.notes if note.span is not None]
    taken = {mark.span for mark in marks}
    for note in notes:
        if note.span is not None and note.span not in taken:
            marks.append(Mark(note.span, note.message, False))
    return marks


def _help(findings: Findings, fix: Fix, paint: Paint, gutter: int, shown: bool) -> tuple[str, list[str]]:
    """The fix as its title and, for the one that is `shown`, the lines it changes."""
    title = clean(fix.title)
    if not fix.edits or not shown:
        return title, []
    lines = findings.lines
    first = lines.number(min(edit.span.start for edit in fix.edits))
    last = lines.number(max(edit.span.end for edit in fix.edits))
    if last - first > 3:
        return title, []
    whole = Span(lines.span(first).start, lines.span(last).end)
    if whole.end - whole.start > 400:
        return title, []
    old = whole.of(findings.text)
    try:
        new = apply_edits(findings.text[: whole.end], fix.edits)[whole.start :]
    except ValueError:
        return title, []
    return title, _change(old.splitlines(), new.splitlines(), first, findings, paint, gutter)


def _change(old: list[str], new: list[str], first: int, findings: Findings, paint: Paint, gutter: int) -> list[str]:
    """The changed lines, those that stay left out."""
    while old and new and old[0] == new[0]:
        old, new, first = old[1:], new[1:], first + 1
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    start = findings.position(findings.lines.starts[min(first, len(findings.lines.starts) - 1)]).line
    rows = [(number, "-", line, "red") for number, line in enumerate(old, start)]
    rows += [(number, "+", line, "green") for number, line in enumerate(new, start)]
    return [
        f"{paint(f'{number:>{gutter}}', 'blue', 'bold')} {paint(f'{sign} {clean(line.expandtabs(4))}', color)}"
        for number, sign, line, color in rows
    ]
