"""Elementwise functions and primitives of terms in normal form: constants folded, inverses of inverses gone."""

from __future__ import annotations

from fractions import Fraction

from shapecheck.calculus.leaves import is_zero, made
from shapecheck.calculus.powers import power, size
from shapecheck.calculus.product import ONE, add, einsum, number, ones, oriented, permuted, scale, split, transpose
from shapecheck.calculus.structured import inverse_of_blocks, kronecker, of_kronecker, triangular
from shapecheck.core.term import Dims, Number, Term

AT_ZERO: dict[str, Number] = {
    **dict.fromkeys(("expm1", "log1p", "sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh", "abs", "sign", "step"), Fraction(0)),
    **dict.fromkeys(("relu", "erf", "gelu", "silu"), Fraction(0)),
    **dict.fromkeys(("exp", "cos", "cosh"), Fraction(1)),
    "sigmoid": Fraction(1, 2),
}
INVERSES = {("exp", "log"), ("log", "exp"), ("log1p", "expm1"), ("expm1", "log1p")}
IDEMPOTENT = {"abs", "relu", "sign", "step"}


def map_(name: str, args: tuple[Term, ...]) -> Term:
    """An elementwise function of terms of equal axes."""
    if name == "sqrt":
        return power(args[0], Fraction(1, 2))
    if name == "epower":
        return _general_power(*args)
    folded = _constant(name, args)
    if folded is not None:
        return folded
    found = _one_argument(name, args[0]) if len(args) == 1 else _beside_zero(name, args)
    if found is not None:
        return found
    return _placed(name, args)


def _beside_zero(name: str, args: tuple[Term, ...]) -> Term | None:
    """max(0, x) is relu(x), min(0, x) is -relu(-x)."""
    rest = [arg for arg in args if not is_zero(arg)]
    if name not in ("maximum", "minimum") or len(rest) != 1:
        return None
    return map_("relu", (rest[0],)) if name == "maximum" else scale(-ONE, map_("relu", (scale(-ONE, rest[0]),)))


def _constant(name: str, args: tuple[Term, ...]) -> Term | None:
    values = [_uniform(arg) for arg in args]
    if any(value is None for value in values):
        return None
    known = [value for value in values if value is not None]
    result: Number | None = None
    if known == [0]:
        result = AT_ZERO.get(name)
    elif name in ("maximum", "minimum"):
        result = (max if name == "maximum" else min)(known[0], known[1])
    elif name == "log" and known == [1]:
        result = Fraction(0)
    elif name == "abs":
        result = known[0] if known[0] >= 0 else -known[0]
    elif name in ("sign", "step"):
        result = Fraction(-1 if known[0] < 0 and name == "sign" else known[0] > 0)
    elif name == "relu":
        result = known[0] if known[0] > 0 else Fraction(0)
    return None if result is None else scale(result, ones(args[0].dims))


def _uniform(term: Term) -> Number | None:
    """The number that stands in every entry, if it is the same one and known."""
    if is_zero(term):
        return Fraction(0)
    if term.kind == "einsum" and not term.args and len(set(term.indices[-1])) == term.order:
        return term.coefficient[0]
    return None


def _one_argument(name: str, arg: Term) -> Term | None:
    if arg.kind == "map" and (name, arg.name) in INVERSES:
        return arg.args[0]
    if arg.kind == "map" and arg.name == name and name in IDEMPOTENT:
        return arg
    if name == "exp":
        return _softmax_of(arg)
    if name == "abs" and arg.kind == "leaf" and "positive" in arg.data[2:]:
        return arg
    if name == "log":
        if arg.kind == "map" and arg.name == "pow" and isinstance(arg.data[0], Fraction) and arg.data[0].numerator % 2:
            return scale(arg.data[0], map_("log", arg.args))
        if arg.kind == "primitive" and arg.name == "det":
            return primitive("logdet", arg.args)
        if arg.kind == "map" and arg.name == "abs" and arg.args[0].kind == "primitive" and arg.args[0].name == "det":
            return primitive("logdet", arg.args[0].args)
        if arg.kind == "primitive" and arg.name == "softmax":
            return primitive("logsoftmax", arg.args)
    return None


def _softmax_of(arg: Term) -> Term | None:
    """exp(x - logsumexp(x)) along the last axis is softmax(x); exp(logsoftmax(x)) too."""
    if arg.kind == "primitive" and arg.name == "logsoftmax":
        return primitive("softmax", arg.args)
    if arg.kind != "add" or not arg.order:
        return None
    for weight, part in zip(arg.coefficient, arg.args, strict=True):
        if weight == -1 and part.kind == "einsum" and len(part.args) == 1 and part.indices[0] == part.indices[1][:-1]:
            inner = part.args[0]
            if inner.kind == "primitive" and inner.name == "logsumexp" and inner.args[0].order == arg.order:
                rest = add([(ONE, arg), (ONE, part)], arg.dims)
                if rest is inner.args[0]:
                    return primitive("softmax", (rest,))
    return None


def _placed(name: str, args: tuple[Term, ...]) -> Term:
    """Broadcasting and transposition are done after the function, not before."""
    first = args[0]
    if len(args) == 1 and first.kind == "einsum" and len(first.args) == 1 and first.coefficient[0] == 1:
        inner, out = first.indices
        if len(set(out)) == len(out) and set(inner) <= set(out) and len(set(inner)) == len(inner) and inner != out:
            return einsum(ONE, [(map_(name, first.args), inner)], out, dict(enumerate(first.data)))
    if first.order == 2:
        turned, swapped = oriented(first)
        if swapped:
            rest = (transpose(arg) for arg in args[1:])
            return transpose(made("map", turned.dims, name=name, args=(turned, *rest)))
    return made("map", first.dims, name=name, args=args)


def _general_power(base: Term, exponent: Term) -> Term:
    fixed = _uniform(exponent)
    if fixed is not None:
        return power(base, fixed)
    if (
        base.kind == "einsum"
        and len(base.args) == 1
        and base.args[0].kind == "leaf"
        and base.args[0].name == "constant"
        and base.coefficient[0] == 1
    ):
        inner = base.args[0]
        if inner.data == ("e",):
            return map_("exp", (exponent,))
    if base.kind == "leaf" and base.name == "constant" and base.data == ("e",):
        return map_("exp", (exponent,))
    if base.kind == "map" and base.name == "exp":
        axes = tuple(range(base.order))
        return map_("exp", (einsum(ONE, [(base.args[0], axes), (exponent, axes)], axes),))
    return _placed("epower", (base, exponent))


# primitives


def primitive(name: str, args: tuple[Term, ...], dims: Dims | None = None) -> Term:
    """A primitive by its row's key; `dims` may be left out where the arguments give it."""
    arg = args[0]
    if name in ("inv", "det", "logdet") and arg.order >= 2:
        found = _structured(name, arg) or _SQUARE[name](arg)
        if found is not None:
            return found
    if name == "pinv" and arg.order == 2:
        turned, swapped = oriented(arg)
        if swapped:
            return transpose(primitive("pinv", (turned,)))
    return made("primitive", _dims(name, arg) if dims is None else dims, name=name, args=args)


def _dims(name: str, arg: Term) -> Dims:
    if name == "pinv":
        return (*arg.dims[:-2], arg.dims[-1], arg.dims[-2])
    if name in ("det", "logdet"):
        return arg.dims[:-2]
    return arg.dims


def _structured(name: str, arg: Term) -> Term | None:
    """Of a Kronecker product or a triangle of blocks by its parts."""
    pair = kronecker(arg)
    if pair is not None:
        return _of_pair(name, *pair)
    blocks = triangular(arg)
    if blocks is None:
        return None
    parts = [primitive(name, (cell,)) for cell in blocks.diagonal]
    if name == "inv":
        return inverse_of_blocks(blocks, parts)
    return add([(ONE, part) for part in parts], ()) if name == "logdet" else einsum(ONE, [(part, ()) for part in parts], ())


def _of_pair(name: str, left: Term, right: Term) -> Term:
    first, second = primitive(name, (left,)), primitive(name, (right,))
    if name == "inv":
        return of_kronecker(first, second)
    times = size(right.dims[0]), size(left.dims[0])
    if name == "det":
        powers = [(map_("epower", (part, count)), ()) for part, count in zip((first, second), times, strict=True)]
        return einsum(ONE, powers, ())
    return add([(ONE, einsum(ONE, [(part, ()), (count, ())], ())) for part, count in zip((first, second), times, strict=True)], ())


def _inverse(arg: Term) -> Term | None:
    if arg.kind == "primitive" and arg.name == "inv":
        return arg.args[0]
    if arg.order != 2:
        return None
    if arg.kind == "leaf":
        return transpose(arg) if "orthogonal" in arg.data[2:] and arg.dims[0] == arg.dims[1] else None
    coefficient, core = split(arg)
    if coefficient != 1:
        return scale(1 / coefficient, primitive("inv", (core,)))
    scalars, matrix = _scalars(arg)
    if scalars:
        factors = [(power(scalar, Fraction(-1)), ()) for scalar in scalars]
        return einsum(ONE, [*factors, (primitive("inv", (matrix,)), (0, 1))], (0, 1))
    if arg.kind == "einsum":
        found = _diagonal(arg)
        if found is not None:
            return einsum(ONE, [(power(found, Fraction(-1)), (0,))], (0, 0), {0: arg.dims[0]})
        parts = square_factors(arg)
        if len(parts) > 1:
            inverses = [primitive("inv", (part,)) for part in parts]
            return einsum(ONE, [(inverse, (k + 1, k)) for k, inverse in enumerate(inverses)], (len(parts), 0))
    turned, swapped = oriented(arg)
    return transpose(made("primitive", arg.dims, name="inv", args=(turned,))) if swapped else None


def _determinant(arg: Term) -> Term | None:
    if arg.order != 2:
        return None
    if arg.kind == "primitive" and arg.name == "inv":
        return power(primitive("det", arg.args), Fraction(-1))
    scalars, matrix = _scalars(arg)
    if scalars:
        count = size(arg.dims[0])
        factors = [(map_("epower", (scalar, count)), ()) for scalar in scalars]
        return einsum(ONE, [*factors, (primitive("det", (matrix,)), ())], ())
    if arg.kind == "einsum":
        if not arg.args:
            return number(ONE) if arg.indices[-1] == (0, 0) else None
        if arg.coefficient[0] == 1:
            found = _diagonal(arg)
            if found is not None:
                return primitive("prod", (found,), ())
        parts = square_factors(arg)
        if len(parts) > 1:
            return einsum(ONE, [(primitive("det", (part,)), ()) for part in parts], ())
    turned, swapped = oriented(arg)
    return primitive("det", (turned,)) if swapped else None


def _log_determinant(arg: Term) -> Term | None:
    if arg.order != 2:
        return None
    if arg.kind == "primitive" and arg.name == "inv":
        return scale(-ONE, primitive("logdet", arg.args))
    coefficient, core = split(arg)
    if coefficient != 1:
        log = map_("log", (number(coefficient if coefficient > 0 else -coefficient),))
        return add([(ONE, einsum(ONE, [(size(arg.dims[0]), ()), (log, ())], ())), (ONE, primitive("logdet", (core,)))], ())
    if arg.kind == "einsum":
        if not arg.args:
            return number(Fraction(0)) if arg.indices[-1] == (0, 0) else None
        found = _diagonal(arg)
        if found is not None:
            return einsum(ONE, [(map_("log", (map_("abs", (found,)),)), (0,))], ())
        parts = square_factors(arg)
        if len(parts) > 1:
            return add([(ONE, primitive("logdet", (part,))) for part in parts], ())
    turned, swapped = oriented(arg)
    return primitive("logdet", (turned,)) if swapped else None


_SQUARE = {"inv": _inverse, "det": _determinant, "logdet": _log_determinant}


def _scalars(arg: Term) -> tuple[list[Term], Term]:
    """Scalar factors of a matrix, its numeric coefficient among them, and the matrix without them."""
    if arg.kind != "einsum":
        return [], arg
    scalars = [number(arg.coefficient[0])] if arg.coefficient[0] != 1 else []
    scalars += [term for term, indices in zip(arg.args, arg.indices, strict=False) if not indices]
    if not scalars:
        return [], arg
    rest = [(term, indices) for term, indices in zip(arg.args, arg.indices, strict=False) if indices]
    return scalars, einsum(ONE, rest, arg.indices[-1], dict(enumerate(arg.data)))


def _diagonal(arg: Term) -> Term | None:
    """The vector whose diagonal matrix this is."""
    out = arg.indices[-1]
    if out != (0, 0) or not arg.args:
        return None
    return einsum(arg.coefficient[0], list(zip(arg.args, arg.indices, strict=False)), (0,), dict(enumerate(arg.data)))


def square_factors(arg: Term) -> list[Term]:
    """The square matrices of one size whose product this is, as far as it falls into such."""
    first, last = arg.indices[-1]
    if arg.kind != "einsum" or first == last:
        return [arg]
    parts: list[Term] = []
    rest = list(zip(arg.args, arg.indices, strict=False))
    begun = first
    dims = dict(enumerate(arg.data))
    for _ in range(len(arg.args)):
        found = _cut(rest, begun, last, arg)
        if found is None:
            break
        head, end = found
        parts.append(einsum(ONE, head, (begun, end), dims))
        rest = [factor for factor in rest if factor not in head]
        begun = end
    if not parts:
        return [arg]
    return [*parts, einsum(arg.coefficient[0], rest, (begun, last), dims)]


def _cut(
    rest: list[tuple[Term, tuple[int, ...]]], begun: int, last: int, arg: Term
) -> tuple[list[tuple[Term, tuple[int, ...]]], int] | None:
    """The shortest head of a chain that ends at an index of the same size, which only joins it to the rest."""
    uses: dict[int, int] = {}
    for _, indices in rest:
        for index in indices:
            uses[index] = uses.get(index, 0) + 1
    head: list[tuple[Term, tuple[int, ...]]] = []
    index = begun
    while len(head) < len(rest) - 1:
        touching = [factor for factor in rest if index in factor[1] and factor not in head]
        if len(touching) != 1 or len(touching[0][1]) != 2 or uses[index] > (1 if index == begun else 2):
            return None
        head.append(touching[0])
        one, other = touching[0][1]
        index = other if one == index else one
        if index in (begun, last):
            return None
        if arg.data[index] == arg.data[begun] and uses[index] == 2:
            return head, index
    return None


def reduce_(name: str, arg: Term, axes: tuple[int, ...]) -> Term:
    """A reduction over some axes; sums are products with nothing, the rest are primitives over the last axes."""
    kept = tuple(axis for axis in range(arg.order) if axis not in axes)
    if name == "sum":
        return einsum(ONE, [(arg, tuple(range(arg.order)))], kept)
    if not axes:
        return arg
    turned = permuted(arg, (*kept, *axes))
    return made("primitive", turned.dims[: len(kept)], name=name, args=(turned,))


def count(arg: Term, axes: tuple[int, ...]) -> Term:
    """How many entries the axes hold."""
    return einsum(ONE, [(size(arg.dims[axis]), ()) for axis in axes], ())
