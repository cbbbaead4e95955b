"""How the specification asks the project: the only place here that calls it."""

from __future__ import annotations

from typing import Any

from specification import Checked

from shapecheck.core.settings import Settings
from shapecheck.core.span import Span

MARGIN = "#   "


def check(text: str, language: str, settings: dict[str, Any]) -> Checked:
    """A document of a host language; plain statements (`shape`) become the block of a comment."""
    if language != "shape":
        raise NotImplementedError
    from shapecheck import elaborate, rules, syntax
    from shapecheck.elaborate.scope import Scope
    from shapecheck.rules.context import Context

    chosen = Settings(**settings)
    statements = syntax.parse_statements(text)
    elaborated = elaborate.elaborate(statements, Scope(), chosen)
    found = []
    for checked in elaborated.statements:
        context = Context(text, checked.statement, checked.before, chosen, (), elaborated)
        found += [rules.diagnose(problem, context) for problem in checked.problems]
        found += rules.remarks(checked, context)
        try:
            from shapecheck import calculus

            calculus.judge
        except (ImportError, AttributeError):
            continue
        for claim in checked.claims:
            found += rules.judge_diagnostics(claim, calculus.judge(claim, elaborated), context)

    def shape(span: Span) -> str:
        for checked in elaborated.statements:
            for typed in checked.typed:
                if typed.span == span:
                    return str(typed.expression.shape)
            for binding in checked.bindings:
                if binding.span == span:
                    return str(binding.shape)
        return ""

    return Checked(found, shape)
