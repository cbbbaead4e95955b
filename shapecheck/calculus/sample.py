"""Assignments to check formulas on: sizes all different, general draws that respect properties and domains.

A draw is taken only where every node of every formula is finite and no inverse is nearly singular. Where a function
falls outside its domain, the variables below it are drawn again: generally first, then positive, with a strong
diagonal, small, or large. Seeded by content, so that the same formula is always checked on the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from zlib import crc32

from shapecheck.calculus.arrays import Array, np
from shapecheck.calculus.context import CannotDerive, Context
from shapecheck.calculus.domains import failed
from shapecheck.calculus.draws import STRATEGIES, Generator, draw
from shapecheck.calculus.evaluate import Assignment, evaluate_all, parts, schedule
from shapecheck.calculus.sizes import Sizes, choose, size_of
from shapecheck.core.dimension import Dimension
from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass, field

MAX_ENTRIES = 4_000_000
ATTEMPTS = 40
GENERAL_ATTEMPTS = 5
LARGEST_LITERAL = 12
MANY_ENTRIES = 2_000
READS_SIZES = frozenset({"size", "mean", "identity", "ones", "vec", "kron", "block", "tensor", "sigma", "entry", "basis"})


def assignments(outputs: Sequence[Expression], context: Context, count: int = 2, inputs: Iterable[Expression] = ()) -> Iterator[Assignment]:
    """Draws on which every output is well-defined; `inputs` are names that are drawn though they are defined."""
    given = list(inputs)
    definitions = {name: value for name, value in context.definitions.items() if name not in given}
    sampler = Sampler(schedule([*outputs, *given], definitions), definitions, context)
    for _ in range(count):
        yield sampler.assignment()


@dataclass(slots=True)
class Sampler:
    """Draws for one set of formulas, one after the other from one seed."""

    nodes: Sequence[Expression]
    definitions: Mapping[Expression, Expression]
    context: Context
    dims: set[Dimension] = field(init=False)
    stand_ins: Sizes = field(init=False)
    reached: list[tuple[Dimension, int]] = field(init=False)
    random: Random = field(init=False)
    generator: Generator = field(init=False)
    before: Sizes = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dims = {dimension for node in self.nodes for dimension in (*node.shape.dims, *_read(node))}
        self.stand_ins = _stand_ins(self.nodes, self.dims)
        self.reached = _reached(self.nodes)
        seed = crc32(" ".join(f"{node.op}{node.shape}{node.data}" for node in self.nodes[:200]).encode())
        self.random = Random(seed)
        self.generator = Generator(seed)

    def assignment(self) -> Assignment:
        """The next draw, its sizes different from those of the one before."""
        strategies: dict[Expression, str] = {}
        drawn = [node for node in self.nodes if (node.op == "variable" and node not in self.definitions) or node.op == "opaque"]
        sizes = self._sizes(self.before)
        for attempt in range(ATTEMPTS):
            if attempt % 2 == 1:
                sizes = self._sizes(self.before if attempt < ATTEMPTS // 4 else {})
            found = Assignment(sizes, {node: self._array(node, sizes, strategies.get(node, "general")) for node in drawn})
            try:
                known = evaluate_all(self.nodes, found, self.definitions)
            except (np.linalg.LinAlgError, ZeroDivisionError, OverflowError):
                continue
            culprit = failed(self.nodes, known)
            if culprit is None:
                self.before = sizes
                return found
            if attempt + 1 >= GENERAL_ATTEMPTS:
                self._adjust(culprit, strategies, attempt + 1 - GENERAL_ATTEMPTS)
        raise CannotDerive("no values were found for which everything is defined")

    def _sizes(self, before: Sizes) -> Sizes:
        """Sizes that keep arrays small, none as before if that can be."""
        best: Sizes | None = None
        reach = max((index for _, index in self.reached), default=0)
        for _ in range(8 + 8 * reach):
            sizes: Sizes = {**choose(self.dims, self.context.facts, self.random, reach), **self.stand_ins}
            if any(entries(node, sizes) > MAX_ENTRIES for node in self.nodes):
                continue
            if any(size_of(dimension, sizes) < index for dimension, index in self.reached):
                continue
            if all(size != before.get(atom) for atom, size in sizes.items() if atom not in self.stand_ins):
                return sizes
            best = best or sizes
        if best is None:
            raise CannotDerive("the arrays are too large to check")
        return best

    def _array(self, node: Expression, sizes: Sizes, strategy: str) -> Array:
        shape = tuple(size_of(dimension, sizes) for dimension in node.shape.dims)
        return draw(shape, self.context.properties.get(node, frozenset()), strategy, self.generator)

    def _adjust(self, culprit: Expression, strategies: dict[Expression, str], step: int) -> None:
        """Another kind of draw for the variables below the node that failed."""
        for node in schedule([culprit], self.definitions):
            if (node.op == "variable" and not parts(node, self.definitions)) or node.op == "opaque":
                strategies[node] = STRATEGIES[step] if step < 4 else self.random.choice(STRATEGIES)


def entries(node: Expression, sizes: Sizes) -> int:
    total = 1
    for dimension in node.shape.dims:
        total *= size_of(dimension, sizes)
    return total


def _reached(nodes: Sequence[Expression]) -> list[tuple[Dimension, int]]:
    """Axes with the index of an entry that the formula names: they must be that long."""
    found = []
    for node in nodes:
        if node.op in ("entry", "basis"):
            dims = node.args[0].shape.dims if node.args else node.shape.dims
            found += [(dimension, index) for dimension, index in zip(dims, node.data, strict=False) if isinstance(index, int)]
    return found


def _read(node: Expression) -> tuple[Dimension, ...]:
    """Dimensions that a node reads beside its shape."""
    if node.op == "size":
        return (node.data[0],)
    return tuple(dimension for _, dimension in node.data) if node.op == "sigma" else ()


def _stand_ins(nodes: Sequence[Expression], dims: set[Dimension]) -> Sizes:
    """Small sizes for large literal dimensions such as 784, where no formula reads them as numbers."""
    large = sorted((dimension for dimension in dims if (dimension.constant or 0) > LARGEST_LITERAL), key=str)
    literal = [node for node in nodes if all(dimension.is_constant for dimension in node.shape.dims)]
    if not large or all(entries(node, {}) < MANY_ENTRIES for node in literal):
        return {}
    values = {float(dimension.constant or 0) for dimension in large}
    for node in nodes:
        if node.op in READS_SIZES or (node.op == "number" and {abs(float(node.data[0])), 1 / (abs(float(node.data[0])) or 1)} & values):
            return {}
    return {dimension: 13 + 2 * place for place, dimension in enumerate(large)}
