"""Which claim a statement makes, in every form that people write."""

from __future__ import annotations

import pytest

from shapecheck.elaborate.readings import readings
from shapecheck.elaborate.sheet import BackpropClaim, DifferentialClaim, GradientClaim, IdentityClaim
from tests.unit.sheets import binding, claims, names, problems, read

SCORE = "A: (N, D); B: (D, N); w_a, w_b: (N); q = w_a' A B w_b; "
QUADRATIC = "S: (N, N) symmetric; x: (N); q = x' S x; f(x) = x' S x; "
NET = "X: (M, D); W1: (D, H); W2: (H, K); T: (M, K); Z1 = X W1; A1 = tanh(Z1); Z2 = A1 W2; L = 1/2 ‖Z2 - T‖^2; "


@pytest.mark.parametrize(
    "left",
    [
        "dq/dB",
        "∂q/∂B",
        "d q / d B",
        "∂q / ∂B",
        "d(w_a' A B w_b)/dB",
        "d/dB w_a' A B w_b",
        "d/dB(w_a' A B w_b)",
        "grad_B q",
        "∇_B q",
        "grad(q, B)",
    ],
)
def test_forms_of_first_derivatives(left: str) -> None:
    (claim,) = claims(f"{SCORE}{left} = A' w_a w_b'")
    assert isinstance(claim, GradientClaim)
    assert names(*claim.wrt) == ("B",)
    assert str(claim.of.shape) == "()"
    assert str(claim.right.shape) == "(D, N)"


@pytest.mark.parametrize("left", ["∇f(x)", "∇_x f(x)", "df/dx", "∇f", "df(x)/dx", "∂f(x)/∂x"])
def test_derivatives_of_functions(left: str) -> None:
    (claim,) = claims(f"{QUADRATIC}{left} = 2 S x")
    assert isinstance(claim, GradientClaim)
    assert names(*claim.wrt) == ("x",)


@pytest.mark.parametrize(
    "left", ["d2q/dx2", "d^2 q/dx^2", "d²q/dx²", "∂²q/∂x²", "∂²q/∂x∂x'", "d2 q/dx2", "d2 q/dx^2", "hess_x q", "hessian(q, x)", "∇²_x q"]
)
def test_forms_of_second_derivatives(left: str) -> None:
    (claim,) = claims(f"{QUADRATIC}{left} = 2 S")
    assert isinstance(claim, GradientClaim)
    assert names(*claim.wrt) == ("x", "x")


def test_mixed_second_derivatives_know_which_is_transposed() -> None:
    (claim,) = claims("A: (N, D); x: (N); y: (D); q = x' A y; ∂²q/∂x∂y' = A")
    assert isinstance(claim, GradientClaim)
    assert names(*claim.wrt) == ("x", "y")
    assert claim.row_wise == (False, True)


def test_jacobians_and_chains() -> None:
    (claim,) = claims("A: (M, N); x: (N); y = A x; dy/dx = A")
    assert isinstance(claim, GradientClaim)
    first, second = claims(f"{SCORE}dq/dB = A' w_a w_b' = (w_b w_a' A)'")
    assert isinstance(first, GradientClaim)
    assert isinstance(second, IdentityClaim)


def test_index_claims_bind_their_indices() -> None:
    (claim,) = claims(f"{SCORE}∂q/∂B_jk = Σ_i w_a_i A_ij w_b_k")
    assert isinstance(claim, GradientClaim)
    assert claim.indexed == ((), ("j", "k"))
    assert str(claim.right.shape) == "(D, N)"


def test_a_right_side_that_fails_gives_only_its_problem() -> None:
    assert problems(f"{SCORE}dq/dB = w_a' A w_b") == [("shape-mismatch", "inner")]
    assert claims(f"{SCORE}dq/dB = w_a' A w_b") == []


def test_values_that_are_not_known_are_not_claimed() -> None:
    for text in ("A: (N, N); dq/dA = A'", "q: (); A: (N, N); dq/dA = A", "A: (N, N); q = tr(A); dq/dθ = A"):
        assert claims(text) == [], text
        assert problems(text) == [], text


def test_a_value_that_does_not_contain_the_variable_is_not_judged() -> None:
    assert claims("Y: (N, K); X: (N, D); W: (D, K); L = sum(Y); dL/dW = X' 𝟏") == []


def test_differentials_run_forward() -> None:
    for right in ("w_a' A dB w_b", "A' w_a w_b' : dB", "tr(A' w_a w_b' dB')"):
        (claim,) = claims(f"{SCORE}dq = {right}")
        assert isinstance(claim, DifferentialClaim), right
        assert [names(*pair) for pair in claim.differentials] == [("dB", "B")]
    (claim,) = claims("X: (N, D); Y: (D, K); d(X Y) = dX Y + X dY")
    assert isinstance(claim, DifferentialClaim)
    assert {names(known)[0] for _, known in claim.differentials} == {"X", "Y"}


@pytest.mark.parametrize(
    "text",
    [
        "dX = dY W'",
        "grad_X = grad_Y W'",
        "X.grad = Y.grad W'",
        "X̄ = Ȳ W'",
        "dL_dX = dL_dY W'",
        "dL/dX = dL/dY W'",
        "∂L/∂X = ∂L/∂Y W'",
        "v_X = v_Y W'",
    ],
)
def test_cotangents_run_backward(text: str) -> None:
    (claim,) = claims(f"X: (M, D); W: (D, K); Y = X W; {text}")
    assert isinstance(claim, BackpropClaim)
    assert names(claim.of) == ("X",)
    assert [names(known) for _, known in claim.cotangents] == [("Y",)]
    assert str(claim.right.shape) == "(M, D)"


def test_a_backward_pass() -> None:
    steps = "dZ2 = Z2 - T; dW2 = A1' dZ2; dA1 = dZ2 W2'; dZ1 = dA1 .* (1 - A1.^2); dW1 = X' dZ1"
    found = claims(NET + steps)
    assert [names(claim.of)[0] for claim in found if isinstance(claim, BackpropClaim)] == ["Z2", "W2", "A1", "Z1", "W1"]
    first = found[0]
    assert isinstance(first, BackpropClaim)
    assert names(*first.outputs) == ("L",)
    assert first.cotangents == ()


def test_a_known_loss_makes_gradients_of_its_cotangents() -> None:
    (claim,) = claims(NET + "dL/dW2 = A1' dL/dZ2")
    assert isinstance(claim, GradientClaim)
    scope = read(NET + "dL/dW2 = A1' dL/dZ2").scope
    assert {names(key)[0]: names(of, *by) for key, (of, by) in scope.derivatives.items()} == {"∂L/∂Z2": ("L", "Z2")}


def test_contributions_accumulate() -> None:
    (claim,) = claims("X: (M, D); W: (D, K); Y = X W; dX += dY W'")
    assert isinstance(claim, BackpropClaim)
    assert claim.accumulate


def test_a_step_is_no_differential() -> None:
    for text in (
        "x, v: (N); x = x + v dt",
        "x, y: (N); dx = y - x",
        "x: (N); A: (N, N); q = x' A x; dx = -inv(A) x",
        "t: (); x, v: (N); x = x + v dt",
    ):
        assert claims(text) == [], text
        assert problems(text) == [], text


def test_a_bar_is_also_a_mean() -> None:
    assert claims("x: (N); x̄ = mean(x); y = x - x̄") == []


def test_cotangents_of_unrelated_names_must_only_have_the_shape() -> None:
    declared = "A1: (M, H); W2: (H, K); Z2: (M, K); "
    assert problems(declared + "dW2 = A1' dZ2") == []
    assert problems(declared + "dW2 = dZ2' A1") == [("shape-mismatch", "cotangent")]


def test_chain_rules_are_read_in_either_layout() -> None:
    net = "A: (M, N); x: (N); y = A x; L = y' y; "
    assert problems(net + "dL/dx = dL/dy dy/dx") == []
    assert problems(net + "dL/dx = (dy/dx)' dL/dy") == []


def test_attention_reads_its_cotangents_through_definitions() -> None:
    text = (
        "Q, K, V: (T, d); S = Q K' / sqrt(d); P = softmax(S); O = P V; "
        "dV = P' dO; dP = dO V'; D = sum(dO .* O, 2); dS = P .* (dP - D); dQ = dS K / sqrt(d); dK = dS' Q / sqrt(d)"
    )
    elaborated = read(text)
    found = {names(claim.of)[0]: claim for checked in elaborated.statements for claim in checked.claims if isinstance(claim, BackpropClaim)}
    assert set(found) == {"V", "P", "S", "Q", "K"}
    plain, told = (reading for reading, _ in readings(found["S"], elaborated.scope))
    assert isinstance(plain, BackpropClaim)
    assert isinstance(told, BackpropClaim)
    assert {names(known)[0] for _, known in plain.cotangents} == {"O", "P"}
    assert {names(known)[0] for _, known in told.cotangents} == {"O"}


def test_penalties_are_read_as_gradients_of_the_loss() -> None:
    text = "X: (M, D); W: (D, K); T: (M, K); λ: (); Y = X W; L = 1/2 ‖Y - T‖^2 + λ/2 ‖W‖^2; dW = X' dY + λ W"
    elaborated = read(text)
    (claim,) = [claim for checked in elaborated.statements for claim in checked.claims]
    kinds = [type(reading).__name__ for reading, _ in readings(claim, elaborated.scope)]
    assert kinds == ["BackpropClaim", "GradientClaim"]


def test_functions_of_a_name_that_is_bound_are_not_differentials() -> None:
    assert binding("dX: (N, N); X: (N, N); Y = dX X", "Y").kind == "defined"
    assert claims("X: (N, N); dX: (N, N); dX = X + X") == []


def test_stars_of_a_claim_are_read_both_ways() -> None:
    text = "P, V: (T, T); O: (T, T); S: (T, T); "
    (claim,) = claims(text + "P = softmax(S); dS = P * (dP - diag(P dP') 𝟏')")
    assert isinstance(claim, BackpropClaim)
    assert claim.otherwise is not None
    assert claim.right.op == "matmul"
    assert claim.otherwise.op == "hadamard"
    (claim,) = claims(text + "O = P V; dP = dO @ V'")
    assert isinstance(claim, BackpropClaim)
    assert claim.otherwise is None


def test_primes_of_defined_functions_are_derivatives() -> None:
    for left in ("f'(x)", "J = ∂f/∂x", "g = ∇f(x)"):
        (claim,) = claims(f"{QUADRATIC}{left} = 2 S x")
        assert isinstance(claim, GradientClaim | IdentityClaim), left
    (claim,) = claims(f"{QUADRATIC}f''(x) = 2 S")
    assert isinstance(claim, GradientClaim)
    assert names(*claim.wrt) == ("x", "x")
