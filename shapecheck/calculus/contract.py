"""Products of arrays with indices, two at a time, the cheapest pair first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

from shapecheck.calculus.arrays import Array, np
from shapecheck.calculus.context import CannotDerive

Sizes = Mapping[int, int] | Sequence[int]
MAX_ENTRIES = 2_000_000


def contracted(operands: list[tuple[Array, tuple[int, ...]]], wanted: list[int], counts: Sizes) -> Array:
    """The product, kept over `wanted`; `counts` has the size of each index. CannotDerive where it grows too large."""
    if not operands:
        return np.asarray(1.0)
    operands = [_once(array, indices) for array, indices in operands]
    while len(operands) > 1:
        first, second, kept = _cheapest(operands, wanted, counts) if len(operands) > 2 else (0, 1, wanted)
        (a, i), (b, j) = operands[first], operands[second]
        joined = (_joined(a, i, b, j, kept), tuple(kept))
        operands = [operand for place, operand in enumerate(operands) if place not in (first, second)]
        operands.append(joined)
    array, indices = operands[0]
    return array if list(indices) == wanted else np.asarray(np.einsum(array, list(indices), wanted))


def _joined(a: Array, i: tuple[int, ...], b: Array, j: tuple[int, ...], kept: Sequence[int]) -> Array:
    if max((*i, *j), default=0) < 52:
        return np.asarray(np.einsum(a, list(i), b, list(j), list(kept)))
    label = {index: place for place, index in enumerate(dict.fromkeys((*i, *j)))}
    return np.asarray(np.einsum(a, [label[k] for k in i], b, [label[k] for k in j], [label[k] for k in kept]))


def _once(array: Array, indices: tuple[int, ...]) -> tuple[Array, tuple[int, ...]]:
    distinct = tuple(dict.fromkeys(indices))
    return (array, indices) if len(distinct) == len(indices) else (np.asarray(np.einsum(array, list(indices), list(distinct))), distinct)


def _cheapest(operands: list[tuple[Array, tuple[int, ...]]], wanted: list[int], counts: Sizes) -> tuple[int, int, list[int]]:
    """The pair whose product takes the least work, joined ones first."""
    uses: dict[int, int] = {}
    for _, indices in operands:
        for index in indices:
            uses[index] = uses.get(index, 0) + 1
    best: tuple[int, int, int, int] | None = None
    for first, (_, i) in enumerate(operands):
        for second in range(first + 1, len(operands)):
            j = operands[second][1]
            union = set(i) | set(j)
            apart = 0 if len(union) < len(i) + len(j) or not (i and j) else 1
            work = prod([counts[index] for index in union])
            if best is None or (apart, work) < best[:2]:
                best = (apart, work, first, second)
    assert best is not None
    _, work, first, second = best
    if work > 20 * MAX_ENTRIES:
        raise CannotDerive("a value with too many entries to check")
    i, j = operands[first][1], operands[second][1]
    left = set(wanted)
    kept = [k for k in dict.fromkeys((*i, *j)) if k in left or uses[k] > (k in i) + (k in j)]
    return first, second, kept
