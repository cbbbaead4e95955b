"""Statements: their kinds, where one ends and the next begins, and that a broken one hides no other."""

from __future__ import annotations

import pytest

from shapecheck.core.span import Span
from shapecheck.syntax import parse, parse_statements, parse_trailing
from shapecheck.syntax.tree import Bare, Broken, Name
from tests.unit.syntax_trees import read, stated

DECLARATIONS = [
    ("A: <N, D>", ["A: (N, D)", "A : [N, D]", "A: N x D", "A: NxD", "A: N × D", "A: (N x D)", "A: N by D", "A ∈ ℝ^{N×D}", "A in R^(NxD)",
                   "A in R^{N x D}", "A \\in \\mathbb{R}^{N \\times D}", "A ∈ ℝᴺˣᴰ", "A.shape = (N, D)", "A: ℝ^{N×D}", "let A ∈ R^{N×D}",
                   "A: (N, D),", "A: (N, D).", "- A: (N, D)", "A.shape: (N, D)"]),
    ("x: <N>", ["x: N", "x: (N)", "x: (N,)", "x ∈ ℝ^N", "x ∈ ℝᴺ", "x: [N]"]),
    ("λ: <>", ["λ: scalar", "λ: ()", "λ ∈ ℝ"]),
    ("A, C: <N, D>", ["A, C: N x D", "A,C:(N,D)"]),
    ("x: <T>", ["x ∈ ℝ^T", "x: T"]),
    ("W: <(2 _ N), (N + 1), (D // H), (H * E)>", ["W: (2N, N+1, D//H, H*E)"]),
    ("T: <..., N, ...>", ["T: (..., N, *)", "T: (…, N, ...)"]),
    ("A: <3, 4>", ["A: 3x4", "A: 3 x 4", "A: (3, 4)"]),
    ("S: <N, N> symmetric posdef", ["S: (N, N) symmetric posdef", "S: (N, N) symmetric, posdef", "S: N x N symmetric posdef"]),
    ("S: symmetric", ["S: symmetric"]),
    ("L: <N, N> lower-triangular", ["L: (N, N) lower-triangular"]),
    ("w: <N> onehot", ["w: (N) onehot", "w: N onehot"]),
]  # fmt: skip
STATEMENTS = [
    ("dim N, D", ["dim N, D"]),
    ("dims: N, D", ["dim N, D"]),
    ("where D = H*E", ["where D = (H * E)"]),
    ("where H | D, N = 2M", ["where H | D", "where N = (2 _ M)"]),
    ("where D = d_model // n_heads", ["where D = (d_model // n_heads)"]),
    ("q = x' A x", ["q = ((x' _ A) _ x)"]),
    ("q := x", ["q = x"]),
    ("q ≔ x", ["q = x"]),
    ("q ← x", ["q = x"]),
    ("q <- x", ["q = x"]),
    ("(A B)' ≡ B' A'", ["P((A _ B))' == (B' _ A')"]),
    ("a = b == c", ["a = b == c"]),
    ("dA += x y'", ["dA += (x _ y')"]),
    ("w −= y", ["w -= y"]),
    ("A B : (N, N)", ["(A _ B) -> <N, N>"]),
    ("A B : N x N", ["(A _ B) -> <N, N>"]),
    ("A x : (N)", ["(A _ x) -> <N>"]),
    ("X W -> (N, K)", ["(X _ W) -> <N, K>"]),
    ("X W --> [N, K]", ["(X _ W) -> <N, K>"]),
    ("(B, T) => (T, B) → (T*B)", ["<B, T> -> <T, B> -> <(T * B)>"]),
    ("(N, D) x (D, K) -> (N, K)", ["(<N, D> × <D, K>) -> <N, K>"]),
    ("C = A B : (N, K)", ["C = (A _ B)", "(A _ B) -> <N, K>"]),
    ("C = A B -> (N, K)", ["C = (A _ B)", "(A _ B) -> <N, K>"]),
    ("C: (N, K) = A B", ["declare C: <N, K>", "C = (A _ B)"]),
    ("X: (B, T) -> (T, B)", ["declare X: <B, T>", "<B, T> -> <T, B>"]),
    ("f: ℝ^N → ℝ", []),
    ("q = A : B", ["q = (A : B)"]),
    ("dq = A' x : dX", ["dq = ((A' _ x) : dX)"]),
    ("A : B == tr(A' B)", ["(A : B) == tr((A' _ B))"]),
    ("w_a' A B w_b", ["bare (((w_a' _ A) _ B) _ w_b)"]),
    ("(N, D)", ["bare <N, D>"]),
    ("B, T, C", ["bare <B, T, C>"]),
    ("H' = H + σ I", ["H' = (H + (σ _ I))"]),
    ("x_k+1 = F x_k", ["x_{k+1} = (F _ x_k)"]),
    ("d = 3", ["d = 3"]),
    ("dim = 3", ["dim = 3"]),
]
BESIDE = [
    ("x̂⁻ = F x̂", ["x̂^- = (F _ x̂)"]),
    ("P⁻, P⁺: (n, n)", ["declare P^-, P^+: <n, n>"]),
    ("x^- = F x", ["x^- = (F _ x)"]),
    ("A⁺ b", ["bare (pinv(A) _ b)"]),
    ("λ, μ > 0", ["declare λ, μ: > 0"]),
    ("S ≻ 0", ["declare S: posdef"]),
    ("S ∈ 𝕊^N_{++}", ["declare S: <N, N> posdef"]),
    ("x: (N,) or (N, D)", ["declare x: or"]),
    ("A: (N, D) (weights)", ["declare A: <N, D>"]),
    ("where D % H == 0", ["where H | D"]),
    ("U, S, V = svd(A)", ["declare U, S, V: or"]),
    ("dZ = dA * (Z > 0)", ["dZ = (dA * P((Z > 0)))"]),
    ("1[z >= 0]", ["bare P((z >= 0))"]),
    ("(0 < x < 1)", ["bare P(((0 < x) ⊙ (x < 1)))"]),
    ("2 <x, y>", ["bare (2 _ inner<angle>(x, y))"]),
    ("einsum('ij,jk->ik', A, B)", ["bare P((A[i, j] _ B[j, k]))[i, k]"]),
    ("A_ij B_jk -> [i,k]", ["bare P((A_ij _ B_jk))[i, k]"]),
    ("\\left[A_{ij} B_{jk}\\right]_{ik}", ["bare P((A_ij _ B_jk))[i, k]"]),
    ("x^{\\circ 2}", ["bare (x .^ 2)"]),
    ("\\mathbf{0}_{N, M}", ["bare zeros(N, M)"]),
    ("R: Matrix3d", ["declare R: <3, 3>"]),
    ("tanh.(x .+ b)", ["bare tanh((x + b))"]),
    ("F.transpose()", ["bare F'"]),
]
SPLITS = [
    ("A: (N, D)    B: (D, N)    w_a, w_b: (N)", ["declare A: <N, D>", "declare B: <D, N>", "declare w_a, w_b: <N>"]),
    ("A: (N, D), B, C: (D, N)", ["declare A: <N, D>", "declare B, C: <D, N>"]),
    ("A: (N, D) B: (D, N)", ["declare A: <N, D>", "declare B: <D, N>"]),
    ("x: N onehot, y: M", ["declare x: <N> onehot", "declare y: <M>"]),
    ("A ∈ R^{N×N}, x ∈ R^N", ["declare A: <N, N>", "declare x: <N>"]),
    ("A: (N, D)   q = A x", ["declare A: <N, D>", "q = (A _ x)"]),
    ("A: (N, D) where N = 2D", ["declare A: <N, D>", "where N = (2 _ D)"]),
    ("A: (N);B: (M); q = A", ["declare A: <N>", "declare B: <M>", "q = A"]),
    ("q = [A; B]; r = q", ["q = [A; B]", "r = q"]),
    ("q = A   x", ["q = (A _ x)"]),
    ("a = b +\n c", ["a = (b + c)"]),
    ("a = b\n  + c", ["a = (b + c)"]),
    ("a = b\n  = c", ["a = b = c"]),
    ("a = f(b,\n c)", ["a = f(b, c)"]),
    ("a = [A, B;\n C, D]", ["a = [A, B; C, D]"]),
    ("a = (\n b)", ["a = P(b)"]),
    ("a = b ...\n + c", ["a = (b + c)"]),
    ("a =\n b\nc = d", ["a = b", "c = d"]),
    ("a = b +\nc = d", ["broken: expected a name, a number or a bracket behind `+`, found the end of the statement", "c = d"]),
    ("(B, T) ->\n (T, B)", ["<B, T> -> <T, B>"]),
    ("a = b\n\n+ c", ["a = b", "bare (+c)"]),
    ("- A: (N)\n- B: (M)", ["declare A: <N>", "declare B: <M>"]),
    ("q = A x -- a remark; r = s", ["q = (A _ x)"]),
    ("q = A x  # remark", ["q = (A _ x)"]),
    ("q = A x  // remark", ["q = (A _ x)"]),
    ("q = A x  % remark", ["q = (A _ x)"]),
    ("q = A %*% x", ["q = (A %*% x)"]),
    ("x: (D//H)", ["declare x: <(D // H)>"]),
    ("dq/dB = w_a' A            <- flagged: w_a' A is (1, D)", ["(dq / dB) = (w_a' _ A)"]),
    ("y = A x, x ∈ R^n", ["y = (A _ x)", "declare x: <n>"]),
    ("y = A x    (12)", ["y = (A _ x)"]),
    ("-- only a remark", []),
    ("", []),
]
MESSAGES = [
    ("y = (A x", "`(` is never closed", "("),
    ("y = A x)", "`)` closes nothing: no bracket is open before it", ")"),
    ("y = |x", "`|` is never closed", "|"),
    ("y = ", "expected a formula behind `=`, found the end of the statement", ""),
    ("y = A + * x", "two operators stand side by side, `+` and `*`: a name, a number or a bracket is missing between them", "*"),
    ("A @", "expected a name, a number or a bracket behind `@`, found the end of the statement", ""),
    ("* x", "a statement cannot begin with `*`: a name, a number or a bracket is missing before it", "*"),
    ("A:", "expected a shape such as `(N, D)` behind `:`, found the end of the statement", ""),
    ("A: (N, D)(weights)", "expected the end of the declaration", "("),
    ("x ' A", "a transpose stands right behind what it transposes: write `A'` without a blank", "'"),
    ("x ∝ 0", "`∝` cannot be checked: write `=` or `==`", "∝"),
    ("x ∈ X", "expected a space such as `ℝ^{N×D}` behind `∈`, found `X`", "X"),
    ("where N", "expected `=` or `|`", ""),
    ("\\frac{a} b", "expected `{`", "b"),
    ("9" * 500, "this number is too large to compute with", "9" * 500),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "text"), [(expected, text) for expected, texts in DECLARATIONS for text in texts])
def test_declaration(expected: str, text: str) -> None:
    assert read(text) == [f"declare {expected}"]


@pytest.mark.parametrize(("text", "expected"), [*STATEMENTS, *BESIDE, *SPLITS])
def test_statement(text: str, expected: list[str]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(("text", "message", "found"), MESSAGES)
def test_message(text: str, message: str, found: str) -> None:
    (broken,) = parse(text, [Span(0, len(text))])
    assert isinstance(broken, Broken)
    assert broken.message.startswith(message)
    assert broken.at.of(text) == found


def test_control_characters_are_named() -> None:
    assert read("A \x00 B") == ["broken: the character U+0000 has no meaning here"]


@pytest.mark.parametrize("broken", [text for text, _, _ in MESSAGES if text != "* x"])
def test_a_broken_statement_hides_no_other(broken: str) -> None:
    statements = read(f"A: (N, D)\n{broken}\nq = A x")
    assert (statements[0], statements[-1]) == ("declare A: <N, D>", "q = (A _ x)")
    assert len(statements) == 3
    assert statements[1].startswith("broken")


def test_spans_are_those_of_the_document() -> None:
    text = "# shape:\n#   A: (N, D)\n#   q = A\n#     + b\n"
    pieces = [
        Span(text.index("A:"), text.index("A:") + 9),
        Span(text.index("q"), text.index("q") + 5),
        Span(text.index("+"), text.index("+") + 3),
    ]
    declaration, relation = parse(text, pieces)
    assert declaration.span.of(text) == "A: (N, D)"
    assert relation.span.of(text) == "q = A\n#     + b"
    assert [side.span.of(text) for side in relation.sides] == ["q", "A\n#     + b"]  # type: ignore[union-attr]


TRAILING = [
    ("(N)", ["x is <N>"]),
    ("N", ["x is <N>"]),
    ("N x D", ["x is <N, D>"]),
    ("[N, D]", ["x is <N, D>"]),
    ("ℝ^{N×D}", ["x is <N, D>"]),
    ("scalar", ["x is <>"]),
    ("(N, D) symmetric", ["x is <N, D> symmetric"]),
    ("(B, T) -> (T, B)", ["<B, T> -> <T, B>"]),
    ("A: (N, D)", ["declare A: <N, D>"]),
    ("q = A y", ["q = (A _ y)"]),
    ("A y", ["bare (A _ y)"]),
    ("x: (N, D) symmetric", ["x is <N, D> symmetric"]),
    ("[N, D], the scores", ["x is <N, D>"]),
    ("(B, T, C) = (2, 3, 4)", ["x is <B, T, C>"]),
    ("torch.Size([B, T])", ["x is <B, T>"]),
    ("(B, C), C = H*D", ["x is <B, C>", "where C = (H * D)"]),
    ("(N) or (N, D)", [" is <N>"]),
    ("(N), (D) -> (N, D)", [" is <N>", " is <D>", " is <N, D>"]),
    ("(A + B) C", ["bare (P((A + B)) _ C)"]),
    ("(see above)", ["bare P((see _ above))"]),
]


@pytest.mark.parametrize(("shape", "expected"), TRAILING)
def test_shape_behind_code(shape: str, expected: list[str]) -> None:
    text = f"x = f(y)  # {shape}"
    assert list(map(stated, parse_trailing(text, [Span(12, len(text))], [Span(0, 1)]))) == expected


def test_names_keep_the_place_of_what_was_typed() -> None:
    text = "\\hat{x}_1 + 𝐀ᵢⱼ"
    (bare,) = parse(text, [Span(0, len(text))])
    assert isinstance(bare, Bare)
    left, right = bare.expression.args  # type: ignore[union-attr]
    assert isinstance(left, Name)
    assert (left.key, left.span.of(text)) == ("x̂_1", "\\hat{x}_1")
    assert (right.key, right.span.of(text)) == ("A_ij", "𝐀ᵢⱼ")


@pytest.mark.parametrize(
    "text",
    ["x ∈ ℝ^n, A ∈ ℝ^{m×n}", "x in R^n, A in R^(m x n)", "x: n, A: m x n", r"x \in \mathbb{R}^n, A \in \mathbb{R}^{m \times n}"],
)
def test_the_end_of_a_shape_is_no_name_of_the_next_declaration(text: str) -> None:
    first, second = parse_statements(text)
    assert [name.key for statement in (first, second) for name in statement.names] == ["x", "A"]  # type: ignore[union-attr]
    assert [len(statement.shape.dims) for statement in (first, second)] == [1, 2]  # type: ignore[union-attr]
