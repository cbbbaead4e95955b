"""For GitHub Actions: workflow commands that show up at the lines of a pull request."""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.cli.findings import Findings
from shapecheck.cli.formats import Style, each, relative

_LEVELS = {"error": "error", "warning": "warning", "info": "notice", "hint": "notice"}


def write(files: Sequence[Findings], style: Style) -> str:
    """A command a finding."""
    rows = []
    for findings, one in each(files):
        start, end = findings.position(one.span.start), findings.position(one.span.end)
        path = relative(findings.path, style.root)
        title = f"shapecheck ({one.rule})"
        properties = f"title={_property(title)},file={_property(path)},line={start.line}"
        if end.line == start.line:  # GitHub refuses columns of a range of lines
            properties += f",col={start.column},endLine={end.line},endColumn={max(end.column, start.column + 1)}"
        else:
            properties += f",endLine={end.line}"
        cell = f"cell {start.cell}, " if start.cell is not None else ""
        message = f"{path}:{cell}{start.line}:{start.column}: {one.rule}: {one.message}"
        message += "".join(f"\n{note.message}" for note in one.notes) + "".join(f"\nhelp: {fix.title}" for fix in one.fixes[:1])
        rows.append(f"::{_LEVELS[one.severity]} {properties}::{_data(message)}\n")
    return "".join(rows)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
