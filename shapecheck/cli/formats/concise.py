"""For people and editors: one line a finding, `path:line:column: severity[rule] message`."""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.cli.findings import Findings
from shapecheck.cli.formats import Style, each, is_fixable
from shapecheck.cli.terminal import COLOR_OF, clean


def write(files: Sequence[Findings], style: Style) -> str:
    """All findings, a line each."""
    paint, rows = style.paint, []
    for findings, one in each(files):
        place = findings.position(one.span.start)
        cell = f"cell {place.cell}:" if place.cell is not None else ""
        star = f"{paint('[*]', 'cyan')} " if is_fixable(one) else ""
        where = f"{paint(clean(findings.path), 'bold')}:{cell}{place.line}:{place.column}:"
        label = paint(f"{one.severity}[{one.rule}]", COLOR_OF[one.severity], "bold")
        rows.append(f"{where} {label} {star}{clean(one.message.partition(chr(10))[0])}\n")
    return "".join(rows)
