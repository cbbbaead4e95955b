"""Answers as one writes them: names, properties, order, broadcasting, blocks, stacks, index form."""

from __future__ import annotations

import pytest

from shapecheck.notation import write
from tests.unit.deriving import derive

ANSWERS = [
    # names of the sheet
    ("A: (N, D); x: (D); b: (N)", "r = A x - b; r' r", "x", "2 A' r"),
    ("W: (M, D); x: (D); b, y: (M)", "z = W x + b; a = tanh(z); 1/2 norm(a - y)^2", "W", "((1 - a.^2) .* (a - y)) x'"),
    ("X: (N, D); W: (D, K); b: (1, K)", "Z = X W + b; sum(Z .* Z)", "b", "2 sum(Z, 1)"),
    ("X: (N, D)", "m = mean(X, 1); norm(X - m)^2", "X", "2 (X - m)"),
    # properties
    ("A: (N, N) symmetric; x: (N)", "x' A x", "x", "2 A x"),
    ("A: (N, N); x: (N)", "x' A x", "x", "(A + A') x"),
    ("Q: (N, N) orthogonal; x, b: (N)", "norm(Q x - b)^2", "x", "2 Q' (Q x - b)"),
    ("y: (K) onehot; z: (K)", "-y' logsoftmax(z)", "z", "softmax(z) - y"),
    ("y, z: (K)", "-y' logsoftmax(z)", "z", "sum(y) softmax(z) - y"),
    ("X: (N, N) posdef", "logdet(X)", "X", "inv(X)"),
    # the source's order, signs in front, nothing divided that cancels
    ("x, a: (N)", "norm(x - a)", "x", "(x - a)/norm(x - a)"),
    ("x, a: (N)", "norm(a - x)", "x", "(x - a)/norm(a - x)"),
    ("A: (N, N); t: ()", "inv(I + t A)", "t", "-inv(I + t A) A inv(I + t A)"),
    ("X: (N, D); w: (D); t: (N)", "p = sigmoid(X w); -(t' log(p) + (1 - t)' log(1 - p))", "w", "X' (p - t)"),
    ("X: (N, D); w: (D); t: (N)", "p = sigmoid(X w); -(t' log(p) + (1 - t)' log(1 - p))", "w, w", "X' diag(p .* (1 - p)) X"),
    ("x: (N)", "sum((x - mean(x)).^2)", "x", "2 (x - mean(x))"),
    ("X: (N, D); w: (D); y: (N); b: ()", "norm(X w + b - y)^2", "b", "2 sum(X w + b - y)"),
    # sums of fractions, where less stands above the common line
    ("x: ()", "x / (1 + abs(x))", "x", "1/(1 + abs(x))^2"),
    ("x: ()", "x / sqrt(1 + x^2)", "x", "1/(1 + x^2)^(3/2)"),
    ("V, K, x: () positive", "V x / (K + x)", "x", "K V / (K + x)^2"),
    ("x, n, K: () positive", "x^n / (K^n + x^n)", "x", "n K^n x^(n - 1) / (K^n + x^n)^2"),
    ("x: ()", "log(x + sqrt(x^2 + 1))", "x", "1/sqrt(x^2 + 1)"),
    ("p, q: (K) positive", "sum((p - q).^2 ./ q)", "q", "1 - p.^2 ./ q.^2"),
    # rows stay rows
    ("x: (1, D); W: (D, K); b, y: (1, K)", "norm(x W + b - y)^2", "x", "2 (x W + b - y) W'"),
    ("x: (1, D); W: (D, K); b, y: (1, K)", "norm(x W + b - y)^2", "W", "2 x' (x W + b - y)"),
    ("A: (N, D); s: (N, 1); X: (D, 1)", "norm(A X - s)^2", "X", "2 A' (A X - s)"),
    # blocks and stacks
    ("A: (N, D); B: (N, K); W: (D+K, M); Y: (N, M)", "norm([A, B] W - Y)^2", "A", "2 ([A, B] W - Y) W' [I_D; zeros(K, D)]"),
    ("X: (N, D); w: (D+1); y: (N)", "norm([X, ones(N, 1)] w - y)^2", "w", "2 [X'; ones(N)'] ([X, ones(N)] w - y)"),
    ("X: (N, D); w: (D+1); y: (N)", "norm([X, ones(N, 1)] w - y)^2", "X", "2 ([X, ones(N)] w - y) w' [I_D; zeros(1, D)]"),
    ("X: (B, T, D); W: (D, K); G: (B, T, K)", "sum(G .* (X W))", "W", "sum(X' G, 1)"),
    ("X: (B, T, D); W: (D, K); G: (B, T, K)", "sum(G .* (X W))", "X", "G W'"),
    ("a, x: (3)", "cross(a, x)", "x", "skew(a)"),
    ("A: (N, D); X: (D, K); B: (K, M)", "A X B", "X", "kron(B', A)"),
    ("X: (N, D)", "exp(X)", "X", "diag(vec(exp(X)))"),
    ("Q, K, V, G: (T, D)", "P = softmax(Q K'); sum(G .* (P V))", "Q", "(P .* (G V' - diag(P V G'))) K"),
]


@pytest.mark.parametrize(("declarations", "formula", "by", "answer"), ANSWERS, ids=[f"{row[1]} by {row[2]}" for row in ANSWERS])
def test_answer(declarations: str, formula: str, by: str, answer: str) -> None:
    assert write(derive(declarations, formula, by).shown) == answer


@pytest.mark.parametrize(
    ("declarations", "formula", "by", "answer"),
    [
        ("X: (N, D)", "X' X", "X", "X_ki I[j,l] + X_kj I[i,l]"),
        ("X: (N, D)", "softmax(X)", "X", "softmax(X)"),
        ("A, P: (N, N)", "A P A'", "A", "(A P)[i,l] I[j,k] + (A P')[j,l] I[i,k]"),
        ("X: (N, N)", "tr(inv(X))", "X, X", "inv(X)[j,k] (X^-2)[l,i] + (X^-2)[j,k] inv(X)[l,i]"),
        ("A: (N, N); x: (N)", "inv(A + x x')", "x", "-inv(A + x x')[i,k] (inv(A + x x')' x)[j] - (inv(A + x x') x)[i] inv(A + x x')[k,j]"),
        ("X: (N, N)", "tr(X) X", "X", "X_ij I[k,l] + tr(X) I[i,k] I[j,l]"),
    ],
)
def test_index_form_where_no_matrix_form_exists(declarations: str, formula: str, by: str, answer: str) -> None:
    derived = derive(declarations, formula, by)
    assert derived.result.indexed
    assert answer in write(derived.result.expression)


def test_the_same_answer_every_time() -> None:
    texts = {write(derive("A: (N, N); x: (N)", "x' A x / (x' x)", "x").shown) for _ in range(3)}
    assert len(texts) == 1
