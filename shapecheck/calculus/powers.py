"""Powers of terms, and the factors of a product that are powers of one base; sizes, which are powers of names.

x and 1/x cancel, equal scalar parts such as a'x a'x become (a'x)^2, (x^2)^(1/2) is |x|.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from shapecheck.calculus.canonical import Factor
from shapecheck.calculus.exponentials import logistic_of, merge_exponentials, merge_functions
from shapecheck.calculus.leaves import atom_size, is_zero, made
from shapecheck.calculus.network import Network
from shapecheck.calculus.product import ONE, add, einsum, finished, number, ones, oriented, scale, split, transpose
from shapecheck.core.dimension import Dimension, named
from shapecheck.core.term import Number, Term


def merge(network: Network) -> bool:
    """Changes the network where factors belong together, and says so."""
    return (
        _merge_equal(network)
        or _merge_scalars(network)
        or merge_exponentials(network)
        or merge_functions(network)
        or _merge_general(network)
    )


def _base(term: Term) -> tuple[Term, Number]:
    return (term.args[0], term.data[0]) if term.kind == "map" and term.name == "pow" else (term, ONE)


def _merge_equal(network: Network) -> bool:
    """Equal factors over the same indices become powers, x and 1/x cancel."""
    groups: dict[tuple[Term, tuple[int, ...]], list[Number]] = {}
    for term, indices in network.factors:
        base, exponent = _base(term)
        groups.setdefault((base, indices), []).append(exponent)
    if len(groups) == len(network.factors):
        return False
    factors: list[Factor] = []
    changed = False
    for (base, indices), exponents in groups.items():
        if len(exponents) == 1 or (indices and exponents == [1, 1] and not _cancels_with(base, indices, exponents)):
            factors += [(power(base, exponent), indices) for exponent in exponents]
            continue
        changed = True
        total = sum(exponents, Fraction(0))
        if total == 2 and indices:
            factors += [(base, indices)] * 2
        elif total:
            factors.append((power(base, total), indices))
    if changed:
        network.factors = factors
    return changed


def _merge_general(network: Network) -> bool:
    """x^a over x^b is x^(a - b), with exponents that are terms."""
    for place, (term, indices) in enumerate(network.factors):
        base, times = _base(term)
        if base.kind != "map" or base.name != "epower":
            continue
        for other, (second, axes) in enumerate(network.factors[place + 1 :], place + 1):
            mine, own = _base(second)
            if axes == indices and mine.kind == "map" and mine.name == "epower" and mine.args[0] is base.args[0]:
                exponent = add([(times, base.args[1]), (own, mine.args[1])], base.dims)
                network.drop(place, other)
                network.factors.append((_general(base.args[0], exponent), indices))
                return True
    return False


def _general(base: Term, exponent: Term) -> Term:
    from shapecheck.calculus.functions import map_  # late: functions are made of powers

    return map_("epower", (base, exponent))


def _cancels_with(base: Term, indices: tuple[int, ...], exponents: list[Number]) -> bool:
    return base.kind == "map" and base.name in {"step", "sign"}


def _merge_scalars(network: Network) -> bool:
    """Equal scalar parts, such as a'x a'x, become powers of one."""
    parts = scalar_parts(network)
    if len(parts) < 2 or not any(len(part) > 1 for part in parts):
        return False
    groups: dict[Term, list[tuple[list[int], Number]]] = {}
    for part in parts:
        if len(part) == 1 and not network.factors[part[0]][1]:
            base, exponent = _base(network.factors[part[0]][0])
        else:
            base, exponent = finished(Network(ONE, [network.factors[p] for p in part], (), network.dims, set())), ONE
        groups.setdefault(base, []).append((part, exponent))
    gone: list[int] = []
    fresh: list[Factor] = []
    for base, members in groups.items():
        if len(members) > 1:
            gone += [position for part, _ in members for position in part]
            total = sum((exponent for _, exponent in members), Fraction(0))
            if total:
                fresh.append((power(base, total), ()))
    if not gone:
        return False
    network.summed.difference_update(index for position in gone for index in network.factors[position][1])
    network.drop(*gone)
    network.factors += fresh
    return True


def scalar_parts(network: Network) -> list[list[int]]:
    """The connected parts that touch no index of the result, as positions of factors."""
    group = list(range(len(network.factors)))
    owner: dict[int, int] = {}
    for position, (_, indices) in enumerate(network.factors):
        for index in indices:
            other = owner.setdefault(index, position)
            mine, theirs = group[position], group[other]
            if mine != theirs:
                group = [theirs if member == mine else member for member in group]
    kept = {group[owner[index]] for index in network.out if index in owner}
    parts: dict[int, list[int]] = {}
    for position, member in enumerate(group):
        if member not in kept:
            parts.setdefault(member, []).append(position)
    return list(parts.values())


def power(base: Term, exponent: Number) -> Term:
    """Each entry to a constant power, where that is defined."""
    if exponent == 0:
        return ones(base.dims)
    if exponent == 1:
        return base
    if is_zero(base):
        return base if exponent > 0 else _raw_power(base, exponent)
    squared = _square_of(base) if isinstance(exponent, Fraction) and exponent.denominator > 1 else None
    if squared is not None:
        return power(_absolute(squared), 2 * exponent)
    inner, own = _base(base)
    if inner is not base and _powers_multiply(own, exponent):
        return power(inner, own * exponent)
    if base.kind == "map" and base.name == "exp":
        return made("map", base.dims, name="exp", args=(scale(exponent, base.args[0]),))
    logistic = logistic_of(base) if exponent < 0 and isinstance(exponent, Fraction) and exponent.denominator == 1 else None
    if logistic is not None:
        return power(made("map", base.dims, name="sigmoid", args=(scale(-ONE, logistic),)), -exponent)
    if base.kind == "einsum":
        found = _power_of_product(base, exponent)
        if found is not None:
            return found
    if exponent == 2 and base.order:
        axes = tuple(range(base.order))
        return einsum(ONE, [(base, axes), (base, axes)], axes)
    turned, swapped = oriented(base)
    if swapped:
        return transpose(_raw_power(turned, exponent))
    return _raw_power(base, exponent)


def _square_of(base: Term) -> Term | None:
    """x where every entry of the base is that of x, squared."""
    if base.kind == "map" and base.name == "pow" and base.data[0] == 2:
        return base.args[0]
    if base.kind == "einsum" and len(base.args) == 2 and base.args[0] is base.args[1] and base.coefficient[0] == 1:
        first, second, out = base.indices
        if first == second == out and len(set(out)) == len(out):
            return base.args[0]
    return None


def _absolute(term: Term) -> Term:
    positive = (term.kind == "leaf" and "positive" in term.data[2:]) or (term.kind == "map" and term.name in {"exp", "abs", "sigmoid"})
    return term if positive else made("map", term.dims, name="abs", args=(term,))


def _raw_power(base: Term, exponent: Number) -> Term:
    return made("map", base.dims, name="pow", args=(base,), data=(exponent,))


def _powers_multiply(inner: Number, outer: Number) -> bool:
    """(x^a)^b = x^(ab), but for even a and fractional b, where it is a power of |x|."""
    if isinstance(outer, Fraction) and outer.denominator == 1:
        return True
    return isinstance(inner, Fraction) and inner.numerator % 2 == 1


def _power_of_product(base: Term, exponent: Number) -> Term | None:
    coefficient, core = split(base)
    out = base.indices[-1]
    whole = isinstance(exponent, Fraction) and exponent.denominator == 1
    if len(set(out)) < len(out):
        return None
    if coefficient != 1:
        factor = exact_power(coefficient, exponent)
        if factor is not None:
            return scale(factor, power(core, exponent))
        if not base.args and base.order:
            return einsum(ONE, [(_raw_power(number(coefficient), exponent), ())], out, dict(enumerate(base.data)))
        return None
    if not base.args:
        return base
    if not all(set(axes) <= set(out) and len(set(axes)) == len(axes) for axes in base.indices[:-1]):
        return _power_of_parts(base, exponent) if whole and not out else None
    if not whole and (len(base.args) > 1 or base.indices[0] == out):
        return None
    factors: list[Factor] = [(power(arg, exponent), axes) for arg, axes in zip(base.args, base.indices, strict=False)]
    return einsum(ONE, factors, out, dict(enumerate(base.data)))


def _power_of_parts(base: Term, exponent: Number) -> Term | None:
    """A scalar that is a product of scalars: each to the power."""
    network = Network(ONE, list(zip(base.args, base.indices, strict=False)), (), dict(enumerate(base.data)), set())
    parts = scalar_parts(network)
    if len(parts) < 2:
        return None
    scalars = [finished(Network(ONE, [network.factors[p] for p in part], (), network.dims, set())) for part in parts]
    return einsum(ONE, [(power(scalar, exponent), ()) for scalar in scalars], ())


def exact_power(base: Number, exponent: Number) -> Number | None:
    """A rational power where it is rational (or where floats are in play); bounded."""
    if isinstance(base, float) or isinstance(exponent, float):
        value = float(base) ** float(exponent) if base > 0 else None
        return value if value is not None and abs(value) < 1e300 else None
    if abs(exponent.numerator) > 64 or base == 0 or max(abs(base.numerator), base.denominator) > 10**12:
        return None
    if exponent.denominator == 1:
        return base**exponent.numerator
    if exponent.denominator != 2 or base < 0:
        return None
    top, bottom = isqrt(base.numerator), isqrt(base.denominator)
    if top * top != base.numerator or bottom * bottom != base.denominator:
        return None
    return Fraction(top, bottom) ** exponent.numerator


def size(dimension: Dimension) -> Term:
    """A dimension as a number: a polynomial in its atoms."""
    constant = dimension.constant
    if constant is not None:
        return number(Fraction(constant))
    parts: list[tuple[Number, Term]] = []
    for monomial, coefficient in dimension.terms:
        atoms = [(atom_size(named(atom)), exponent) for atom, exponent in monomial]
        factors: list[Factor] = [(power(leaf, Fraction(exponent)), ()) for leaf, exponent in atoms]
        parts.append((Fraction(coefficient), einsum(ONE, factors, ())))
    return add(parts, ())
