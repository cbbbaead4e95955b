"""Emitted functions: what they compute and how, their checks, their names."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest

from shapecheck import Sheet
from shapecheck.notation import code
from tests.unit import emitted
from tests.unit.chains import DECLARED, composition, nested, size

RANDOM = np.random.default_rng(5)


def source(declared: str, formula: str, by: str, language: str = "numpy", order: int = 1, value: bool = False) -> str:
    return Sheet(declared).gradient(formula, by, order=order).source(language, value=value)


def body(text: str) -> str:
    """The steps and the result, without checks."""
    lines = [line for line in text.splitlines() if line.startswith("    ") and "raise" not in line and not line.lstrip().startswith("if ")]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("declared", "formula", "by", "wanted"),
    [
        ("A: (N, D); B: (D, N); u, v: (N)", "u' A B v", "B", "np.outer(A.T @ u, v)"),  # vectors first
        ("A, B: (n, n); x: (n)", "A B x", "x", "A @ B"),
        ("A, B: (n, n); x, y: (n)", "y' A B x", "x", "(A.T @ y) @ B"),
        ("A: (n, n); x, b: (n)", "b' inv(A) x", "x", "np.linalg.solve(A.T, b)"),  # a solve, not an inverse
        ("A: (n, n); x: (n)", "1/2 ‖x‖² + x' inv(A) x", "x", "np.linalg.solve(A"),
        ("x: (n); A: (n, m); y: (m)", "x' diag(x) A y", "y", "x ** 2 @ A"),  # diag(x) is never a matrix
        ("X: (N, D); w: (D); s: (N)", "s' (X w).^2", "w", ") @ X"),
        ("A: (m, m); B: (n, n); x: (m*n)", "x' kron(A, B) x", "x", "x.reshape(m, n)"),  # kron(A, B) neither
    ],
)
def test_the_cheap_way(declared: str, formula: str, by: str, wanted: str) -> None:
    text = body(source(declared, formula, by))
    assert wanted in text
    assert not re.search(r"np\.(diag|kron|linalg\.inv)\(", text), text


def test_shared_parts_are_computed_once() -> None:
    text = body(source("X: (N, D); w: (D); y: (N)", "sum(softplus(-y .* (X w)))", "w", value=True))
    assert text.count("X @ w") == 1
    net = body(source("W: (H, D); V: (K, H); x: (D); y: (K)", "‖V tanh(W x) - y‖²", "W", value=True))
    assert net.count("np.tanh") == 1


def test_structure_of_a_large_hessian_is_kept() -> None:
    text = source("R: (N, M); U: (N, k); V: (M, k)", "‖R - U V'‖_F²", "U", order=2)
    assert "_scatter(2 * (V.T @ V)" in text
    assert "np.eye" not in text


def test_value_and_gradient_together() -> None:
    call = emitted.function(source("A: (n, n); x: (n)", "x' A x", "x", value=True))
    A, x = RANDOM.normal(size=(3, 3)), RANDOM.normal(size=3)
    value, slope = call(x=x, A=A)
    np.testing.assert_allclose(value, x @ A @ x)
    np.testing.assert_allclose(slope, (A + A.T) @ x)


def test_sizes_come_from_inputs_or_keywords() -> None:
    call = emitted.function(source("X: (N, D); w: (D)", "‖X w‖² / (2 N)", "w"))
    X, w = RANDOM.normal(size=(7, 2)), RANDOM.normal(size=2)
    np.testing.assert_allclose(call(X, w), X.T @ X @ w / 7)
    keyword = emitted.function(source("x: scalar; dim N", "N x^2", "x"))
    assert keyword(3.0, N=5) == 30.0
    half = emitted.function(source("x: (2n + 1)", "n x' x", "x"))
    np.testing.assert_allclose(half(np.ones(7)), 6 * np.ones(7))
    halves = emitted.function(source("x: (H*d); y: (d)", "x' x + y' y + H", "x"))
    np.testing.assert_allclose(halves(x=np.ones(6), y=np.ones(2)), 2 * np.ones(6))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"X": np.ones((4, 3)), "w": np.ones(2)}, "w must have shape (D) = (3,), not (2,)"),
        ({"X": np.ones(4), "w": np.ones(3)}, "X must have shape (N, D), not (4,)"),
        ({"X": np.ones((4, 3)), "w": np.ones((3, 1))}, "w must have shape (D) = (3,), not (3, 1)"),
    ],
)
def test_wrong_shapes_are_told(given: dict[str, np.ndarray], message: str) -> None:
    call = emitted.function(source("X: (N, D); w: (D)", "‖X w‖²", "w"))
    with pytest.raises(ValueError, match=re.escape(message)):
        call(**given)


def test_every_input_is_checked_once_its_sizes_are_known() -> None:
    """m and n are those of A and B, which come behind x."""
    call = emitted.function(source("x: (m*n); A: (m, m); B: (n, n); C: (2n + 1, m)", "x' kron(A, B) x + sum(C)", "x"))
    good = {"x": np.ones(6), "A": np.ones((2, 2)), "B": np.ones((3, 3)), "C": np.ones((7, 2))}
    assert call(**good).shape == (6,)
    for name, wrong, message in (
        ("x", (7,), "x must have shape (m*n) with m = 2 and n = 3, not (7,)"),
        ("x", (6, 1), "x must have shape (m*n), not (6, 1)"),
        ("A", (2, 3), "A must have shape (m, m), not (2, 3)"),
        ("C", (8, 2), "C must have shape (2n+1, m) = (7, 2), not (8, 2)"),
    ):
        with pytest.raises(ValueError, match=re.escape(message)):
            call(**good | {name: np.ones(wrong)})
    heads = emitted.function(source("x: (H*d); y: (d)", "H x' x + y' y", "x"))
    np.testing.assert_allclose(heads(x=np.ones(6), y=np.ones(2)), 6 * np.ones(6))


@pytest.mark.parametrize(
    ("declared", "formula", "by", "wanted"),
    [
        ("X: (N, D); w: (D); y: (N)", "sum(softplus(-y .* (X w)))", "w", "-0.5 * (((1 - np.tanh(0.5 * t1)) * y) @ X)"),
        ("W: (H, D); x: (D); y: (H)", "‖tanh(W x) - y‖²", "W", "np.outer(2 * ((1 - t1 ** 2) * t2), x)"),
        ("X: (N, D); w: (D); y: (N)", "‖X w - y‖² / (2 N)", "w", "t1 @ X / N"),
        ("X: (N, D); w: (D); y: (N)", "sum(relu(1 - y .* (X w)))", "w", "-((y * (t1 > 0)) @ X)"),
        ("A: (n, n); x: (n)", "A[1,2] x_3^2 + e_2' A x", "x", "A[0, 1] * x[2] ** 2 + A[1] @ x, A[1] + 2 * (A[0, 1] * x[2]) * np.eye(n)[2]"),
        ("S: (n, n) posdef", "1/2 log det(S)", "S", "0.5 * np.linalg.slogdet(S)[1]"),
    ],
)
def test_numbers_signs_masks_and_entries(declared: str, formula: str, by: str, wanted: str) -> None:
    """Numbers stand where they cost least, signs in sums, masks as comparisons; entries are read, not multiplied out."""
    assert wanted in body(source(declared, formula, by, value=True))


def test_declared_rows_and_columns_stay_so() -> None:
    declared = "r: (1, K); c: (N, 1); A: (N, K)"
    assert emitted.function(source(declared, "r A' c", "r"))(r=np.ones((1, 2)), A=np.ones((3, 2)), c=np.ones((3, 1))).shape == (1, 2)
    assert emitted.function(source(declared, "r A' c", "c"))(r=np.ones((1, 2)), A=np.ones((3, 2)), c=np.ones((3, 1))).shape == (3, 1)


@pytest.mark.parametrize("language", code.LANGUAGES)
def test_names_that_a_language_cannot_have(language: str) -> None:
    text = source("λ, t: scalar; lambda, np, end: (n); x̂: (n)", "t λ lambda' (x̂ .* np) + end' x̂", "x̂", language)
    if language in ("numpy", "torch", "jax"):
        compile(text, language, "exec")
    names = re.search(r"(?:def|function)\s+(?:\w+\s*=\s*)?derivative\((.*?)\)", text)
    assert names is not None
    listed = names.group(1).split(", ")
    assert len(set(listed)) == len(listed) == 6
    taken = {"matlab": {"end", "λ", "x̂"}, "julia": {"end"}}.get(language, {"np", "lambda"})
    assert not taken & set(listed)


@pytest.mark.parametrize("language", code.LANGUAGES)
def test_names_hide_nothing_that_the_code_calls(language: str) -> None:
    text = source(
        "tuple, float, ValueError, _scatter, result, ϕ, φ: (n); W^{(1)}, P_{k|k-1}: (n, n); x^*: (n)",
        "tuple' float + ValueError' exp(result .* _scatter) + ϕ' W^{(1)} P_{k|k-1} x^* + φ' φ",
        "φ",
        language,
    )
    heading = next(line for line in text.splitlines() if "derivative(" in line)
    listed = re.findall(r"[\w]+", heading.partition("derivative(")[2])
    assert len(set(listed)) == len(listed) == 9
    assert {"P_k_given_k_minus_1", "x_star"} <= set(listed)
    if language in ("numpy", "torch", "jax"):
        assert not {"tuple", "float", "ValueError", "_scatter"} & set(listed)


def test_comment_holds_the_formula() -> None:
    text = source("A: (n, n); x: (n)", "x' A x", "x")
    assert "d/dx of x' A x:\n    (A + A') x" in text
    assert "Shapes: x: (n); A: (n, n)." in text
    assert "% (A + A') x" in source("A: (n, n); x: (n)", "x' A x", "x", "matlab")
    assert "# (A + A') x" in source("A: (n, n); x: (n)", "x' A x", "x", "julia")


def test_large_arguments_do_not_overflow() -> None:
    call = emitted.function(source("x: (n)", "sum(softplus(x)) + logsumexp(x) + sum(σ(x))", "x", value=True))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value, slope = call(np.array([-800.0, 0.0, 900.0]))
    assert np.isfinite(value)
    np.testing.assert_allclose(slope, [0, 0.75, 2])


def test_the_largest_entry_however_it_was_computed() -> None:
    """max(Z + y) - Z - y need not be exactly zero where Z + y is largest."""
    call = emitted.function(source("Z: (m, n); y: (n); w: (m)", "w' max(Z + 𝟏 y', axis=1)", "Z"))
    for _ in range(20):
        Z, y, w = RANDOM.normal(size=(4, 6)), RANDOM.normal(size=6), RANDOM.normal(size=4)
        expected = np.zeros((4, 6))
        expected[np.arange(4), np.argmax(Z + y, axis=1)] = w
        np.testing.assert_allclose(call(Z=Z, y=y, w=w), expected)


def test_depth_costs_its_length() -> None:
    """Thirty layers: the graph grows by the same number of nodes for each, and so does the code."""
    ten, twenty, thirty = (Sheet(f"{DECLARED}; {composition(layers)}").gradient("c' last", "x") for layers in (10, 20, 30))
    assert size(thirty.expression) - size(twenty.expression) == size(twenty.expression) - size(ten.expression)
    assert size(thirty.expression) < 300
    lines = [len(found.source("numpy", value=True).splitlines()) for found in (ten, twenty, thirty)]
    assert lines[2] - lines[1] <= lines[1] - lines[0] + 4
    assert thirty.source("numpy", value=True).count("np.tanh") == 30


def test_depth_without_names_shares_too() -> None:
    sizes = [size(Sheet(DECLARED).gradient(nested(layers), "x").expression) for layers in (4, 8, 12)]
    assert sizes[2] - sizes[1] == sizes[1] - sizes[0]
