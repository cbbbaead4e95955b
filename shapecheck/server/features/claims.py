"""What is said of a claim: its shape, whether it is right, and what would be."""

from __future__ import annotations

from shapecheck.core.settings import Settings
from shapecheck.elaborate.sheet import IdentityClaim
from shapecheck.engine import Analysis, Here
from shapecheck.engine.expecting import expected
from shapecheck.rules import verdicts
from shapecheck.server.card import Card, shape_of
from shapecheck.server.source import Source
from shapecheck.syntax.tree import Relation

VERDICTS = {
    "right": "✓ verified: both sides are equal, on random matrices of general shape",
    "shape": "✗ the right side has another shape",
    "layout": "✗ the right value in the other layout: its transpose is meant",
    "value": "✗ not equal",
    "unverified": "not verified",
}


def whole(card: Card, source: Source, analysis: Analysis, here: Here) -> None:
    """The claim that a place is in, for a place that is in none of its parts."""
    claim = here.claim
    if claim is not None and not isinstance(claim, IdentityClaim):
        formula = here.judged.verdict.formula if here.judged is not None else None
        card.code(f"{_left(here)}: {shape_of(formula if formula is not None else claim.right)}")
    if claim is not None and here.judged is None:
        card.say("not verified yet")
    verdict(card, source, analysis, here)


def verdict(card: Card, source: Source, analysis: Analysis, here: Here) -> None:
    """What came of the claim around a place; where its right side does not fit, what it should be."""
    if here.judged is None:
        _of_failing(card, analysis, here)
        return
    found = here.judged.verdict
    how = verdicts.how(found)
    card.say(VERDICTS[found.status] + (f": {how}" if how and found.status != "right" else ""))
    if found.formula is not None and found.status != "right":
        card.formula(_left(here), found.formula)
    for note in found.notes:
        card.say(note)


def mark(card: Card, source: Source, analysis: Analysis, here: Here) -> None:
    """The same for a place in one of the claim's parts, in short where all is well."""
    if here.judged is not None and here.judged.verdict.status == "right":
        card.say("✓ verified")
    else:
        verdict(card, source, analysis, here)


def _left(here: Here) -> str:
    """The left side as it was typed."""
    statement = here.checked.statement
    node = here.claim.left_node if here.claim is not None else statement.sides[0] if isinstance(statement, Relation) else statement
    return here.block.result.written.context(None, None, Settings()).typed(node.span)


def _of_failing(card: Card, analysis: Analysis, here: Here) -> None:
    checked = here.checked
    if here.claim is not None or not checked.problems or not isinstance(checked.statement, Relation):
        return
    left = _left(here)
    found = expected(analysis, here.block.result, left, checked)
    if found is not None:
        card.say("✗ the right side does not fit")
        card.formula(left, found.formula)
