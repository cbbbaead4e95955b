"""Matrix products, traces and diagonals of chains: what cancels is cancelled, the shortest writing is kept."""

from __future__ import annotations

from fractions import Fraction

from shapecheck.calculus.fold.context import Context
from shapecheck.calculus.fold.entrywise import hadamard
from shapecheck.calculus.fold.evenness import turned
from shapecheck.calculus.fold.length import length
from shapecheck.calculus.fold.product import ONCE, Product, assemble, chained, flattened, scalar
from shapecheck.calculus.fold.scalars import merged
from shapecheck.calculus.fold.transposing import reversed_chain, transpose
from shapecheck.core.dimension import Dimension
from shapecheck.core.expression import Expression, make, number
from shapecheck.core.record import replace
from shapecheck.core.shape import Shape

Chain = tuple[Expression, ...]


def product_of(left: Product, right: Product, context: Context) -> Product:
    """Matrix times matrix, or matrix times vector."""
    chain = joined(left.chain, right.chain, context)
    dims = (left.dims[0], *right.dims[1:])
    if not chain:
        chain = (make("identity", (), Shape(dims)),)
    scalars = merged((*left.scalars, *right.scalars))
    return Product(left.coefficient * right.coefficient, scalars, chain, dims)


def joined(left: Chain, right: Chain, context: Context) -> Chain:
    """The chains one behind the other; neighbours that cancel or merge do so."""
    chain = [factor for factor in left if factor.op != "identity"]
    for following in right:
        if following.op == "identity" and (chain or len(right) > 1):
            continue
        if chain and _cancel(chain[-1], following, context):
            chain.pop()
        elif chain and following.op == "transpose" and following.args[0] is chain[-1] and chain[-1].op == "subtract":
            chain[-1] = turned(chain[-1], context)
            chain.append(transpose(chain[-1], context))
        elif chain and chain[-1].op == "diag" and len(following.shape.dims) == 1:
            chain[-1] = hadamard([(chain[-1].args[0], ONCE), (following, ONCE)], context)
        elif chain and chain[-1].op == following.op == "diag":
            inner = hadamard([(chain[-1].args[0], ONCE), (following.args[0], ONCE)], context)
            chain[-1] = make("diag", (inner,), following.shape)
        else:
            chain.append(following)
    return tuple(chain)


def _cancel(left: Expression, right: Expression, context: Context) -> bool:
    if left.op == "inv" and left.args[0] is right:
        return True
    if right.op == "inv" and right.args[0] is left:
        return True
    if left.op == "transpose" and left.args[0] is right:
        return context.has(right, "orthogonal") or (len(right.shape.dims) == 1 and context.has(right, "unit", "onehot"))
    if right.op == "transpose" and right.args[0] is left and len(left.shape.dims) == 2:
        return context.has(left, "orthogonal") and left.shape.dims[0] == left.shape.dims[1]
    return False


def bilinear(left: Expression, chain: Chain, right: Expression, context: Context) -> Expression:
    """`left' chain right` as a scalar, in the direction with fewer transposes."""
    if left is right:
        left = right = turned(left, context)
    forward = _row(left, context) + chain + _column(right)
    backward = _row(right, context) + reversed_chain(chain, context) + _column(left)
    first, second = (_scalar_chain(candidate, context) for candidate in (forward, backward))
    return min((first, second), key=lambda found: (length(found), _marks(found)))


def _marks(expression: Expression) -> str:
    return repr(expression) if length(expression) < 60 else ""


def _row(vector: Expression, context: Context) -> Chain:
    return reversed_chain(_column(vector), context)


def _column(vector: Expression) -> Chain:
    return flattened(vector)


def _scalar_chain(chain: Chain, context: Context) -> Expression:
    chain = joined((), chain, context)
    if not chain:
        return make("number", (), Shape(), (Fraction(1),))
    if chain[0].op == "transpose" and chain[0].args[0].op == "ones" and len(chain) > 1:
        rest = chained(chain[1:])
        assert rest is not None
        return total(rest)
    if chain[-1].op == "ones" and len(chain) > 1:
        rest = chained(chain[:-1])
        assert rest is not None
        return total(transpose(rest, context))
    whole = chained(chain)
    assert whole is not None
    return whole


def total(expression: Expression) -> Expression:
    """The sum of all entries of a vector or matrix; a row or column of ones beside it is no more needed."""
    chain = flattened(expression)
    if len(chain) > 1 and chain[-1].op == "ones":
        rest = chained(chain[:-1])
        assert rest is not None
        return total(rest.args[0] if rest.op == "transpose" else rest)
    return make("sum", (expression,))


def dot(entries: list[tuple[Expression, Fraction]], context: Context) -> Expression:
    """The sum over the entries of a product of vectors."""
    if all(entry.op == "ones" for entry, _ in entries):
        return make("size", (), Shape(), entries[0][0].shape.dims[:1])
    entries = [(entry, exponent) for entry, exponent in entries if entry.op != "ones"]
    powers: dict[Expression, Fraction] = {}
    for entry, exponent in entries:
        powers[entry] = powers.get(entry, Fraction(0)) + exponent
    if len(powers) == 1:
        ((only, exponent),) = powers.items()
        if context.has(only, "onehot") or (only.op == "softmax" and exponent == 1 and len(only.shape.dims) == 1):
            return make("number", (), Shape(), (Fraction(1),))
        if exponent == 2:
            return squared(only, context)
        return total(hadamard(entries, context))
    last = list(powers.items())
    plain = [entry for entry, exponent in last if exponent == 1]
    candidates = [total(hadamard(last, context))]
    for single in plain:
        rest = [(entry, exponent) for entry, exponent in last if entry is not single]
        candidates.append(bilinear(single, (), hadamard(rest, context), context))
    return min(candidates, key=lambda found: (length(found), _marks(found)))


def squared(vector: Expression, context: Context) -> Expression:
    """`x' x`, or the norm squared where that is shorter."""
    if context.has(vector, "unit", "onehot"):
        return make("number", (), Shape(), (Fraction(1),))
    plain = bilinear(vector, (), vector, context)
    normed = make("epower", (make("norm", (turned(vector, context),)), make("number", (), Shape(), (Fraction(2),))))
    slack = 0 if vector.op in ("add", "subtract") else 1
    return plain if length(plain) < length(normed) + slack else normed


def trace(product: Product, context: Context) -> Product:
    """The trace of a square product, rotated and transposed to its shortest."""
    chain = product.chain
    outer = replace(product, chain=(), dims=())
    if not chain or (len(chain) == 1 and chain[0].op == "identity"):
        return outer.times(ONCE, ((make("size", (), Shape(), (product.dims[0],)), ONCE),))
    if len(chain) == 1 and chain[0].op == "hadamard" and len(chain[0].shape.dims) == 2:
        return outer.times(ONCE, ((make("tr", chain), ONCE),))
    candidates = []
    for direction in (chain, reversed_chain(chain, context)):
        for start in range(len(direction)):
            rotated = direction[start:] + direction[:start]
            candidates.append(_traced(joined((), rotated, context), product.dims[0], context))
    best = min(candidates, key=lambda found: (_score(found), _marks(assemble(found))))
    return best.times(product.coefficient, product.scalars)


def _score(product: Product) -> int:
    return length(assemble(product))


def _traced(chain: Chain, size: Dimension, context: Context) -> Product:
    inner = chained(chain)
    if inner is None:
        return scalar(make("size", (), Shape(), (size,)))
    if len(chain) == 2 and transpose(chain[1], context) is chain[0]:
        normed = make("epower", (make("norm", (turned(chain[1], context),)), make("number", (), Shape(), (Fraction(2),))))
        if chain[1].op in ("add", "subtract"):
            return scalar(normed)
    if len(chain) == 2 and chain[0].op == "diag":
        return scalar(bilinear(chain[0].args[0], (), make("diagonal", (chain[1],), Shape((chain[1].shape.dims[0],))), context))
    if len(chain) == 2 and any(part.op in ("hadamard", "epower", "ratio") for part in chain):
        return scalar(total(hadamard([(chain[0], ONCE), (transpose(chain[1], context), ONCE)], context)))
    return scalar(make("tr", (inner,)))


def diagonal(product: Product, context: Context) -> Product:
    """The diagonal of a square product, as a vector."""
    chain = product.chain
    size = Shape((product.dims[0],))
    if len(chain) == 1 and chain[0].op == "identity":
        return replace(product, chain=(make("ones", (), size),), dims=size.dims)
    if len(chain) == 1 and chain[0].op == "diag":
        return replace(product, chain=(chain[0].args[0],), dims=size.dims)
    candidates = [assemble(replace(product.bare, chain=direction)) for direction in (chain, reversed_chain(chain, context))]
    inner = min(candidates, key=lambda found: (length(found), _marks(found)))
    return Product(product.coefficient, product.scalars, (make("diagonal", (inner,), size),), size.dims)


def scaled_rows(vector: list[tuple[Expression, Fraction]], matrix: Product, context: Context) -> Product:
    """`diag(v) A`: row i times v_i; by broadcasting where the matrix is made entry by entry, or where v divides."""
    if not vector:
        return matrix
    vector = [_divisor(entry, exponent) for entry, exponent in vector]
    whole = hadamard(vector, context)
    if len(matrix.chain) == 1 and matrix.chain[0].op == "identity":
        return replace(matrix, chain=(make("diag", (whole,), matrix.chain[0].shape),))
    if whole.op == "ones":
        return matrix
    inner = assemble(matrix.bare)
    if all(exponent < 0 for _, exponent in vector) or _broadcasts(inner):
        return replace(matrix, chain=(hadamard([(inner, ONCE), *vector], context, Shape(matrix.dims)),))
    side = Shape((matrix.dims[0], matrix.dims[0]))
    return replace(matrix, chain=joined((make("diag", (whole,), side),), matrix.chain, context))


def _divisor(entry: Expression, exponent: Fraction) -> tuple[Expression, Fraction]:
    """`1 ./ v` as what divides."""
    divides = entry.op == "ratio" and entry.args[0] is number(1) and entry.args[1].shape.dims
    return (entry.args[1], -exponent) if divides else (entry, exponent)


def _broadcasts(expression: Expression) -> bool:
    return expression.op in ("add", "subtract", "hadamard", "ratio", "epower", "exp", "step", "sigmoid", "tanh")


def scaled_columns(matrix: Product, vector: list[tuple[Expression, Fraction]], context: Context) -> Product:
    """`A diag(v)`: column j times v_j."""
    if not vector:
        return matrix
    vector = [_divisor(entry, exponent) for entry, exponent in vector]
    whole = hadamard(vector, context)
    if len(matrix.chain) == 1 and matrix.chain[0].op == "identity":
        return replace(matrix, chain=(make("diag", (whole,), matrix.chain[0].shape),))
    if whole.op == "ones":
        return matrix
    inner = assemble(matrix.bare)
    if all(exponent < 0 for _, exponent in vector) or _broadcasts(inner):
        rows = [(transpose(entry, context), exponent) for entry, exponent in vector]
        return replace(matrix, chain=(hadamard([(inner, ONCE), *rows], context, Shape(matrix.dims)),))
    side = Shape((matrix.dims[1], matrix.dims[1]))
    return replace(matrix, chain=joined(matrix.chain, (make("diag", (whole,), side),), context))
