"""Random arrays for variables: general, or of a kind that suits a function's domain, with the declared properties."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
SUMS_TO_ONE = "sums to one"
"""Not a word of the language: entries that are positive and sum to one, in each row of a matrix."""
STRATEGIES = ("positive", "diagonal", "small", "negative", "general", "large", "tiny", "huge")
"""The kinds of draws, in the order in which they are tried where a function is outside its domain."""

Draw = Callable[[np.random.Generator, tuple[int, ...]], Array]


def draw(shape: tuple[int, ...], words: frozenset[str], strategy: str, generator: np.random.Generator) -> Array:
    """An array of this shape and these properties."""
    array = DRAWS[strategy](generator, shape)
    return _with_properties(words, array, shape, generator) if words else array


def _positive(generator: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return generator.uniform(0.3, 1.7, shape)


def _strong_diagonal(generator: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Positive eigenvalues and positive entries, but no symmetry."""
    if len(shape) >= 2 and shape[-1] == shape[-2]:
        return generator.uniform(0.05, 0.6, shape) + shape[-1] * 0.6 * np.eye(shape[-1])
    return generator.uniform(0.3, 1.7, shape)


DRAWS: dict[str, Draw] = {
    "general": lambda generator, shape: generator.normal(0.0, 1.0, shape) + generator.choice((-0.2, 0.2), shape),
    "positive": _positive,
    "diagonal": _strong_diagonal,
    "small": lambda generator, shape: generator.uniform(0.05, 0.45, shape),
    "tiny": lambda generator, shape: generator.uniform(-0.12, 0.15, shape),
    "negative": lambda generator, shape: -generator.uniform(0.3, 1.7, shape),
    "huge": lambda generator, shape: generator.uniform(4.0, 12.0, shape),
    "large": lambda generator, shape: generator.uniform(1.3, 3.0, shape),
}


def _with_properties(words: frozenset[str], array: Array, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    square = len(shape) >= 2 and shape[-1] == shape[-2]
    if "onehot" in words and shape:
        return np.eye(shape[-1])[generator.integers(0, shape[-1], shape[:-1])] if shape[-1] > 1 else _onehot_column(shape, generator)
    if "integer" in words:
        array = generator.integers(1, 5, shape).astype(float)
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


def _onehot_column(shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    array = np.zeros(shape)
    array.flat[generator.integers(0, array.size)] = 1.0
    return array
