"""What expressions come to: shapes, readings, problems, each from text."""

from __future__ import annotations

import re

import pytest

from shapecheck.core.expression import Expression
from shapecheck.elaborate import elaborate
from shapecheck.elaborate.expression import elaborate_expression
from shapecheck.elaborate.names import rank_candidates
from shapecheck.elaborate.scope import Frame, Scope
from shapecheck.elaborate.sheet import Problem
from shapecheck.syntax import parse_expression, parse_statements

SCOPE = elaborate(
    parse_statements(
        """A: (N, D)    B: (D, N)    S: (N, N)    X: (N, D)    W: (D, K)    b: (K)    x: (D)    y: (N)    w_a, w_b: (N)
        s, t: scalar    p: (3)    q: (3)    T: (B, T, C)    V: (C, M)    g: (C)    F: (n, n)    P: (n, n)
        H: (m, n)    r: (1, D)    c: (N, 1)
        f(Z) = log det(Z)"""
    ),
    Scope(),
).scope


def typed(text: str) -> tuple[Expression | None, tuple[Problem, ...]]:
    """The text in a scope with a few declared names."""
    frame = Frame(SCOPE)
    tree = parse_expression(text)
    frame.begin(tree)
    found = elaborate_expression(tree, frame)
    return (frame.solver.resolve_expression(found) if found is not None else None), tuple(frame.problems)


def shape(text: str) -> str:
    found, problems = typed(text)
    assert [problem for problem in problems if problem.rule != "ambiguous-name"] == []
    assert found is not None
    return re.sub(r"\?\d+", "?", str(found.shape))


def problem(text: str) -> tuple[str, str, str]:
    """Rule, kind and the place of the only problem."""
    found, problems = typed(text)
    assert found is None
    (only,) = problems
    return only.rule, only.kind, only.span.of(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("w_a' A B w_b", "()"),
        ("A' w_a w_b'", "(D, N)"),
        ("(w_b w_a' A)'", "(D, N)"),
        ("A x", "(N)"),
        ("x'", "(1, D)"),
        ("x''", "(D)"),
        ("A * B", "(N, N)"),
        ("A · x", "(N)"),
        ("x · x", "()"),
        ("p × q", "(3)"),
        ("2 A", "(N, D)"),
        ("1/N X' X", "(D, D)"),
        ("A' / S", "(D, N)"),
        ("y / t", "(N)"),
        ("y / y", "(N)"),
        ("1 / y", "(N)"),
        ("S \\ y", "(N)"),
        ("A \\ y", "(D)"),
        ("c' y", "()"),
        ("c + y", "(N)"),
        ("r x", "()"),
        ("A ⊗ B", "(D*N, D*N)"),
        ("x ⊗ y", "(D*N)"),
        ("A : X", "()"),
        ("T V", "(B, T, M)"),
        ("T' T", "(B, C, C)"),
        ("T g", "(B, T)"),
        ("T + g", "(B, T, C)"),
        ("g * T", "(B, T, C)"),
    ],
)
def test_products(text: str, expected: str) -> None:
    assert shape(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A + X", "(N, D)"),
        ("A + s", "(N, D)"),
        ("A + y", "(N, D)"),
        ("A + x'", "(N, D)"),
        ("A + r", "(N, D)"),
        ("A ⊙ X", "(N, D)"),
        ("A .* y", "(N, D)"),
        ("X @ W + b", "(N, K)"),
        ("X * A + 0 @ s", "(N, D)"),
        ("S - I", "(N, N)"),
        ("exp(X) / sum(exp(X), 2)", "(N, D)"),
        ("(X - mean(X, axis=0)) / std(X, axis=0)", "(N, D)"),
    ],
)
def test_sums(text: str, expected: str) -> None:
    assert shape(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("S^-1", "(N, N)"),
        ("S^(1/2)", "(N, N)"),
        ("S^-T", "(N, N)"),
        ("s^2", "()"),
        ("x.^2", "(D)"),
        ("x**2", "(D)"),
        ("e^x", "(D)"),
        ("tr(A B)", "()"),
        ("log det S", "()"),
        ("inv(S) y", "(N)"),
        ("diag(x)", "(D, D)"),
        ("diag(S)", "(N)"),
        ("vec(A)", "(D*N)"),
        ("kron(A, x)", "(D*N, D)"),
        ("sum(A)", "()"),
        ("sum(A, 1)", "(1, D)"),
        ("sum(A, 2)", "(N)"),
        ("sum(A, axis=0)", "(1, D)"),
        ("sum(T, axis=-1)", "(B, T)"),
        ("sum(T, axis=1)", "(B, C)"),
        ("mean(T, axis=-1, keepdims=True)", "(B, T, 1)"),
        ("max(0, A x)", "(N)"),
        ("max(A)", "()"),
        ("softmax(A)", "(N, D)"),
        ("softmax(T T')", "(B, T, T)"),
        ("‖A x‖²", "()"),
        ("‖x‖_∞", "()"),
        ("|x|", "(D)"),
        ("outer(x, y)", "(D, N)"),
        ("np.linalg.inv(S) @ y", "(N)"),
        ("A.sum(axis=0)", "(1, D)"),
        ("A.sum(0)", "(1, D)"),
        ("np.sum(A, 1)", "(N)"),
        ("torch.max(A, -1)", "(N)"),
        ("f(S)", "()"),
        ("f(F)", "()"),
        ("S(y + y)", "(N)"),
        ("tr(s)", "()"),
        ("inv(s)", "()"),
    ],
)
def test_functions(text: str, expected: str) -> None:
    assert shape(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[A; x']", "(N+1, D)"),
        ("[A, y]", "(N, D+1)"),
        ("[A | y]", "(N, D+1)"),
        ("[x; 1]", "(D+1)"),
        ("[A, y; x', 1]", "(N+1, D+1)"),
        ("[A, 0; 0, B]", "(D+N, D+N)"),
        ("[S, 0; 0, I] [y; x]", "(D+N)"),
        ("[W' x; 1]", "(K+1)"),
        ("[1, 2, 3]", "(1, 3)"),
        ("eye(N) y", "(N)"),
        ("I_N - S", "(N, N)"),
        ("1' A", "(1, D)"),
        ("1' A 1", "()"),
        ("𝟏 x'", "(?, D)"),
        ("1_N' A", "(1, D)"),
        ("ones(N)' A", "(1, D)"),
        ("e_1' A e_2", "()"),
        ("zeros(N, D) + A", "(N, D)"),
    ],
)
def test_blocks_and_constants(text: str, expected: str) -> None:
    assert shape(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A_ij x_j", "()"),
        ("A_ij x_j + y_i", "()"),
        ("Σ_ij y_i A_ij x_j", "()"),
        ("A_12", "()"),
        ("A[1, 2]", "()"),
        ("A[i, :]", "(D)"),
        ("A[:, j]", "(N)"),
        ("Σ_{i=1}^N y_i", "()"),
        ("∑ log(y)", "()"),
        ("x[k+1]", "(D)"),
        ("A[t]", "(D)"),
        ("A[t-1] + A[t]", "(D)"),
        ("max_i y_i", "()"),
        ("softmax(y)_i", "()"),
    ],
)
def test_index_form(text: str, expected: str) -> None:
    assert shape(text) == expected


@pytest.mark.parametrize(
    ("text", "rule", "kind", "place"),
    [
        ("w_a' A w_b", "shape-mismatch", "inner", "w_a' A w_b"),
        ("2 (A A) + S", "shape-mismatch", "inner", "A A"),
        ("y'Ay", "shape-mismatch", "inner", "Ay"),
        ("FHF'", "shape-mismatch", "inner", "FH"),
        ("A * X", "shape-mismatch", "elementwise-meant", "A * X"),
        ("x * x", "shape-mismatch", "elementwise-meant", "x * x"),
        ("A + B", "shape-mismatch", "sum", "A + B"),
        ("X W + b", "shape-mismatch", "sum", "X W + b"),
        ("x + x'", "shape-mismatch", "sum", "x + x'"),
        ("A ⊙ B", "shape-mismatch", "elementwise", "A ⊙ B"),
        ("A : B", "shape-mismatch", "frobenius", "A : B"),
        ("x^2", "not-square", "power", "x^2"),
        ("A^-1", "not-square", "inverse", "A^-1"),
        ("inv(A)", "not-square", "function", "inv(A)"),
        ("tr(A)", "not-square", "function", "tr(A)"),
        ("A / B", "not-square", "division", "B"),
        ("|S|", "shape-mismatch", "bars", "|S|"),
        ("cross(x, y)", "shape-mismatch", "function-argument", "cross(x, y)"),
        ("inv(S, y)", "shape-mismatch", "arity", "inv(S, y)"),
        ("sofmax(x)", "unknown-function", "misspelt", "sofmax(x)"),
        ("[A, x]", "shape-mismatch", "block-height", "[A, x]"),
        ("[A; x]", "shape-mismatch", "block-width", "[A; x]"),
        ("A_ij y_j", "shape-mismatch", "index", "y_j"),
        ("A[i, j, k]", "shape-mismatch", "index-count", "A[i, j, k]"),
        ("Σ_{i=1}^D y_i", "shape-mismatch", "index", "Σ_{i=1}^D y_i"),
        ("sum(x, axis=3)", "shape-mismatch", "axis", "sum(x, axis=3)"),
        ("T T", "shape-mismatch", "inner", "T T"),
        ("T @ x", "shape-mismatch", "inner", "T @ x"),
    ],
)
def test_one_mistake_one_problem(text: str, rule: str, kind: str, place: str) -> None:
    assert problem(text) == (rule, kind, place)


def test_independent_mistakes_are_both_told() -> None:
    found, problems = typed("A A + B B")
    assert found is None
    assert [item.span.start for item in problems] == [0, 6]


def test_a_problem_says_why_each_shape_is_so() -> None:
    _, (only,) = typed("w_a' A w_b")
    left, right = only.sides
    assert (str(left.shape), str(right.shape)) == ("(1, D)", "(N)")
    assert [reason.name for reason in left.reasons] == ["w_a", "A"]
    assert [str(reason.shape) for reason in right.reasons] == ["(N)"]


def test_joined_names_are_parted_with_a_hint() -> None:
    found, (hint,) = typed("FPF' + F")
    assert found is not None
    assert str(found.shape) == "(n, n)"
    assert (hint.rule, hint.facts["parts"]) == ("ambiguous-name", ("F", "P", "F"))
    assert found.args[0] is typed("F P F'")[0]


def test_what_at_means_for_a_star() -> None:
    assert shape("S * S @ S") == "(N, N)"
    found, _ = typed("S * S @ S")
    assert found is not None
    assert found.args[0].op == "hadamard"
    plain, _ = typed("S * S")
    assert plain is not None
    assert plain.op == "matmul"


@pytest.mark.parametrize(
    ("key", "first"),
    [
        ("A", 2),
        ("x", 1),
        ("λ", 0),
        ("lambda", 0),
        ("Σ", 2),
        ("Σ_xx", 2),
        ("dt", 0),
        ("self.P", 2),
        ("x̂", 1),
        ("MSE", 0),
        ("W_1", 2),
        ("μ", 0),
    ],
)
def test_ranks_of_undeclared_names(key: str, first: int) -> None:
    assert rank_candidates(key)[0] == first


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Q K' / sqrt(k)", "(?, ?)"),
        ("u' M u", "()"),
        ("x + v dt", "(D)"),
        ("A z", "(N)"),
        ("(A + λ M) x", "(N)"),
        ("1 / (1 + exp(-z' z))", "()"),
    ],
)
def test_undeclared_names_are_solved(text: str, expected: str) -> None:
    assert shape(text) == expected


@pytest.mark.parametrize("text", [" ".join(["S"] * 3000), "(" * 300 + "S" + ")" * 300, "exp(" * 200 + "S" + ")" * 200, "x ⊗ " * 200 + "x"])
def test_what_is_too_much_is_said_and_does_not_raise(text: str) -> None:
    statements = elaborate(parse_statements("S: (N, N)    x: (N)\n" + text), Scope()).statements
    assert all(len(statement.problems) <= 1 for statement in statements)
