"""Sizes and arrays for the names of a formula, and values with the axes of free indices."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from shapecheck.calculus.arrays import Array, np
from shapecheck.calculus.context import CannotDerive
from shapecheck.calculus.contract import MAX_ENTRIES, contracted
from shapecheck.calculus.sizes import Sizes, size_of
from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass, field
from shapecheck.core.shape import Shape
from shapecheck.core.term import Term

Counts = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A size for each atom of a dimension, an array for each variable (and for each opaque value).

    `known` holds small values of terms on it, so that what several terms share is computed once.
    """

    sizes: Sizes
    arrays: Mapping[Expression, Array]
    known: dict[Term, Array] = field(default_factory=dict, compare=False, repr=False)

    def shape(self, shape: Shape) -> Counts:
        return tuple(size_of(dimension, self.sizes) for dimension in shape.dims)


@dataclass(frozen=True, slots=True)
class Value:
    """An array: the axes of the free names first, then those of the node's own shape."""

    array: Array
    free: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Factored:
    """A scalar product under indices, multiplied out only when it is known what is summed."""

    factors: tuple[tuple[Array, tuple[str, ...]], ...]
    free: tuple[str, ...]

    @property
    def array(self) -> Array:
        return self.over(self.free)

    def over(self, kept: tuple[str, ...]) -> Array:
        """The product, summed over all names but these."""
        number = {name: place for place, name in enumerate(self.free)}
        counts = {number[name]: size for array, names in self.factors for name, size in zip(names, array.shape, strict=True)}
        wanted = [number[name] for name in kept]
        if prod(counts[index] for index in wanted) > MAX_ENTRIES:
            raise CannotDerive("a value with too many entries to check")
        return contracted([(array, tuple(number[name] for name in names)) for array, names in self.factors], wanted, counts)


FACTORING = {"scale", "hadamard", "negate", "ratio", "matmul"}


def factored(op: str, given: list[Value | Factored]) -> Factored:
    factors: list[tuple[Array, tuple[str, ...]]] = []
    for place, value in enumerate(given):
        if op == "ratio" and place == 1:
            factors.append((1 / value.array, value.free))
        elif isinstance(value, Factored):
            factors += value.factors
        else:
            factors.append((value.array.reshape(value.array.shape[: len(value.free)]), value.free))
    if op == "negate":
        factors.append((np.asarray(-1.0), ()))
    return Factored(tuple(factors), tuple(dict.fromkeys(name for _, names in factors for name in names)))


def aligned(given: list[Value | Factored]) -> tuple[tuple[str, ...], list[Array]]:
    free = tuple(dict.fromkeys(name for value in given for name in value.free))
    if not free:
        return free, [value.array for value in given]
    arrays = []
    for value in given:
        present = [name for name in free if name in value.free]
        count = len(value.free)
        order = [value.free.index(name) for name in present]
        array = np.transpose(value.array, (*order, *range(count, value.array.ndim)))
        lead = iter(array.shape[:count])
        shape = tuple(next(lead) if name in value.free else 1 for name in free)
        arrays.append(array.reshape((*shape, *array.shape[count:])))
    if prod(max(array.shape[axis] for array in arrays) for axis in range(len(free))) > MAX_ENTRIES:
        raise CannotDerive("a value with too many entries to check")
    return free, arrays
