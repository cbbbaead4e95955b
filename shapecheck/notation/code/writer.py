"""The values of a program as expressions of a language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from shapecheck.core.dimension import Dimension, Floor, Monomial
from shapecheck.core.record import dataclass
from shapecheck.notation.code.language import ATOM, OPERAND, Language
from shapecheck.notation.code.parts import CannotWrite
from shapecheck.notation.code.program import Program, Value

NUMERIC = {"add", "subtract", "multiply", "divide", "power", "negate"}


@dataclass(slots=True)
class Writer:
    """Writes the values of a program as expressions, inlining those that `names` does not name."""

    program: Program
    language: Language
    names: dict[int, str]
    sizes: Mapping[str, str]
    fixed: frozenset[int] = frozenset()  # plain numbers, where the language tells them from arrays

    def write(self, number: int, strength: int = 0) -> str:
        """The code of a value, in brackets if it binds looser than `strength`."""
        if number in self.names:
            return self.names[number]
        text, own = self._value(self.program[number])
        return text if own >= strength else f"({text})"

    def result(self, number: int) -> str:
        """The code of a value that the function returns: always an array."""
        text = self.write(number)
        return self.language.lift.replace("<number>", text) if number in self.fixed else text

    def _value(self, value: Value) -> tuple[str, int]:
        if self.language.aligned_left:
            value = self._without_leading(value)
        value = self._rewritten(value)
        special = getattr(self, f"_{value.op}", None)
        if special is not None:
            text, own = special(value)
        else:
            text, own = self.language.template(self._variant(value))
        return self._filled(text, own, value)

    def _without_leading(self, value: Value) -> Value:
        """Products of tensors by `einsum`; sums and the like only of operands with as many axes as the result."""
        ranks = [self.program[number].rank for number in value.args]
        if max([value.rank, *ranks]) < 3:
            return value
        if value.op in ("matmul", "matvec"):
            batch = "abcdefgh"[: max(ranks) - 2]
            left = batch[len(batch) - (ranks[0] - 2) :] + "xy"
            right = "y" if value.op == "matvec" else batch[len(batch) - (ranks[1] - 2) :] + "yz"
            return Value("einsum", value.args, ((left, right), batch + ("x" if value.op == "matvec" else "xz")), value.dims)
        if value.op == "sumproduct" and max(ranks) > 2:
            return Value("einsum", value.args, (("abcdefgh"[: ranks[0]], "abcdefgh"[: ranks[1]]), ""), value.dims)
        if value.op in ("add", "subtract", "multiply", "divide", "power", "function") and any(0 < rank < value.rank for rank in ranks):
            raise CannotWrite(f"{self.language.name} would align the axes of {value.op} in another way")
        return value

    def _filled(self, text: str, own: int, value: Value) -> tuple[str, int]:
        def operand(match: re.Match[str]) -> str:
            if not match.group(1).isdigit():
                return match.group(0)
            number, strength = value.args[int(match.group(1))], int(match.group(2) or 0)
            if number in self.fixed and value.op not in NUMERIC:
                return self.language.lift.replace("<number>", self.write(number))
            return self.write(number, strength)

        if re.fullmatch(r"\{0(:0)?\}", text):
            number = value.args[0]
            return (self.names[number], ATOM) if number in self.names else self._value(self.program[number])
        return OPERAND.sub(operand, text), own

    def _variant(self, value: Value) -> str:
        ranks = [self.program[number].rank for number in value.args]
        if not value.rank and not any(ranks) and self.language.knows(f"{value.op}_scalar"):
            return f"{value.op}_scalar"
        tensor = f"{value.op}_tensor"
        return tensor if max([value.rank, *ranks]) > 2 and self.language.knows(tensor) else value.op

    def _rewritten(self, value: Value) -> Value:
        """A' x as x A, but for an x that was given, which stands as in the formula; a factor of 0 or 1 as a comparison."""
        if value.op == "matvec" and self.language.knows("vecmat"):
            matrix, vector = (self.program[number] for number in value.args)
            turned = matrix.op == "transpose" and matrix.rank == 2 and value.args[0] not in self.names
            if turned and vector.op != "input":
                return Value("vecmat", (value.args[1], matrix.args[0]), (), value.dims)
        if value.op == "multiply":
            for number, other in (value.args, value.args[::-1]):
                if self._is_mask(number) and not self._is_mask(other) and other not in self.fixed and self.program[other].op != "number":
                    return Value("masked", (other, self.program[number].args[0]), (), value.dims)
        return value

    def _is_mask(self, number: int) -> bool:
        value = self.program[number]
        is_step = value.op == "function" and value.data[0] == "step"
        return is_step and number not in self.names and value.args[0] not in self.fixed

    def _function(self, value: Value) -> tuple[str, int]:
        key, axis = value.data
        if value.args[0] in self.fixed and key in self.language.scalars and len(value.args) == 1:
            return self._filled(self.language.scalars[key], ATOM, Value("negate", value.args, (), ()))
        inner = self.program[value.args[0]]
        if inner.op == "negate" and value.args[0] not in self.names and self.language.knows_function(f"{key} of negative"):
            return self._filled(self.language.function(f"{key} of negative"), ATOM, inner)
        if axis is not None and self.language.knows_function(f"{key} axis"):
            text = self.language.function(f"{key} axis").replace("<axis>", self.axis(axis))
        elif axis is not None:
            text = self.language.template("axis")[0].format(call=self.language.function(key)[:-1], axis=self.axis(axis))
        else:
            text = self.language.function(key)
        loose = not (text.endswith((")", "]")) or re.fullmatch(r"\{0:\d+\}\.?\w+", text))
        text = text.replace("<last>", str(max(1, self.program[value.args[0]].rank)))
        return text, 70 if loose else ATOM

    def axis(self, axis: int) -> str:
        return str(axis + (1 if self.language.template("first_axis")[0] == "1" else 0))

    def _sum_axis(self, value: Value) -> tuple[str, int]:
        text, own = self.language.template(self._variant(value))
        return text.replace("<axis>", self.axis(value.data[0])).replace("<rank>", str(value.rank)), own

    def _number(self, value: Value) -> tuple[str, int]:
        return written_number(value.data[0])

    def _constant(self, value: Value) -> tuple[str, int]:
        return self.language.template(f"constant_{value.data[0]}")

    def _size(self, value: Value) -> tuple[str, int]:
        return self.dimension(value.data[0])

    def _eye(self, value: Value) -> tuple[str, int]:
        return self._with_sizes("eye", value.dims)

    def _zeros(self, value: Value) -> tuple[str, int]:
        return self._with_sizes("zeros" if value.dims else "zero", value.dims)

    def _entry(self, value: Value) -> tuple[str, int]:
        rank = value.rank + len(value.data)
        first = 1 if self.language.template("first_axis")[0] == "1" else 0
        places = [":"] * rank
        for axis, index in value.data:
            places[axis] = str(index - 1 + first)
        while not first and places[-1] == ":":
            places.pop()
        is_row = rank == 2 and value.rank == 1 and value.data[0][0] == 0
        text, own = self.language.template("entry_row" if is_row else "entry" if rank <= 2 or not value.rank else "entry_tensor")
        sizes = [self.dimension(dimension)[0] for dimension in value.dims]
        return self._sized(text.replace("<places>", ", ".join(places)), sizes), own

    def _ones(self, value: Value) -> tuple[str, int]:
        return self._with_sizes("ones" if value.dims else "one", value.dims)

    def _reshape(self, value: Value) -> tuple[str, int]:
        return self._with_sizes("reshape" if value.dims else "to_scalar", value.dims, value.args)

    def _with_sizes(self, op: str, dims: tuple[Dimension, ...], args: tuple[int, ...] = ()) -> tuple[str, int]:
        text, own = self.language.template(f"{op}_{len(dims)}" if f"{op}_{len(dims)}" in self.language.templates else op)
        if op == "reshape" and args and not self.program[args[0]].rank and self.language.knows("reshape_scalar"):
            text, own = self.language.template("reshape_scalar")
        sizes = [self.dimension(dimension)[0] for dimension in dims]
        return self._sized(text, sizes), own

    def _sized(self, text: str, sizes: list[str]) -> str:
        shape = f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
        return text.replace("<shape>", shape).replace("<sizes>", ", ".join(sizes)).replace("<size>", sizes[0] if sizes else "")

    def _unit(self, value: Value) -> tuple[str, int]:
        text, own = self.language.template("unit")
        index, size = value.data
        first = 1 if self.language.template("first_axis")[0] == "1" else 0
        return text.replace("<size>", self.dimension(size)[0]).replace("<index>", str(index - 1 + first)), own

    def _matrix_power(self, value: Value) -> tuple[str, int]:
        text, own = self.language.template("matrix_power")
        return text.replace("<exponent>", str(int(value.data[0]))), own

    def _matrix_root(self, value: Value) -> tuple[str, int]:
        text, own = self.language.template("matrix_root")
        return text.replace("<exponent>", written_number(value.data[0])[0]), own

    def _each_unit(self, value: Value) -> tuple[str, int]:
        return f"e_{value.data[0]}", ATOM

    def _stack(self, value: Value) -> tuple[str, int]:
        text, own = "{0:0}", ATOM
        for level, (index, size) in enumerate(reversed(value.data)):
            template, own = self.language.template("stack")
            text = (
                template.replace("<rank>", str(self.program[value.args[0]].rank + level))
                .replace("<each>", text)
                .replace("<index>", f"e_{index}")
                .replace("<size>", self.dimension(size)[0])
            )
        return text, own

    def _einsum(self, value: Value) -> tuple[str, int]:
        inputs, output = value.data
        contracts = len(inputs) == 2 and any(letter not in output for letter in inputs[0] if letter in inputs[1])
        text, own = self.language.template("einsum_contracting" if contracts else "einsum")
        operands = ", ".join(f"{{{place}:0}}" for place in range(len(inputs)))
        text = text.replace("<inputs>", ", ".join(f"'{letters}'" for letters in inputs)).replace("<output>", output)
        text = text.replace("<texts>", ", ".join(f'"{letters}"' for letters in inputs))
        return text.replace("<spec>", f"{','.join(inputs)}->{output}").replace("<operands>", operands), own

    def _scatter(self, value: Value) -> tuple[str, int]:
        core, pattern, dims = value.data
        text, own = self.language.template("scatter")
        sizes = [self.dimension(dimension)[0] for dimension in dims]
        view = "".join(axis for axis in dict.fromkeys(pattern) if axis not in core) + core
        text = text.replace("<view>", f"{pattern}->{view}").replace("<pattern>", pattern).replace("<core>", core)
        return self._sized(text, sizes), own

    def _block(self, value: Value) -> tuple[str, int]:
        rows, columns = value.data
        text, own = self.language.template("block")
        row, cell, between = (self.language.template(part)[0] for part in ("block_row", "block_cell", "block_between"))
        written = [cell.join(f"{{{r * columns + c}:0}}" for c in range(columns)) for r in range(rows)]
        return text.replace("<rows>", between.join(row.replace("<cells>", cells) for cells in written)), own

    def _concatenate(self, value: Value) -> tuple[str, int]:
        text, own = self.language.template("concatenate")
        between = self.language.template("concatenate_between")[0]
        return text.replace("<parts>", between.join(f"{{{place}:0}}" for place in range(len(value.args)))), own

    def dimension(self, dimension: Dimension) -> tuple[str, int]:
        """The code of a size."""
        if dimension.constant is not None:
            return str(dimension.constant), ATOM
        text = ""
        for monomial, coefficient in dimension.terms:
            factors = [str(abs(coefficient))] if abs(coefficient) != 1 or not monomial else []
            factors += self._powers(monomial)
            sign = " - " if coefficient < 0 else " + "
            text += (sign if text else "-" if coefficient < 0 else "") + " * ".join(factors)
        return text, ATOM if dimension.is_simple else 60 if len(dimension.terms) > 1 or text.startswith("-") else 70

    def _powers(self, monomial: Monomial) -> list[str]:
        factors = []
        for atom, exponent in monomial:
            if isinstance(atom, Floor):
                top, bottom = (self.dimension(part) for part in (atom.numerator, atom.denominator))
                wrapped = [text if own == ATOM else f"({text})" for text, own in (top, bottom)]
                template = self.language.template("floor_divide")[0]
                factors += [template.replace("<top>", wrapped[0]).replace("<bottom>", wrapped[1])] * exponent
            else:
                factors += [self.sizes.get(str(atom), str(atom))] * exponent
        return factors


def written_number(value: Fraction | float) -> tuple[str, int]:
    """An exact decimal where there is a short one, else a quotient."""
    if not isinstance(value, Fraction):
        return repr(value), ATOM if value >= 0 else 80
    if value.denominator == 1:
        return str(value.numerator), ATOM if value >= 0 else 80
    if value.denominator in (2, 4, 5, 8, 10, 16, 20, 25, 100):
        return repr(float(value)), ATOM if value >= 0 else 80
    return f"{value.numerator} / {value.denominator}", 70


def size_code(dimension: Dimension, language: Language, sizes: Mapping[str, str], strength: int = 0) -> str:
    """The code of a size, in brackets if it binds looser than `strength`."""
    text, own = Writer(Program(), language, {}, sizes).dimension(dimension)
    return text if own >= strength else f"({text})"
