"""The value of an expression, computed on its own graph in NumPy: independent of the index form that it is compared with.

A value inside an index form has leading axes for its free index names, so Σ and A_ij are computed for all indices at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import e, pi, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapecheck.calculus import values
from shapecheck.calculus.context import CannotDerive
from shapecheck.calculus.contract import MAX_ENTRIES, contracted
from shapecheck.core.dimension import Atom
from shapecheck.core.expression import Expression
from shapecheck.core.shape import Shape
from shapecheck.ops import ROWS

Array = NDArray[Any]
Sizes = tuple[int, ...]
CONSTANTS = {"pi": pi, "e": e}


@dataclass(frozen=True, slots=True)
class Assignment:
    """A size for each atom of a dimension, an array for each variable (and for each opaque value)."""

    sizes: Mapping[Atom, int]
    arrays: Mapping[Expression, Array]

    def shape(self, shape: Shape) -> Sizes:
        return tuple(dimension.evaluate(self.sizes) for dimension in shape.dims)


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


def schedule(outputs: Sequence[Expression], definitions: Mapping[Expression, Expression]) -> list[Expression]:
    """The nodes of the expressions, what they need before them; definitions are looked through."""
    ordered: list[Expression] = []
    done: set[Expression] = set()
    stack = list(reversed(outputs))
    while stack:
        node = stack[-1]
        if node in done:
            stack.pop()
            continue
        waiting = [part for part in parts(node, definitions) if part not in done]
        if waiting:
            if len(stack) > 20_000:
                raise CannotDerive("definitions are nested too deeply, or in a circle")
            stack.extend(waiting)
            continue
        done.add(stack.pop())
        ordered.append(node)
    return ordered


def parts(node: Expression, definitions: Mapping[Expression, Expression]) -> tuple[Expression, ...]:
    if node.op == "variable":
        return (definitions[node],) if node in definitions else ()
    return node.args


def evaluate(nodes: Sequence[Expression], assignment: Assignment, definitions: Mapping[Expression, Expression]) -> Array:
    """The value of the last of the scheduled nodes; arrays given for a name go before its definition."""
    result = evaluate_all(nodes, assignment, definitions)[nodes[-1]]
    if result.free:
        raise CannotDerive(f"the index {result.free[0]} is free here")
    return result.array


def evaluate_all(
    nodes: Sequence[Expression], assignment: Assignment, definitions: Mapping[Expression, Expression]
) -> dict[Expression, Value | Factored]:
    known: dict[Expression, Value | Factored] = {}
    with np.errstate(all="ignore"):
        for node in nodes:
            known[node] = _value(node, assignment, definitions, known)
    return known


def value_of(expression: Expression, assignment: Assignment, definitions: Mapping[Expression, Expression]) -> Array:
    return evaluate(schedule([expression], definitions), assignment, definitions)


def _value(
    node: Expression, assignment: Assignment, definitions: Mapping[Expression, Expression], known: Mapping[Expression, Value | Factored]
) -> Value | Factored:
    op = node.op
    if op in ("variable", "opaque"):
        array = assignment.arrays.get(node)
        if array is not None:
            return Value(array, ())
        if node not in definitions:
            raise CannotDerive(f"{node.data[0]} has no value")
        return Value(_shaped(known[definitions[node]].array, 0, assignment.shape(node.shape)), ())
    if op in INDEXED:
        return INDEXED[op](node, assignment, [known[part] for part in node.args])
    if op in LEAVES:
        return Value(LEAVES[op](node, assignment), ())
    given = [known[part] for part in node.args]
    if op in FACTORING and not node.shape.dims and any(value.free for value in given):
        return _factored(op, given)
    free, arrays = _aligned(given)
    lead = len(free)
    sizes = assignment.shape(node.shape)
    rule = STRUCTURE.get(op)
    if rule is not None:
        result = rule(node, arrays, lead, sizes)
    elif op in ROWS:
        result = _function(node, arrays, lead, sizes)
    else:
        raise CannotDerive(f"{op} has no value")
    return Value(_shaped(result, lead, sizes), free)


FACTORING = {"scale", "hadamard", "negate", "ratio", "matmul"}


def _factored(op: str, given: list[Value | Factored]) -> Factored:
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


def _aligned(given: list[Value | Factored]) -> tuple[tuple[str, ...], list[Array]]:
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


def _shaped(array: Array, lead: int, sizes: Sizes) -> Array:
    """The array with exactly these own axes; only axes of size 1 come or go."""
    if array.shape[lead:] == sizes:
        return array
    if [n for n in array.shape[lead:] if n != 1] != [n for n in sizes if n != 1]:
        raise CannotDerive(f"a value of shape {array.shape[lead:]} where {sizes} is expected")
    return array.reshape((*array.shape[:lead], *sizes))


def _fitted(array: Array, lead: int, sizes: Sizes) -> Array:
    """The array ready to broadcast to the sizes: a vector goes to a matrix as a column."""
    own = array.shape[lead:]
    if own == sizes or not own:
        return array.reshape((*array.shape[:lead], *(1,) * (len(sizes) - len(own)), *own))
    if len(own) == 1 and len(sizes) == 2:
        padded: Sizes = (own[0], 1) if own[0] == sizes[0] else (1, own[0])
    else:
        padded = (1,) * (len(sizes) - len(own)) + own
    if any(n not in (1, size) for n, size in zip(padded, sizes, strict=False)):
        padded = tuple(size if size in own else 1 for size in sizes)
    return array.reshape((*array.shape[:lead], *padded))


# leaves

LEAVES: dict[str, Callable[[Expression, Assignment], Array]] = {
    "number": lambda node, at: np.asarray(float(node.data[0])),
    "constant": lambda node, at: np.asarray(CONSTANTS[node.data[0]]),
    "size": lambda node, at: np.asarray(float(node.data[0].evaluate(at.sizes))),
    "identity": lambda node, at: (
        np.broadcast_to(np.eye(at.shape(node.shape)[-1]), at.shape(node.shape)) if node.shape.rank > 1 else np.ones(at.shape(node.shape))
    ),
    "ones": lambda node, at: np.ones(at.shape(node.shape)),
    "zeros": lambda node, at: np.zeros(at.shape(node.shape)),
}

# arithmetic

Rule = Callable[[Expression, list[Array], int, Sizes], Array]


def _both(function: Callable[[Array, Array], Array]) -> Rule:
    return lambda node, args, lead, sizes: _broadcast(function(_fitted(args[0], lead, sizes), _fitted(args[1], lead, sizes)), lead, sizes)


def _broadcast(array: Array, lead: int, sizes: Sizes) -> Array:
    return array if array.shape[lead:] == sizes else np.broadcast_to(array, (*array.shape[:lead], *sizes))


def _matmul(node: Expression, args: list[Array], lead: int, sizes: Sizes) -> Array:
    left, right = args
    if left.ndim - lead == 1:
        left = left[..., None]
    if right.ndim - lead == 1:
        right = right[..., None]
    extra = max(left.ndim, right.ndim)
    left, right = (array.reshape((*array.shape[:lead], *(1,) * (extra - array.ndim), *array.shape[lead:])) for array in (left, right))
    return left @ right


def _transpose(node: Expression, args: list[Array], lead: int, sizes: Sizes) -> Array:
    array = args[0]
    return array if array.ndim - lead < 2 else np.swapaxes(array, -1, -2)


def _power(node: Expression, args: list[Array], lead: int, sizes: Sizes) -> Array:
    exponent, base = node.data[0], args[0]
    if base.ndim - lead < 2:
        return values.real_power(base, float(exponent))
    if exponent < 0:
        base, exponent = np.linalg.inv(base), -exponent
    if getattr(exponent, "denominator", 1) > 1:
        base = values.root(base, exponent.denominator)
    return np.linalg.matrix_power(base, int(exponent.numerator))


def _block(node: Expression, args: list[Array], lead: int, sizes: Sizes) -> Array:
    rows, columns = node.data[:2]
    cells = [_cell(array, lead) for array in args]
    common = np.broadcast_shapes(*(cell.shape[:lead] for cell in cells))
    cells = [np.broadcast_to(cell, (*common, *cell.shape[lead:])) for cell in cells]
    lines = [np.concatenate(cells[r * columns : (r + 1) * columns], axis=-1) for r in range(rows)]
    return np.concatenate(lines, axis=-2)


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
}


# rows of the table


def _function(node: Expression, args: list[Array], lead: int, sizes: Sizes) -> Array:
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


# index forms


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
        scale = prod(dimension.evaluate(at.sizes) for name, dimension in node.data if name not in summed.free)
        return Value(np.asarray(summed.over(kept) * scale), kept)
    array, free = summed.array, list(summed.free)
    for name, dimension in node.data:
        if name in free:
            array = np.sum(array, axis=free.index(name))
            free.remove(name)
        else:
            array = array * dimension.evaluate(at.sizes)
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
