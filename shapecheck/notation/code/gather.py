"""A program with its numeric factors where they cost least, and with signs in sums instead of negations.

`0.5 * x` inside a product goes in front of it, where two meet they become one, and an outer product gets its factor
before it is spread out. A value that is read more than once keeps its factor, so that nothing is computed twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import prod

from shapecheck.core.dimension import Dimension
from shapecheck.core.record import dataclass, field
from shapecheck.notation.code.product import nominal
from shapecheck.notation.code.program import Program, Value

Scaled = tuple[Fraction, int]
"""A number times a value of the new program."""

Expansion = Callable[["Gathering", Scaled, tuple[Dimension, ...]], Scaled]
ONE = Fraction(1)
PRODUCTS = {"multiply", "matmul", "matvec", "dot", "sumproduct", "rowdots", "einsum"}
LINEAR = {"transpose", "as_column", "as_row", "row_matrix", "column_matrix", "reshape", "total", "sum_axis", "entry"}
LINEAR_FUNCTIONS = {"mean", "diagonal", "tr"}
ODD = {"tanh", "sin", "tan", "sinh", "asin", "atan", "asinh", "atanh", "erf"}
EVEN = {"abs", "cos", "cosh", "norm", "norm1"}


def gathered(program: Program, outputs: tuple[int, ...], expansions: Mapping[str, Expansion]) -> tuple[Program, tuple[int, ...]]:
    """The same values, computed with fewer multiplications; `expansions` are functions that a language composes of others."""
    gathering = Gathering(program, program.uses(outputs), expansions)
    for number in sorted(gathering.uses):
        gathering.step(number)
    return gathering.made, tuple(gathering.whole(number) for number in outputs)


@dataclass(slots=True)
class Gathering:
    program: Program
    uses: Mapping[int, int]
    expansions: Mapping[str, Expansion]
    made: Program = field(default_factory=Program)
    scaled: dict[int, Scaled] = field(default_factory=dict)

    def step(self, number: int) -> None:
        value = self.program[number]
        found = self._gathered(value)
        label = self.program.labels.get(number)
        if label or (self.uses[number] > 1 and abs(found[0]) != 1):
            found = ONE, self.times(found)
        if label:
            self.made.labels.setdefault(found[1], label)
        self.scaled[number] = found

    def whole(self, number: int) -> int:
        """A value of the old program as one of the new."""
        return self.times(self.scaled[number])

    def times(self, scaled: Scaled) -> int:
        """The value with its factor multiplied in."""
        factor, number = scaled
        value = self.made[number]
        if abs(factor) == 1:
            return number if factor == 1 else self.made.add("negate", (number,), (), value.dims)
        if value.op == "number":
            return self.made.add("number", (), (factor * value.data[0],))
        if value.op == "outer":
            first, second = value.args
            return self.made.add("outer", (self.times((factor, first)), second), (), value.dims)
        if factor < 0 and factor.numerator == -1 and factor != Fraction(-1, 2):
            return self.made.add("negate", (self.times((-factor, number)),), (), value.dims)
        if factor.numerator == 1 and factor not in (Fraction(1, 2), Fraction(1, 4)):
            below = self.made.add("number", (), (Fraction(factor.denominator),))
            return self.made.add("divide", (number, below), (), value.dims)
        return self.made.add("multiply", (self.made.add("number", (), (factor,)), number), (), value.dims)

    def _gathered(self, value: Value) -> Scaled:
        args = [self.scaled[argument] for argument in value.args]
        if value.op == "number" and isinstance(value.data[0], Fraction) and value.data[0]:
            positive = value.data[0] > 0
            return ONE if positive else -ONE, self.made.add("number", (), (abs(value.data[0]),))
        if value.op == "negate":
            return -args[0][0], args[0][1]
        if value.op in PRODUCTS:
            return self._product(value, args)
        if value.op in ("add", "subtract"):
            return self._sum(value, args)
        if value.op == "divide":
            return self._quotient(value, args)
        if value.op == "outer":
            sign = ONE if args[0][0] * args[1][0] > 0 else -ONE
            both = abs(args[0][0] * args[1][0])
            return sign, self.made.add("outer", (self.times((both, args[0][1])), args[1][1]), (), value.dims)
        if value.op == "solve":
            return args[1][0] / args[0][0], self.made.add("solve", (args[0][1], args[1][1]), (), value.dims)
        if value.op in LINEAR or (value.op == "function" and value.data[0] in LINEAR_FUNCTIONS):
            factor, number = self._outside(args[0], value.dims)
            return factor, self.made.add(value.op, (number,), value.data, value.dims)
        if value.op == "function" and len(args) == 1:
            return self._function(value, args[0])
        return ONE, self.made.add(value.op, tuple(self.times(scaled) for scaled in args), value.data, value.dims)

    def _outside(self, scaled: Scaled, dims: tuple[Dimension, ...]) -> Scaled:
        """With its factor, if that costs less on a result of these sizes; else with the factor multiplied in."""
        if abs(scaled[0]) == 1 or _size(dims) <= _size(self.made[scaled[1]].dims):
            return scaled
        return ONE, self.times(scaled)

    def _product(self, value: Value, args: list[Scaled]) -> Scaled:
        if value.op == "multiply":
            for one, other in (args, args[::-1]):
                number = self._number(one)
                if number is not None:
                    return number * other[0], other[1]
            args = self._divided(value, args)
            if len(args) == 1:
                return args[0]
        outside = [self._outside(scaled, value.dims) for scaled in args]
        factor = prod((scaled[0] for scaled in outside), start=ONE)
        return factor, self.made.add(value.op, tuple(scaled[1] for scaled in outside), value.data, value.dims)

    def _divided(self, value: Value, args: list[Scaled]) -> list[Scaled]:
        """a (1 / b) is a / b."""
        for place, (factor, number) in enumerate(args):
            inverse, other = self.made[number], args[1 - place]
            if inverse.op == "divide" and self._number((ONE, inverse.args[0])) == 1 and self.uses[value.args[place]] == 1:
                below = inverse.args[1]
                return [(factor * other[0], self.made.add("divide", (other[1], below), (), value.dims))]
        return args

    def _quotient(self, value: Value, args: list[Scaled]) -> Scaled:
        below = self._number(args[1])
        if below is not None and not self._number(args[0]):
            return args[0][0] / below, args[0][1]
        above, divisor = self._outside(args[0], value.dims), args[1]
        sign = ONE if divisor[0] > 0 else -ONE
        whole = self.times((abs(divisor[0]), divisor[1]))
        return sign * above[0], self.made.add("divide", (above[1], whole), (), value.dims)

    def _sum(self, value: Value, args: list[Scaled]) -> Scaled:
        (first, left), (second, right) = args
        second = second if value.op == "add" else -second
        add = self.made.add
        if first == second and (first == -1 or (first != 1 and self.made[left].dims == self.made[right].dims == value.dims)):
            return first, add("add", (left, right), (), value.dims)
        if first > 0 > second:
            return ONE, add("subtract", (self.times((first, left)), self.times((-second, right))), (), value.dims)
        if first < 0 < second:
            return ONE, add("subtract", (self.times((second, right)), self.times((-first, left))), (), value.dims)
        sign = -1 if first < 0 else 1
        return Fraction(sign), add("add", (self.times((sign * first, left)), self.times((sign * second, right))), (), value.dims)

    def _function(self, value: Value, scaled: Scaled) -> Scaled:
        key = value.data[0]
        if key in self.expansions and value.data[1] is None:
            return self.expansions[key](self, scaled, value.dims)
        return self.function(key, scaled, value.dims, value.data[1])

    def function(self, key: str, scaled: Scaled, dims: tuple[Dimension, ...], axis: int | None = None) -> Scaled:
        """A function of one argument; signs leave odd functions and vanish in even ones."""
        sign = ONE
        if scaled[0] < 0 and key in ODD | EVEN:
            sign, scaled = (-ONE if key in ODD else ONE), (-scaled[0], scaled[1])
        return sign, self.made.add("function", (self.times(scaled),), (key, axis), dims)

    def _number(self, scaled: Scaled) -> Fraction | None:
        value = self.made[scaled[1]]
        is_number = value.op == "number" and isinstance(value.data[0], Fraction)
        return scaled[0] * value.data[0] if is_number else None


def _size(dims: tuple[Dimension, ...]) -> int:
    return prod(nominal(dimension) for dimension in dims)
