"""Normal forms: equal formulas are one object, sizes satisfy facts, samples respect properties."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from shapecheck.calculus import Context
from shapecheck.calculus.lower import Lowering
from shapecheck.calculus.sample import assignments
from shapecheck.calculus.sizes import choose
from shapecheck.core.dimension import integer, named
from shapecheck.core.expression import Expression, variable
from shapecheck.core.facts import Facts
from shapecheck.core.shape import Shape
from shapecheck.core.term import Term
from shapecheck.elaborate import elaborate
from shapecheck.elaborate.scope import Scope
from shapecheck.syntax import parse_statements

BASE = """A, B, C: (N, N); Z: (N, M); W: (M, N); x, y: (N); c: (M); s: scalar; S: (N, N) symmetric; Q: (N, N) orthogonal
h: (N) onehot; e: (N) unit; u, v: (3)
"""


def term(text: str) -> Term:
    elaborated = elaborate(parse_statements(f"{BASE}zz = {text}"), Scope())
    assert not [problem for statement in elaborated.statements for problem in statement.problems]
    value = elaborated.scope.bindings["zz"].value
    assert value is not None
    return Lowering(Context(properties=elaborated.properties))(value)


EQUAL = """
(A B)' | B' A'
x' A y | y' A' x
tr(A B C) | tr(C A B)
(y x' A)' | A' x y'
inv(inv(A)) | A
inv(A)' | inv(A')
inv(A B) | inv(B) inv(A)
inv(A) A | I_N
det(A B) | det(B) det(A)
log(det(A)) | logdet(A)
logdet(A B) | logdet(B) + logdet(A)
vec(A B C) | kron(C', A) vec(B)
kron(A, B) kron(B, C) | kron(A B, B C)
tr(kron(A, B)) | tr(A) tr(B)
norm(x)^2 | x' x
norm(Z)^2 | tr(Z' Z)
A : B | sum(A .* B)
diag(x) y | x .* y
diag(diag(x)) | x
exp(log(x)) | x
log(softmax(x)) | logsoftmax(x)
exp(x) / sum(exp(x)) | softmax(x)
1 / (1 + exp(-s)) | sigmoid(s)
x x' x | (x' x) x
S' | S
x' S y | y' S x
Q' Q x | x
Q Q' | I_N
h' h | 1
e' e | 1
sum(softmax(x)) | 1
cross(u, v) | -cross(v, u)
cross(u, u) | zeros(3)
skew(u) v | cross(u, v)
2 (A x - y) | 2 A x - 2 y
mean(x) | sum(x) / N
sqrt(s^2) | abs(s)
[A, B] [x; y] | A x + B y
tr([A, B; C, A]) | 2 tr(A)
[A, x]' | [A'; x']
sum(Z, 2) | Z ones(M)
A^3 | A A A
A^-2 | inv(A) inv(A)
Σ_ij x_i A_ij y_j | x' A y
"""

DIFFERENT = """
A B | B A
x' A y | y' A x
(A B)' | A' B'
tr(A' B) | tr(A B)
kron(A, B) | kron(B, A)
A .* B | A B
sqrt(s^2) | s
Z' Z | Z Z'
"""


@pytest.mark.parametrize("line", EQUAL.strip().splitlines())
def test_equal_formulas_are_one_term(line: str) -> None:
    left, right = line.split(" | ")
    assert term(left) is term(right)


@pytest.mark.parametrize("line", DIFFERENT.strip().splitlines())
def test_different_formulas_are_different_terms(line: str) -> None:
    left, right = line.split(" | ")
    assert term(left) is not term(right)


def test_sizes_are_all_different_and_satisfy_facts() -> None:
    N, D, H, E = map(named, "NDHE")
    facts = Facts().with_equality(D, H * E).with_divisibility(integer(2), N)
    dims = [N, D, H, E, D // H, N // integer(2), N + integer(1)]
    for seed in range(20):
        sizes = choose(dims, facts, Random(seed))
        assert sizes["D"] == sizes["H"] * sizes["E"]
        assert sizes["N"] % 2 == 0
        assert len({dimension.evaluate(sizes) for dimension in (N, D, H, E)}) == 4


PROPERTIES = {
    "symmetric": lambda x: np.allclose(x, x.T),
    "posdef": lambda x: np.allclose(x, x.T) and np.linalg.eigvalsh(x).min() > 0,
    "diagonal": lambda x: np.allclose(x, np.diag(np.diag(x))),
    "orthogonal": lambda x: np.allclose(x.T @ x, np.eye(len(x))),
    "lower": lambda x: np.allclose(x, np.tril(x)),
    "upper": lambda x: np.allclose(x, np.triu(x)),
    "positive": lambda x: x.min() > 0,
    "integer": lambda x: np.allclose(x, np.round(x)),
}


@pytest.mark.parametrize("word", PROPERTIES)
def test_samples_have_the_declared_property(word: str) -> None:
    N = named("N")
    name = variable("X", Shape((N, N)))
    for assignment in assignments([name], Context(properties={name: frozenset({word})}), 3):
        assert PROPERTIES[word](assignment.arrays[name])


def test_samples_are_general() -> None:
    name = variable("X", Shape((named("N"), named("N"))))
    for assignment in assignments([name], Context(), 3):
        array = assignment.arrays[name]
        assert not np.allclose(array, array.T, atol=0.01)


def test_samples_are_the_same_every_time() -> None:
    name = variable("X", Shape((named("N"), named("M"))))
    first, second = (list(assignments([name], Context(), 2)) for _ in range(2))
    assert all(np.array_equal(a.arrays[name], b.arrays[name]) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize(
    "text", ["log(A)", "sqrt(x' A x)", "log(1 - x)", "asin(x)", "acosh(x)", "log(det(A))", "inv(Z' Z)", "A^(1/2)", "sqrt(1 - x' x)"]
)
def test_samples_lie_in_the_domain(text: str) -> None:
    elaborated = elaborate(parse_statements(f"{BASE}zz = {text}"), Scope())
    value: Expression | None = elaborated.scope.bindings["zz"].value
    assert value is not None
    assert len(list(assignments([value], Context(), 2))) == 2
