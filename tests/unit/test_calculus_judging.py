"""Claims as people write them, and what is found: right, wrong shape, other layout, wrong value, and how."""

from __future__ import annotations

import pytest

from shapecheck import calculus
from shapecheck.calculus import Verdict
from shapecheck.elaborate import elaborate
from shapecheck.elaborate.scope import Scope
from shapecheck.syntax import parse_statements

BASE = """A, B, C: (N, N); X: (N, N); Z: (N, M); W: (M, N); x, y, a, b: (N); c: (M); S: (N, N) symmetric; P: (N, N) posdef
s, t: scalar; Q: (N, N) orthogonal; u, v: (3); r: (1, N)
"""


def verdicts(text: str) -> list[Verdict]:
    elaborated = elaborate(parse_statements(text), Scope())
    problems = [problem for statement in elaborated.statements for problem in statement.problems]
    assert not [problem for problem in problems if problem.rule != "undeclared-name"], problems
    context = calculus.Context(elaborated.definitions, elaborated.properties, elaborated.facts)
    return [calculus.judge(claim, context) for statement in elaborated.statements for claim in statement.claims]


RIGHT = """
q = a' X b | dq/dX = a b'
q = a' X b | dq/dX = (b a')'
q = tr(A X) | dq/dX = A'
q = tr(A X' B) | dq/dX = B A
q = x' A x | dq/dx = (A + A') x
q = x' A x | dq/dx = A x + A' x
q = x' S x | dq/dx = 2 S x
q = x' P x | dq/dx = (P + P') x
q = logdet(X) | dq/dX = inv(X)'
q = log(det(P)) | dq/dP = inv(P)
q = tr(inv(X) A) | dq/dX = -(inv(X) A inv(X))'
q = norm(Z c - y)^2 | dq/dc = 2 Z' (Z c - y)
q = 1/2 norm(Z c - y)^2 | dq/dZ = (Z c - y) c'
q = norm(X)^2 | dq/dX = 2 X
q = norm(x) | dq/dx = x / norm(x)
q = log(sum(exp(x))) | dq/dx = softmax(x)
q = -y' log(sigmoid(Z c)) - (1 - y)' log(1 - sigmoid(Z c)) | dq/dc = Z' (sigmoid(Z c) - y)
f = A x | df/dx = A
f = sigmoid(A x) | df/dx = diag(sigmoid(A x) .* (1 - sigmoid(A x))) A
q = x' A x | d2q/dx2 = A + A'
q = x' x | dq/dx = 2 x
q = det(X) | dq/dX = det(X) inv(X)'
q = a' X b | ∂q/∂X_ij = a_i b_j
q = tr(X' A X) | ∂q/∂X_ij = Σ_k A_ik X_kj + Σ_k A_ki X_kj
q = tr(A X B) | dq = tr(A dX B)
q = tr(A X B) | dq = A' B' : dX
q = x' A x | dq = x' (A + A') dx
q = logdet(X) | dq = tr(inv(X) dX)
q = logdet(P) | dq = tr(inv(P) dP)
F = A X B | dF = A dX B
F = inv(X) | dF = -inv(X) dX inv(X)
F = X X | dF = dX X + X dX
q = exp(a' x) | dq/dx = exp(a' x) a
q = exp(a' x) | dq/dx = q a
q = sum(X .* Y) | dq/dX = Y
q = tr(X) | dq/dX = I
q = sum(X) | dq/dX = ones(N, N)
f = s x | df/ds = x
q = s^3 | dq/ds = 3 s^2
q = tr(P X X') | dq/dX = 2 P X
q = sum(relu(Z c)) | dq/dc = Z' step(Z c)
q = y' inv(P + s I) y | dq/ds = -y' inv(P + s I) inv(P + s I) y
q = x' A y | dq/dA = x y'
q = tr((X - Z W)' (X - Z W)) | dq/dZ = -2 (X - Z W) W'
q = tr((X - Z W)' (X - Z W)) | dq/dW = -2 Z' (X - Z W)
z = W x; q = norm(z - c)^2 | dq/dz = 2 (z - c) | dq/dx = W' (2 (z - c)) | dq/dW = 2 (z - c) x'
q = sum(x .* y) | dq/dx = y
q = x' Q' Q x | dq/dx = 2 x
(A B)' == B' A'
tr(A B C) == tr(C A B)
inv(A B) == inv(B) inv(A)
x' A y == y' A' x
vec(A X B) == kron(B', A) vec(X)
logdet(A) == log(abs(det(A)))
norm(x)^2 == x' x
Q' Q == I
inv(A + x y') == inv(A) - inv(A) x y' inv(A) / (1 + y' inv(A) x)
cross(u, v) == -cross(v, u)
cross(u, v) == skew(u) v
(P S)' == S P
K = P Z inv(Z' P Z + I_M); P - K Z' P == (I - K Z') P
"""

WRONG = """
value | twice | q = x' x | dq/dx = 4 x
value | half | q = norm(Z c - y)^2 | dq/dc = Z' (Z c - y)
value | sign | q = norm(y - Z c)^2 | dq/dc = 2 Z' (y - Z c)
value | factors-swapped | q = tr(A X B) | dq/dX = B' A'
value | right only if A is symmetric | q = x' A x | dq/dx = 2 A x
value | | q = log(det(X)) | dq/dX = X
value | a term is missing | q = x' A x | dq/dx = A x
value | one term too many | q = a' x | dq/dx = a + x
value | a term has the wrong sign | q = x' x + a' x | dq/dx = 2 x - a
layout | | q = a' X b | dq/dX = b a'
layout | | q = x' A x | dq/dx = x' (A + A')
layout | | q = tr(A Z W) | dq/dZ = W A
layout | | f = A x | df/dx = A'
layout | | q = a' X b | ∂q/∂X_ij = a_j b_i
shape | | q = a' X b | dq/dX = a' b
shape | | q = a' Z c | dq/dZ = a
shape | | q = norm(x)^2 | dq/dx = 2
shape | the diagonal of the right value | f = tanh(x) | df/dx = 1 - tanh(x).^2
value | factors-swapped | (A B)' == A' B'
value | factors-swapped | A B == B A
value | right only if A is symmetric | x' A y == y' A x
value | | inv(A + B) == inv(A) + inv(B)
value | | tr(A B) == tr(A) tr(B)
value | transposed | A X == X' A'
value | | q = tr(A X B) | dq = tr(A B dX)
value | sign | F = inv(X) | dF = inv(X) dX inv(X)
value | | vec(A X B) == kron(A, B') vec(X)
value | | q = s^3 | dq/ds = 3 s
value | N times the right value | q = mean(x) | dq/dx = ones(N)
value | 3 times the right value | q = a' x | dq/dx = 3 a
"""


def lines(table: str) -> list[list[str]]:
    return [[part.strip() for part in line.split(" | ")] for line in table.strip().splitlines()]


@pytest.mark.parametrize("parts", lines(RIGHT), ids=" ; ".join)
def test_right_claims(parts: list[str]) -> None:
    found = verdicts(BASE + "Y: (N, N)\n" + "\n".join(part for piece in parts for part in piece.split("; ")))
    assert found
    assert [verdict.status for verdict in found] == ["right"] * len(found), found


@pytest.mark.parametrize("parts", lines(WRONG.replace("| |", "|  |")), ids=" ; ".join)
def test_wrong_claims(parts: list[str]) -> None:
    status, how, *statements = parts
    found = verdicts(BASE + "\n".join(statements))
    assert len(found) == 1
    assert found[0].status == status
    if how:
        assert found[0].how == how


BACKWARD = """
right | X: (B, D); W: (D, K) | Y = X W | dX = dY W' | dW = X' dY
right | X: (B, D); W: (D, K); b: (K) | Y = X W + ones(B) b' | db = sum(dY, 1)'
right | Q, K, V: (T, D) | S = Q K'; P = softmax(S); O = P V | dV = P' dO | dP = dO V' | dS = P .* (dP - sum(dP .* P, 2))
right | Q, K, V: (T, D) | S = Q K'; P = softmax(S); O = P V | dQ = dS K | dK = dS' Q
right | x: (N) | y = sigmoid(x) | dx = dy .* y .* (1 - y)
right | x: (N) | y = tanh(x) | dx = dy .* (1 - y.^2)
right | x: (N) | y = softmax(x) | dx = y .* (dy - y' dy)
right | W: (M, N); h: (N) | z = W h; g = W' z | dW += dz h' | dh += W' dz
right | A: (N, N) | Y = A A | dA += dY A' | dA += A' dY
right | A: (N, N) | C = inv(A) | dA = -C' dC C'
right | X: (B, D); W: (D, K); T: (B, K) | Z = X W; L = 1/2 norm(Z - T)^2 + λ/2 norm(W)^2 | dZ = Z - T | dW = X' dZ + λ W
value | X: (B, D); W: (D, K) | Y = relu(X W) | dW = X' dY
value | Q, K, V: (T, T) | O = softmax(Q K') V | dV = softmax(Q K') dO
value | A: (N, N) | Y = A A | dA += dY A
"""


@pytest.mark.parametrize("parts", lines(BACKWARD), ids=" ; ".join)
def test_backward_passes(parts: list[str]) -> None:
    status, *statements = parts
    found = verdicts("\n".join(statements))
    assert found
    assert [verdict.status for verdict in found] == [status] * len(found), found
