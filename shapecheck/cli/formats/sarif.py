"""For code scanning: SARIF 2.1.0, with fixes, related places and fingerprints."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from shapecheck import rules
from shapecheck.cli.findings import Findings
from shapecheck.cli.formats import Style, fingerprints, relative
from shapecheck.core.diagnostic import Diagnostic, Fix
from shapecheck.core.span import Span
from shapecheck.core.version import VERSION

MOST = 25_000
"""What GitHub accepts in one run; more would be rejected as a whole."""
_LEVELS = {"error": "error", "warning": "warning", "info": "note", "hint": "note"}


def write(files: Sequence[Findings], style: Style) -> str:
    """One log with one run."""
    found = list(fingerprints(files, style.root))[:MOST]
    names = sorted({one.rule for _, one, _ in found})
    root = os.path.abspath(style.root).replace(os.sep, "/").rstrip("/") + "/"
    run = {
        "tool": {
            "driver": {
                "name": "shapecheck",
                "semanticVersion": VERSION,
                "rules": [_rule(name) for name in names],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"ROOT": {"uri": "file://" + quote(root if root.startswith("/") else "/" + root)}},
        "results": [_result(findings, one, names.index(one.rule), mark, style.root) for findings, one, mark in found],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _rule(name: str) -> dict[str, Any]:
    if name not in rules.names():
        return {"id": name}
    return {"id": name, "shortDescription": {"text": rules.summary(name)}, "fullDescription": {"text": rules.page(name)}}


def _result(findings: Findings, one: Diagnostic, rule: int, mark: str, root: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": one.rule,
        "ruleIndex": rule,
        "level": _LEVELS[one.severity],
        "message": {"text": one.message + "".join(f"\n{note.message}" for note in one.notes if note.span is None)},
        "locations": [{"physicalLocation": _physical(findings, one.span, root)}],
        "partialFingerprints": {"shapecheck/v1": mark},
    }
    related = [
        {"id": number, "physicalLocation": _physical(findings, note.span, root), "message": {"text": note.message}}
        for number, note in enumerate((note for note in one.notes if note.span is not None), 1)
        if note.span is not None
    ]
    if related:
        result["relatedLocations"] = related
    if one.fixes and not findings.cells:
        result["fixes"] = [_fix(findings, fix, root) for fix in one.fixes if fix.edits]
    return result


def _artifact(findings: Findings, root: str) -> dict[str, Any]:
    path = relative(findings.path, root)
    inside = not (path.startswith(("/", "../")) or path == "..")
    return {"uri": quote(path), "uriBaseId": "ROOT"} if inside else {"uri": "file://" + quote(os.path.abspath(findings.path))}


def _region(findings: Findings, span: Span) -> dict[str, Any]:
    start, end = findings.position(span.start), findings.position(span.end)
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}


def _physical(findings: Findings, span: Span, root: str) -> dict[str, Any]:
    return {"artifactLocation": _artifact(findings, root), "region": _region(findings, span)}


def _fix(findings: Findings, fix: Fix, root: str) -> dict[str, Any]:
    replacements = [{"deletedRegion": _region(findings, edit.span), "insertedContent": {"text": edit.text}} for edit in fix.edits]
    change = {"artifactLocation": _artifact(findings, root), "replacements": replacements}
    return {"description": {"text": fix.title}, "artifactChanges": [change]}
