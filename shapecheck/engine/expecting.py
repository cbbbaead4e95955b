"""What the right side of a claim should be, where it is not there yet or does not fit."""

from __future__ import annotations

from shapecheck import elaborate, syntax
from shapecheck.core import fault
from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass
from shapecheck.core.settings import Settings
from shapecheck.elaborate import dependence
from shapecheck.elaborate.scope import Scope
from shapecheck.elaborate.sheet import Binding, Checked, Claim, Elaborated, IdentityClaim
from shapecheck.engine.analysis import Analysis
from shapecheck.engine.result import Result
from shapecheck.syntax.tree import Relation

LONGEST = 200
"""Characters of a left side that is looked at."""

MOST = 6
"""Variables in one differential."""


@dataclass(frozen=True, slots=True)
class Expected:
    """`text` is the formula as this user would type it; empty where it cannot be said in a line."""

    formula: Expression
    text: str


def expected(analysis: Analysis, result: Result, left: str, before: Checked | None) -> Expected | None:
    """The right side of a claim about `left` that stands in a block: where the statement `before` is, or else at its end."""
    if not 0 < len(left) <= LONGEST:
        return None
    key = ("expected", result, left, before.statement.span if before is not None else None, analysis.settings.layout)
    found: Expected | None = analysis.memo.get(key, lambda: _found(result, left, before, analysis.settings))
    return found


def _found(result: Result, left: str, before: Checked | None, settings: Settings) -> Expected | None:
    from shapecheck import calculus
    from shapecheck.engine.verification import verdict_of
    from shapecheck.rules import verdicts

    scope = before.before if before is not None and before.before is not None else result.elaborated.scope
    claimed = _claimed(left, scope, settings)
    if claimed is None:
        return None
    claim, elaborated = claimed
    try:
        formula = verdict_of(claim, elaborated, settings).formula
        if formula is None:
            return None
        verdict = calculus.Verdict("value", formula=formula)
        context = result.written.context(before or _formula_in(result), result.elaborated, settings)
        return Expected(formula, verdicts.correct(claim, verdict, context) or "")
    except Exception as error:
        fault.tell(error, "%r could not be derived", left)
        return None


def _claimed(left: str, scope: Scope, settings: Settings) -> tuple[Claim, Elaborated] | None:
    """The claim that `left` is zero, which fits whatever it is; that of a differential names what it is made of."""
    for right in ("0", _differentials(left, scope)):
        statements = syntax.parse_statements(f"{left} = {right}") if right else ()
        if len(statements) == 1 and isinstance(statements[0], Relation):
            elaborated = elaborate.elaborate(statements, scope, settings)
            claims = [claim for claim in elaborated.statements[-1].claims if not isinstance(claim, IdentityClaim)]
            if claims:
                return claims[0], elaborated
    return None


def _differentials(left: str, scope: Scope) -> str:
    """`0 sum(dA) + 0 sum(dB)` for the name of a scalar's differential."""
    name = left.strip()
    bound: Binding | None = scope.bindings.get(name[1:]) if name[:1] in "dδ∂" else None
    if bound is None or bound.value is None or bound.shape.rank or name in scope.bindings:
        return ""
    made_of = sorted(str(item.data[0]) for item in dependence.variables(bound.value))
    return " + ".join(f"0 sum(d{by})" for by in made_of[:MOST])


def _formula_in(result: Result) -> Checked | None:
    """A statement whose hand is followed."""
    return next((checked for checked in reversed(result.statements) if isinstance(checked.statement, Relation)), None)
