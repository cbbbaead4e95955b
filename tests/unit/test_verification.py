"""Claims judged through the engine: what is right is silent, what is wrong is told once, with what would be right."""

from __future__ import annotations

import pytest

from shapecheck import Sheet, engine

NET = "X: (M, D); W1: (D, H); W2: (H, K); T: (M, K); Z1 = X W1; A1 = tanh(Z1); Z2 = A1 W2; L = 1/2 ‖Z2 - T‖^2"
ATTENTION = "Q, K, V: (T, d); S = Q K' / sqrt(d); P = softmax(S); O = P V; dP = dO V'; D = sum(dO .* O, 2)"
PENALTY = "X: (M, D); W: (D, K); T: (M, K); λ: (); Y = X W; L = 1/2 ‖Y - T‖^2 + λ/2 ‖W‖^2"


def told(sheet: str, claim: str) -> list[str]:
    return [one.rule for one in Sheet(sheet).check(claim) if one.severity in ("error", "warning")]


@pytest.mark.parametrize(
    ("sheet", "claim"),
    [
        (NET, "dZ2 = Z2 - T; dW2 = A1' dZ2; dA1 = dZ2 W2'; dZ1 = dA1 .* (1 - A1.^2); dW1 = X' dZ1"),
        (NET, "dL/dW2 = A1' dL/dZ2; dL_dW2 = A1' (Z2 - T)"),
        (ATTENTION, "dS = P .* (dP - D)"),
        (ATTENTION, "dS = P * (dP - D)"),
        (ATTENTION, "dQ = dS K / sqrt(d); dK = dS' Q / sqrt(d); dV = P' dO"),
        (PENALTY, "dW = X' dY + λ W"),
        ("A: (n, n); x: (n); f(x) = x' A x", "f'(x) = (A + A') x; H = ∇²f(x) = A + A'"),
    ],
)
def test_right_claims_are_silent(sheet: str, claim: str) -> None:
    assert told(sheet, claim) == []


@pytest.mark.parametrize(
    ("sheet", "claim", "rule"),
    [
        (NET, "dZ2 = T - Z2", "backprop-value"),
        (NET, "dL/dW2 = 2 A1' dL/dZ2", "gradient-value"),
        (ATTENTION, "dS = P .* (dP + D)", "backprop-value"),
        (PENALTY, "dW = X' dY + 2 λ W", "backprop-value"),
        ("A: (n, n); x: (n); f(x) = x' A x", "f'(x) = 2 A x", "gradient-value"),
        ("A, B: (n, n)", "(A B)' == A' B'", "identity-value"),
    ],
)
def test_wrong_claims_are_told(sheet: str, claim: str, rule: str) -> None:
    assert told(sheet, claim) == [rule]


def test_a_forgotten_penalty_is_in_the_fix() -> None:
    (found,) = [one for one in Sheet(PENALTY).check("dW = X' dY + 2 λ W") if one.severity == "error"]
    assert "λ W" in found.fixes[0].title


def test_verdicts_come_apart_from_shapes() -> None:
    text = "# shape:\n#   A: (n, n)   x: (n)\n#   q = x' A x\n#   dq/dx = 2 A x\n#   dq/dA = x x'\n"
    analysis = engine.analyse(text, "python")
    assert analysis.diagnostics == ()
    verified = engine.verdicts(analysis)
    assert [judged.verdict.status for _, judged in verified.judged] == ["value", "right"]
    here = verified.at(text.index("2 A x"))
    assert here is not None
    assert here.judged is not None
    assert here.judged.verdict.status == "value"
    assert [one.span.of(text) for one in verified.diagnostics] == ["2 A x"]
