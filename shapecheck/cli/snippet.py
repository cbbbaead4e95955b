"""The source lines of a finding, with carets and labels under the places that matter."""

from __future__ import annotations

from collections import defaultdict

from shapecheck.cli.findings import Findings
from shapecheck.cli.terminal import Paint, clean, columns
from shapecheck.core.record import dataclass
from shapecheck.core.span import Span

WIDEST = 150
MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to underline: with `^` where the finding is, with `-` where its reasons are."""

    span: Span
    label: str = ""
    primary: bool = True


@dataclass(frozen=True, slots=True)
class _Stroke:
    """A mark on one line, in columns of the terminal."""

    start: int
    end: int
    label: str
    primary: bool


def snippet(findings: Findings, marks: list[Mark], paint: Paint, color: str, gutter: int) -> list[str]:
    """The marked lines with their numbers, what stands between them left out."""
    by_line: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        for number, part in _by_lines(findings, mark):
            by_line[number].append(part)
    primary = {number for number, parts in by_line.items() if any(part.primary for part in parts)}
    numbers = sorted(sorted(by_line, key=lambda number: (number not in primary, number))[:MOST_LINES])
    bar = paint("|", "blue", "bold")
    rows = [f"{'':{gutter}} {bar}"]
    for index, number in enumerate(numbers):
        if index:
            between = numbers[index - 1] + 1
            if number - between == 1:
                rows.append(_source(findings, between, paint, gutter, 0)[0])
            elif number > between:
                rows.append(paint("...", "blue", "bold"))
        shift, strokes = _strokes(findings, number, by_line[number])
        rows.append(_source(findings, number, paint, gutter, shift)[0])
        rows += [f"{'':{gutter}} {bar} {row}" for row in draw(strokes, paint, color)]
    return rows


def _by_lines(findings: Findings, mark: Mark) -> list[tuple[int, Mark]]:
    """The mark in parts that lie on one line each; the label stands at the last."""
    lines = findings.lines
    first, last = lines.number(mark.span.start), lines.number(max(mark.span.start, mark.span.end - 1))
    parts = []
    for number in range(first, min(last, first + 4) + 1):
        line = lines.span(number)
        start, end = max(line.start, mark.span.start), min(line.end, mark.span.end)
        text = findings.text[line.start : line.end]
        if number > first:
            start = max(start, line.start + len(text) - len(text.lstrip()))
        parts.append((number, Span(start, max(start, end))))
    return [(number, Mark(span, mark.label if number == parts[-1][0] else "", mark.primary)) for number, span in parts]


def _source(findings: Findings, number: int, paint: Paint, gutter: int, shift: int) -> tuple[str, int]:
    line = findings.lines.span(number)
    whole = shift == 0 and line.end - line.start <= WIDEST
    text, places = columns(line.of(findings.text) if whole else _near(findings, line, shift))
    if shift:
        text = "…" + text
    if places[-1] > WIDEST:
        text = text[:WIDEST] + "…"
    label = findings.position(line.start).line
    return f"{paint(f'{label:>{gutter}}', 'blue', 'bold')} {paint('|', 'blue', 'bold')} {text}".rstrip(), shift


def _near(findings: Findings, line: Span, shift: int) -> str:
    return findings.text[line.start + shift : min(line.end, line.start + shift + WIDEST + 1)]


def _strokes(findings: Findings, number: int, parts: list[Mark]) -> tuple[int, list[_Stroke]]:
    """Where the marks of a line stand on the screen. A long line is shown from a little before its first mark."""
    line = findings.lines.span(number)
    first = min(part.span.start for part in parts) - line.start
    shift = max(0, first - 40) if line.end - line.start > WIDEST else 0
    _, places = columns(_near(findings, line, shift) if shift else findings.text[line.start : min(line.end, line.start + WIDEST + 1)])
    at = 1 if shift else 0

    def column(offset: int) -> int:
        return places[min(max(offset - line.start - shift, 0), len(places) - 1)] + at

    strokes = []
    for part in parts:
        start = column(part.span.start)
        strokes.append(_Stroke(start, max(column(part.span.end), start + 1), clean(part.label), part.primary))
    return shift, strokes


def draw(strokes: list[_Stroke], paint: Paint, color: str) -> list[str]:
    """The rows under a source line: underlines, and labels so that none covers another."""
    canvas: list[str] = []
    colors: list[str] = []
    for stroke in sorted(strokes, key=lambda one: one.primary):
        _put(canvas, colors, stroke.start, ("^" if stroke.primary else "-") * (stroke.end - stroke.start), _color(stroke, color))
    labelled = sorted((stroke for stroke in strokes if stroke.label), key=lambda one: one.start)
    if labelled and labelled[-1].end >= max(stroke.end for stroke in strokes):
        last = labelled.pop()
        _put(canvas, colors, last.end + 1, last.label, _color(last, color))
    rows = [_row(canvas, colors, paint)]
    while labelled:
        if len(rows) == 1:
            rows.append(_bars(labelled, paint, color))
        stroke = labelled.pop()
        canvas, colors = [], []
        for other in labelled:
            _put(canvas, colors, other.start, "|", _color(other, color))
        _put(canvas, colors, stroke.start, stroke.label, _color(stroke, color))
        rows.append(_row(canvas, colors, paint))
    return rows


def _bars(strokes: list[_Stroke], paint: Paint, color: str) -> str:
    canvas: list[str] = []
    colors: list[str] = []
    for stroke in strokes:
        _put(canvas, colors, stroke.start, "|", _color(stroke, color))
    return _row(canvas, colors, paint)


def _color(stroke: _Stroke, color: str) -> str:
    return color if stroke.primary else "blue"


def _put(canvas: list[str], colors: list[str], at: int, text: str, color: str) -> None:
    missing = at + len(text) - len(canvas)
    canvas += [" "] * missing
    colors += [""] * missing
    canvas[at : at + len(text)] = text
    colors[at : at + len(text)] = [color] * len(text)


def _row(canvas: list[str], colors: list[str], paint: Paint) -> str:
    row, at = "", 0
    while at < len(canvas):
        end = at
        while end < len(canvas) and colors[end] == colors[at]:
            end += 1
        text = "".join(canvas[at:end])
        row += paint(text, colors[at], "bold") if colors[at] else text
        at = end
    return row.rstrip()
