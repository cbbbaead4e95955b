"""Dimensions, what facts say about them, and the solver of open ones."""

from __future__ import annotations

import pytest

from shapecheck.core.dimension import ONE, Dimension, DimensionTooLarge, integer, named
from shapecheck.core.facts import Facts
from shapecheck.core.shape import Shape
from shapecheck.elaborate.solver import ANY, Solver

N, D, H, E, M = map(named, "NDHEM")
TWO = integer(2)


@pytest.mark.parametrize(
    ("dimension", "text"),
    [
        (N + ONE, "N+1"),
        (N + N, "2N"),
        (N * D - D * N, "0"),
        (integer(2) * N + ONE, "2N+1"),
        (D // H, "D//H"),
        ((N * D) // D, "N"),
        (integer(7) // TWO, "3"),
        ((N + ONE) * (N - ONE), "N^2-1"),
    ],
)
def test_normal_form(dimension: Dimension, text: str) -> None:
    assert str(dimension) == text


def test_products_do_not_explode() -> None:
    total = ONE
    for letter in "ABCDEF":
        total = total * (named(letter) + ONE)
    with pytest.raises(DimensionTooLarge):
        total * (named("G") + ONE)


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (N, N, True),
        (N, D, False),
        (N + ONE, N, False),
        (N, TWO, False),
        (N * D, D * N, True),
        (N * D, N * E, False),
        ((D // H) * H, D, None),
        (D // H, E, None),
        (D // TWO, D, False),
        (D // H, D, False),
        (N, ANY, None),
    ],
)
def test_without_facts(left: Dimension, right: Dimension, equal: bool | None) -> None:
    assert Facts().equal(left, right) is equal
    assert Facts().equal(right, left) is equal


def test_an_equality_is_used_both_ways_and_through_others() -> None:
    facts = Facts().with_equality(D, H * E).with_equality(H, TWO)
    assert facts.equal(D, TWO * E) is True
    assert facts.equal(D // H, E) is True
    assert facts.equal(D, E) is False
    assert facts.equal(N * D, N * H * E) is True


def test_cycles_and_repetitions_are_harmless() -> None:
    facts = Facts().with_equality(N, D).with_equality(D, M).with_equality(M, N)
    assert facts.equal(N, M) is True
    assert facts.equal(N, E) is False
    assert facts.with_equality(N, N) == facts


def test_an_equality_of_products_leaves_doubt_where_it_could_matter() -> None:
    facts = Facts().with_equality(N * D, M * E)
    assert facts.equal(N * D, M * E) is True
    assert facts.equal(N, M) is None
    assert facts.equal(H, named("K")) is False


def test_a_divisor_makes_the_quotient_exact() -> None:
    facts = Facts().with_divisibility(H, D)
    assert facts.equal((D // H) * H, D) is True
    assert facts.equal(D // H, D) is False
    assert facts.equal(D // H, E) is None


def test_contradictions_are_told() -> None:
    assert Facts().contradicts(N, N + ONE)
    assert not Facts().contradicts(N, D)


def test_an_open_size_is_solved() -> None:
    solver = Solver(Facts())
    a, b = solver.fresh(), solver.fresh()
    assert solver.unify(a + ONE, N) is True
    assert solver.dimension(a) == N - ONE
    assert solver.unify(b * D, N * D) is True
    assert solver.dimension(b) == N


def test_an_open_size_is_solved_through_facts() -> None:
    solver = Solver(Facts().with_equality(D, H * E))
    a = solver.fresh()
    assert solver.unify(a * E, D) is True
    assert solver.facts.equal(solver.dimension(a), H) is True


def test_what_cannot_be_solved_stays_open() -> None:
    solver = Solver(Facts())
    a, b = solver.fresh(), solver.fresh()
    assert solver.unify(a * b, N) is None
    assert solver.unify(a * a, N) is None
    assert solver.unify(a, a + ONE) is False


def test_a_size_is_positive() -> None:
    solver = Solver(Facts())
    assert solver.unify(solver.fresh() + integer(3), TWO) is False


def test_attempts_are_taken_back() -> None:
    solver = Solver(Facts())
    a = solver.fresh()
    mark = solver.mark()
    assert solver.unify(a, N) is True
    solver.rollback(mark)
    assert solver.unify(a, D) is True
    assert solver.dimension(a) == D


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ((N, ONE), (N,), True),
        ((ONE, ONE), (), True),
        ((ONE,), (), True),
        ((ONE, N), (N,), False),
        ((N, D), (D, N), False),
        ((N, D), (N,), False),
        ((ANY, D), (N, M, D), None),
        ((ANY, D), (N, M), False),
    ],
)
def test_shapes(left: tuple[Dimension, ...], right: tuple[Dimension, ...], same: bool | None) -> None:
    assert Solver(Facts()).same(Shape(left), Shape(right)) is same


def test_open_sizes_of_shapes_are_solved() -> None:
    solver = Solver(Facts())
    a, b = solver.fresh(), solver.fresh()
    assert solver.same(Shape((a, b)), Shape((N, D))) is True
    assert solver.resolve(Shape((b, a))) == Shape((D, N))
