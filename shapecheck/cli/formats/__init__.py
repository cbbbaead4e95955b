"""Findings as text: one module a format, each with `write(files, style) -> str`.

`full` and `concise` are for people, the others for machines, whose schemas they keep to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module

from shapecheck.cli.findings import Findings
from shapecheck.cli.terminal import Paint
from shapecheck.core.diagnostic import Diagnostic
from shapecheck.core.record import dataclass, field


@dataclass(frozen=True)
class Style:
    """How a report is written: `root` is what paths in machine formats are relative to."""

    paint: Paint = field(default_factory=lambda: Paint(False))
    root: str = "."


def write(name: str, files: Sequence[Findings], style: Style) -> str:
    """All findings in the format of this name."""
    text: str = import_module(f"shapecheck.cli.formats.{name}").write(files, style)
    return text


def each(files: Iterable[Findings]) -> Iterator[tuple[Findings, Diagnostic]]:
    """Every finding with its file."""
    for findings in files:
        for diagnostic in findings.diagnostics:
            yield findings, diagnostic


def is_fixable(diagnostic: Diagnostic) -> bool:
    """Whether `--fix` would mend it."""
    return any(fix.applicability == "safe" for fix in diagnostic.fixes)


def relative(path: str, root: str) -> str:
    """The path below the root, with `/`; as it is where it lies elsewhere."""
    import os

    found = os.path.relpath(path, root) if os.path.isabs(path) or root != "." else os.path.normpath(path)
    return path.replace(os.sep, "/") if found.startswith("..") else found.replace(os.sep, "/")


def fingerprint(findings: Findings, diagnostic: Diagnostic, root: str, count: int) -> str:
    """The same for a finding while other lines come and go: from file, rule and the line's text, counted where they recur."""
    from hashlib import sha256

    line = findings.lines.span(findings.lines.number(diagnostic.span.start)).of(findings.text)
    parts = (relative(findings.path, root), diagnostic.rule, " ".join(line.split()), str(count))
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def fingerprints(files: Iterable[Findings], root: str) -> Iterator[tuple[Findings, Diagnostic, str]]:
    """Every finding with its fingerprint, no two alike."""
    seen: dict[str, int] = {}
    for findings, diagnostic in each(files):
        first = fingerprint(findings, diagnostic, root, 0)
        count = seen.get(first, 0)
        seen[first] = count + 1
        yield findings, diagnostic, first if count == 0 else fingerprint(findings, diagnostic, root, count)
