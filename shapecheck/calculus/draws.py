"""Random arrays for variables: general, or of a kind that suits a function's domain, with the declared properties."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from random import Random
from typing import Any

from shapecheck.calculus.arrays import Array, loading, np

SUMS_TO_ONE = "sums to one"
"""Not a word of the language: entries that are positive and sum to one, in each row of a matrix."""
STRATEGIES = ("positive", "diagonal", "small", "negative", "general", "large", "tiny", "huge")
"""The kinds of draws, in the order in which they are tried where a function is outside its domain."""

MANY = 5_000
"""Numbers that NumPy draws faster, the time of loading it included."""


class Generator:
    """Random arrays; from one seed always the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def uniform(self, low: float, high: float, shape: tuple[int, ...]) -> Array:
        random, width = self._random.random, high - low
        return self._filled(lambda: low + width * random(), shape, lambda many: many.uniform(low, high, shape))

    def normal(self, shape: tuple[int, ...]) -> Array:
        gauss = self._random.gauss
        return self._filled(lambda: gauss(0.0, 1.0), shape, lambda many: many.normal(0.0, 1.0, shape))

    def signs(self, shape: tuple[int, ...]) -> Array:
        random = self._random.random
        return self._filled(lambda: 1.0 if random() < 0.5 else -1.0, shape, lambda many: many.choice((-1.0, 1.0), shape))

    def below(self, count: int, shape: tuple[int, ...]) -> Array:
        """Whole numbers from 0 on."""
        random = self._random.randrange
        return self._filled(lambda: random(count), shape, lambda many: many.integers(0, count, shape))

    def _filled(self, draw: Callable[[], float], shape: tuple[int, ...], many: Callable[[Any], Array]) -> Array:
        count = prod(shape)
        if count > MANY:
            return many(loading.numpy().random.default_rng(self._random.getrandbits(32)))
        return np.asarray([draw() for _ in range(count)]).reshape(shape) if count else np.zeros(shape)


Draw = Callable[[Generator, tuple[int, ...]], Array]


def draw(shape: tuple[int, ...], words: frozenset[str], strategy: str, generator: Generator) -> Array:
    """An array of this shape and these properties."""
    array = DRAWS[strategy](generator, shape)
    return _with_properties(words, array, shape, generator) if words else array


def _positive(generator: Generator, shape: tuple[int, ...]) -> Array:
    return generator.uniform(0.3, 1.7, shape)


def _strong_diagonal(generator: Generator, shape: tuple[int, ...]) -> Array:
    """Positive eigenvalues and positive entries, but no symmetry."""
    if len(shape) >= 2 and shape[-1] == shape[-2]:
        return generator.uniform(0.05, 0.6, shape) + shape[-1] * 0.6 * np.eye(shape[-1])
    return generator.uniform(0.3, 1.7, shape)


DRAWS: dict[str, Draw] = {
    "general": lambda generator, shape: generator.normal(shape) + 0.2 * generator.signs(shape),
    "positive": _positive,
    "diagonal": _strong_diagonal,
    "small": lambda generator, shape: generator.uniform(0.05, 0.45, shape),
    "tiny": lambda generator, shape: generator.uniform(-0.12, 0.15, shape),
    "negative": lambda generator, shape: -generator.uniform(0.3, 1.7, shape),
    "huge": lambda generator, shape: generator.uniform(4.0, 12.0, shape),
    "large": lambda generator, shape: generator.uniform(1.3, 3.0, shape),
}


def _with_properties(words: frozenset[str], array: Array, shape: tuple[int, ...], generator: Generator) -> Array:
    square = len(shape) >= 2 and shape[-1] == shape[-2]
    if "onehot" in words and shape:
        return _onehot_rows(shape, generator) if shape[-1] > 1 else _onehot_column(shape, generator)
    if "integer" in words:
        array = 1.0 + generator.below(4, shape)
    if "positive" in words:
        array = np.abs(array) + 0.1 if "integer" not in words else array
    if "diagonal" in words and square:
        signs = np.abs(array) + 0.3 if "posdef" in words else array + np.sign(array) * 0.3
        return signs * np.eye(shape[-1])
    if SUMS_TO_ONE in words:
        array = np.abs(array) + 0.1
        return array / np.sum(array, axis=-1, keepdims=True) if shape else array
    if "posdef" in words:
        if square:
            return array @ np.swapaxes(array, -1, -2) / shape[-1] + 0.4 * np.eye(shape[-1])
        return np.abs(array) + 0.1
    if "orthogonal" in words and len(shape) >= 2:
        tall = array if shape[-2] >= shape[-1] else np.swapaxes(array, -1, -2)
        factor = np.linalg.qr(tall)[0]
        return factor if shape[-2] >= shape[-1] else np.swapaxes(factor, -1, -2)
    if "symmetric" in words and square:
        array = (array + np.swapaxes(array, -1, -2)) / 2
    if "lower" in words or "upper" in words:
        array = np.tril(array) if "lower" in words else np.triu(array)
        array = array + 0.5 * np.sign(array) * np.eye(shape[-2], shape[-1])
    if "unit" in words and shape:
        axis = -2 if len(shape) == 2 and shape[-1] == 1 else -1
        array = array / np.sqrt(np.sum(array * array, axis=axis, keepdims=True))
    return array


def _onehot_rows(shape: tuple[int, ...], generator: Generator) -> Array:
    places = generator.below(shape[-1], shape[:-1])
    result: Array = (places[..., None] == np.asarray([float(k) for k in range(shape[-1])])) + np.zeros(shape)
    return result


def _onehot_column(shape: tuple[int, ...], generator: Generator) -> Array:
    column: Array = _onehot_rows((prod(shape),), generator).reshape(shape)
    return column
