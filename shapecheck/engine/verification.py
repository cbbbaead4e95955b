"""The claims of a block, judged. Apart from reading the block, because this needs NumPy and takes longer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from shapecheck import rules
from shapecheck.core import fault
from shapecheck.core.diagnostic import Diagnostic
from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass, replace
from shapecheck.core.settings import Settings
from shapecheck.elaborate import dependence
from shapecheck.elaborate.omitted import omitted
from shapecheck.elaborate.readings import readings
from shapecheck.elaborate.scope import Derivatives
from shapecheck.elaborate.sheet import BackpropClaim, Checked, Claim, Elaborated, GradientClaim, IdentityClaim
from shapecheck.engine.telling import Written

if TYPE_CHECKING:
    from shapecheck.calculus import Context
    from shapecheck.calculus.verdict import Verdict


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A claim with what came of it; places are relative to its block."""

    claim: Claim
    verdict: Verdict
    diagnostics: tuple[Diagnostic, ...]


def claims(elaborated: Elaborated) -> Iterator[tuple[Checked, Claim]]:
    """What statements claim, each with the statement that does."""
    for checked in elaborated.statements:
        for claim in checked.claims:
            yield checked, claim


def judge(written: Written, elaborated: Elaborated, checked: Checked, claim: Claim, settings: Settings) -> Judged | None:
    """What comes of a claim. A fault costs the verdict it befalls, and no other."""
    try:
        verdict = verdict_of(claim, elaborated, settings)
        told = tuple(rules.judge_diagnostics(claim, verdict, written.context(checked, elaborated, settings)))
    except Exception as error:
        fault.tell(error, "a claim could not be judged")
        return None
    return Judged(claim, verdict, told)


def verdict_of(claim: Claim, elaborated: Elaborated, settings: Settings) -> Verdict:
    """Right if one of its readings is; wrong only if all of them are decided and wrong."""
    found: list[tuple[Claim, Verdict]] = []
    for reading, derivatives in readings(claim, elaborated.scope):
        verdict = _judge(reading, elaborated, derivatives, settings)
        if verdict.status == "right":
            return _as_a_whole(reading, elaborated, settings) or verdict if reading is claim else verdict
        found.append((reading, verdict))
    undecided = next((verdict for _, verdict in found if verdict.status == "unverified"), None)
    verdict = undecided or _most_telling(claim, found, elaborated, settings)
    if verdict.status in ("value", "layout") and (reason := _undecidable(claim, verdict, elaborated)):
        return replace(verdict, status="unverified", how=reason)
    if isinstance(claim, BackpropClaim) and is_average(verdict) and _is_averaged_elsewhere(claim, elaborated, settings):
        return replace(verdict, status="unverified", how=f"{verdict.how}, as where the gradients of weights are averaged, and only they")
    return verdict


def _undecidable(claim: Claim, verdict: Verdict, elaborated: Elaborated) -> str:
    """Why a claim that does not hold for all values is not wrong: it says what a name is, or where a function is least."""
    from shapecheck.calculus.fitting import is_zero_literal
    from shapecheck.calculus.repairs import probabilities

    of = claim.left if isinstance(claim, IdentityClaim) else claim.of
    derived = (of, *claim.outputs, *(name for _, name in claim.cotangents)) if isinstance(claim, BackpropClaim) else (of,)
    above = {item for one in derived for item in dependence.ancestors(one, elaborated.scope.made_of())}
    for item in dependence.variables(claim.right):
        binding = elaborated.scope.versions.get(item)
        if binding is not None and binding.kind == "inferred" and item not in above:
            return f"nothing is known of `{binding.name}`"
    name = probabilities(verdict.how)
    if name is not None and (binding := elaborated.scope.bindings.get(name)) is not None and binding.kind == "inferred":
        return verdict.how
    if isinstance(claim, GradientClaim) and len(claim.wrt) == 1 and not of.shape.rank and is_zero_literal(claim.right):
        return "it is zero where the value is least or greatest, and not elsewhere"
    return ""


def _as_a_whole(claim: Claim, elaborated: Elaborated, settings: Settings) -> Verdict | None:
    """How a line of a backward pass is wrong that is right along the ways it names, and leaves one out; None where it does not.

    Other lines about the same cotangent may hold the rest.
    """
    if not isinstance(claim, BackpropClaim) or claim.accumulate or not claim.cotangents:
        return None
    if any(isinstance(other, BackpropClaim) and other.of is claim.of and other is not claim for _, other in claims(elaborated)):
        return None
    missing = omitted(claim, elaborated.scope)
    if not missing:
        return None
    verdict = _judge(replace(claim, cotangents=(*claim.cotangents, *missing)), elaborated, elaborated.scope.derivatives, settings)
    return replace(verdict, how="a term is missing") if verdict.status == "value" else None


def is_average(verdict: Verdict) -> bool:
    """Whether a wrong value differs from the right one by a size, as a sum does from a mean."""
    from shapecheck.calculus import compare

    return verdict.status == "value" and compare.is_average(verdict.how)


def _is_averaged_elsewhere(claim: BackpropClaim, elaborated: Elaborated, settings: Settings) -> bool:
    """Whether cotangents are per example here, and gradients averaged: `dZ = A - Y`, then `dW = 1/m X' dZ`.

    Then another line makes up for the factor, or nobody says of which loss `dZ` is the cotangent.
    """
    if not claim.outputs and any(mark.data[0] in elaborated.scope.bindings for mark, _ in claim.cotangents):
        return True
    for _, other in claims(elaborated):
        if isinstance(other, BackpropClaim) and any(name is claim.of for _, name in other.cotangents):
            reading, derivatives = next(iter(readings(other, elaborated.scope)))
            if is_average(_judge(reading, elaborated, derivatives, settings)):
                return True
    return False


def _most_telling(claim: Claim, found: list[tuple[Claim, Verdict]], elaborated: Elaborated, settings: Settings) -> Verdict:
    """The plain reading's verdict, unless what it holds for right is not the gradient of the loss either: a penalty is left out."""
    _, first = found[0]
    losses = [verdict for reading, verdict in found if isinstance(reading, GradientClaim)]
    if not losses or first.formula is None or not isinstance(claim, BackpropClaim):
        return first
    own: dict[Expression, Expression] = {}
    for reading, derivatives in readings(replace(claim, right=first.formula), elaborated.scope):
        if isinstance(reading, GradientClaim):
            if _judge(reading, elaborated, derivatives, settings).status == "right":
                return first
            own = own or {stands: mark for stands, (_, by) in derivatives.items() for mark, known in claim.cotangents if by == (known,)}
    whole = losses[0]
    return replace(whole, formula=dependence.substitute(whole.formula, own)) if whole.formula is not None else whole


def _judge(reading: Claim, elaborated: Elaborated, derivatives: Derivatives, settings: Settings) -> Verdict:
    from shapecheck import calculus

    try:
        return calculus.judge(reading, calculus_context(reading, elaborated, derivatives, settings))
    except calculus.CannotDerive as error:
        return calculus.Verdict("unverified", str(error))


def _sides(claim: Claim) -> tuple[Expression, ...]:
    match claim:
        case IdentityClaim():
            return claim.right, claim.left
        case GradientClaim():
            return claim.right, claim.of
        case _:
            return (claim.right,)


def calculus_context(claim: Claim, elaborated: Elaborated, derivatives: Derivatives, settings: Settings) -> Context:
    """What calculus needs to know; what stands for a derivative in the claim gets its value."""
    from shapecheck import calculus

    values: dict[Expression, Expression] = {}

    def context() -> Context:
        definitions = {**elaborated.definitions, **values} if values else elaborated.definitions
        return calculus.Context(definitions, elaborated.properties, elaborated.facts, settings.layout, elaborated.numbered)

    def put_in(side: Expression) -> None:
        for item in dependence.ancestors(side, elaborated.definitions):
            if item in derivatives and item not in values:
                of, by = derivatives[item]
                put_in(of)
                values[item] = calculus.derivative(of, by, context()).expression

    for side in _sides(claim):
        put_in(side)
    return context()
