"""Functions of folded arguments, with the few identities that make them shorter."""

from __future__ import annotations

from fractions import Fraction

from shapecheck.calculus.fold.context import Context, Irreducible
from shapecheck.calculus.fold.entrywise import hadamard
from shapecheck.calculus.fold.evenness import EVEN, turned
from shapecheck.calculus.fold.product import ONCE, Product, assemble, chained, factor, flattened, scalar
from shapecheck.calculus.fold.transposing import transpose
from shapecheck.calculus.fold.unpacking import addends
from shapecheck.core.dimension import ONE
from shapecheck.core.expression import Expression, make, number
from shapecheck.core.record import replace
from shapecheck.core.shape import Shape
from shapecheck.core.term import Term
from shapecheck.ops import ROWS


def entrywise(term: Term, parts: list[Product], context: Context) -> Product:
    """An elementwise function; constants among several arguments stay numbers."""
    shape = Shape(term.dims)
    if term.name == "pow":
        return _power(parts[0], term.data[0], shape, context)
    args = tuple(broadcast(part) for part in parts)
    args = tuple(args) if any(argument.shape == shape for argument in args) else tuple(map(assemble, parts))
    if term.name == "exp":
        special = _softmax(args[0])
        if special is not None:
            return factor(special)
    if term.name == "log":
        special = _logsumexp(args[0])
        if special is not None:
            return scalar(special)
    if term.name == "step":
        args = (_beside_largest(args[0]),)
    if term.name in EVEN:
        args = tuple(turned(argument, context) for argument in args)
    return as_product(make(term.name, args, shape))


def _beside_largest(argument: Expression) -> Expression:
    """`max(e) - e` with both e alike, so that their difference is zero to the last digit where it should be."""
    parts = addends(argument)
    for sign, part in parts:
        if part.op not in ("max", "min") or part.data or part.args[0].shape != argument.shape:
            continue
        rest = {(other, weight) for weight, other in parts if other is not part}
        if rest == {(other, -sign * weight) for weight, other in addends(part.args[0])}:
            pair = (part, part.args[0]) if sign > 0 else (part.args[0], part)
            return make("subtract", pair, argument.shape)
    return argument


def as_product(expression: Expression) -> Product:
    return factor(expression) if expression.shape.dims else scalar(expression)


def broadcast(product: Product) -> Expression:
    """A tensor of equal entries as the scalar that they are."""
    if product.chain and all(part.op == "ones" or (part.op == "transpose" and part.args[0].op == "ones") for part in product.chain):
        return assemble(replace(product, chain=(), dims=()))
    return assemble(product)


def _power(base: Product, exponent: object, shape: Shape, context: Context) -> Product:
    if not isinstance(exponent, Fraction):
        value = exponent if isinstance(exponent, float) else 1.0
        return as_product(make("epower", (assemble(base), number(value)), shape))
    if not shape.dims:
        return _scalar_power(base, exponent, context)
    if exponent.denominator == 1 and not base.scalars:
        outer = base.coefficient**exponent.numerator if base.coefficient else base.coefficient
        return Product(outer, (), (hadamard([(assemble(base.bare), exponent)], context),), shape.dims)
    if exponent.denominator == 1:
        scalars = tuple((inner, power * exponent) for inner, power in base.scalars)
        outer = base.coefficient**exponent.numerator
        return Product(outer, scalars, (hadamard([(assemble(base.bare), exponent)], context),), shape.dims)
    return Product(ONCE, (), (hadamard([(assemble(base), exponent)], context),), shape.dims)


def _scalar_power(base: Product, exponent: Fraction, context: Context) -> Product:
    normed = _norm(base, exponent, context)
    if normed is not None:
        return normed
    if exponent.denominator != 1:
        return Product(ONCE, ((assemble(base), exponent),), (), ())
    outer = base.coefficient**exponent.numerator
    return Product(outer, tuple((inner, power * exponent) for inner, power in base.scalars), (), ())


def _norm(base: Product, exponent: Fraction, context: Context) -> Product | None:
    """A half power of `x' x` is a power of the norm."""
    if exponent.denominator != 2 or base.coefficient != 1 or len(base.scalars) != 1:
        return None
    inner, power = base.scalars[0]
    if inner.op == "norm" and power == 2:
        return Product(ONCE, ((inner, 2 * exponent),), (), ())
    vector = _squared(inner, context)
    if vector is None or power != 1:
        return None
    return Product(ONCE, ((make("norm", (turned(vector, context),)), 2 * exponent),), (), ())


def _squared(expression: Expression, context: Context) -> Expression | None:
    """The x of `x' x`, of `tr(X' X)` and of `sum(X.^2)`."""
    if expression.op == "tr" and expression.args[0].op == "matmul":
        left, right = expression.args[0].args
        return right if transpose(left, context) is right else left if transpose(right, context) is left else None
    if expression.op == "sum" and expression.args[0].op == "epower" and expression.args[0].args[1] is number(2):
        return expression.args[0].args[0]
    if expression.op != "matmul":
        return None
    chain = flattened(expression)
    middle = len(chain) // 2
    if len(chain) % 2:
        return None
    mirrored = tuple(transpose(part, context) for part in reversed(chain[middle:]))
    return chained(chain[middle:]) if mirrored == chain[:middle] else None


def _softmax(argument: Expression) -> Expression | None:
    """`exp(x - logsumexp(x))`."""
    if argument.op != "subtract" or argument.args[1].op != "logsumexp":
        return None
    inner = argument.args[0]
    return make("softmax", (inner,), inner.shape) if argument.args[1].args[0] is inner and len(inner.shape.dims) == 1 else None


def _logsumexp(argument: Expression) -> Expression | None:
    if argument.op == "sum" and argument.args[0].op == "exp":
        return make("logsumexp", argument.args[0].args)
    return None


def primitive(term: Term, parts: list[Product], context: Context) -> Product:
    """A row's function; an inverse passes scalars and transposes through."""
    if term.name == "inv":
        return _inverse(parts[0], context)
    args = tuple(assemble(part) for part in parts)
    if term.name == "root":
        return as_product(make("power", args, Shape(term.dims), (Fraction(1, term.data[0] if term.data else 2),)))
    if term.name == "root trace":
        base = args[0].shape
        return scalar(make("tr", (make("power", args, base, (Fraction(1, term.data[0] if term.data else 2),)),)))
    if term.name in ROWS and ROWS[term.name].kind == "reduction" and term.dims:
        return _along_axis(term, args[0])
    return as_product(make(term.name, args, Shape(term.dims), term.data))


def _along_axis(term: Term, arg: Expression) -> Product:
    """A reduction over the last axis alone; of a transposed matrix, over the first."""
    if len(arg.shape.dims) != len(term.dims) + 1:
        raise Irreducible("a reduction over several axes, but not over all")
    if arg.op == "transpose" and len(term.dims) == 1 and len(arg.args[0].shape.dims) == 2:
        row = make(term.name, arg.args, Shape((ONE, *term.dims)), (0,))
        return factor(make("transpose", (row,), Shape(term.dims)))
    return factor(make(term.name, (arg,), Shape(term.dims), (len(term.dims),)))


def _inverse(base: Product, context: Context) -> Product:
    scalars = tuple((inner, -power) for inner, power in base.scalars)
    outer = 1 / base.coefficient if base.coefficient else base.coefficient
    inner = assemble(base.bare)
    shape = Shape(base.dims)
    if inner.op == "identity" or (inner.op == "variable" and context.has(inner, "orthogonal")):
        return Product(outer, scalars, (transpose(inner, context),), base.dims)
    if inner.op == "transpose" and inner.args[0].op == "variable" and context.has(inner.args[0], "orthogonal"):
        return Product(outer, scalars, (inner.args[0],), base.dims)
    if inner.op == "diag":
        vector = hadamard([(inner.args[0], Fraction(-1))], context)
        return Product(outer, scalars, (make("diag", (vector,), shape),), base.dims)
    if inner.op == "inv":
        return Product(outer, scalars, (inner.args[0],), base.dims)
    if inner.op == "power":
        return Product(outer, scalars, (make("power", inner.args, shape, (-inner.data[0],)),), base.dims)
    if inner.op == "transpose":
        return Product(outer, scalars, (make("transpose", (make("inv", inner.args, shape),), shape),), base.dims)
    return Product(outer, scalars, (make("inv", (inner,), shape),), base.dims)
