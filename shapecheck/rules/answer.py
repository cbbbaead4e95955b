"""The derivative itself as the fix: where a claim does not even fit, what it should have said can still be derived."""

from __future__ import annotations

from typing import Literal

from shapecheck.core.diagnostic import Fix
from shapecheck.core.expression import Expression
from shapecheck.core.span import Edit, Span
from shapecheck.elaborate.sheet import Elaborated, GradientClaim, Problem
from shapecheck.rules import prose, spelling
from shapecheck.rules.context import Context
from shapecheck.syntax.tree import Relation


def fixes(problem: Problem, context: Context) -> tuple[Fix, ...]:
    """The right side that the claim should have, if the failing part stands in one and it can be derived."""
    right = failing_side(problem, context)
    if right is None:
        return ()
    tried = context.attempt((Edit(right, "0"),))
    if tried is None or not tried.statements:
        return ()
    for claim in tried.statements[-1].claims:
        if isinstance(claim, GradientClaim):
            verdict = context.verdict(claim, tried)
            formula = verdict.formula if verdict is not None else None
            return (replacement(formula, right, context, subject(claim, context)),) if formula is not None else ()
    return ()


def failing_side(problem: Problem, context: Context) -> Span | None:
    """The right side that the problem stands in."""
    if not isinstance(context.statement, Relation):
        return None
    for side in context.statement.sides[1:]:
        if side.span.start <= problem.span.start and problem.span.end <= side.span.end:
            return side.span
    return None


def replacement(formula: Expression, right: Span, context: Context, what: str) -> Fix:
    """The right side rewritten, in the notation of its statement."""
    text = spelling.write(formula, context)
    return Fix(f"write {prose.quote(text)}{what}", (Edit(right, text),), "safe")


def subject(claim: GradientClaim, context: Context) -> str:
    left = context.typed(claim.left_node.span)
    return f", which is {prose.quote(left)}" if len(left) < 30 else ""


def standing(tried: Elaborated, context: Context) -> Literal["none", "right", "wrong", "open"]:
    """What becomes of the last statement's claims: "none" where it makes none, "open" where nothing is known."""
    claims = tried.statements[-1].claims if tried.statements else ()
    if not claims:
        return "none"
    verdicts = [context.verdict(claim, tried) for claim in claims]
    found = {verdict.status if verdict is not None else "unverified" for verdict in verdicts}
    return "right" if found == {"right"} else "open" if found <= {"right", "unverified"} else "wrong"
