"""Products of many factors: which to join first, and how to join two without building what need not be.

The order is the cheapest by the classical matrix-chain recurrence (Cormen, Leiserson, Rivest, Stein:
Introduction to Algorithms, section 14.2), with every named dimension taken as equally large: so vectors go first.
"""

from __future__ import annotations

from collections.abc import Callable

from shapecheck.core.dimension import ONE, Dimension
from shapecheck.core.record import dataclass
from shapecheck.notation.code.program import Program

NOMINAL = 100
MAX_CHAIN = 40


@dataclass(frozen=True, slots=True)
class Factor:
    """A link of a product. `form` says what `value` holds of it:

    plain (the array itself), inverse (the matrix whose inverse is meant), diagonal (the vector on the
    diagonal), kronecker (`value` and `second` are its two factors).
    """

    value: int
    rows: Dimension
    columns: Dimension
    form: str = "plain"
    second: int = -1


def nominal(dimension: Dimension) -> int:
    return max(1, dimension.evaluate(dict.fromkeys(dimension.atoms(), NOMINAL)))


def multiply_chain(program: Program, factors: list[Factor]) -> Factor:
    """One factor, the product of all, joined in the cheapest order."""
    if len(factors) > MAX_CHAIN:
        joined = factors[-1]
        for factor in reversed(factors[:-1]):
            joined = join(program, factor, joined)
        return joined
    split = _cheapest([nominal(factor.rows) for factor in factors] + [nominal(factors[-1].columns)], factors)

    def build(first: int, last: int) -> Factor:
        if first == last:
            return factors[first]
        middle = split[first, last]
        return join(program, build(first, middle), build(middle + 1, last))

    return build(0, len(factors) - 1)


def _cheapest(sizes: list[int], factors: list[Factor]) -> dict[tuple[int, int], int]:
    count = len(factors)
    cost = {(i, i): 0.0 for i in range(count)}
    split: dict[tuple[int, int], int] = {}
    for length in range(1, count):
        for first in range(count - length):
            last = first + length
            best = min(
                range(first, last),
                key=lambda middle: (
                    cost[first, middle] + cost[middle + 1, last] + _work(sizes, factors, first, middle, last),
                    middle if sizes[last + 1] == 1 else -middle,
                ),
            )
            split[first, last] = best
            cost[first, last] = cost[first, best] + cost[best + 1, last] + _work(sizes, factors, first, best, last)
    return split


def _work(sizes: list[int], factors: list[Factor], first: int, middle: int, last: int) -> float:
    rows, inner, columns = sizes[first], sizes[middle + 1], sizes[last + 1]
    if first == middle and factors[first].form == "diagonal":
        return inner * columns
    if middle + 1 == last and factors[last].form == "diagonal":
        return rows * inner
    return rows * inner * columns


def join(program: Program, left: Factor, right: Factor) -> Factor:
    """The product of two factors."""
    handler: Callable[[Program, Factor, Factor], int | None]
    for handler in (_both_diagonal, _diagonal_left, _diagonal_right, _solve_left, _solve_right, _kronecker):
        made = handler(program, left, right)
        if made is not None:
            form = "diagonal" if handler is _both_diagonal else "plain"
            return Factor(made, left.rows, right.columns, form)
    return Factor(_plain(program, plain(program, left), plain(program, right)), left.rows, right.columns)


def plain(program: Program, factor: Factor) -> Factor:
    """The factor as an array, built if it was held in parts."""
    dims = (factor.rows, factor.columns)
    if factor.form == "inverse":
        value = program.add("function", (factor.value,), ("inv", None), dims)
    elif factor.form == "diagonal":
        value = program.add("function", (factor.value,), ("diag", None), dims)
    elif factor.form == "kronecker":
        value = program.add("function", (factor.value, factor.second), ("kron", None), dims)
    else:
        return factor
    return Factor(value, factor.rows, factor.columns)


def _both_diagonal(program: Program, left: Factor, right: Factor) -> int | None:
    if left.form == right.form == "diagonal":
        return program.add("multiply", (left.value, right.value), (), (left.rows,))
    return None


def _diagonal_left(program: Program, left: Factor, right: Factor) -> int | None:
    if left.form != "diagonal":
        return None
    value = plain(program, right).value
    if right.columns == ONE:
        return program.add("multiply", (left.value, value), (), (left.rows,))
    column = program.add("as_column", (left.value,), (), (left.rows, ONE))
    return program.add("multiply", (column, value), (), (left.rows, right.columns))


def _diagonal_right(program: Program, left: Factor, right: Factor) -> int | None:
    if right.form != "diagonal":
        return None
    value = plain(program, left).value
    if left.rows == ONE:
        return program.add("multiply", (value, right.value), (), (right.columns,))
    row = program.add("as_row", (right.value,), (), (ONE, right.columns))
    return program.add("multiply", (value, row), (), (left.rows, right.columns))


def _solve_left(program: Program, left: Factor, right: Factor) -> int | None:
    if left.form != "inverse":
        return None
    dims = (left.rows,) if right.columns == ONE else (left.rows, right.columns)
    return program.add("solve", (left.value, plain(program, right).value), (), dims)


def _solve_right(program: Program, left: Factor, right: Factor) -> int | None:
    """B inv(A) = (inv(A') B')'."""
    if right.form != "inverse":
        return None
    flipped = transposed(program, right.value)
    value = plain(program, left).value
    if left.rows == ONE:
        return program.add("solve", (flipped, value), (), (right.columns,))
    solved = program.add("solve", (flipped, transposed(program, value)), (), (right.columns, left.rows))
    return transposed(program, solved)


def _kronecker(program: Program, left: Factor, right: Factor) -> int | None:
    """kron(A, B) v is A V B' read row by row, where V is v read row by row (Horn and Johnson, lemma 4.3.1)."""
    if left.form == "kronecker" and right.columns == ONE:
        return _kronecker_vector(program, left.value, left.second, plain(program, right).value)
    if right.form == "kronecker" and left.rows == ONE:
        first, second = transposed(program, right.value), transposed(program, right.second)
        return _kronecker_vector(program, first, second, plain(program, left).value)
    return None


def _kronecker_vector(program: Program, first: int, second: int, vector: int) -> int:
    (rows, inner), (below, across) = program[first].dims, program[second].dims
    grid = program.add("reshape", (vector,), (inner, across), (inner, across))
    middle = program.add("matmul", (first, grid), (), (rows, across))
    wide = program.add("matmul", (middle, transposed(program, second)), (), (rows, below))
    return program.add("reshape", (wide,), (rows * below,), (rows * below,))


def _plain(program: Program, left: Factor, right: Factor) -> int:
    if ONE == right.rows == right.columns or ONE == left.rows == left.columns:
        dims = program[left.value].dims or program[right.value].dims
        return program.add("multiply", (left.value, right.value), (), dims)
    if left.rows == ONE and right.columns == ONE:
        return program.add("dot", (left.value, right.value))
    if left.rows == ONE:
        return program.add("matvec", (transposed(program, right.value), left.value), (), (right.columns,))
    if right.columns == ONE:
        return program.add("matvec", (left.value, right.value), (), (left.rows,))
    if left.columns == ONE:
        return program.add("outer", (left.value, right.value), (), (left.rows, right.columns))
    return program.add("matmul", (left.value, right.value), (), (left.rows, right.columns))


def transposed(program: Program, number: int) -> int:
    """The transpose of a matrix; that of a vector is the vector."""
    value = program[number]
    if value.rank < 2:
        return number
    if value.op == "transpose":
        return value.args[0]
    if value.op == "outer":
        return program.add("outer", (value.args[1], value.args[0]), (), value.dims[::-1])
    return program.add("transpose", (number,), (), (*value.dims[:-2], value.dims[-1], value.dims[-2]))
