"""Products with indices: which two factors to join first, and each join in the plainest operation that does it.

Greedy, by how much smaller the arrays become (Smith and Gray: opt_einsum, JOSS 3(26), 2018); axes that one factor has
alone are summed before anything is multiplied. What no product of matrices expresses is an `einsum` of two operands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod

from shapecheck.core.dimension import ONE, Dimension
from shapecheck.core.record import dataclass
from shapecheck.notation.code.product import nominal, transposed
from shapecheck.notation.code.program import Program

Axes = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Indexed:
    """An array whose axes are named by indices."""

    value: int
    axes: Axes


@dataclass(frozen=True, slots=True)
class Contraction:
    """Joins factors of one program; `sizes` has the dimension of each index."""

    program: Program
    sizes: Mapping[str, Dimension]

    def __call__(self, factors: list[Indexed], out: Axes) -> int:
        """The product of the factors, summed over the axes that `out` lacks; every axis of `out` is in some factor."""
        waiting = [self._alone(factor, factors, place, out) for place, factor in enumerate(factors)]
        while len(waiting) > 2:
            first, second = self._cheapest(waiting, out)
            left, right = waiting[first], waiting[second]
            rest = [factor for place, factor in enumerate(waiting) if place not in (first, second)]
            axes = _result(left, right, rest, out)
            waiting = [*rest, Indexed(self._join(left, right, axes), axes)]
        if len(waiting) == 2:
            return self._join(waiting[0], waiting[1], out)
        return self.turned(waiting[0], out)

    def turned(self, factor: Indexed, out: Axes) -> int:
        """One array with its axes in the order `out`, summed over the others."""
        add, axes, value = self.program.add, factor.axes, factor.value
        if axes == out:
            return value
        if axes[::-1] == out and len(axes) == 2:
            return transposed(self.program, value)
        if len(set(axes)) == len(axes):
            if not out:
                return add("total", (value,))
            if len(axes) == 2:
                return add("sum_axis", (value,), (1 - axes.index(out[0]),), self._dims(out))
        elif len(axes) == 2:
            return add("function", (value,), ("diagonal" if out else "tr", None), self._dims(out))
        return self._einsum((factor,), out)

    def _alone(self, factor: Indexed, factors: list[Indexed], place: int, out: Axes) -> Indexed:
        others = {axis for at, other in enumerate(factors) if at != place for axis in other.axes}
        axes = tuple(axis for axis in dict.fromkeys(factor.axes) if axis in out or axis in others)
        return Indexed(self.turned(factor, axes), axes) if len(factors) > 1 else factor

    def _cheapest(self, factors: list[Indexed], out: Axes) -> tuple[int, int]:
        """The pair whose product is smallest against what it replaces."""
        count = len(factors)
        best: tuple[tuple[float, float], tuple[int, int]] | None = None
        uses: dict[str, int] = {}
        for axis in (*out, *(axis for factor in factors for axis in factor.axes)):
            uses[axis] = uses.get(axis, 0) + 1
        for first in range(count):
            for second in range(first + 1, count):
                left, right = set(factors[first].axes), set(factors[second].axes)
                both = left | right
                kept = [axis for axis in both if uses[axis] > (axis in left) + (axis in right)]
                cost = (self._size(kept) - self._size(left) - self._size(right), self._size(both))
                if best is None or cost < best[0]:
                    best = cost, (first, second)
        assert best is not None
        return best[1]

    def _size(self, axes: set[str] | list[str]) -> float:
        return float(prod(nominal(self.sizes[axis]) for axis in axes))

    def _dims(self, axes: Axes) -> tuple[Dimension, ...]:
        return tuple(self.sizes[axis] for axis in axes)

    # two factors

    def _join(self, left: Indexed, right: Indexed, out: Axes) -> int:
        if not left.axes or not right.axes:
            scalar, other = (left, right) if not left.axes else (right, left)
            return self.program.add("multiply", (scalar.value, self.turned(other, out)), (), self._dims(out))
        way: Callable[[Indexed, Indexed, Axes], int | None]
        for way in (self._matrix_product, self._entrywise, self._dots):
            if max(len(left.axes), len(right.axes), len(out)) > 2:
                break
            made = way(left, right, out)
            if made is not None:
                return made
        return self._einsum((left, right), out)

    def _matrix_product(self, left: Indexed, right: Indexed, out: Axes) -> int | None:
        common = [axis for axis in left.axes if axis in right.axes]
        if len(common) != 1 or common[0] in out:
            return None
        if len(left.axes) < len(right.axes) or (len(out) == 2 and out[0] not in left.axes):
            left, right = right, left
        add = self.program.add
        first = left.value if left.axes[-1] == common[0] else transposed(self.program, left.value)
        if len(right.axes) == 1:
            return add("dot" if not out else "matvec", (first, right.value), (), self._dims(out))
        second = right.value if right.axes[0] == common[0] else transposed(self.program, right.value)
        return add("matmul", (first, second), (), self._dims(out))

    def _entrywise(self, left: Indexed, right: Indexed, out: Axes) -> int | None:
        """Without a sum: entry by entry, or an outer product."""
        if set(out) != {*left.axes, *right.axes}:
            return None
        if len(left.axes) == len(right.axes) == 1 and len(out) == 2:
            first, second = (left, right) if left.axes[0] == out[0] else (right, left)
            return self.program.add("outer", (first.value, second.value), (), self._dims(out))
        values = tuple(self._along(factor, out) for factor in (left, right))
        return self.program.add("multiply", values, (), self._dims(out))

    def _along(self, factor: Indexed, out: Axes) -> int:
        if len(factor.axes) == len(out):
            return self.turned(factor, out)
        column = factor.axes[0] == out[0]
        dims = self._dims(factor.axes)
        return self.program.add("as_column" if column else "as_row", (factor.value,), (), (*dims, ONE) if column else (ONE, *dims))

    def _dots(self, left: Indexed, right: Indexed, out: Axes) -> int | None:
        """Two matrices over the same indices, summed over one of them or over both."""
        if set(left.axes) != set(right.axes) or len(left.axes) != 2:
            return None
        order = left.axes if not out or left.axes[0] == out[0] else left.axes[::-1]
        values = tuple(self.turned(factor, order) for factor in (left, right))
        return self.program.add("rowdots" if out else "sumproduct", values, (), self._dims(out))

    def _einsum(self, factors: tuple[Indexed, ...], out: Axes) -> int:
        letters: dict[str, str] = {}
        for axis in (*(axis for factor in factors for axis in factor.axes), *out):
            letters.setdefault(axis, chr(ord("a") + len(letters)))
        inputs = tuple("".join(letters[axis] for axis in factor.axes) for factor in factors)
        output = "".join(letters[axis] for axis in out)
        return self.program.add("einsum", tuple(factor.value for factor in factors), (inputs, output), self._dims(out))


def _result(left: Indexed, right: Indexed, rest: list[Indexed], out: Axes) -> Axes:
    """The axes that are still needed, in the order that a product of matrices has them without a transpose."""
    needed = {*out, *(axis for factor in rest for axis in factor.axes)}
    common = [axis for axis in left.axes if axis in right.axes]
    if len(left.axes) == len(right.axes) == 2 and len(common) == 1 and left.axes[0] == common[0] == right.axes[1]:
        left, right = right, left
    return tuple(axis for axis in dict.fromkeys((*left.axes, *right.axes)) if axis in needed)
