"""The value of one node from those of its arguments, whose leading axes belong to free indices."""

from __future__ import annotations

from collections.abc import Callable
from math import e, pi
from typing import Any

from shapecheck.calculus import values
from shapecheck.calculus.arrays import Array, np
from shapecheck.calculus.assignment import Assignment, Counts
from shapecheck.calculus.context import CannotDerive
from shapecheck.calculus.sizes import size_of
from shapecheck.core.expression import Expression
from shapecheck.ops import ROWS

CONSTANTS = {"pi": pi, "e": e}


def shaped(array: Array, lead: int, sizes: Counts) -> Array:
    """The array with exactly these own axes; only axes of size 1 come or go."""
    if array.shape[lead:] == sizes:
        return array
    if [n for n in array.shape[lead:] if n != 1] != [n for n in sizes if n != 1]:
        raise CannotDerive(f"a value of shape {array.shape[lead:]} where {sizes} is expected")
    return array.reshape((*array.shape[:lead], *sizes))


def _fitted(array: Array, lead: int, sizes: Counts) -> Array:
    """The array ready to broadcast to the sizes: a vector goes to a matrix as a column."""
    own = array.shape[lead:]
    if own == sizes or not own:
        return array.reshape((*array.shape[:lead], *(1,) * (len(sizes) - len(own)), *own))
    if len(own) == 1 and len(sizes) == 2:
        padded: Counts = (own[0], 1) if own[0] == sizes[0] else (1, own[0])
    else:
        padded = (1,) * (len(sizes) - len(own)) + own
    if any(n not in (1, size) for n, size in zip(padded, sizes, strict=False)):
        padded = tuple(size if size in own else 1 for size in sizes)
    return array.reshape((*array.shape[:lead], *padded))


# leaves

LEAVES: dict[str, Callable[[Expression, Assignment], Array]] = {
    "number": lambda node, at: np.asarray(float(node.data[0])),
    "constant": lambda node, at: np.asarray(CONSTANTS[node.data[0]]),
    "size": lambda node, at: np.asarray(float(size_of(node.data[0], at.sizes))),
    "identity": lambda node, at: (
        np.broadcast_to(np.eye(at.shape(node.shape)[-1]), at.shape(node.shape)) if node.shape.rank > 1 else np.ones(at.shape(node.shape))
    ),
    "ones": lambda node, at: np.ones(at.shape(node.shape)),
    "zeros": lambda node, at: np.zeros(at.shape(node.shape)),
}

# arithmetic

Rule = Callable[[Expression, list[Array], int, Counts], Array]


def _both(function: Callable[[Array, Array], Array]) -> Rule:
    return lambda node, args, lead, sizes: _broadcast(function(_fitted(args[0], lead, sizes), _fitted(args[1], lead, sizes)), lead, sizes)


def _broadcast(array: Array, lead: int, sizes: Counts) -> Array:
    return array if array.shape[lead:] == sizes else np.broadcast_to(array, (*array.shape[:lead], *sizes))


def _matmul(node: Expression, args: list[Array], lead: int, sizes: Counts) -> Array:
    left, right = args
    if left.ndim - lead == 1:
        left = left[..., None]
    if right.ndim - lead == 1:
        right = right[..., None]
    extra = max(left.ndim, right.ndim)
    left, right = (array.reshape((*array.shape[:lead], *(1,) * (extra - array.ndim), *array.shape[lead:])) for array in (left, right))
    return left @ right


def _transpose(node: Expression, args: list[Array], lead: int, sizes: Counts) -> Array:
    array = args[0]
    return array if array.ndim - lead < 2 else np.swapaxes(array, -1, -2)


def _power(node: Expression, args: list[Array], lead: int, sizes: Counts) -> Array:
    exponent, base = node.data[0], args[0]
    if base.ndim - lead < 2:
        return values.real_power(base, float(exponent))
    if exponent < 0:
        base, exponent = np.linalg.inv(base), -exponent
    if getattr(exponent, "denominator", 1) > 1:
        base = values.root(base, exponent.denominator)
    return np.linalg.matrix_power(base, int(exponent.numerator))


def _block(node: Expression, args: list[Array], lead: int, sizes: Counts) -> Array:
    rows, columns = node.data[:2]
    cells = [_cell(array, lead) for array in args]
    common = np.broadcast_shapes(*(cell.shape[:lead] for cell in cells))
    cells = [np.broadcast_to(cell, (*common, *cell.shape[lead:])) for cell in cells]
    lines = [np.concatenate(cells[r * columns : (r + 1) * columns], axis=-1) for r in range(rows)]
    return np.concatenate(lines, axis=-2)


def _unvec(node: Expression, args: list[Array], lead: int, sizes: Counts) -> Array:
    array = args[0]
    return np.swapaxes(array.reshape((*array.shape[:lead], *sizes[::-1])), -1, -2)


def _cell(array: Array, lead: int) -> Array:
    return array.reshape((*array.shape[:lead], *(*array.shape[lead:], 1, 1)[:2]))


STRUCTURE: dict[str, Rule] = {
    "add": _both(np.add),
    "subtract": _both(np.subtract),
    "hadamard": _both(np.multiply),
    "scale": _both(np.multiply),
    "ratio": _both(np.divide),
    "epower": _both(values.power),
    "negate": lambda node, args, lead, sizes: -args[0],
    "matmul": _matmul,
    "transpose": _transpose,
    "power": _power,
    "block": _block,
    "unvec": _unvec,
}


def function(node: Expression, args: list[Array], lead: int, sizes: Counts) -> Array:
    row = ROWS[node.op]
    name = row.value or row.key
    if row.kind == "elementwise":
        if len(args) > 1:
            args = [_fitted(array, lead, sizes) for array in args]
        return _broadcast(values.ELEMENTWISE[name](*args), lead, sizes)
    if row.kind == "reduction":
        return _reduced(name, args[0], lead, node.data)
    if row.key == "inner":
        result: Array = np.sum(args[0].reshape((*args[0].shape[:lead], -1)) * args[1].reshape((*args[1].shape[:lead], -1)), axis=-1)
        return result
    ranks = [part.count(",") + 1 if part.strip("( )") else 0 for part in _parameters(row.signature)]
    given = [_ranked(array, lead, rank) for array, rank in zip(args, ranks, strict=True)]
    return values.FUNCTIONS[name](*given)


def _parameters(signature: str) -> list[str]:
    left = signature.split("->")[0].strip()
    return [part.strip("( )") for part in left.replace("), (", ")|(").split("|")]


def _ranked(array: Array, lead: int, rank: int) -> Array:
    """The argument with at least as many axes as the function acts on: a vector is a column."""
    own = array.shape[lead:]
    if len(own) < rank:
        return array.reshape((*array.shape[:lead], *own, *(1,) * (rank - len(own))))
    if rank == 1 and len(own) == 2 and 1 in own:
        return array.reshape((*array.shape[:lead], -1))
    return array


def _reduced(name: str, array: Array, lead: int, data: tuple[Any, ...]) -> Array:
    own = array.ndim - lead
    function = values.REDUCTIONS[name]
    if not data:
        return function(array.reshape((*array.shape[:lead], -1)))
    axis = data[0] % max(own, 1)
    if own == 0:
        return function(array[..., None])
    result = function(np.moveaxis(array, lead + axis, -1))
    return np.expand_dims(result, lead) if own == 2 and axis == 0 else result
