"""Sums and means as operations of a program, along an axis or of all entries."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shapecheck.core.expression import Expression
from shapecheck.core.term import Dims
from shapecheck.notation.code.parts import stored

if TYPE_CHECKING:
    from shapecheck.notation.code.realise import Realiser


def total(self: Realiser, node: Expression) -> int:
    inside = node.args[0]
    if not node.data:
        if not inside.shape.rank:
            return self(inside)
        if inside.op == "hadamard" and inside.args[0].shape == inside.args[1].shape:
            left, right = (self(part) for part in inside.args)
            return self.program.add("dot" if self.program[left].rank == 1 else "sumproduct", (left, right))
        return self.program.add("total", (self(inside),))
    return sum_axis(self, node)


def sum_axis(self: Realiser, node: Expression) -> int:
    inside = node.args[0]
    made = self(inside)
    if inside.shape.rank == 2 and self.program[made].rank < 2:  # a row or a column: one of its axes has size 1
        return self.program.add("total", (made,)) if not stored(node.shape) else made
    return kept(self, node, lambda dims: self.program.add("sum_axis", (made,), (node.data[0],), dims))


def kept(self: Realiser, node: Expression, reduce: Callable[[Dims], int]) -> int:
    """A reduction along an axis of a tensor, put back with size one where the value keeps it."""
    shape, place = node.shape, node.data[0] if node.data else None
    if place is None or shape.rank < 3 or shape.rank < node.args[0].shape.rank:
        inside = node.args[0].shape
        left = stored(shape) if place is None or inside.rank < 3 else (*inside.dims[:place], *inside.dims[place + 1 :])
        made = reduce(left)
        return made if left == stored(shape) else self.program.add("reshape", (made,), stored(shape), stored(shape))
    made = reduce((*shape.dims[:place], *shape.dims[place + 1 :]))
    return self.program.add("reshape", (made,), shape.dims, shape.dims)


def mean(self: Realiser, node: Expression) -> int:
    inside = node.args[0]
    if not node.data:
        return self.program.add("function", (self(inside),), ("mean", None)) if inside.shape.rank else self(inside)
    count = self.program.add("size", (), (inside.shape.dims[node.data[0]],))
    return self.program.add("divide", (sum_axis(self, node), count), (), stored(node.shape))
