"""The value of index forms: entries, sums over indices, tensors, unit vectors."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from shapecheck.calculus.arrays import Array, np
from shapecheck.calculus.assignment import Assignment, Factored, Value
from shapecheck.calculus.context import CannotDerive
from shapecheck.calculus.sizes import size_of
from shapecheck.core.expression import Expression


def _basis(node: Expression, at: Assignment, given: list[Value | Factored]) -> Value:
    count = at.shape(node.shape)[0]
    index = node.data[0]
    if isinstance(index, int):
        if not 1 <= index <= count:
            raise CannotDerive(f"e_{index} of a space of fewer dimensions")
        return Value(np.eye(count)[index - 1].reshape(at.shape(node.shape)), ())
    return Value(np.eye(count), (str(index),))


def _entry(node: Expression, at: Assignment, given: list[Value | Factored]) -> Value:
    array, free = given[0].array, list(given[0].free)
    for axis in range(len(node.data) - 1, -1, -1):
        if isinstance(node.data[axis], int):
            if not 1 <= node.data[axis] <= array.shape[len(free) + axis]:
                raise CannotDerive(f"entry {node.data[axis]} is out of range")
            array = np.take(array, node.data[axis] - 1, axis=len(free) + axis)
    names = [*free, *(str(index) for index in node.data if not isinstance(index, int))]
    return _diagonals(array, names)


def _diagonals(array: Array, names: list[str]) -> Value:
    """Axes of the same name become one."""
    distinct = list(dict.fromkeys(names))
    if len(distinct) < len(names):
        array = np.einsum(array, [distinct.index(name) for name in names], list(range(len(distinct))))
    return Value(array, tuple(distinct))


def _sigma(node: Expression, at: Assignment, given: list[Value | Factored]) -> Value:
    summed = given[0]
    if isinstance(summed, Factored):
        names = {name for name, _ in node.data}
        kept = tuple(name for name in summed.free if name not in names)
        scale = prod(size_of(dimension, at.sizes) for name, dimension in node.data if name not in summed.free)
        return Value(np.asarray(summed.over(kept) * scale), kept)
    array, free = summed.array, list(summed.free)
    for name, dimension in node.data:
        if name in free:
            array = np.sum(array, axis=free.index(name))
            free.remove(name)
        else:
            array = array * size_of(dimension, at.sizes)
    return Value(np.asarray(array), tuple(free))


def _tensor(node: Expression, at: Assignment, given: list[Value | Factored]) -> Value:
    array, free = given[0].array, given[0].free
    sizes = at.shape(node.shape)
    kept = [name for name in free if name not in node.data]
    order = [*(free.index(name) for name in kept), *(free.index(name) for name in node.data if name in free)]
    array = np.transpose(array, order)
    own = iter(array.shape[len(kept) :])
    shape = tuple(next(own) if name in free else 1 for name in node.data)
    array = array.reshape((*array.shape[: len(kept)], *shape))
    return Value(np.broadcast_to(array, (*array.shape[: len(kept)], *sizes)), tuple(kept))


INDEXED: dict[str, Callable[[Expression, Assignment, list[Value | Factored]], Value]] = {
    "basis": _basis,
    "entry": _entry,
    "sigma": _sigma,
    "tensor": _tensor,
}
