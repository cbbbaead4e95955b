"""For test reporters: JUnit XML, a suite a file and a failed case a finding."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from shapecheck.cli.findings import Findings
from shapecheck.cli.formats import Style, relative
from shapecheck.core.diagnostic import Diagnostic
from shapecheck.core.regex import regex

_FORBIDDEN = regex("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PASSED = """  <testsuite name="shapecheck" tests="1" failures="0" errors="0">
    <testcase name="shapecheck" classname="shapecheck" />
  </testsuite>"""


def write(files: Sequence[Findings], style: Style) -> str:
    """One document; a run without findings has one suite with one case that passed."""
    suites = [_suite(findings, relative(findings.path, style.root)) for findings in files if findings.diagnostics]
    if not suites:
        suites = [_PASSED]
    count = sum(len(findings.diagnostics) for findings in files)
    head = f'<testsuites name="shapecheck" tests="{count or 1}" failures="{count}" errors="0">'
    return '<?xml version="1.0" encoding="utf-8"?>\n' + "\n".join([head, *suites, "</testsuites>"]) + "\n"


def _suite(findings: Findings, path: str) -> str:
    cases = "\n".join(_case(findings, one, path) for one in findings.diagnostics)
    count = len(findings.diagnostics)
    return f'  <testsuite name={_attribute(path)} tests="{count}" failures="{count}" errors="0">\n{cases}\n  </testsuite>'


def _case(findings: Findings, one: Diagnostic, path: str) -> str:
    place = findings.position(one.span.start)
    cell = f"cell {place.cell}, " if place.cell is not None else ""
    body = f"{cell}line {place.line}, column {place.column}: {one.message}" + "".join(f"\n{note.message}" for note in one.notes)
    name = f"{one.rule} ({cell}{place.line}:{place.column})"
    head = f'    <testcase name={_attribute(name)} classname={_attribute(path)} file={_attribute(path)} line="{place.line}">'
    failure = f"      <failure type={_attribute(one.severity)} message={_attribute(one.message)}>{escape(_allowed(body))}</failure>"
    return f"{head}\n{failure}\n    </testcase>"


def _attribute(text: str) -> str:
    return quoteattr(_allowed(text), {"\n": "&#10;"})


def _allowed(text: str) -> str:
    return _FORBIDDEN.sub("�", text)
