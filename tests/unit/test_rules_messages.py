"""What a diagnostic carries beside its message: operator, operands, notes; and that hostile statements cost no time."""

from __future__ import annotations

import pytest

from shapecheck import elaborate, rules, syntax
from shapecheck.core.diagnostic import Diagnostic
from shapecheck.core.span import apply_edits
from shapecheck.elaborate.scope import Scope
from shapecheck.rules.context import Context
from tests.bounds import processor_time


def _diagnose(text: str) -> list[Diagnostic]:
    elaborated = elaborate.elaborate(syntax.parse_statements(text), Scope())
    found = []
    for checked in elaborated.statements:
        context = Context(text, checked.statement, checked.before, elaborated=elaborated)
        found += [rules.diagnose(problem, context) for problem in checked.problems]
    return found


def test_operands_are_told_with_text_shape_and_place() -> None:
    text = "A: (N, D); w_a, w_b: (N)\nw_a' A w_b"
    (found,) = _diagnose(text)
    assert found.operator == " "
    assert [(operand.text, operand.shape) for operand in found.operands] == [("w_a' A", "(1, D)"), ("w_b", "(N, 1)")]
    assert [operand.span.of(text) for operand in found.operands] == ["w_a' A", "w_b"]
    assert found.span.of(text) == "w_a' A w_b"


@pytest.mark.parametrize(
    ("formula", "operator"),
    [("A @ A", "@"), ("A * B", "*"), ("A · A", "·"), ("A + B'", "+"), ("A − B'", "−"), ("A .* B'", ".*"), ("A ⊙ B'", "⊙"), ("A A", " ")],
)
def test_the_operator_is_as_typed(formula: str, operator: str) -> None:
    (found,) = _diagnose(f"A, B: (N, D)\n{formula}")
    assert found.operator == operator
    assert len(found.operands) == 2


def test_notes_say_why_each_name_has_its_shape() -> None:
    text = "A: (N, D); x: (N)\ny = 2 x\nA y"
    (found,) = _diagnose(text)
    assert [(note.message, note.span.of(text) if note.span else "") for note in found.notes] == [
        ("`A` is (N, D): declared here", "A"),
        ("`y` is (N): defined here", "y"),
    ]


def test_a_formula_on_two_lines_is_shown_on_one() -> None:
    (found,) = _diagnose("A: (N, D); C: (N, N)\nA +\n  (C +\n  C)")
    assert "\n" not in found.message
    assert "`C + C`" in found.message


@pytest.mark.parametrize("formula", ["A w", "w' A w", "A + A'", "A A A", "inv(A)", "A^2", "(A A) w", "tr(A)", "A : A'", "[A, w']"])
def test_every_fix_is_an_edit_with_which_the_formula_fits(formula: str) -> None:
    text = f"A: (N, D); w: (N)\n{formula}"
    (found,) = _diagnose(text)
    for fix in found.fixes:
        assert _diagnose(apply_edits(text, fix.edits)) == [], fix.title


@pytest.mark.parametrize(
    "formula",
    [
        " ".join(["A"] * 300),
        " + ".join(["A", "A'"] * 100),
        "(" * 60 + "A A" + ")" * 60,
        " ".join(["A A'"] * 100) + " A A",
        "A" + " w" * 150,
    ],
)
def test_hostile_statements_are_told_in_bounded_time(formula: str) -> None:
    text = f"A: (N, D); w: (N)\n{formula}"
    elaborated = elaborate.elaborate(syntax.parse_statements(text), Scope())
    checked = elaborated.statements[-1]
    context = Context(text, checked.statement, checked.before, elaborated=elaborated)
    for problem in checked.problems[:1]:
        assert processor_time(lambda one=problem: rules.diagnose(one, context), enough=2) < 2
