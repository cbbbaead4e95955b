"""The value of a term, computed from its index form: pairwise contractions, cheapest first, functions from `values`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from shapecheck.calculus import values
from shapecheck.calculus.arrays import Array, np
from shapecheck.calculus.context import CannotDerive
from shapecheck.calculus.contract import MAX_ENTRIES, contracted
from shapecheck.calculus.evaluate_nodes import CONSTANTS
from shapecheck.calculus.evaluate_order import schedule
from shapecheck.calculus.sizes import Sizes, size_of
from shapecheck.core.dimension import Dimension
from shapecheck.core.term import Term
from shapecheck.ops import ROWS

KEPT = 5_000
"""Entries of a value that is worth keeping."""


def evaluate(
    nodes: Sequence[Term], sizes: Sizes, arrays: Mapping[tuple[str, int], Array], before: dict[Term, Array] | None = None
) -> Array:
    """The value of the last of the scheduled nodes; `arrays` has each name's value without axes of size 1.

    What is in `before` is not computed again, and small values are put there.
    """
    before = {} if before is None else before
    known: dict[Term, Array] = {}
    with np.errstate(all="ignore"):
        for node in nodes:
            value = before.get(node)
            if value is None:
                value = _value(node, sizes, arrays, known)
                if value.size <= KEPT:
                    before[node] = value
            known[node] = value
    return known[nodes[-1]]


def value_of(term: Term, sizes: Sizes, arrays: Mapping[tuple[str, int], Array]) -> Array:
    return evaluate(schedule(term), sizes, arrays)


def _value(node: Term, sizes: Sizes, arrays: Mapping[tuple[str, int], Array], known: Mapping[Term, Array]) -> Array:
    if node.kind == "leaf":
        return _leaf(node, sizes, arrays)
    if node.kind == "einsum":
        return _product(node, [known[arg] for arg in node.args], sizes)
    if node.kind == "add":
        if not node.args:
            return np.zeros(_shape(node.dims, sizes))
        total = float(node.coefficient[0]) * known[node.args[0]]
        for weight, arg in zip(node.coefficient[1:], node.args[1:], strict=True):
            total = total + float(weight) * known[arg]
        return total
    if node.kind == "map":
        if node.name == "pow":
            return values.real_power(known[node.args[0]], float(node.data[0]))
        return values.ELEMENTWISE[_function(node.name)](*(known[arg] for arg in node.args))
    if node.name == "opaque":
        return arrays[node.data[:2]]
    array = known[node.args[0]]
    row = ROWS.get(node.name)
    if row is not None and row.kind == "reduction":
        return values.REDUCTIONS[row.value or row.key](array.reshape(*array.shape[: node.order], -1))
    return values.FUNCTIONS[_function(node.name)](array, *node.data)


def _function(name: str) -> str:
    row = ROWS.get(name)
    return row.value or row.key if row is not None else name


def _shape(dims: Sequence[Dimension], sizes: Sizes) -> tuple[int, ...]:
    shape = tuple(size_of(dimension, sizes) for dimension in dims)
    if prod(shape) > MAX_ENTRIES:
        raise CannotDerive("a value with too many entries to check")
    return shape


def _leaf(node: Term, sizes: Sizes, arrays: Mapping[tuple[str, int], Array]) -> Array:
    if node.name == "variable":
        return arrays[node.data[:2]]
    if node.name == "constant":
        return np.asarray(CONSTANTS[node.data[0]])
    if node.name == "size":
        return np.asarray(float(size_of(node.data[0], sizes)))
    shape = _shape(node.dims, sizes)
    if node.name == "basis":
        result: Array = np.eye(shape[0])[node.data[0] - 1]
        return result
    if node.name == "flat":
        return np.eye(shape[0]).reshape(shape)
    if node.name == "embed":
        return np.eye(shape[0])[:, size_of(node.data[0], sizes) :][:, : shape[1]]
    return LEVI


LEVI = np.zeros((3, 3, 3))
for _i, _j, _k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
    LEVI[_i, _j, _k], LEVI[_i, _k, _j] = 1.0, -1.0


def _product(node: Term, factors: list[Array], sizes: Sizes) -> Array:
    out = node.indices[-1]
    counts = [size_of(dimension, sizes) for dimension in node.data]
    operands = list(zip(factors, node.indices, strict=False))
    used = {index for _, indices in operands for index in indices}
    wanted = [index for index in dict.fromkeys(out) if index in used]
    array = contracted(operands, wanted, counts)
    array = array * float(node.coefficient[0])
    distinct = list(dict.fromkeys(out))
    if len(wanted) < len(distinct):
        shape = tuple(counts[index] if index in used else 1 for index in distinct)
        array = np.broadcast_to(array.reshape(shape), tuple(counts[index] for index in distinct))
    return array if len(distinct) == len(out) else _spread(array, distinct, out, counts)


def _spread(array: Array, distinct: list[int], out: tuple[int, ...], counts: list[int]) -> Array:
    """Repeated indices of the result: the entries go on a diagonal."""
    if prod(counts[index] for index in out) > MAX_ENTRIES:
        raise CannotDerive("a value with too many entries to check")
    arguments: list[Any] = [array, distinct]
    labels: list[int] = []
    fresh = max(out) + 1
    for index in out:
        if index in labels:
            arguments += [np.eye(counts[index]), [index, fresh]]
            labels.append(fresh)
            fresh += 1
        else:
            labels.append(index)
    return np.asarray(np.einsum(*arguments, labels))
