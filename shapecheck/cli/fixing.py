"""Safe fixes, applied until there are none left."""

from __future__ import annotations

from collections.abc import Callable

from shapecheck.cli.findings import Findings
from shapecheck.core.diagnostic import Diagnostic, Fix
from shapecheck.core.record import replace
from shapecheck.core.span import Edit, apply_edits

ROUNDS = 50
Check = Callable[[str], tuple[Diagnostic, ...]]


def mend(findings: Findings, check: Check) -> Findings | None:
    """The file after all safe fixes; None where they change nothing, do not come to an end, or cannot be encoded.

    Each round applies the fixes that do not touch one another and checks again, so the result has no safe fix left:
    a second run changes nothing more.
    """
    text, diagnostics, fixed = findings.text, findings.diagnostics, 0
    for _ in range(ROUNDS):
        chosen = compatible(diagnostics)
        if not chosen:
            break
        text = apply_edits(text, dict.fromkeys(edit for fix in chosen for edit in fix.edits))
        diagnostics = check(text)
        fixed += len(chosen)
    else:
        return None
    if text == findings.text:
        return None
    try:
        findings.document.encode(text)
    except UnicodeEncodeError:
        return None
    return replace(findings, document=replace(findings.document, text=text), diagnostics=diagnostics, fixed=fixed)


def compatible(diagnostics: tuple[Diagnostic, ...]) -> list[Fix]:
    """The first safe fix of each diagnostic, as many as do not touch one another; equal edits count as one."""
    chosen: list[Fix] = []
    taken: set[Edit] = set()
    for diagnostic in diagnostics:
        fix = next((fix for fix in diagnostic.fixes if fix.applicability == "safe"), None)
        if fix is None or not fix.edits:
            continue
        new = [edit for edit in fix.edits if edit not in taken]
        if new and not any(_clash(edit, other) for edit in new for other in taken):
            chosen.append(fix)
            taken.update(new)
    return chosen


def _clash(one: Edit, other: Edit) -> bool:
    """Whether two edits cannot both be applied: they overlap, or insert at one place."""
    return one.span.start <= other.span.end and other.span.start <= one.span.end
