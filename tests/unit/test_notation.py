"""Formulas as text: brackets where they are needed, and every notation from its one declaration."""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree

import pytest

from shapecheck import Sheet
from shapecheck.core.dimension import named
from shapecheck.core.expression import Expression, make, number, variable
from shapecheck.core.shape import Shape
from shapecheck.notation import TEXT, Style, TooLong, write
from tests.unit.deriving import Context, agree, typed

DECLARED = "A: (N, D); B: (D, N); S, T: (N, N); x, z: (D); y, u: (N); s, t: (); w_a: (N); ω_b: (D); r: (1, D); x̂: (D)"

AS_TYPED = """
A' (A x - y) | 2 A x - y | -A x + y | -(A x + y) | y - (A x - u) | 1/2 x' A' A x | (x' x) x | s x' A' y | A .* (y x') | y .* (A x)
A x ./ y | (y .* u)' A | A x / s | (A x - y)/s | A x / (2 s) | 1/s | 1/(s t) | s/t | S^2 T | (S T)^2 | S^-2 | inv(S) | inv(S)' | inv(S T)
S^(1/2) | x.^2 | s^2 | (x .* z).^2 | exp(-x) | norm(A x - y)^2 | norm1(x) | sum(A) | sum(A, 1) | sum(A, 2) | max(x, z) | max(x)
max(A, axis=0) | mean(A, 2) | kron(S, T) | kron(S, I_D) | vec(A) | diag(x) | diag(S) | [A, y; x', s] | [A; r] | S + s I | I_N | ones(N)
ones(N, D) | x ones(N)' | softmax(x) | tr(S T) | logdet(S) | inner(S, T) | S T : T S | sum_ij A_ij x_j | A_12 | inv(S)[1,2] | s^t
N s | 2 N | D^2 s | w_a' A ω_b | (y' A x) S | (s + t) x | 1 - x | -2 s | (S^2)' | (S')^2 | 2^s | pi s | 3/4 x | 0.001 x | 1e-7 x
sigmoid(s) (1 - sigmoid(s)) | tr(S)^2 | A x .* u .* y | A x .* (u ./ y) | x .* z ./ (x + z) | y - 2 A x | s/(t + 1) x | -(s + t)/2
"""

CASES = [text.strip() for line in AS_TYPED.strip().splitlines() for text in line.split("|")]


def typed_(text: str) -> Expression:
    return typed(DECLARED, "s", text)


@pytest.mark.parametrize("text", CASES)
def test_ascii_is_what_was_typed(text: str) -> None:
    expected = "(s/(t + 1)) x" if text == "s/(t + 1) x" else text
    assert write(typed_(text)) == expected


@pytest.mark.parametrize("text", CASES)
def test_unicode_reads_back(text: str) -> None:
    expression = typed_(text)
    again = typed_(write(expression, "unicode"))
    assert again is expression or agree(again, expression, Context())


@pytest.mark.parametrize(
    ("text", "notation", "expected"),
    [
        ("A' (A x - y)", "unicode", "Aᵀ (A x − y)"),
        ("inv(S + T)' y", "unicode", "(S + T)⁻ᵀ y"),
        ("A .* (y x')", "unicode", "A ⊙ y xᵀ"),
        ("(A .* (y x')) z", "unicode", "(A ⊙ y xᵀ) z"),
        ("norm(x)^2", "unicode", "‖x‖²"),
        ("kron(S, T + S)", "unicode", "S ⊗ (T + S)"),
        ("A' (A x - y)", "latex", r"A^{\top} (A x - y)"),
        ("w_a' A ω_b / s", "latex", r"\frac{w_{a}^{\top} A \omega_{b}}{s}"),
        ("x̂ / 2", "latex", r"\frac{1}{2} \hat{x}"),
        ("S^-T y", "latex", r"S^{-\top} y"),
        ("[A; r]", "latex", r"\begin{bmatrix} A \\ r \end{bmatrix}"),
        ("dot(x, z)", "ascii", "x' z"),
        ("S \\ y", "ascii", "inv(S) y"),
        ("s - -t", "ascii", "s + t"),
    ],
)
def test_other_notations(text: str, notation: str, expected: str) -> None:
    shown = write(typed_(text), notation)
    if text == "x̂ / 2":
        assert shown in (expected, r"\frac{\hat{x}}{2}")
    else:
        assert shown == expected


NAMES = ("W^{(1)}", "P_{k|k-1}", "x̂_{t+1}", "self.W", "W_1", "x^*", "ω_A", "x̂", "λ", "W'")


@pytest.mark.parametrize("notation", ["ascii", "unicode", "latex"])
@pytest.mark.parametrize("name", NAMES)
def test_every_kind_of_name_reads_back(name: str, notation: str) -> None:
    sheet = Sheet(f"{name}: (n, n); z: (n)")
    written = sheet.gradient(f"z' {name} z + Σ_ij {name}[i,j] z_i", "z").write(notation)
    assert not sheet.check(f"({written}) == ({name} + {name}') z + {name} ones(n)"), written
    assert sheet.check(f"({written}) == ({name} + {name}') z - {name} ones(n)")


@pytest.mark.parametrize(
    ("declared", "formula", "by", "notation", "expected"),
    [
        ("X: (m, n)", "sum(X, axis=1)", "X", "ascii", "ones(n)[k] I_m[i,j] -> [i,j,k]"),  # how far k runs must be said
        ("X: (m, n)", "sum(X, axis=1)", "X", "latex", r"\left[(\mathbf{1}_{n})_{k} (I_{m})_{ij}\right]_{ijk}"),
        ("x, y: (3); A: (3, 3)", "y' A skew(x) y", "y", "unicode", "A (x × y) − skew(x) Aᵀ y"),
        ("P_{k|k-1}: (n, n); x: (n)", "P_{k|k-1} x", "x", "latex", "P_{k|k-1}"),
        ("W_1: (m, n); x: (n); b_1: (m)", "tanh(W_1 x + b_1)", "W_1", "latex", r"\left["),
    ],
)
def test_index_forms_read_back(declared: str, formula: str, by: str, notation: str, expected: str) -> None:
    sheet = Sheet(declared)
    found = sheet.gradient(formula, by)
    assert found.write(notation).startswith(expected)
    assert sheet.shape(found.write(notation)) == found.shape


@pytest.mark.parametrize("text", CASES)
def test_mathml_is_well_formed_and_can_be_read_aloud(text: str) -> None:
    expression = typed_(text)
    tree = ElementTree.fromstring(write(expression, "mathml"))
    assert tree.tag == "{http://www.w3.org/1998/Math/MathML}math"
    assert tree.get("alttext") == write(expression, "unicode")
    for raised in tree.iter("{http://www.w3.org/1998/Math/MathML}msup"):
        assert len(raised) == 2


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (Style(product=" @ ", transpose=".T", hadamard=" * "), "2 * A.T @ (y * (A @ x - u))"),
        (Style(product="*"), "2*A'*(y .* (A*x - u))"),
        (Style(product=" * ", transpose="^T"), "2 * A^T * (y .* (A * x - u))"),
        (Style(transpose="ᵀ", hadamard=" ⊙ "), "2 Aᵀ (y ⊙ (A x - u))"),
        (Style(names={"A": r"\mathbf{A}"}), r"2 \mathbf{A}' (y .* (\mathbf{A} x - u))"),
    ],
)
def test_the_users_own_hand(style: Style, expected: str) -> None:
    assert write(typed_("2 A' (y .* (A x - u))"), "ascii", style) == expected


def test_inverse_in_the_users_hand() -> None:
    assert write(typed_("inv(S)' (A x)"), "ascii", Style(inverse="^-1")) == "S^-T A x"
    assert write(typed_("inv(S T) y"), "ascii", Style(inverse="^-1", product=" * ")) == "(S * T)^-1 * y"


def test_every_notation_names_its_parent() -> None:
    assert {name: notation.parents[:1] for name, notation in TEXT.items()} == {
        "ascii": (),
        "unicode": ("ascii",),
        "latex": ("ascii",),
        "mathml": ("ascii",),
    }


def test_deep_formulas_are_written_without_recursion() -> None:
    deep = variable("x", Shape((named("N"),)))
    for _ in range(20_000):
        deep = make("add", (deep, variable("y", deep.shape)), deep.shape)
    assert write(deep).endswith("+ y")


def test_exponentially_long_formulas_are_refused() -> None:
    wide = variable("x", Shape((named("N"),)))
    for _ in range(60):
        wide = make("hadamard", (wide, make("exp", (wide,), wide.shape)), wide.shape)
    with pytest.raises(TooLong):
        write(wide)


def test_two_minus_signs_are_none():
    x = variable("x", Shape((named("N"),)))
    for inner, text in ((x, "x"), (make("sum", (x,), Shape()), "sum(x)"), (make("exp", (x,), x.shape), "exp(x)"), (number(3), "3")):
        twice = make("negate", (make("negate", (inner,), inner.shape),), inner.shape)
        assert write(twice) == text


def test_a_fraction_below_a_line_is_a_factor() -> None:
    """`X/1/2` would be half of X."""
    half, two_thirds = number(Fraction(1, 2)), number(Fraction(2, 3))
    assert write(make("ratio", (variable("A", Shape((named("N"),))), half), Shape((named("N"),))), "ascii") == "2 A"
    assert write(make("ratio", (variable("s", Shape()), two_thirds)), "ascii") == "3/2 s"


@pytest.mark.parametrize(
    ("declared", "formula", "by", "order"),
    [
        ("x: (n)", "softmax(x)", "x", 2),
        ("x: (n)", "logsoftmax(x)", "x", 2),
        ("X: (n, n); x, y: (n)", "x' inv(X) y", "X", 2),
        ("x: (n); S: (n, n) posdef", "S^(1/2) x", "S", 1),
    ],
)
def test_no_way_of_writing_breaks(declared: str, formula: str, by: str, order: int, caplog: pytest.LogCaptureFixture) -> None:
    """A fault in one form is answered in another, but it is told; these have none."""
    Sheet(declared).gradient(formula, by, order=order)
    assert not caplog.records
