"""Products with sums multiplied out where much cancels: `p .* (1 - p) .* (y ./ p - (1 - y) ./ (1 - p))` is `y - p`."""

from __future__ import annotations

from fractions import Fraction

from shapecheck.calculus.fold.context import Context
from shapecheck.calculus.fold.entrywise import hadamard
from shapecheck.calculus.fold.product import ONCE, Product, flattened
from shapecheck.calculus.fold.transposing import reversed_chain
from shapecheck.calculus.fold.unpacking import addends, products
from shapecheck.core.dimension import Dimension
from shapecheck.core.expression import Expression, make
from shapecheck.core.shape import Shape
from shapecheck.core.term import Number

Monomial = frozenset[tuple[Expression, Fraction]]
Entry = tuple[Expression, Fraction]
MAX_MONOMIALS = 16


def cancelled(entries: list[Entry], dims: tuple[Dimension, ...], context: Context) -> list[Product] | None:
    """The product of the entries as a sum with fewer divisions, if it is one; only tried where a sum divides."""
    opened = _opened(entries)
    sums = [entry for entry, exponent in opened if exponent == 1 and entry.op in ("add", "subtract")]
    if not any(_divides(part) for entry in sums for _, part in addends(entry)):
        return None
    found: dict[Monomial, Number] = {}
    divided = next(entry for entry in sums if any(_divides(part) for _, part in addends(entry)))
    rest = list(opened)
    rest.remove((divided, ONCE))
    for sign, part in addends(divided):
        expanded = _expanded([*_opened([(part, ONCE)]), *rest], sign)
        if expanded is None:
            return None
        for monomial, weight in expanded.items():
            found[monomial] = found.get(monomial, Fraction(0)) + weight
            if len(found) > MAX_MONOMIALS:
                return None
    return [_product(monomial, weight, dims, context) for monomial, weight in found.items() if weight]


def multiplied_out(terms: list[Product], dims: tuple[Dimension, ...], context: Context) -> list[Product] | None:
    """A sum of products entry by entry without brackets, `p ./ (1 - p)` split so that the rest can cancel."""
    found: dict[Monomial, Number] = {}
    divided = False
    for term in terms:
        if len(term.chain) != 1 or term.scalars:
            return None
        entries = _opened([(term.chain[0], ONCE)])
        divided = divided or _divided(entries)
        expanded = _expanded(entries, term.coefficient)
        if expanded is None:
            return None
        for monomial, weight in expanded.items():
            for whole, sign in _partial(monomial):
                found[whole] = found.get(whole, Fraction(0)) + weight * sign
        if len(found) > 4 * MAX_MONOMIALS:
            return None
    if not divided:
        return None
    kept = {monomial: weight for monomial, weight in found.items() if weight}
    return [_product(monomial, weight, dims, context) for monomial, weight in kept.items()] if len(kept) <= MAX_MONOMIALS else None


def _divided(entries: list[Entry]) -> bool:
    return any(
        exponent < 0 or (entry.op in ("add", "subtract") and any(_divides(part) for _, part in addends(entry)))
        for entry, exponent in entries
    )


def _partial(monomial: Monomial) -> list[tuple[Monomial, Number]]:
    """`p / (1 - p)` is `1 / (1 - p) - 1`."""
    powers = dict(monomial)
    for below, exponent in monomial:
        if exponent >= 0 or below.op != "subtract" or below.args[0].op != "number" or below.args[0].data[0] != 1:
            continue
        inner = below.args[1]
        if powers.get(inner, 0) < 1:
            continue
        lowered = {**powers, inner: powers[inner] - 1}
        rest = {**lowered, below: exponent + 1}
        parts = _partial(_monomial(lowered))
        return [*parts, *((whole, -sign) for whole, sign in _partial(_monomial(rest)))]
    return [(monomial, ONCE)]


def _monomial(powers: dict[Expression, Fraction]) -> Monomial:
    return frozenset((entry, exponent) for entry, exponent in powers.items() if exponent)


def _divides(expression: Expression) -> bool:
    return any(exponent < 0 for _, exponent in _opened([(expression, ONCE)]))


def _opened(entries: list[Entry]) -> list[Entry]:
    """Products, ratios and powers inside the entries opened up."""
    pending, found = list(entries)[::-1], []
    while pending:
        entry, exponent = pending.pop()
        op, args = entry.op, entry.args
        if op in ("hadamard", "scale"):
            pending += [(args[1], exponent), (args[0], exponent)]
        elif op == "ratio":
            pending += [(args[1], -exponent), (args[0], exponent)]
        elif op == "epower" and args[1].op == "number" and isinstance(args[1].data[0], Fraction):
            pending.append((args[0], exponent * args[1].data[0]))
        elif op == "negate" and exponent.denominator == 1:
            pending += [(args[0], exponent), (make("number", data=(Fraction(-1),)), ONCE)]
        else:
            found.append((entry, exponent))
    return found


def _expanded(entries: list[Entry], sign: Number) -> dict[Monomial, Number] | None:
    powers: dict[Expression, Fraction] = {}
    weight: Number = sign
    for entry, exponent in entries:
        if entry.op == "number" and exponent.denominator == 1:
            weight *= entry.data[0] ** exponent.numerator
        elif entry.op != "ones":
            powers[entry] = powers.get(entry, Fraction(0)) + exponent
    result: dict[Monomial, Number] = {frozenset(): weight}
    for entry, exponent in powers.items():
        if not exponent:
            continue
        if exponent == 1 and entry.op in ("add", "subtract"):
            choices = [(s, _opened([(part, ONCE)])) for s, part in addends(entry)]
        else:
            choices = [(ONCE, [(entry, exponent)])]
        result = _times(result, choices)
        if len(result) > MAX_MONOMIALS:
            return None
    for _ in range(MAX_MONOMIALS):
        nested = next((m for m in result if any(e == 1 and entry.op in ("add", "subtract") for entry, e in m)), None)
        if nested is None:
            return result
        inner = _expanded(list(nested), result.pop(nested))
        if inner is None:
            return None
        for monomial, value in inner.items():
            result[monomial] = result.get(monomial, Fraction(0)) + value
    return None


def _times(sums: dict[Monomial, Number], choices: list[tuple[Number, list[Entry]]]) -> dict[Monomial, Number]:
    found: dict[Monomial, Number] = {}
    for monomial, weight in sums.items():
        for sign, entries in choices:
            powers = dict(monomial)
            total = weight * sign
            for entry, exponent in entries:
                if entry.op == "number" and exponent.denominator == 1:
                    total *= entry.data[0] ** exponent.numerator
                elif entry.op != "ones":
                    powers[entry] = powers.get(entry, Fraction(0)) + exponent
            key = frozenset((entry, exponent) for entry, exponent in powers.items() if exponent)
            found[key] = found.get(key, Fraction(0)) + total
    return {monomial: weight for monomial, weight in found.items() if weight}


def _product(monomial: Monomial, weight: Number, dims: tuple[Dimension, ...], context: Context) -> Product:
    ordered = sorted(monomial, key=lambda item: (repr(item[0])[:80], item[1]))
    scalars = tuple((entry, exponent) for entry, exponent in ordered if not entry.shape.dims)
    tensors = [(entry, exponent) for entry, exponent in ordered if entry.shape.dims]
    if not dims:
        return Product(weight, scalars, (), ())
    whole = hadamard(tensors, context, Shape(dims)) if tensors else make("ones", (), Shape(dims))
    return Product(weight, scalars, flattened(whole), dims)


def applied(matrix: Product, vector: Expression, context: Context) -> list[Product] | None:
    """A sum of matrices times a vector, term by term; None where the matrix is no sum."""
    if len(matrix.chain) != 1 or len(vector.shape.dims) != 1:
        return None
    head = matrix.chain[0]
    turned = head.op == "transpose"
    parts = products(head.args[0] if turned else head)
    if parts is None or not 2 <= len(parts) <= 4:
        return None
    found = []
    for part in parts:
        chain = reversed_chain(part.chain, context) if turned else part.chain
        if vector.op != "ones" and not any(step.op in ("identity", "diag", "ones") or len(step.shape.dims) == 1 for step in chain):
            return None
        found.append(Product(part.coefficient, part.scalars, chain, matrix.dims))
    return found
