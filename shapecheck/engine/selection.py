"""Which findings are told: by rule, by severity, and what the document itself silences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import cast, get_args

from shapecheck.core.diagnostic import Diagnostic, Severity
from shapecheck.core.record import replace
from shapecheck.core.settings import Settings
from shapecheck.elaborate.sheet import Problem
from shapecheck.hosts.annotation import Suppression

UNUSED = "unused-suppression"
SEVERITIES = get_args(Severity)


def selected(diagnostics: Iterable[Diagnostic], settings: Settings) -> Iterator[Diagnostic]:
    """With the severities that are set, without the rules that are not wanted."""
    for diagnostic in diagnostics:
        rule = diagnostic.rule
        if (settings.select and rule not in settings.select) or rule in settings.ignore:
            continue
        severity = settings.severity.get(rule, diagnostic.severity)
        if severity != "off":
            known = severity in SEVERITIES and severity != diagnostic.severity
            yield replace(diagnostic, severity=cast(Severity, severity)) if known else diagnostic


def suppressed(diagnostics: Sequence[Diagnostic], suppressions: Sequence[Suppression]) -> tuple[list[Diagnostic], list[Problem]]:
    """What is left to tell, and the suppressions that silence nothing."""
    if not suppressions:
        return list(diagnostics), []
    kept = []
    needed: dict[int, set[str]] = {place: set() for place in range(len(suppressions))}
    for diagnostic in diagnostics:
        silencing = [place for place, suppression in enumerate(suppressions) if _silences(suppression, diagnostic)]
        for place in silencing:
            needed[place].add(diagnostic.rule)
        if not silencing:
            kept.append(diagnostic)
    unused = []
    for place, suppression in enumerate(suppressions):
        idle = [rule for rule in suppression.rules if rule not in needed[place]]
        if not needed[place] or idle:
            used = [rule for rule in suppression.rules if rule in needed[place]]
            unused.append(Problem(UNUSED, suppression.kind, suppression.span, facts={"unused": idle, "needed": used}))
    return kept, unused


def _silences(suppression: Suppression, diagnostic: Diagnostic) -> bool:
    if suppression.rules and diagnostic.rule not in suppression.rules:
        return False
    return suppression.covers.start <= diagnostic.span.start <= suppression.covers.end
