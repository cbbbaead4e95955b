"""For GitLab: a code quality report."""

from __future__ import annotations

import json
from collections.abc import Sequence

from shapecheck.cli.findings import Findings
from shapecheck.cli.formats import Style, fingerprints, relative

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info", "hint": "info"}


def write(files: Sequence[Findings], style: Style) -> str:
    """An array of issues."""
    issues = []
    for findings, one, fingerprint in fingerprints(files, style.root):
        start, end = findings.position(one.span.start), findings.position(one.span.end)
        issues.append(
            {
                "check_name": one.rule,
                "description": f"{one.rule}: {one.message}",
                "severity": _SEVERITIES[one.severity],
                "fingerprint": fingerprint,
                "location": {
                    "path": relative(findings.path, style.root),
                    "positions": {
                        "begin": {"line": start.line, "column": start.column},
                        "end": {"line": end.line, "column": end.column},
                    },
                },
            }
        )
    return json.dumps(issues, indent=2) + "\n"
