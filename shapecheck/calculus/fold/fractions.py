"""Sums of fractions over the sums that divide them, where much cancels above: `1/(1 + a) - a/(1 + a)^2` is `1/(1 + a)^2`."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from shapecheck.calculus.fold.context import Context
from shapecheck.calculus.fold.entrywise import hadamard
from shapecheck.calculus.fold.product import ONCE, Product, assemble, flattened
from shapecheck.calculus.fold.scalars import without_inverses
from shapecheck.calculus.fold.unpacking import addends
from shapecheck.core.dimension import Dimension
from shapecheck.core.expression import Expression, make
from shapecheck.core.record import replace
from shapecheck.core.shape import Shape
from shapecheck.core.term import Number

Powers = dict[Expression, Fraction]
Monomial = frozenset[tuple[Expression, Fraction]]
Entry = tuple[Expression, Fraction]
MOST = 24
"""Monomials above the line; more are not looked through."""
SUMS = ("add", "subtract")


def over_common(terms: list[Product], dims: tuple[Dimension, ...], context: Context) -> tuple[list[Product], list[Entry]] | None:
    """What stands above the line, multiplied out, and the sums below it; None where nothing cancels there."""
    opened = [_entries(term) for term in terms]
    below: Powers = {}
    for found in opened:
        if found is None:
            return None
        for entry, exponent in found[1].items():
            if entry.op in SUMS and exponent < 0:
                below[entry] = min(exponent, below.get(entry, Fraction(0)))
    if not below and not any(_opens(found[1]) for found in opened if found is not None):
        return None
    above: dict[Monomial, Number] = {}
    for weight, powers in (found for found in opened if found is not None):
        for entry, exponent in below.items():
            powers[entry] = powers.get(entry, Fraction(0)) - exponent
        expanded = _expanded(weight, powers)
        if expanded is None:
            return None
        for monomial, value in expanded:
            above[monomial] = above.get(monomial, Fraction(0)) + value
    kept = {monomial: value for monomial, value in above.items() if value}
    if len(kept) >= MOST:
        return None
    return [_product(monomial, value, dims, context) for monomial, value in kept.items()], list(below.items())


def _opens(powers: Powers) -> bool:
    """Whether a sum stands above a line below which something may cancel with its parts."""
    return any(entry.op in SUMS and exponent >= 1 for entry, exponent in powers.items()) and min(powers.values()) < 0


def divided(above: Product, below: list[Entry], context: Context) -> Product:
    """The fraction as a product."""
    scalars = tuple((entry, exponent) for entry, exponent in below if not entry.shape.dims)
    tensors = [(entry, exponent) for entry, exponent in below if entry.shape.dims]
    if tensors:
        whole = hadamard([(assemble(above.bare), ONCE), *tensors], context, Shape(above.dims))
        above = replace(above, chain=flattened(whole))
    return above.times(ONCE, scalars)


def _entries(term: Product) -> tuple[Number, Powers] | None:
    """Number and factors of a term; None where it is a matrix product."""
    if len(term.chain) > 1 or any(part.op in ("transpose", "diag", "identity", "basis") for part in term.chain):
        return None
    powers: Powers = {}
    weight = term.coefficient
    pending = [*((entry, exponent) for entry, exponent in term.scalars), *((entry, ONCE) for entry in term.chain)]
    while pending:
        entry, exponent = pending.pop()
        op, args = entry.op, entry.args
        whole = exponent.denominator == 1
        if op in ("hadamard", "scale"):
            pending += [(args[0], exponent), (args[1], exponent)]
        elif op == "ratio":
            pending += [(args[0], exponent), (args[1], -exponent)]
        elif op == "sqrt":
            pending.append((args[0], exponent / 2))
        elif op == "epower" and args[1].op == "number" and isinstance(args[1].data[0], Fraction):
            pending.append((args[0], exponent * args[1].data[0]))
        elif op == "negate" and whole:
            weight, pending = weight * (-1) ** exponent.numerator, [*pending, (args[0], exponent)]
        elif op == "number" and whole:
            weight *= entry.data[0] ** exponent.numerator
        elif op != "ones":
            powers[entry] = powers.get(entry, Fraction(0)) + exponent
    return weight, powers


def _expanded(weight: Number, powers: Powers) -> list[tuple[Monomial, Number]] | None:
    """The product as a sum of monomials without sums in them."""
    found: list[tuple[Monomial, Number]] = []
    pending = [(weight, powers)]
    for _ in range(4 * MOST):
        if not pending:
            return found
        weight, powers = pending.pop()
        entry = next((part for part, exponent in powers.items() if part.op in SUMS and exponent >= 1), None)
        if entry is None:
            found.append((frozenset(_reduced(powers).items()), weight))
            continue
        rest = {**powers, entry: powers[entry] - 1}
        for sign, part in addends(entry):
            opened = _entries(Product(sign, (), (part,), part.shape.dims))
            if opened is None:
                return None
            pending.append((weight * opened[0], _merged((rest, opened[1]))))
    return None


def _merged(factors: Iterable[Powers]) -> Powers:
    whole: Powers = {}
    for powers in factors:
        for entry, exponent in powers.items():
            whole[entry] = whole.get(entry, Fraction(0)) + exponent
    return {entry: exponent for entry, exponent in whole.items() if exponent}


def _reduced(powers: Powers) -> Powers:
    """`abs(x)^2` is `x^2`, `x sign(x)` is `abs(x)`, `exp(x) exp(-x)` is 1."""
    found = dict(powers)
    without_inverses(found)
    for entry in powers:
        if entry.op == "sign" and found.get(entry) == 1 and found.get(entry.args[0], 0) >= 1:
            size = make("abs", entry.args, entry.shape)
            found[entry.args[0]] -= 1
            del found[entry]
            found[size] = found.get(size, Fraction(0)) + 1
    for entry in [part for part in found if part.op == "abs" and found[part] >= 2]:
        pairs = found[entry] // 2 * 2
        found[entry] -= pairs
        found[entry.args[0]] = found.get(entry.args[0], Fraction(0)) + pairs
    return {entry: exponent for entry, exponent in found.items() if exponent}


def _product(monomial: Monomial, weight: Number, dims: tuple[Dimension, ...], context: Context) -> Product:
    ordered = sorted(monomial, key=lambda item: (repr(item[0])[:80], item[1]))
    scalars = tuple((entry, exponent) for entry, exponent in ordered if not entry.shape.dims)
    tensors = [(entry, exponent) for entry, exponent in ordered if entry.shape.dims]
    whole = hadamard(tensors, context, Shape(dims)) if tensors else make("ones", (), Shape(dims))
    return Product(weight, (), flattened(whole) if dims else (), dims).times(ONCE, scalars)
