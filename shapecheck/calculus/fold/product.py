"""A product on its way to paper: a number, scalar factors with exponents, and a chain of matrices.

`chain` multiplies from left to right; vectors are columns and stand last, rows are transposed vectors and stand
first. A scalar has no chain. Every value of the folder is such a product, a sum being one factor of it.
"""

from __future__ import annotations

from fractions import Fraction

from shapecheck.calculus.fold.scalars import Scalars, merged
from shapecheck.core.dimension import ONE, Dimension
from shapecheck.core.expression import Expression, make, number
from shapecheck.core.record import dataclass, replace
from shapecheck.core.shape import Shape
from shapecheck.core.term import Number

ONCE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Product:
    coefficient: Number
    scalars: Scalars
    chain: tuple[Expression, ...]
    dims: tuple[Dimension, ...]  # () scalar, (n,) vector, (m, n) matrix

    def times(self, coefficient: Number, scalars: Scalars = ()) -> Product:
        return replace(self, coefficient=self.coefficient * coefficient, scalars=merged((*self.scalars, *scalars)))

    @property
    def bare(self) -> Product:
        """The same without number and scalars."""
        return replace(self, coefficient=ONCE, scalars=())


def _mean_along(chain: Expression | None, powers: dict[Expression, Fraction]) -> Expression | None:
    """`sum(X, 1) / N` is `mean(X, 1)`."""
    core = _core(chain) if chain is not None else None
    if core is None or chain is None or core.op != "sum" or len(core.args[0].shape.dims) != 2 or not core.data:
        return chain
    count = make("size", (), Shape(), (core.args[0].shape.dims[core.data[0]],))
    if powers.get(count) != -1:
        return chain
    del powers[count]
    mean = make("mean", core.args, core.shape, core.data)
    return mean if chain is core else make("transpose", (mean,), chain.shape)


def _averaged(powers: dict[Expression, Fraction]) -> None:
    """`sum(x) / N` is `mean(x)` of an x with N entries."""
    for entry in [found for found, exponent in powers.items() if found.op == "sum" and exponent == 1 and not found.data]:
        sizes = [make("size", (), Shape(), (dimension,)) for dimension in entry.args[0].shape.dims]
        if len(set(sizes)) == len(sizes) and all(powers.get(size, 0) == -1 for size in sizes):
            for found in (entry, *sizes):
                del powers[found]
            powers[make("mean", entry.args)] = ONCE
            return


def rows_columns(expression: Expression) -> tuple[Dimension, Dimension]:
    dims = expression.shape.dims
    if not dims:
        return ONE, ONE
    return (dims[0], ONE) if len(dims) == 1 else (dims[-2], dims[-1])


def matmul(left: Expression, right: Expression) -> Expression:
    """The matrix product of two factors that fit; no simplification."""
    rows, columns = rows_columns(left)[0], rows_columns(right)[1]
    prefix = max(left.shape.dims[:-2], right.shape.dims[:-2], key=len)
    if columns == ONE and not prefix and len(right.shape.dims) == 2 and rows != ONE:
        return make("matmul", (left, right), Shape((rows, columns)))
    if columns == ONE and not prefix:
        return make("matmul", (left, right), Shape(() if rows == ONE else (rows,)))
    return make("matmul", (left, right), Shape((*prefix, rows, columns)))


def scale(factor: Expression, expression: Expression) -> Expression:
    return make("scale", (factor, expression), expression.shape)


def power(base: Expression, exponent: Fraction) -> Expression:
    """A scalar, or every entry of a tensor, to a constant power, as one writes it."""
    if exponent == 1:
        return base
    if exponent == Fraction(1, 2):
        return make("sqrt", (base,), base.shape)
    if base.op == "sqrt":
        return power(base.args[0], exponent / 2)
    return make("epower", (base, number(exponent)), base.shape)


def times(factors: list[Expression]) -> Expression:
    """A product of scalars; one where there are none."""
    product = factors[0] if factors else number(1)
    for factor in factors[1:]:
        product = scale(product, factor)
    return product


def assemble(product: Product) -> Expression:
    """The product as an expression: sign and numbers first, then scalars, the chain, and what divides."""
    if product.coefficient < 0:
        product = turned(product)
    chain = chained(product.chain)
    powers = dict(product.scalars)
    _averaged(powers)
    chain = _mean_along(chain, powers)
    scalars = ordered(tuple(powers.items()))
    over = [power(factor, exponent) for factor, exponent in scalars if exponent > 0]
    under = [power(factor, -exponent) for factor, exponent in scalars if exponent < 0]
    coefficient = product.coefficient
    negative = coefficient < 0
    coefficient = -coefficient if negative else coefficient
    if isinstance(coefficient, Fraction) and coefficient.denominator != 1 and (under or _halved(chain, over)):
        under.insert(0, number(coefficient.denominator))
        coefficient = Fraction(coefficient.numerator)
    trailing: list[Expression] = []
    if chain is not None and len(chain.shape.dims) == 1 and product.chain:
        over = [_as_norm(factor) for factor in over]
        trailing = [factor for factor in over if factor.op == "matmul" and product.chain[-1].op == "variable"]
        over = [factor for factor in over if factor not in trailing]
        for factor in trailing:
            chain = _appended(chain, factor)
    if coefficient != 1 or (not over and chain is None):
        over.insert(0, number(coefficient))
    if over and chain is not None and chain.op == "ratio" and chain.args[0] is number(1):
        result: Expression | None = make("ratio", (times(over), chain.args[1]), chain.shape)
    else:
        result = chain if not over else times(over) if chain is None else scale(times(over), chain)
    assert result is not None
    if under:
        result = make("ratio", (result, times(under)), result.shape)
    return negated(result) if negative else result


def _as_norm(scalar: Expression) -> Expression:
    """In front of a vector `x' x` reads better as `norm(x)^2`."""
    if scalar.op == "matmul" and scalar.args[0].op == "transpose" and scalar.args[0].args[0] is scalar.args[1]:
        return power(make("norm", (scalar.args[1],)), Fraction(2))
    return scalar


def turned(product: Product) -> Product:
    """`-A (b - p)` is `A (p - b)`."""
    for place, factor in enumerate(product.chain):
        flipped = _differences_turned(factor)
        mirrored = any(other is not factor and _core(other) is _core(factor) for other in product.chain)
        if flipped is not None and not mirrored:
            chain = (*product.chain[:place], flipped, *product.chain[place + 1 :])
            return replace(product, coefficient=-product.coefficient, chain=chain)
    for place, (factor, exponent) in enumerate(product.scalars):
        if factor.op == "subtract" and exponent.denominator == 1 and exponent.numerator % 2:
            flipped = make("subtract", factor.args[::-1], factor.shape)
            scalars = (*product.scalars[:place], (flipped, exponent), *product.scalars[place + 1 :])
            return replace(product, coefficient=-product.coefficient, scalars=scalars)
    return product


def _core(factor: Expression) -> Expression:
    return factor.args[0] if factor.op == "transpose" else factor


def _differences_turned(factor: Expression) -> Expression | None:
    """The negative of a factor that is a difference, or entry by entry a product with one."""
    if factor.op == "subtract":
        left, right = factor.args
        fine = not {left.op, right.op} & {"add", "subtract", "number"}
        return make("subtract", (right, left), factor.shape) if fine else None
    if factor.op in ("hadamard", "ratio", "transpose", "diag", "matmul"):
        for place, argument in enumerate(factor.args[:2]):
            flipped = _differences_turned(argument)
            if flipped is not None:
                return make(factor.op, (*factor.args[:place], flipped, *factor.args[place + 1 :]), factor.shape, factor.data)
    return None


def _halved(chain: Expression | None, over: list[Expression]) -> bool:
    """Whether `(a + b)/2` is nicer than `1/2 (a + b)`."""
    whole = over[0] if chain is None and len(over) == 1 else chain if not over else None
    return whole is not None and whole.op in ("add", "subtract")


def _appended(chain: Expression, scalar: Expression) -> Expression:
    """`x (x' A x)` is written `x x' A x`."""
    left, right = scalar.args
    joined = make("matmul", (chain, left), Shape((chain.shape.dims[0], rows_columns(left)[1])))
    return make("matmul", (joined, right), chain.shape)


def ordered(scalars: Scalars) -> Scalars:
    """Short names before sums, powers and brackets."""
    return tuple(
        sorted(
            scalars,
            key=lambda item: (item[0].op in ("add", "subtract", "matmul"), item[0].op not in ("variable", "size"), item[0].op != "size"),
        )
    )


def negated(expression: Expression) -> Expression:
    if expression.op == "negate":
        return expression.args[0]
    if expression.op == "number":
        return number(-expression.data[0])
    if expression.op in ("subtract", "cross"):
        return make(expression.op, expression.args[::-1], expression.shape)
    return make("negate", (expression,), expression.shape)


def chained(chain: tuple[Expression, ...]) -> Expression | None:
    """The factors multiplied; repeated square ones become powers, `skew(x) y` the cross product."""
    if not chain:
        return None
    chain = tuple(make("block", part.args, part.shape, part.data[:2]) if part.op == "block" else part for part in chain)
    runs: list[Expression] = []
    count = 0
    for place, factor in enumerate(chain):
        count += 1
        following = chain[place + 1] if place + 1 < len(chain) else None
        if following is factor and _square(factor):
            continue
        runs.append(factor if count == 1 else _repeated(factor, count))
        count = 0
    runs = _inverted(_totalled(runs))
    if len(runs) > 1 and _core(runs[-2]).op == "skew" and len(runs[-1].shape.dims) == 1:
        pair = (_core(runs[-2]).args[0], runs[-1])
        runs[-2:] = [make("cross", pair if runs[-2].op == "skew" else pair[::-1], runs[-1].shape)]
    result = runs[0]
    for factor in runs[1:]:
        result = matmul(result, factor)
    return result


def _totalled(runs: list[Expression]) -> list[Expression]:
    """A matrix times ones is the sum of its rows' entries: `sum(A, 2)`; ones times a matrix `sum(A, 1)`."""
    found: list[Expression] = []
    for place, factor in enumerate(runs):
        wide = place + 1 < len(runs) and len(runs[place + 1].shape.dims) == 2 and _wide(runs[place + 1])
        if found and factor.op == "ones" and len(factor.shape.dims) == 1 and len(found[-1].shape.dims) == 2 and _wide(found[-1]):
            found[-1] = _sum(found[-1], 1)
        elif found and found[-1].op == "ones" and factor.op == "transpose" and factor.args[0].op == "ones" and not wide:
            found[-1] = make("ones", (), Shape((*found[-1].shape.dims, *factor.args[0].shape.dims)))
        elif found and found[-1].op == "transpose" and found[-1].args[0].op == "ones" and len(factor.shape.dims) == 2 and _wide(factor):
            found[-1] = _sum(factor, 0)
        else:
            found.append(factor)
    return found


def _wide(matrix: Expression) -> bool:
    return ONE not in matrix.shape.dims


def _sum(matrix: Expression, axis: int) -> Expression:
    rows, columns = matrix.shape.dims
    if matrix.op == "transpose":
        flipped = _sum(matrix.args[0], 1 - axis)
        return make("transpose", (flipped,), Shape((rows,) if axis else (ONE, columns)))
    return make("sum", (matrix,), Shape((rows,) if axis else (ONE, columns)), (axis,))


def _inverted(runs: list[Expression]) -> list[Expression]:
    """`inv(B) inv(A)` is `inv(A B)`."""
    found: list[Expression] = []
    for factor in runs:
        if found and factor.op == found[-1].op == "inv":
            inner = make("matmul", (factor.args[0], found[-1].args[0]), factor.shape)
            found[-1] = make("inv", (inner,), factor.shape)
        else:
            found.append(factor)
    return found


def _square(factor: Expression) -> bool:
    dims = factor.shape.dims
    return len(dims) == 2 and dims[0] == dims[1] and dims[0] != ONE


def scalar(expression: Expression, exponent: Fraction = ONCE) -> Product:
    """A scalar expression as a product."""
    return Product(ONCE, merged(((expression, exponent),)), (), ())


def factor(expression: Expression) -> Product:
    """A vector or matrix that is one factor."""
    return Product(ONCE, (), flattened(expression), expression.shape.dims)


def constant(value: Number) -> Product:
    return Product(value, (), (), ())


def _repeated(factor: Expression, count: int) -> Expression:
    """`X X` is `X^2`, `X' X'` is `(X^2)'`, `inv(X) inv(X)` is `X^-2`."""
    core = _core(factor)
    if core.op == "inv":
        power_ = make("power", core.args, factor.shape, (Fraction(-count),))
    else:
        power_ = make("power", (core,), factor.shape, (Fraction(count),))
    return power_ if core is factor else make("transpose", (power_,), factor.shape)


def _opened_power(node: Expression) -> list[Expression] | None:
    core = _core(node)
    if core.op != "power" or not isinstance(core.data[0], Fraction) or core.data[0].denominator != 1 or not 1 < abs(core.data[0]) <= 8:
        return None
    base = core.args[0] if core.data[0] > 0 else make("inv", core.args, core.shape)
    if core is not node:
        base = base.args[0] if base.op == "transpose" else make("transpose", (base,), base.shape)
    return [base] * int(abs(core.data[0]))


def _opened_sum(node: Expression) -> list[Expression] | None:
    """`sum(A, 2)` as `A` times ones, `sum(A, 1)` as ones times `A`, and their transposes."""
    inner = _core(node)
    if inner.op != "sum" or not inner.data or len(inner.args[0].shape.dims) != 2 or ONE in inner.args[0].shape.dims:
        return None
    matrix, axis = inner.args[0], inner.data[0]
    rows, columns = matrix.shape.dims
    if inner is not node:
        matrix = matrix.args[0] if matrix.op == "transpose" else make("transpose", (matrix,), Shape((columns, rows)))
        rows, columns, axis = columns, rows, 1 - axis
    ones = make("ones", (), Shape((columns if axis else rows,)))
    return [matrix, ones] if axis else [make("transpose", (ones,), Shape((ONE, rows))), matrix]


def flattened(expression: Expression) -> tuple[Expression, ...]:
    """The factors of a matrix product."""
    pending, factors = [expression], []
    while pending:
        node = pending.pop()
        if node.op == "matmul":
            pending += [node.args[1], node.args[0]]
        elif node.op == "ones" and len(node.shape.dims) == 2 and ONE not in node.shape.dims:
            rows, columns = (make("ones", (), Shape((dimension,))) for dimension in node.shape.dims)
            factors += [rows, make("transpose", (columns,), Shape((ONE, node.shape.dims[1])))]
        elif (opened := _opened_sum(node)) is not None:
            pending += opened[::-1]
        elif (repeated := _opened_power(node)) is not None:
            factors += repeated
        else:
            factors.append(node)
    return tuple(factors)
