"""Folding never changes a value: random products with indices, sums and functions of them."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest

from shapecheck.calculus import evaluate, evaluate_term, leaves
from shapecheck.calculus.fold import Context, fold, index_form
from shapecheck.calculus.functions import map_
from shapecheck.calculus.powers import power
from shapecheck.calculus.product import add, einsum
from shapecheck.core.dimension import Dimension, named
from shapecheck.core.expression import variable
from shapecheck.core.shape import Shape
from shapecheck.core.term import Term

N, D, K = named("N"), named("D"), named("K")
SIZES = {"N": 3, "D": 4, "K": 2}
SHAPES = {
    "A": (N, D), "B": (D, K), "C": (N, D), "S": (N, N), "T": (N, N), "P": (D, D), "R": (K, N),
    "x": (D,), "y": (N,), "z": (K,), "u": (N,), "s": (), "t": (),
}  # fmt: skip
PROPERTIES = {"S": frozenset({"symmetric"})}


def leaf(name: str) -> Term:
    return leaves.variable(name, 0, SHAPES[name], PROPERTIES.get(name, frozenset()))


def factor(random: Random, depth: int) -> Term:
    kind = random.random()
    if depth and kind < 0.15:
        base = leaf(random.choice([name for name in SHAPES if SHAPES[name]]))
        return map_(random.choice(["exp", "sigmoid", "tanh"]), (base,))
    if depth and kind < 0.25:
        return power(leaf(random.choice(["y", "x", "s", "A"])), Fraction(random.choice([-1, 2, -2])))
    if depth and kind < 0.45:
        dims = random.choice([(N, D), (N,), (N, N), (D,), ()])
        return add([(Fraction(random.choice([1, -1, 2])), product(random, dims, depth - 1)) for _ in range(2)], dims)
    return leaf(random.choice(list(SHAPES)))


def product(random: Random, dims: tuple[Dimension, ...], depth: int) -> Term:
    indices: list[tuple[int, Dimension]] = list(enumerate(dims))
    out = tuple(range(len(dims)))
    if len(dims) == 2 and dims[0] == dims[1] and random.random() < 0.2:
        out = (0, 0)
    factors = []
    for _ in range(random.randint(1, 4)):
        term = factor(random, depth)
        axes = []
        for dimension in term.dims:
            fitting = [index for index, own in indices if own == dimension]
            if fitting and random.random() < 0.7:
                axes.append(random.choice(fitting))
            else:
                indices.append((len(indices), dimension))
                axes.append(len(indices) - 1)
        factors.append((term, tuple(axes)))
    return einsum(Fraction(random.choice([1, 1, 2, -1, -3]), random.choice([1, 1, 2])), factors, out, dict(indices))


def arrays(seed: int) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(seed)
    found = {name: generator.uniform(0.3, 1.7, tuple(d.evaluate(SIZES) for d in dims)) for name, dims in SHAPES.items()}
    found["S"] = found["S"] + found["S"].T
    return found


@pytest.mark.parametrize("seed", range(400))
def test_value_stays(seed: int) -> None:
    random = Random(seed)
    dims = random.choice([(), (N,), (D,), (N, D), (N, N), (D, N)])
    term = product(random, dims, 2)
    values = arrays(seed)
    want = evaluate_term.value_of(term, SIZES, {(name, 0): value for name, value in values.items()})
    given = {variable(name, Shape(SHAPES[name])): value for name, value in values.items()}
    context = Context({variable(name, Shape(SHAPES[name])): words for name, words in PROPERTIES.items()})
    for form in (fold(term, context), index_form(term, context)):
        if form is None:
            continue
        got = evaluate.value_of(form, evaluate.Assignment(SIZES, given), {})
        np.testing.assert_allclose(np.broadcast_to(got, want.shape), want, rtol=1e-8, atol=1e-9)


def test_most_products_fold() -> None:
    terms = []
    for seed in range(400):
        random = Random(seed)
        terms.append(product(random, random.choice([(), (N,), (D,), (N, D), (N, N), (D, N)]), 2))
    assert sum(fold(term) is not None for term in terms) >= 0.9 * len(terms)
