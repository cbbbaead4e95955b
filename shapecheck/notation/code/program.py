"""A straight-line program over arrays: what to compute, each thing once.

Column vectors, rows and (n, 1) matrices are all one-dimensional here ("vector"): where a row and a column
differ, the operation says so (`outer`, `as_column`, `as_row`). The operations are listed in `OPERATIONS`.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from shapecheck.core.dimension import Dimension
from shapecheck.core.record import dataclass, field

OPERATIONS = {
    "input": "data (name, Shape)",
    "number": "data (Fraction | float,)",
    "constant": "data (name,)",
    "size": "data (Dimension,)",
    "add subtract multiply divide power": "entry by entry, two operands, ordinary broadcasting",
    "negate": "entry by entry",
    "as_column as_row": "a vector, so that it broadcasts along a matrix's rows or columns",
    "transpose": "a matrix; of a tensor its last two axes",
    "matmul": "matrix times matrix (tensors: batched)",
    "matvec": "(matrix, vector) -> vector",
    "dot": "(vector, vector) -> scalar",
    "outer": "(vector, vector) -> matrix",
    "solve": "(matrix, matrix | vector): the inverse of the first times the second",
    "total": "(a): the sum of all entries",
    "sumproduct": "(a, b): the sum of all products of entries of two matrices",
    "rowdots": "(a, b): per row of two matrices, the sum of products",
    "sum_axis": "(a), data (axis,)",
    "eye ones zeros": "data dims",
    "unit": "data (index, n)",
    "entry": "(a), data ((axis, index), ...): a without these axes, at these indices (the first is 1)",
    "rounding": "how far sums that are equal may be apart, relative to their terms",
    "each_unit": "data (index,): the unit vector of the index that an enclosing `stack` runs over",
    "stack": "(a), data ((index, Dimension), ...): a for every value of these indices, as leading axes",
    "block": "matrices row by row, data (rows, columns)",
    "reshape": "(a), data dims",
    "einsum": "operands, data (inputs, output): index strings",
    "scatter": "(core), data (core's axes, output axes, dims): core placed where equal output axes agree, else zero",
    "matrix_power": "data (exponent,)",
    "matrix_root": "data (exponent,): a fractional power of a square matrix",
    "concatenate": "vectors, end to end",
    "row_matrix column_matrix": "a vector as a matrix of one row or one column",
    "function": "data (row key, axis | None)",
}

SIGNED = {"multiply", "divide", "matmul", "matvec", "dot", "outer", "sumproduct", "rowdots", "transpose", "as_column", "as_row"}
SCALAR = {"add", "subtract", "multiply", "divide", "power", "negate", "function"}


@dataclass(frozen=True, slots=True)
class Value:
    """One step: an operation on earlier values. `dims` are those of the array as it is stored."""

    op: str
    args: tuple[int, ...]
    data: tuple[Any, ...]
    dims: tuple[Dimension, ...]

    @property
    def rank(self) -> int:
        return len(self.dims)


@dataclass(slots=True)
class Program:
    """Values by number; adding an equal one gives the number it already has."""

    values: list[Value] = field(default_factory=list)
    numbers: dict[Value, int] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)  # names that the formula gives to values

    def add(self, op: str, args: tuple[int, ...] = (), data: tuple[Any, ...] = (), dims: tuple[Dimension, ...] = ()) -> int:
        if op in SIGNED and any(self.values[argument].op == "negate" for argument in args):
            return self._signed_product(op, args, data, dims)
        if op == "negate":
            negated = self._negated(args[0])
            if negated is not None:
                return negated
        if op in ("dot", "matvec") and any(self.values[argument].op == "unit" for argument in args):
            return self._entry(args, dims)
        if op == "subtract" and Value(op, args[::-1], data, dims) in self.numbers:
            return self.add("negate", (self.numbers[Value(op, args[::-1], data, dims)],), (), dims)
        value = Value(op, args, data, dims)
        found = self.numbers.get(value)
        if found is None:
            found = self.numbers[value] = len(self.values)
            self.values.append(value)
        return found

    def _signed_product(self, op: str, args: tuple[int, ...], data: tuple[Any, ...], dims: tuple[Dimension, ...]) -> int:
        """Signs go in front of products, so that -a b and (-a) b are one value."""
        signs = [self.values[argument].op == "negate" for argument in args]
        plain = tuple(self.values[argument].args[0] if sign else argument for argument, sign in zip(args, signs, strict=True))
        made = self.add(op, plain, data, dims)
        return self.add("negate", (made,), (), dims) if sum(signs) % 2 else made

    def _entry(self, args: tuple[int, ...], dims: tuple[Dimension, ...]) -> int:
        """A product with a unit vector picks an entry of a vector, a row or a column."""
        array, unit = args if self.values[args[1]].op == "unit" else args[::-1]
        return self.picked(array, self.values[array].rank - 1, self.values[unit].data[0], dims)

    def picked(self, array: int, axis: int, index: int, dims: tuple[Dimension, ...]) -> int:
        """What remains of an array at an index of one of its axes; of a product only what that needs is computed."""
        value = self.values[array]
        if value.op == "transpose" and value.rank == 2:
            return self.picked(value.args[0], 1 - axis, index, dims)
        if value.op == "entry":
            taken = dict(value.data)
            left = [place for place in range(self.values[value.args[0]].rank) if place not in taken]
            return self.add("entry", value.args, tuple(sorted({**taken, left[axis]: index}.items())), dims)
        if value.op == "matvec" and value.rank == 1:
            matrix, vector = value.args
            return self.add("dot", (self.picked(matrix, 0, index, self.values[vector].dims), vector), (), dims)
        return self.add("entry", (array,), ((axis, index),), dims)

    def _negated(self, number: int) -> int | None:
        """The negative without a step of its own, where it has one."""
        value = self.values[number]
        if value.op == "negate":
            return value.args[0]
        if value.op == "number":
            return self.add("number", (), (-value.data[0],))
        if value.op == "multiply" and self.values[value.args[0]].op == "number":
            return self.add("multiply", (self.add("number", (), (-self.values[value.args[0]].data[0],)), value.args[1]), (), value.dims)
        return None

    def step(self, argument: int, dims: tuple[Dimension, ...]) -> int:
        """1 where the argument is positive. A difference from a largest entry counts only if it is more than rounding."""
        extremum = self._extremum(argument)
        if extremum is not None:
            size = self.add("function", (extremum,), ("abs", None), self.values[extremum].dims)
            margin = self.add("multiply", (self.add("rounding"), size), (), self.values[extremum].dims)
            argument = self.add("subtract", (argument, margin), (), dims)
        return self.add("function", (argument,), ("step", None), dims)

    def _extremum(self, number: int) -> int | None:
        """A largest or smallest entry among the terms of a sum, as it stands there."""
        value = self.values[number]
        if value.op in ("add", "subtract", "negate"):
            return next((found for part in value.args if (found := self._extremum(part)) is not None), None)
        inner = value
        while inner.op in ("as_column", "as_row", "transpose"):
            inner = self.values[inner.args[0]]
        is_extremum = inner.op == "function" and inner.data[0] in ("max", "min")
        return number if is_extremum else None

    def __getitem__(self, number: int) -> Value:
        return self.values[number]

    def fixed(self) -> set[int]:
        """Scalars that depend on no input but its sizes: plain numbers in every language."""
        found: set[int] = set()
        for number, value in enumerate(self.values):
            leaf = value.op in ("number", "constant", "size", "rounding") or (value.op in ("ones", "zeros") and not value.dims)
            if leaf or (value.op in SCALAR and not value.dims and all(argument in found for argument in value.args)):
                found.add(number)
        return found

    def varying(self) -> set[int]:
        """Values inside a `stack`: they change with its indices, so they have no value outside."""
        found: dict[int, frozenset[str]] = {}
        for number, value in enumerate(self.values):
            over = frozenset[str]().union(*(found.get(argument, frozenset()) for argument in value.args))
            over = over | {value.data[0]} if value.op == "each_unit" else over
            if value.op == "stack":
                over = over - {index for index, _ in value.data}
            if over:
                found[number] = over
        return set(found)

    def uses(self, outputs: tuple[int, ...], inlined: Container[str] = ()) -> dict[int, int]:
        """How often each value that the outputs need is read; those with `inlined` operations are written again at each use."""
        counts = dict.fromkeys(outputs, 1)
        for number in range(max(outputs, default=-1), -1, -1):
            if number in counts:
                value = self.values[number]
                times = counts[number] if value.op in inlined and number not in self.labels else 1
                for argument in value.args:
                    counts[argument] = counts.get(argument, 0) + times
        return counts
