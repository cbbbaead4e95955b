"""Problems and verdicts in, diagnostics with fixes out: the one place where facts become prose.

A rule is one module whose name has an underscore (`shape_mismatch` is the rule `shape-mismatch`); its docstring is the
page that `shapecheck rule` prints, and the examples on it are executed as tests. Modules of one word are what rules are
written with: `context` (what a rule may look at), `prose`, `repair` (the search for edits that fit), `spelling` (results
in the notation the user wrote in). Nothing here is imported before a rule has something to say.
Begin with `shape_mismatch.py`.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, cast

from shapecheck.core.diagnostic import Diagnostic, Severity

if TYPE_CHECKING:
    from shapecheck.calculus.verdict import Verdict
    from shapecheck.elaborate.sheet import Checked, Claim, Problem
    from shapecheck.rules.context import Context


@cache
def names() -> tuple[str, ...]:
    """Every rule, in alphabetical order; read from the files, so a new rule needs no entry anywhere."""
    files = os.listdir(os.path.dirname(__file__))
    stems = {file.partition(".")[0] for file in files if file.endswith((".py", ".pyc"))}
    return tuple(sorted(stem.replace("_", "-") for stem in stems if "_" in stem.strip("_")))


def diagnose(problem: Problem, context: Context) -> Diagnostic:
    """The problem as its rule tells it."""
    told: Diagnostic = _module(problem.rule).diagnose(problem, context)
    return told


def remarks(checked: Checked, context: Context) -> list[Diagnostic]:
    """What is to be pointed out about a statement that fits."""
    if "/" not in context.source:
        return []
    from shapecheck.rules import ambiguous_product

    return list(ambiguous_product.remarks(checked, context))


def judge_diagnostics(claim: Claim, verdict: Verdict, context: Context) -> list[Diagnostic]:
    """What is to be said about a claim: nothing when it is right."""
    from shapecheck.rules import verdicts

    rule = verdicts.rule(claim, verdict)
    if rule is None:
        return []
    told: Diagnostic = _module(rule).judge(claim, verdict, context)
    return [told]


def page(name: str) -> str:
    """The rule's page, in Markdown, without its name as a title; KeyError for what is no rule."""
    return (_module(name).__doc__ or "").strip() + "\n"


def summary(name: str) -> str:
    """The first sentence of the rule's page."""
    return (_module(name).__doc__ or "").partition("\n")[0]


def default_severity(name: str) -> Severity:
    return cast(Severity, _module(name).SEVERITY)


def _module(name: str) -> ModuleType:
    if name not in names():
        raise KeyError(name)
    return import_module(f"shapecheck.rules.{name.replace('-', '_')}")
