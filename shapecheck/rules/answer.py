"""The derivative itself as the fix: where a claim does not even fit, what it should have said can still be derived."""

from __future__ import annotations

from typing import Literal

from shapecheck.core.diagnostic import Fix
from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass
from shapecheck.core.span import Edit, Span
from shapecheck.elaborate.sheet import Elaborated, GradientClaim, Problem
from shapecheck.rules import prose, spelling
from shapecheck.rules.context import Context
from shapecheck.syntax.tree import Relation


@dataclass(frozen=True, slots=True)
class Judged:
    """ "none" where a statement makes no claim, "open" where nothing is known of it; `formula` is its right side as it should be."""

    standing: Literal["none", "right", "wrong", "open"]
    formula: Expression | None = None


def fixes(problem: Problem, context: Context) -> tuple[Fix, ...]:
    """The right side that the claim should have, if the failing part stands in one and it can be derived."""
    right = failing_side(problem, context)
    if right is None:
        return ()
    tried = context.attempt((Edit(right, "0"),))
    if tried is None or not tried.statements:
        return ()
    for claim in tried.statements[-1].claims:
        if isinstance(claim, GradientClaim) and not claim.indexed:
            verdict = context.verdict(claim, tried)
            formula = verdict.formula if verdict is not None else None
            return (replacement(formula, right, context),) if formula is not None else ()
    return ()


def failing_side(problem: Problem, context: Context) -> Span | None:
    """The right side that the problem stands in."""
    if not isinstance(context.statement, Relation):
        return None
    for side in context.statement.sides[1:]:
        if side.span.start <= problem.span.start and problem.span.end <= side.span.end:
            return side.span
    return None


def replacement(formula: Expression, right: Span, context: Context) -> Fix:
    """The right side rewritten, in the notation of its statement."""
    text = spelling.write(formula, context)
    return Fix(f"write {prose.quote(text)}{subject(context)}", (Edit(right, text),), "safe")


def subject(context: Context) -> str:
    """`, which is dq/dB`: what the statement says that the formula is."""
    left = context.typed(context.statement.sides[0].span) if isinstance(context.statement, Relation) else ""
    return f", which is {prose.quote(left)}" if 0 < len(left) < 30 else ""


def judged(tried: Elaborated, context: Context) -> Judged:
    """What becomes of the last statement's claims."""
    claims = tried.statements[-1].claims if tried.statements else ()
    if not claims:
        return Judged("none")
    verdicts = [context.verdict(claim, tried) for claim in claims]
    found = {verdict.status if verdict is not None else "unverified" for verdict in verdicts}
    if found == {"right"}:
        return Judged("right")
    formula = verdicts[-1].formula if len(verdicts) == 1 and verdicts[-1] is not None else None
    return Judged("open" if found <= {"right", "unverified"} else "wrong", formula)
