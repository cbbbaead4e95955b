"""Assignments to check formulas on: sizes all different, general draws that respect properties and domains.

A draw is taken only where every node of every formula is finite and no inverse is nearly singular. Where a function
falls outside its domain, the variables below it are drawn again: generally first, then positive, with a strong
diagonal, small, or large. Seeded by content, so that the same formula is always checked on the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from random import Random
from types import MappingProxyType
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from shapecheck.calculus import sizes as sizes_
from shapecheck.calculus.context import CannotDerive, Context
from shapecheck.calculus.evaluate import Assignment, Factored, Value, evaluate_all, parts, schedule
from shapecheck.core.dimension import Atom, Dimension
from shapecheck.core.expression import Expression
from shapecheck.ops import ROWS

Array = NDArray[Any]
MAX_ENTRIES = 300_000
LARGEST = 1e7
WORST_CONDITION = 1e5
ATTEMPTS = 30
SUMS_TO_ONE = "sums to one"
"""Not a word of the language: entries that are positive and sum to one, in each row of a matrix."""
GENERAL_ATTEMPTS = 5


def assignments(outputs: Sequence[Expression], context: Context, count: int = 2, inputs: Iterable[Expression] = ()) -> Iterator[Assignment]:
    """Draws on which every output is well-defined; `inputs` are names that are drawn though they are defined."""
    given = list(inputs)
    definitions = {name: value for name, value in context.definitions.items() if name not in given}
    nodes = schedule([*outputs, *given], definitions)
    drawn = [node for node in nodes if (node.op == "variable" and node not in definitions) or node.op == "opaque"]
    dims = {dimension for node in nodes for dimension in node.shape.dims}
    dims |= {dimension for node in nodes for dimension in _used(node)}
    seed = crc32(" ".join(f"{node.op}{node.shape}{node.data}" for node in nodes[:200]).encode())
    random = Random(seed)
    generator = np.random.default_rng(seed)
    before: Mapping[Atom, int] = {}
    for _ in range(count):
        found = _assignment(nodes, drawn, dims, definitions, context, random, generator, before)
        yield found
        before = found.sizes


def _used(node: Expression) -> list[Dimension]:
    if node.op == "size":
        return [node.data[0]]
    return [dimension for _, dimension in node.data] if node.op == "sigma" else []


def _assignment(
    nodes: Sequence[Expression],
    drawn: Sequence[Expression],
    dims: set[Dimension],
    definitions: Mapping[Expression, Expression],
    context: Context,
    random: Random,
    generator: np.random.Generator,
    before: Mapping[Atom, int],
) -> Assignment:
    strategies: dict[Expression, str] = {}
    sizes = _bounded(nodes, dims, context, random, before)
    for attempt in range(ATTEMPTS):
        if attempt % 2 == 1:
            sizes = _bounded(nodes, dims, context, random)
        arrays = {node: _draw(node, sizes, context, strategies.get(node, "general"), generator) for node in drawn}
        assignment = Assignment(sizes, arrays)
        try:
            known = evaluate_all(nodes, assignment, definitions)
        except (np.linalg.LinAlgError, ZeroDivisionError, OverflowError):
            continue
        failed = _failed(nodes, known, definitions)
        if failed is None:
            return assignment
        if attempt + 1 >= GENERAL_ATTEMPTS:
            _adjust(failed, definitions, strategies, attempt, random)
    raise CannotDerive("no values were found for which everything is defined")


def _bounded(
    nodes: Sequence[Expression], dims: set[Dimension], context: Context, random: Random, before: Mapping[Atom, int] = MappingProxyType({})
) -> dict[Atom, int]:
    """Sizes that keep arrays small, no size the same as in the assignment before if that can be."""
    best: dict[Atom, int] | None = None
    for _ in range(8):
        sizes = sizes_.choose(dims, context.facts, random)
        if any(_entries(node, sizes) > MAX_ENTRIES for node in nodes):
            continue
        if all(size != before.get(atom) for atom, size in sizes.items()):
            return sizes
        best = best or sizes
    if best is None:
        raise CannotDerive("the arrays are too large to check")
    return best


def _entries(node: Expression, sizes: Mapping[Atom, int]) -> int:
    total = 1
    for dimension in node.shape.dims:
        total *= dimension.evaluate(sizes)
    return total


# what went wrong


def _failed(
    nodes: Sequence[Expression], known: Mapping[Expression, Value | Factored], definitions: Mapping[Expression, Expression]
) -> Expression | None:
    """The first node that is not finite, or badly conditioned."""
    for node in nodes:
        if node.op in LINEAR or isinstance(known[node], Factored):
            continue
        array = known[node].array
        with np.errstate(all="ignore"):
            top = np.abs(array).max() if array.size else 0.0
            if not top < LARGEST:
                return node
            if node.op in INVERTING and _inverts(node) and _is_singular(known[node.args[0]].array):
                return node
            if node.op in DOMAINS and _outside(DOMAINS[node.op], known[node.args[0]].array, array):
                return node
            if node.op == "ratio" and np.abs(known[node.args[1]].array).min() < 1e-4:
                return node
    return None


def _inverts(node: Expression) -> bool:
    """Whether a derivative through this node needs an inverse: not of whole powers, nor where nothing varies."""
    if node.op == "power" and node.data[0] > 0 and node.data[0] == int(node.data[0]):
        return False
    return node.op != "det" or any(part.op == "variable" for part in schedule([node], {}))


def _is_singular(array: Array) -> bool:
    if array.ndim < 2:
        return bool(np.abs(array).min() < 1.0 / WORST_CONDITION)
    return bool(np.max(np.linalg.cond(array)) > WORST_CONDITION)


def _outside(domain: str, arg: Array, value: Array) -> bool:
    """Whether a reduction is evaluated where it has no derivative: an entry of zero, or two largest ones."""
    if domain == "nonzero":
        return bool(np.abs(value).min() < 1e-12)
    close = np.abs(arg[..., None] - value.reshape(-1)) < 1e-9 * (1 + np.abs(value).max()) if value.size < 50 else None
    return close is not None and value.size == 1 and bool(np.count_nonzero(close) > 1)


DOMAINS = {key: row.domain for key, row in ROWS.items() if row.kind == "reduction" and row.domain in ("nonzero", "distinct")}
INVERTING = {"inv", "pinv", "det", "logdet", "power"}
LINEAR = {"variable", "number", "constant", "size", "identity", "ones", "zeros", "basis", "transpose", "negate", "entry", "tensor"}
STRATEGIES = ("positive", "diagonal", "small", "general", "large", "tiny", "huge")


def _adjust(
    failed: Expression, definitions: Mapping[Expression, Expression], strategies: dict[Expression, str], attempt: int, random: Random
) -> None:
    """Another kind of draw for the variables below the node that failed."""
    step = attempt + 1 - GENERAL_ATTEMPTS
    below = schedule([failed], definitions)
    for node in below:
        if (node.op == "variable" and not parts(node, definitions)) or node.op == "opaque":
            strategies[node] = STRATEGIES[step] if step < 3 else random.choice(STRATEGIES)


# draws

Draw = Callable[[np.random.Generator, tuple[int, ...]], Array]


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
    "huge": lambda generator, shape: generator.uniform(4.0, 12.0, shape),
    "large": lambda generator, shape: generator.uniform(1.3, 3.0, shape),
}


def _draw(node: Expression, sizes: Mapping[Atom, int], context: Context, strategy: str, generator: np.random.Generator) -> Array:
    shape = tuple(dimension.evaluate(sizes) for dimension in node.shape.dims)
    words = context.properties.get(node, frozenset())
    if not words:
        return DRAWS[strategy](generator, shape)
    return _with_properties(words, DRAWS[strategy](generator, shape), shape, generator)


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
