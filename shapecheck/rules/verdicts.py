"""What the claim rules share: which rule a verdict falls under, how a wrong claim is described, and its fix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shapecheck.core.diagnostic import Diagnostic, Fix, Note, Severity
from shapecheck.core.expression import Expression
from shapecheck.core.shape import Shape
from shapecheck.core.span import Edit
from shapecheck.elaborate.outcome import MISFIT
from shapecheck.elaborate.sheet import BackpropClaim, Claim, DifferentialClaim, GradientClaim, IdentityClaim
from shapecheck.rules import prose, spelling
from shapecheck.rules.context import Context

if TYPE_CHECKING:
    from shapecheck.calculus.verdict import Verdict

HOW = {
    "twice": "twice the right value",
    "half": "half the right value",
    "sign": "the negative of the right value",
    "transposed": "the transpose of the right value",
    "factors-swapped": "two factors are swapped",
    "symmetric-only": "right only for symmetric matrices",
    "numerator layout": "right in numerator layout, the transpose of what is meant here",
    "gradient layout": "right in gradient layout, the transpose of what is meant here",
}
"""How a wrong claim differs from the right one, in words; what is not listed is said as it comes."""

LONGEST = 160
"""A formula longer than this is no help in a message."""


def rule(claim: Claim, verdict: Verdict) -> str | None:
    """The rule that says what is wrong with a claim; None where nothing is."""
    status = verdict.status
    if status == "right":
        return None
    if status == "unverified":
        return None if MISFIT in verdict.how else "unverified-claim"
    match claim:
        case GradientClaim():
            return {"shape": "gradient-shape", "layout": "gradient-layout"}.get(status, "gradient-value")
        case DifferentialClaim():
            return "differential-value"
        case BackpropClaim():
            return "backprop-value"
        case IdentityClaim():
            return "identity-value"


def told(name: str, severity: Severity, message: str, claim: Claim, verdict: Verdict, context: Context, *, safe: bool = True) -> Diagnostic:
    """A diagnostic of a claim's right side, with the right formula as its fix."""
    notes = tuple(Note(note) for note in getattr(verdict, "notes", ()))
    fixes = replacement(claim, verdict, context, safe=safe)
    return Diagnostic(name, severity, message, claim.right_node.span, notes, fixes)


def replacement(claim: Claim, verdict: Verdict, context: Context, *, safe: bool = True) -> tuple[Fix, ...]:
    text = correct(claim, verdict, context)
    if text is None:
        return ()
    edits = (Edit(claim.right_node.span, text),)
    return (Fix(f"write {prose.quote(text)}", edits, "safe" if safe else "suggested"),)


def correct(claim: Claim, verdict: Verdict, context: Context) -> str | None:
    """The right formula as this user would type it, if it is known and can be said in a line."""
    formula: Expression | None = verdict.formula
    if formula is None:
        return None
    text = spelling.write(formula, context)
    if isinstance(claim, GradientClaim) and claim.indexed and formula.shape.rank:
        text = _entry(text, formula, [letter for letters in claim.indexed for letter in letters])
    return text if 0 < len(text) <= LONGEST else None


def _entry(text: str, formula: Expression, letters: Sequence[str]) -> str:
    """The entry of a formula that a claim by indices is about; empty where they do not fit its axes."""
    if formula.op == "tensor" or len(letters) != len([dim for dim in formula.shape.dims if dim.constant != 1]):
        return ""
    base = text if formula.op == "variable" else f"({text})"
    return f"{base}_{''.join(letters)}" if all(len(letter) == 1 for letter in letters) else f"{base}[{', '.join(letters)}]"


def _differ(first: Shape, second: Shape) -> bool:
    """Whether two shapes are told differently, (N) and (N, 1) being the same."""
    return prose.column(first) != prose.column(second)


def how(verdict: Verdict) -> str:
    """`, it is twice the right value`; nothing where the difference has no name."""
    detail = verdict.how
    return HOW.get(detail, detail) if detail else ""


def sides(claim: Claim, context: Context) -> tuple[str, str]:
    """Both sides as typed, in quotes."""
    return prose.quote(context.typed(claim.left_node.span)), prose.quote(context.typed(claim.right_node.span))


def is_not(claim: Claim, verdict: Verdict, context: Context) -> str:
    """`2 X` is not `dq/dX`: it is the transpose of the right value."""
    left, right = sides(claim, context)
    if verdict.status in ("shape", "layout") and verdict.formula is not None and _differ(claim.right.shape, verdict.formula.shape):
        return f"{right} is {claim.right.shape}, but {left} is {verdict.formula.shape}"
    detail = how(verdict)
    return f"{right} is not {left}{f': {detail}' if detail else ''}"
