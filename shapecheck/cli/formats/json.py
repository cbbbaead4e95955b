"""For programs: an array of findings, places in code points, in bytes, and in lines and columns from 1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from shapecheck.cli.findings import Findings
from shapecheck.cli.formats import Style, each
from shapecheck.core.diagnostic import Diagnostic
from shapecheck.core.span import Span


def write(files: Sequence[Findings], style: Style) -> str:
    """The array, a finding a line."""
    rows = [json.dumps(_finding(findings, one), ensure_ascii=False) for findings, one in each(files)]
    text = "[\n" + ",\n".join(f"  {row}" for row in rows) + "\n]\n" if rows else "[]\n"
    return text.encode("utf-8", "replace").decode()


def _finding(findings: Findings, one: Diagnostic) -> dict[str, Any]:
    return {
        "path": findings.path,
        "rule": one.rule,
        "severity": one.severity,
        "message": one.message,
        **_place(findings, one.span),
        "operator": one.operator,
        "operands": [{"text": side.text, "shape": side.shape, **_place(findings, side.span)} for side in one.operands],
        "notes": [{"message": note.message, **(_place(findings, note.span) if note.span else {})} for note in one.notes],
        "fixes": [
            {
                "title": fix.title,
                "applicability": fix.applicability,
                "edits": [{"text": edit.text, **_place(findings, edit.span)} for edit in fix.edits],
            }
            for fix in one.fixes
        ],
    }


def _place(findings: Findings, span: Span) -> dict[str, Any]:
    start, end = findings.position(span.start), findings.position(span.end)
    place: dict[str, Any] = {
        "span": {"start": span.start, "end": span.end},
        "bytes": {"start": findings.byte(span.start), "end": findings.byte(span.end)},
        "location": {"line": start.line, "column": start.column, "end_line": end.line, "end_column": end.column},
    }
    if start.cell is not None:
        place["cell"] = start.cell
    return place
