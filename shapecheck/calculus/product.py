"""Products, sums and powers of terms in normal form; equal formulas mostly come out as one object.

The three need each other (a sum inside a product, a power of a product), so they stand together. Everything is
bounded: a product takes nested ones in up to `MAX_FACTORS`, a sum up to `MAX_TERMS`; beyond, structure stays nested.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from shapecheck.calculus.canonical import Factor, order
from shapecheck.calculus.leaves import is_zero, made, zero
from shapecheck.calculus.network import Mismatch, Network, simplify
from shapecheck.core.dimension import Dimension
from shapecheck.core.term import Dims, Number, Term

MAX_FACTORS = 24
MAX_TERMS = 48
MAX_CACHED = 50_000
ONE = Fraction(1)

_products: dict[tuple[Any, ...], Term] = {}


def einsum(coefficient: Number, factors: Sequence[Factor], out: tuple[int, ...], dims: Mapping[int, Dimension] | None = None) -> Term:
    """The product of the factors, kept over `out`; `dims` gives the sizes of indices that stand in no factor."""
    key = (coefficient, tuple(factors), out, tuple(dims.items()) if dims else ())
    found = _products.get(key)
    if found is None:
        if len(_products) > MAX_CACHED:
            _products.clear()
        found = _products[key] = _einsum(coefficient, factors, out, dims or {})
    return found


def merge(network: Network) -> bool:
    """What powers and exponentials take together; imported late, for a power is a product again."""
    from shapecheck.calculus import powers

    return powers.merge(network)


def _einsum(coefficient: Number, factors: Sequence[Factor], out: tuple[int, ...], extra: Mapping[int, Dimension]) -> Term:
    network = Network(coefficient, list(factors), out, dict(extra), set())
    for term, indices in factors:
        for index, dimension in zip(indices, term.dims, strict=True):
            known = network.dims.setdefault(index, dimension)
            if known != dimension:
                raise Mismatch(f"axes of size {known} and {dimension} cannot be joined")
            if index not in out:
                network.summed.add(index)
    shape = tuple(network.dims[index] for index in out)
    for _ in range(8):
        _flatten(network)
        simplify(network)
        if not network.coefficient or any(is_zero(term) for term, _ in network.factors):
            return zero(shape)
        _count_free(network)
        if not merge(network) and not any(_opens(network, term) for term, _ in network.factors):
            break
    blocks = _block_sum(network)
    if blocks is not None:
        return _distributed(network, blocks)
    if len(network.factors) == 1 and network.factors[0][0].kind == "add" and (network.factors[0][1] or not network.out):
        return _distributed(network, 0)
    if _sum_out(network):
        return _einsum(network.coefficient, network.factors, network.out, network.dims)
    _pull_contents(network)
    return finished(network)


# nested products


def _opens(network: Network, term: Term) -> bool:
    return term.kind == "einsum" and (len(term.args) < 2 or len(network.factors) - 1 + len(term.args) <= MAX_FACTORS)


def _flatten(network: Network) -> None:
    position = 0
    while position < len(network.factors):
        term, indices = network.factors[position]
        if not _opens(network, term):
            position += 1
            continue
        start = max(network.dims, default=-1) + 1
        for number, dimension in enumerate(term.data):
            network.dims[start + number] = dimension
            network.summed.add(start + number)
        network.coefficient *= term.coefficient[0]
        inner = [(arg, tuple(start + i for i in axes)) for arg, axes in zip(term.args, term.indices, strict=False)]
        network.factors[position : position + 1] = inner
        joined: dict[int, int] = {}
        for index, own in zip(indices, term.indices[-1], strict=True):
            target, source = _root(joined, index), _root(joined, start + own)
            if target != source:
                network.join(target, source)
                joined[source] = target
        position += len(inner)


def _root(joined: dict[int, int], index: int) -> int:
    while index in joined:
        index = joined[index]
    return index


def _count_free(network: Network) -> None:
    """A summed index that no factor has counts its size."""
    used = {index for _, indices in network.factors for index in indices}
    for index in sorted(network.summed - used):
        network.summed.discard(index)
        network.factors.append((_size(network.dims[index]), ()))


def _size(dimension: Dimension) -> Term:
    from shapecheck.calculus import powers

    return powers.size(dimension)


# sums inside products


def _is_blocky(term: Term, axis: int) -> bool:
    """Whether every part of a sum places a block along this axis."""
    if term.kind == "leaf":
        return term.name == "embed" and axis == 0
    if term.kind == "add":
        return bool(term.args) and all(_is_blocky(part, axis) for part in term.args)
    if term.kind != "einsum":
        return False
    index = term.indices[-1][axis]
    places = zip(term.args, term.indices, strict=False)
    return any(arg.kind == "leaf" and arg.name == "embed" and axes[0] == index for arg, axes in places)


def _block_sum(network: Network) -> int | None:
    """A sum of blocks that meets other blocks, so that most of the products vanish."""
    if not any(term.kind == "add" for term, _ in network.factors):
        return None
    meeting: dict[int, list[int]] = {}
    for position, (term, indices) in enumerate(network.factors):
        if term.kind in ("add", "leaf") and term.order:
            for axis, index in enumerate(indices):
                if _is_blocky(term, axis):
                    meeting.setdefault(index, []).append(position)
    for positions in meeting.values():
        sums = [position for position in positions if network.factors[position][0].kind == "add"]
        if sums and (len(positions) > 1 or len(set(network.factors[sums[0]][1])) < len(network.factors[sums[0]][1])):
            return sums[0]
    return None


def _distributed(network: Network, position: int) -> Term:
    total, indices = network.factors[position]
    rest = [factor for place, factor in enumerate(network.factors) if place != position]
    if not rest and indices == network.out and len(set(indices)) == len(indices):
        return _scaled_sum(network.coefficient, total)
    parts = []
    for weight, part in zip(total.coefficient, total.args, strict=True):
        factors = [(part, indices), *rest]
        parts.append((ONE, einsum(network.coefficient * weight, factors, network.out, network.dims)))
    return add(parts, tuple(network.dims[index] for index in network.out))


def _sum_out(network: Network) -> bool:
    """A sum over an axis that only one factor has, itself a sum: done term by term where terms vanish, as in sum(x - mean(x))."""
    for position, (term, indices) in enumerate(network.factors):
        if term.kind != "add" or len(set(indices)) < len(indices):
            continue
        kept = tuple(index for index in indices if index not in network.summed or network.uses(index) > 1)
        if len(kept) == len(indices):
            continue
        whole = einsum(ONE, [(term, indices)], kept)
        if whole.kind == "add" and len(whole.args) >= len(term.args):
            continue
        network.factors[position] = (whole, kept)
        network.summed.difference_update(set(indices) - set(kept))
        return True
    return False


def _scaled_sum(coefficient: Number, total: Term) -> Term:
    if coefficient == 1:
        return total
    weights = tuple(coefficient * weight for weight in total.coefficient)
    return made("add", total.dims, args=total.args, coefficient=weights)


def content(total: Term) -> Number:
    """The number that a sum's coefficients share, signed so that what stays begins positive."""
    weights = total.coefficient
    negative = sum(1 for weight in weights if weight < 0)
    sign = -1 if 2 * negative > len(weights) or (2 * negative == len(weights) and weights[0] < 0) else 1
    exact = [weight for weight in weights if isinstance(weight, Fraction)]
    if len(exact) < len(weights):
        return Fraction(sign)
    common = gcd(*(weight.numerator for weight in exact))
    return Fraction(sign * common, lcm(*(weight.denominator for weight in exact)))


def _pull_contents(network: Network) -> None:
    for position, (term, indices) in enumerate(network.factors):
        if term.kind == "add":
            shared = content(term)
            if shared != 1:
                network.coefficient *= shared
                network.factors[position] = (_scaled_sum(1 / shared, term), indices)


def finished(network: Network) -> Term:
    factors, numbers, sign = order(network.factors, network.out)
    coefficient = network.coefficient * sign
    out = tuple(numbers[index] for index in network.out)
    if len(factors) == 1 and coefficient == 1:
        term, indices = factors[0]
        if indices == network.out and len(set(indices)) == len(indices):
            return term
    dims: list[Dimension] = [network.dims[index] for index in sorted(numbers, key=numbers.__getitem__)]
    joined = (*(tuple([numbers[index] for index in axes]) for _, axes in factors), out)
    shape = tuple([dims[number] for number in out])
    args = tuple([term for term, _ in factors])
    return made("einsum", shape, args=args, indices=joined, coefficient=(coefficient,), data=tuple(dims))


# sums


def split(term: Term) -> tuple[Number, Term]:
    """The numeric coefficient of a term, and the term without it."""
    if term.kind != "einsum" or term.coefficient[0] == 1:
        return ONE, term
    if len(term.args) == 1 and term.indices[0] == term.indices[1] and len(set(term.indices[0])) == len(term.indices[0]):
        return term.coefficient[0], term.args[0]
    core = made("einsum", term.dims, args=term.args, indices=term.indices, coefficient=(ONE,), data=term.data)
    return term.coefficient[0], core


def add(parts: Iterable[tuple[Number, Term]], dims: Dims) -> Term:
    """The sum of the parts, each with its coefficient; equal parts are collected."""
    weights: dict[Term, Number] = {}
    for coefficient, term in _opened(list(parts)):
        own, core = split(term)
        weights[core] = weights.get(core, Fraction(0)) + coefficient * own
    kept = sorted(((core, weight) for core, weight in weights.items() if weight), key=lambda item: item[0].order_key)
    if not kept:
        return zero(dims)
    if len(kept) == 1:
        return scale(kept[0][1], kept[0][0])
    if dims and all(_is_uniform(core) for core, _ in kept):
        scalars = [(weight, einsum(ONE, list(zip(core.args, core.indices, strict=False)), ())) for core, weight in kept]
        return einsum(ONE, [(add(scalars, ()), ())], tuple(range(len(dims))), dict(enumerate(dims)))
    return made("add", dims, args=tuple(core for core, _ in kept), coefficient=tuple(weight for _, weight in kept))


def _is_uniform(term: Term) -> bool:
    """Whether every entry is the same scalar, which no index of the result touches."""
    if term.kind != "einsum":
        return False
    out = set(term.indices[-1])
    return len(out) == term.order and all(out.isdisjoint(indices) for indices in term.indices[:-1])


def _opened(parts: list[tuple[Number, Term]]) -> Iterable[tuple[Number, Term]]:
    room = MAX_TERMS - len(parts)
    for coefficient, term in parts:
        if term.kind == "add" and (len(term.args) <= 1 or room >= len(term.args) - 1):
            room -= len(term.args) - 1
            yield from ((coefficient * weight, part) for weight, part in zip(term.coefficient, term.args, strict=True))
        else:
            yield coefficient, term


def scale(coefficient: Number, term: Term) -> Term:
    if coefficient == 1:
        return term
    if term.kind == "add":
        return _scaled_sum(coefficient, term) if coefficient else zero(term.dims)
    axes = tuple(range(term.order))
    return einsum(coefficient, [(term, axes)], axes)


def plus(*terms: Term) -> Term:
    return add([(ONE, term) for term in terms], terms[0].dims)


# constants


def number(value: Number) -> Term:
    return einsum(value, (), ())


def ones(dims: Dims) -> Term:
    axes = tuple(range(len(dims)))
    return einsum(ONE, (), axes, dict(enumerate(dims)))


def identity(dimension: Dimension) -> Term:
    return einsum(ONE, (), (0, 0), {0: dimension})


def constant_value(term: Term) -> Number | None:
    """The number that a scalar term is, if it is one."""
    if is_zero(term) and not term.dims:
        return Fraction(0)
    return term.coefficient[0] if term.kind == "einsum" and not term.args and not term.dims else None


# orientation


def permuted(term: Term, axes: tuple[int, ...]) -> Term:
    """The term whose axis k is axis axes[k] of this one."""
    if axes == tuple(range(term.order)):
        return term
    return einsum(ONE, [(term, tuple(range(term.order)))], axes)


def transpose(term: Term) -> Term:
    """The last two axes swapped."""
    axes = list(range(term.order))
    axes[-2:] = axes[:-3:-1]
    return permuted(term, tuple(axes))


def oriented(term: Term) -> tuple[Term, bool]:
    """A matrix or its transpose, whichever has fewer transposed factors, and whether it was turned."""
    if term.order != 2:
        return term, False
    turned = transpose(term)
    mine, other = _uprightness(term), _uprightness(turned)
    if mine > other or (mine == other and term.order_key <= turned.order_key):
        return term, False
    return turned, True


def _uprightness(term: Term) -> int:
    if term.kind == "add":
        return sum(_uprightness(part) for part in term.args)
    if term.kind != "einsum" or len(term.indices[-1]) != 2:
        return 2
    first, last = term.indices[-1]
    score = 0
    for indices in term.indices[:-1]:
        if len(indices) == 2 and indices[0] != indices[1]:
            score += (indices[0] == first) + (indices[1] == last) - (indices[1] == first) - (indices[0] == last)
    return score
