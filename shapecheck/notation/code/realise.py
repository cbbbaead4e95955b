"""Expressions -> steps of a program: every structural operator and every row of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from shapecheck.core.dimension import ONE
from shapecheck.core.expression import Expression
from shapecheck.core.shape import Shape
from shapecheck.notation.code.parts import CannotWrite as CannotWrite
from shapecheck.notation.code.parts import (
    Part,
    extent,
    is_row,
    is_structured,
    rows_and_columns,
    standalone_inverses,
    stored,
    turned,
)
from shapecheck.notation.code.product import Factor, multiply_chain, plain, transposed
from shapecheck.notation.code.program import Program
from shapecheck.notation.code.reductions import kept, mean, total


class Realiser:
    """Adds expressions to one program; a node that occurs twice is added once."""

    def __init__(self, definitions: Mapping[Expression, Expression], outputs: Iterable[Expression]) -> None:
        self.program = Program()
        self.definitions = definitions
        self._made: dict[Expression, int] = {}
        self._inverses = standalone_inverses(outputs, definitions)

    def __call__(self, node: Expression) -> int:
        made = self._made.get(node)
        if made is None:
            made = self._made[node] = self._make(node)
        return made

    def _make(self, node: Expression) -> int:
        special = SPECIAL.get(node.op)
        if special is not None:
            return special(self, node)
        return self._function(node)

    def output(self, node: Expression, shape: Shape) -> int:
        """The value in the shape that the user sees: rows and columns as matrices again."""
        made = self(node)
        if shape.rank == 2 and len(stored(shape)) < 2 and self.program[made].rank < 2:
            form = "row_matrix" if shape.dims[0] == ONE else "column_matrix"
            return self.program.add(form, (made,), (), shape.dims)
        return made

    def aligned(self, node: Expression, shape: Shape) -> int:
        """The value, ready to broadcast entry by entry into `shape`."""
        made = self(node)
        if shape.rank > 2:
            if node.shape.rank == 2 and node.shape.dims[1] == ONE:
                return self.program.add("as_column", (made,), (), node.shape.dims)
            return made
        if len(stored(shape)) == 2 and self.program[made].rank == 1:
            form = "as_row" if is_row(node.shape) else "as_column"
            return self.program.add(form, (made,), (), rows_and_columns(node.shape))
        return made

    # products

    def leaves(self, node: Expression, flipped: bool) -> tuple[list[int], list[Part]]:
        """The scalars and the matrices of a product, from left to right, each with whether it is transposed; flipped: of its transpose."""
        if node.op == "matmul" and node.shape.rank <= 2:
            left, right = (self.leaves(part, flipped) for part in node.args)
            first, second = (right, left) if flipped else (left, right)
            return first[0] + second[0], first[1] + second[1]
        if node.op == "transpose" and node.shape.rank <= 2:
            return self.leaves(node.args[0], not flipped)
        if not stored(node.shape):
            return [self(node)], []
        if node.op == "scale":
            scalars, parts = self.leaves(node.args[1], flipped)
            return [self(node.args[0]), *scalars], parts
        if node.op == "negate":
            scalars, parts = self.leaves(node.args[0], flipped)
            return [self.program.add("number", (), (Fraction(-1),)), *scalars], parts
        return [], [(node, flipped)]

    def factors(self, node: Expression) -> tuple[list[int], list[Factor]]:
        """The scalars and the matrix factors of a product, from left to right."""
        scalars, parts = self.leaves(node, False)
        return scalars, [self._factor(part) for part in parts]

    def _factor(self, part: Part) -> Factor:
        if isinstance(part, Factor):
            return part
        node, flipped = part
        rows, columns = rows_and_columns(node.shape)
        if flipped:
            rows, columns = columns, rows
        if node.op == "inv" and node not in self._inverses:
            inside = self(node.args[0])
            return Factor(transposed(self.program, inside) if flipped else inside, rows, columns, "inverse")
        if node.op == "diag":
            return Factor(self(node.args[0]), rows, columns, "diagonal")
        if node.op == "kron" and all(len(stored(part.shape)) == 2 for part in node.args):
            first, second = (transposed(self.program, self(part)) if flipped else self(part) for part in node.args)
            return Factor(first, rows, columns, "kronecker", second)
        made = self(node)
        return Factor(transposed(self.program, made) if flipped else made, rows, columns)

    def chain(self, node: Expression) -> int:
        scalars, parts = self.leaves(node, False)
        return self.scaled(scalars, self.product(parts).value)

    def product(self, parts: list[Part]) -> Factor:
        factors = [self._factor(part) for part in self.distributed(parts)]
        factors = [f for f in factors if self.program[f.value].op != "eye"] or factors[:1]
        return plain(self.program, multiply_chain(self.program, factors))

    def distributed(self, parts: list[Part]) -> list[Part]:
        """(A B + C) x as A (B x) + C x: sums are applied to a vector term by term, so that no term is built."""
        if not any(is_structured(part) for part in parts):
            return parts
        if extent(parts[-1])[1] != ONE:
            return parts if extent(parts[0])[0] != ONE else self.distributed([turned(part) for part in reversed(parts)])
        for place in range(len(parts) - 2, -1, -1):
            part = parts[place]
            if is_structured(part) and not isinstance(part, Factor):
                vector = self.product(parts[place + 1 :])
                parts = [*parts[:place], Factor(self.applied(*part, vector), extent(part)[0], ONE)]
        return parts

    def applied(self, node: Expression, flipped: bool, vector: Factor) -> int:
        """The product with a vector, term by term."""
        if is_structured((node, flipped)):
            terms = tuple(self.applied(part, flipped, vector) for part in node.args)
            return self.program.add(node.op, terms, (), (extent((node, flipped))[0],))
        scalars, parts = self.leaves(node, flipped)
        return self.scaled(scalars, self.product([*parts, vector]).value)

    def scaled(self, scalars: list[int], made: int) -> int:
        minus = self.program.add("number", (), (Fraction(-1),))
        negative = scalars.count(minus) % 2
        rest = [scalar for scalar in scalars if scalar != minus]
        if rest:
            factor = rest[0]
            for scalar in rest[1:]:
                factor = self.program.add("multiply", (factor, scalar))
            made = self.program.add("multiply", (factor, made), (), self.program[made].dims)
        return self.program.add("negate", (made,), (), self.program[made].dims) if negative else made

    # functions

    def _function(self, node: Expression) -> int:
        axis = node.data[0] if node.data else None
        if node.op == "log" and node.args[0].op == "det":  # a determinant of any size fits into its logarithm only
            return self.program.add("function", (self(node.args[0].args[0]),), ("logdet", None))
        arguments = tuple(self.aligned(part, node.shape) if len(node.args) > 1 else self(part) for part in node.args)
        if node.op == "step":
            return self.program.step(arguments[0], stored(node.shape))
        if axis is not None:
            return kept(self, node, lambda dims: self.program.add("function", arguments, (node.op, axis), dims))
        return self.program.add("function", arguments, (node.op, axis), stored(node.shape))


# one small function a structural operator


def _variable(self: Realiser, node: Expression) -> int:
    if node in self.definitions:
        made = self(self.definitions[node])
        self.program.labels.setdefault(made, node.data[0])
        return made
    return self.program.add("input", (), (node.data[0], node.shape), stored(node.shape))


def _literal(self: Realiser, node: Expression) -> int:
    return self.program.add(node.op, (), node.data)


def _filled(self: Realiser, node: Expression) -> int:
    op = "eye" if node.op == "identity" else node.op
    return self.program.add(op, (), stored(node.shape), stored(node.shape))


def _basis(self: Realiser, node: Expression) -> int:
    if isinstance(node.data[0], str):
        return self.program.add("each_unit", (), (node.data[0],), stored(node.shape))
    return self.program.add("unit", (), (node.data[0], node.shape.dims[0]), stored(node.shape))


ARITHMETIC = {"add": "add", "subtract": "subtract", "hadamard": "multiply", "ratio": "divide", "epower": "power", "scale": "multiply"}


def _arithmetic(self: Realiser, node: Expression) -> int:
    if node.op == "scale" and node.args[1].op == "matmul" and node.shape.rank <= 2 and stored(node.shape):
        return self.chain(node)
    if node.op == "epower" and node.args[0].op == "norm" and not node.args[0].data and node.args[1].data == (Fraction(2),):
        inside = self(node.args[0].args[0])
        rank = self.program[inside].rank
        return self.program.add("dot" if rank == 1 else "sumproduct" if rank == 2 else "total", *_squared(self.program, inside, rank))
    left, right = (self.aligned(part, node.shape) for part in node.args)
    return self.program.add(ARITHMETIC[node.op], (left, right), (), stored(node.shape))


def _squared(program: Program, inside: int, rank: int) -> tuple[tuple[int, ...]]:
    """The operands of the sum of squares."""
    return ((inside, inside),) if rank in (1, 2) else ((program.add("multiply", (inside, inside), (), program[inside].dims),),)


def _negate(self: Realiser, node: Expression) -> int:
    return self.program.add("negate", (self(node.args[0]),), (), stored(node.shape))


def _matmul(self: Realiser, node: Expression) -> int:
    left, right = node.args
    if max(left.shape.rank, right.shape.rank) <= 2:
        return self.chain(node)
    op = "matvec" if right.shape.rank == 1 else "matmul"
    return self.program.add(op, (_matrix(self, left), _matrix(self, right)), (), node.shape.dims)


def _matrix(self: Realiser, node: Expression) -> int:
    """A row or a column beside a stack as a matrix of its own."""
    made = self(node)
    if node.shape.rank != 2 or self.program[made].rank != 1:
        return made
    form = "row_matrix" if is_row(node.shape) else "column_matrix"
    return self.program.add(form, (made,), (), node.shape.dims)


def _transpose(self: Realiser, node: Expression) -> int:
    if node.args[0].op == "matmul" and node.shape.rank <= 2:
        return self.chain(node)
    return transposed(self.program, self(node.args[0]))


def _power(self: Realiser, node: Expression) -> int:
    exponent = node.data[0]
    base = self(node.args[0])
    op = "matrix_power" if exponent == int(exponent) else "matrix_root"
    return self.program.add(op, (base,), (exponent,), stored(node.shape))


def _block(self: Realiser, node: Expression) -> int:
    add = self.program.add
    if len(stored(node.shape)) == 1:
        parts = [self(part) for part in node.args]
        vectors = tuple(add("reshape", (part,), (ONE,), (ONE,)) if self.program[part].rank == 0 else part for part in parts)
        return add("concatenate", vectors, (), stored(node.shape))
    cells = []
    for part in node.args:
        made, (rows, columns) = self(part), rows_and_columns(part.shape)
        if self.program[made].rank < 2:
            form = "row_matrix" if rows == ONE else "column_matrix"
            made = add("reshape", (made,), (ONE,), (ONE,)) if self.program[made].rank == 0 else made
            made = add(form, (made,), (), (rows, columns))
        cells.append(made)
    return add("block", tuple(cells), node.data[:2], node.shape.dims)


def _trace(self: Realiser, node: Expression) -> int:
    scalars, factors = self.factors(node.args[0])
    for turn, factor in enumerate(factors):
        if factor.rows == ONE:  # a vector in the product: turn it to the front, and the trace is the product itself
            turned = plain(self.program, multiply_chain(self.program, factors[turn:] + factors[:turn]))
            return self.scaled(scalars, turned.value)
    if len(factors) == 1:
        made = self.program.add("function", (plain(self.program, factors[0]).value,), ("tr", None))
        return self.scaled(scalars, made)
    if factors[-1].form == "inverse":
        factors = [factors[-1], *factors[:-1]]
    last = plain(self.program, factors[-1]).value
    first = plain(self.program, multiply_chain(self.program, factors[:-1])).value
    return self.scaled(scalars, self.program.add("sumproduct", (first, transposed(self.program, last))))


def _diagonal(self: Realiser, node: Expression) -> int:
    scalars, factors = self.factors(node.args[0])
    dims = stored(node.shape)
    if len(factors) == 1:
        made = self.program.add("function", (plain(self.program, factors[0]).value,), ("diagonal", None), dims)
        return self.scaled(scalars, made)
    for cut in range(1, len(factors)):
        if factors[cut].rows == ONE:  # x y' has the diagonal x .* y
            left = plain(self.program, multiply_chain(self.program, factors[:cut])).value
            right = plain(self.program, multiply_chain(self.program, factors[cut:])).value
            return self.scaled(scalars, self.program.add("multiply", (left, right), (), dims))
    last = plain(self.program, factors[-1]).value
    first = plain(self.program, multiply_chain(self.program, factors[:-1])).value
    return self.scaled(scalars, self.program.add("rowdots", (first, transposed(self.program, last)), (), dims))


def _inner(self: Realiser, node: Expression) -> int:
    left, right = (self(part) for part in node.args)
    if not node.args[0].shape.rank:
        return self.program.add("multiply", (left, right))
    return self.program.add("dot" if self.program[left].rank == 1 else "sumproduct", (left, right))


def _outer(self: Realiser, node: Expression) -> int:
    left, right = (self(part) for part in node.args)
    return self.program.add("outer", (left, right), (), stored(node.shape))


def _vec(self: Realiser, node: Expression) -> int:
    made = self(node.args[0])
    if self.program[made].rank < 2:
        return made
    dims = stored(node.shape)
    return self.program.add("reshape", (transposed(self.program, made),), dims, dims)


def _unvec(self: Realiser, node: Expression) -> int:
    made = self(node.args[0])
    if len(stored(node.shape)) < 2:
        return made
    dims = node.shape.dims[::-1]
    return transposed(self.program, self.program.add("reshape", (made,), dims, dims))


def _kron(self: Realiser, node: Expression) -> int:
    made = [self(part) for part in node.args]
    ranks = [self.program[number].rank for number in made]
    if 0 in ranks:
        return self.program.add("multiply", tuple(made), (), stored(node.shape))
    if ranks == [1, 1] and len(stored(node.shape)) == 2:
        column, row = (made[1], made[0]) if is_row(node.args[0].shape) else (made[0], made[1])
        return self.program.add("outer", (column, row), (), stored(node.shape))
    if ranks != [1, 1]:
        for place, part in enumerate(node.args):
            if ranks[place] == 1:
                form = "row_matrix" if is_row(part.shape) else "column_matrix"
                made[place] = self.program.add(form, (made[place],), (), rows_and_columns(part.shape))
    return self.program.add("function", tuple(made), ("kron", None), stored(node.shape))


def _indexed(self: Realiser, node: Expression) -> int:
    from shapecheck.notation.code.indexed import realise_indexed

    return realise_indexed(self, node)


SPECIAL: dict[str, Callable[[Realiser, Expression], int]] = {
    "variable": _variable,
    **dict.fromkeys(("number", "constant", "size"), _literal),
    **dict.fromkeys(("identity", "ones", "zeros"), _filled),
    "basis": _basis,
    **dict.fromkeys(ARITHMETIC, _arithmetic),
    "negate": _negate,
    "matmul": _matmul,
    "transpose": _transpose,
    "power": _power,
    "block": _block,
    "tr": _trace,
    "diagonal": _diagonal,
    "inner": _inner,
    "dot": _inner,
    "outer": _outer,
    "vec": _vec,
    "unvec": _unvec,
    "sum": total,
    "mean": mean,
    "kron": _kron,
    **dict.fromkeys(("tensor", "sigma", "entry"), _indexed),
}
