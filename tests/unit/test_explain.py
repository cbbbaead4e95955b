"""Derivations: every line that is printed is a true claim of the language, and says what a reader needs."""

from __future__ import annotations

import pytest

import shapecheck
from shapecheck.engine.explaining import explained
from shapecheck.explain import Explanation, Section
from shapecheck.explain.writing import left_text, write

BILINEAR = "A: (N, D); B: (D, N); w_a, w_b: (N)"

FORMULAS = [
    (BILINEAR, "w_a' A B w_b", "B"),
    (BILINEAR, "w_a' A B w_b", "A"),
    (BILINEAR, "w_a' A B w_b", "w_a"),
    (BILINEAR, "w_a' A B w_b", "w_b"),
    (BILINEAR + "; q = w_a' A B w_b", "q", "B"),
    ("X: (N, N)", "tr(X X)", "X"),
    ("X: (N, N)", "tr(X' X)", "X"),
    ("X: (N, D)", "tr(X X')", "X"),
    ("X, A: (N, N)", "tr(A X A' X')", "X"),
    ("A: (N, D); B: (D, N); X: (N, N)", "tr(A B X)", "X"),
    ("A: (N, N); x: (N)", "x' A x", "x"),
    ("A: (N, N) symmetric; x: (N)", "x' A x", "x"),
    ("A: (N, N); x: (N)", "x' A x", "A"),
    ("A: (M, N); x: (N); b: (M)", "norm(A x - b)^2", "x"),
    ("A: (M, N); x: (N); b: (M)", "norm(A x - b)^2", "A"),
    ("A: (M, N); x: (N); b: (M)", "norm(A x - b)", "x"),
    ("A: (M, N); x: (N); b: (M); s: ()", "norm(A x - b)^2 + s x' x", "x"),
    ("A: (M, N); x: (N); b: (M); s: ()", "norm(A x - b)^2 + s x' x", "s"),
    ("X: (N, D); w: (D); y: (N)", "sum(log(1 + exp(-y .* (X w))))", "w"),
    ("X: (N, D); w: (D); y: (N)", "sum(softplus(X w) - y .* (X w))", "w"),
    ("X: (N, D); W: (D, K); Y: (N, K)", "-sum(Y .* logsoftmax(X W))", "W"),
    ("X: (N, D); W: (D, K); Y: (N, K)", "norm(softmax(X W) - Y)^2", "W"),
    ("W: (M, N); x: (N); b, y: (M)", "norm(sigmoid(W x + b) - y)^2", "W"),
    ("W: (M, N); x: (N); b, y: (M)", "norm(sigmoid(W x + b) - y)^2", "b"),
    ("W: (M, N); x: (N); b, y: (M); z = W x + b; a = tanh(z); L = norm(a - y)^2", "L", "W"),
    ("W: (M, N); V: (K, M); x: (N); y: (K)", "norm(V relu(W x) - y)^2", "W"),
    ("W: (M, N); V: (K, M); x: (N); y: (K)", "norm(V relu(W x) - y)^2", "V"),
    ("X: (N, D); W: (D, K); b: (1, K); Y: (N, K)", "norm(X W + b - Y)^2", "W"),
    ("X: (N, D); W: (D, K); b: (1, K); Y: (N, K)", "norm(X W + b - Y)^2", "b"),
    ("X: (N, K); S: (K, K) posdef", "logdet(X' X + S)", "X"),
    ("X: (N, N)", "logdet(X)", "X"),
    ("X: (N, N)", "log(det(X))", "X"),
    ("X: (N, N)", "det(X)", "X"),
    ("X: (N, N)", "det(X)^2", "X"),
    ("a, b: (N); X: (N, N)", "a' inv(X) b", "X"),
    ("a: (N); A: (N, N); s: ()", "a' inv(A + s I) a", "s"),
    ("X, A: (N, N)", "tr(A inv(X))", "X"),
    ("X: (N, N)", "tr(X^3)", "X"),
    ("A: (N, N); x: (N)", "(x' A x)/(x' x)", "x"),
    ("x: (N)", "logsumexp(x)", "x"),
    ("X: (N, D)", "sum(exp(X))", "X"),
    ("X: (N, D)", "norm1(X)", "X"),
    ("X, Y: (N, D)", "sum(X .* Y .* X)", "X"),
    ("x: (N)", "prod(x)", "x"),
    ("x: (N)", "sum(x.^3)", "x"),
    ("x, y: (N)", "exp(-norm(x - y)^2)", "x"),
    ("A: (M, N); x: (N)", "A x", "x"),
    ("A: (M, N); x: (N)", "softmax(A x)", "x"),
    ("A: (M, N); x: (N)", "tanh(A x)", "x"),
    ("x: (N)", "x' x * x", "x"),
    ("x: (N)", "x / norm(x)", "x"),
    ("A: (M, N); X: (N, K); B: (K, L)", "A X B", "X"),
    ("X: (N, D)", "exp(X)", "X"),
    ("X: (N, N)", "inv(X)", "X"),
    ("x: (N); A: (N, N); t: ()", "exp(t) A x", "t"),
    ("x: (N)", "diag(x)", "x"),
    ("A: (N, N); x: (N)", "x' diag(x) A x", "x"),
    ("A, B: (N, N); x: (N)", "[x; A x]' [B x; x]", "x"),
    ("y, m: (N); S: (N, N) posdef", "-1/2 logdet(S) - 1/2 (y - m)' inv(S) (y - m)", "S"),
    ("y, m: (N); S: (N, N) posdef", "-1/2 logdet(S) - 1/2 (y - m)' inv(S) (y - m)", "m"),
    ("X: (N, D)", "sum(pinv(X))", "X"),
    ("X: (N, D)", "sum(logsumexp(X, 2))", "X"),
    ("X: (N, D)", "sum(logsumexp(X, 1))", "X"),
    ("X: (N, D)", "sum(norm(X, 'fro'))", "X"),
    ("X: (N, D)", "sum(sign(X))", "X"),
    ("x: (N) positive", "sum(sqrt(x))", "x"),
    ("a: (); b: (); x: (N); y: (N)", "sum((a x + b - y).^2)", "a"),
    ("U: (N, K); V: (D, K); M: (N, D)", "norm(M - U V')^2", "U"),
    ("U: (N, K); V: (D, K); M: (N, D)", "norm(M - U V')^2", "V"),
]


def explain(declarations: str, formula: str, by: str, style: str = "both") -> Explanation:
    found = shapecheck.Sheet(declarations).gradient(formula, by)
    return explained(found.sheet, found.of, found.wrt, style)


def check_section(declarations: str, section: Section) -> int:
    """Every line that states something of a differential or a derivative is right; their number."""
    sheet = shapecheck.Sheet(declarations)
    known = {part.partition("=")[0].strip() for part in declarations.split(";") if "=" in part}
    for line in reversed([line for line in section.lines if line.left.kind == "value"]):
        if left_text(line.left, "ascii") not in known:
            sheet.add(f"{left_text(line.left, 'ascii')} = {write(line.right, 'ascii')}")
    count = 0
    for line in section.lines:
        if line.left.kind in ("value", "stacked"):
            continue
        for notation in ("ascii", "unicode"):
            claim = f"{left_text(line.left, notation)} = {write(line.right, notation)}"
            assert [(item.rule, item.message) for item in sheet.check(claim)] == [], claim
        count += 1
    return count


@pytest.mark.parametrize(("declarations", "formula", "by"), FORMULAS, ids=[f"{formula} by {by}" for _, formula, by in FORMULAS])
def test_every_line_is_a_true_claim(declarations: str, formula: str, by: str, caplog: pytest.LogCaptureFixture) -> None:
    for section in explain(declarations, formula, by).sections:
        assert check_section(declarations, section) >= 1
    assert not caplog.records, "a claim was not judged"


@pytest.mark.parametrize(("declarations", "formula", "by"), FORMULAS, ids=[f"{formula} by {by}" for _, formula, by in FORMULAS])
def test_every_derivation_goes_to_the_end(declarations: str, formula: str, by: str) -> None:
    for section in explain(declarations, formula, by).sections:
        assert section.note == ""
        assert section.lines[-1].left.kind in ("derivative", "stacked")


def rights(section: Section) -> list[str]:
    return [write(line.right, "ascii") for line in section.lines]


def test_the_first_question_has_three_ways() -> None:
    differential, components, picked = explain(BILINEAR, "w_a' A B w_b", "B").sections
    assert rights(differential) == [
        "w_a' A B w_b",
        "w_a' A dB w_b",
        "tr(w_a' A dB w_b)",
        "tr(w_b w_a' A dB)",
        "A' w_a w_b' : dB",
        "A' w_a w_b'",
    ]
    assert rights(components) == [
        "sum_ijk w_a_i A_ij B_jk w_b_k",
        "sum_i w_a_i A_ij w_b_k",
        "(A' w_a)[j] w_b_k",
        "(A' w_a w_b')[j,k]",
        "A' w_a w_b'",
    ]
    assert rights(picked) == ["sum_xy (A' w_a)[x] B_xy w_b_y", "(A' w_a)[x] w_b_y", "A' w_a w_b'"]


def test_names_are_put_in_at_the_end() -> None:
    (section,) = explain("W: (M, N); x: (N); b, y: (M)", "norm(sigmoid(W x + b) - y)^2", "W", "differential").sections
    assert rights(section)[:3] == ["norm(r)^2", "sigmoid(z) - y", "W x + b"]
    assert rights(section)[-2:] == [
        "2 (r .* sigmoid(z) .* (1 - sigmoid(z))) x'",
        "2 (sigmoid(W x + b) .* (1 - sigmoid(W x + b)) .* (sigmoid(W x + b) - y)) x'",
    ]


def test_new_names_avoid_those_of_the_user() -> None:
    (section,) = explain("W: (M, N); x: (N); q, z, r: (M)", "norm(sigmoid(W x + z) - q .* r)^2", "W", "differential").sections
    lefts = {left_text(line.left, "ascii") for line in section.lines if line.left.kind == "value"}
    assert lefts.isdisjoint({"q", "z", "r", "W", "x"})
    assert check_section("W: (M, N); x: (N); q, z, r: (M)", section) > 4


def test_what_no_rule_reaches_says_so_and_stays_right() -> None:
    for section in explain("X: (N, D)", "sum(prod(X, 1))", "X").sections:
        check_section("X: (N, D)", section)
    assert explain("X: (N, D)", "sum(prod(X, 1))", "X").sections[0].note


def test_a_step_that_does_not_hold_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong rule costs steps, and says nothing wrong."""
    from shapecheck.explain import matrix_rules, rules

    monkeypatch.setitem(rules.HANDLERS, "logdet", matrix_rules.determinant)
    (section,) = explain("X: (N, N)", "logdet(X)", "X", "differential").sections
    assert rights(section) == ["logdet(X)", "inv(X)'"]
    assert "hold" in section.note


def test_second_derivatives_are_explained_one_after_the_other() -> None:
    found = shapecheck.Sheet("A: (N, N); x: (N)").gradient("x' A x", "x", order=2)
    sections = explained(found.sheet, found.of, found.wrt, "differential").sections
    assert rights(sections[-1])[-1] == "A + A'"
    assert len(sections) == 2


def test_styles_and_forms() -> None:
    found = shapecheck.Sheet(BILINEAR).gradient("w_a' A B w_b", "B")
    assert "tr(w_b w_a' A dB)" in found.explain()
    assert "sum_ijk" not in found.explain("differential")
    assert "∂q/∂B = Aᵀ w_a w_bᵀ" in found.explain("both", form="unicode")
    assert r"\frac{\partial q}{\partial B}" in found.explain("both", form="latex")
    assert found.explain(form="markdown").startswith("### By differentials\n")
    with pytest.raises(ValueError, match="no style"):
        found.explain("magic")
    with pytest.raises(ValueError, match="no form"):
        found.explain(form="html")


# remarks


def remarks(declarations: str, formula: str, by: str) -> str:
    from shapecheck import engine

    found = shapecheck.Sheet(declarations).gradient(formula, by)
    return "\n".join(engine.remarks(found.sheet, found.of, found.wrt))


def test_one_hot_vectors() -> None:
    declared = "A: (N, D); B: (D, N); w_a, w_b: (N) onehot"
    said = remarks(declared, "w_a' A B w_b", "B")
    assert "the row of `A` that `w_a` picks, times the column of `B` that `w_b` picks" in said
    assert "Only one column of the gradient by `B` is non-zero" in said
    assert "Only one row of the gradient by `A` is non-zero" in remarks(declared, "w_a' A B w_b", "A")
    assert "non-zero" not in remarks(BILINEAR, "w_a' A B w_b", "B")
    single = remarks("A: (N, D); u: (N) onehot; v: (D) onehot", "u' A v", "A")
    assert "a single entry of `A`" in single
    assert "Only one entry of the gradient" in single


def test_shapes_that_would_not_have_told() -> None:
    assert "`2 X` is (N, N) too, and wrong; `2 X'` is right" in remarks("X: (N, N)", "tr(X X)", "X")
    assert "`2 A x` is (N) too, and wrong" in remarks("A: (N, N); x: (N)", "x' A x", "x")
    assert remarks("A: (N, N) symmetric; x: (N)", "x' A x", "x") == ""
    assert "`w_a' A` has D columns, `w_b` has N rows" in remarks(BILINEAR, "w_a' A B w_b", "B")


def test_kinks_are_told() -> None:
    assert "0 at 0" in remarks("x: (N)", "sum(relu(x))", "x")


def test_a_value_goes_by_its_own_name() -> None:
    (section,) = explain(BILINEAR + "; score = w_a' A B w_b", "w_a' A B w_b", "B", "differential").sections
    assert left_text(section.lines[-1].left, "ascii") == "dscore/dB"


def test_what_does_not_move_says_so() -> None:
    (section,) = explain("A: (N, D); x: (N); y: (D)", "A y", "x", "differential").sections
    assert [line.reason for line in section.lines][1] == "x does not stand in it."
