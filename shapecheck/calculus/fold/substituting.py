"""Defined names put back for the products that they stand for, before folding: `H = (X - μ) ./ σ` inside a longer product.

A name's value is a set of factors with indices; where a product has them all, joined in the same way, the name
takes their place. Of a name that is a root, `σ = sqrt(v)`, powers of what is under it become powers of the name.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from shapecheck.calculus.canonical import Factor, is_symmetric
from shapecheck.calculus.evaluate_order import schedule
from shapecheck.calculus.fold.context import Context
from shapecheck.calculus.leaves import variable
from shapecheck.calculus.powers import power
from shapecheck.calculus.product import ONE, einsum, number
from shapecheck.calculus.rebuild import again
from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass
from shapecheck.core.term import Number, Term

MAX_PATTERN = 8
MAX_NODES = 400
MAX_NAMES = 16

Indices = dict[int, int]


@dataclass(frozen=True, slots=True)
class Named:
    """A name as a leaf, and the product that it stands for; of a root, `front` times `base` to the power `unit`."""

    leaf: Term
    value: Term
    front: Term | None = None
    base: Term | None = None
    unit: Fraction = Fraction(1)


def substituted(term: Term, context: Context) -> Term:
    """The term with names in it, those with the smallest values first, and these put into the values of the others."""
    waiting = sorted(context.definitions.items(), key=lambda item: len(schedule(item[1])))
    if len(schedule(term)) > MAX_NODES or len(waiting) > MAX_NAMES:
        return term
    while waiting:
        (variable_, value), *waiting = waiting
        for name in _named(variable_, value):
            term = _with(term, name)
            waiting = [(other, _with(meaning, name)) for other, meaning in waiting]
    return term


def _with(term: Term, name: Named) -> Term:
    known: dict[Term, Term] = {}
    for node in schedule(term):
        known[node] = _as_power(node, name) or _replaced(again(node, known), name)
    return known[term]


def _named(name: Expression, value: Term) -> Iterator[Named]:
    leaf = variable(name.data[0], name.data[1], value.dims)
    if value.kind == "map" and value.name == "pow" and isinstance(value.data[0], Fraction):
        base, unit = value.args[0], value.data[0]
        yield Named(leaf, value, number(ONE), base, unit)
        sizes, core = _without_sizes(base)
        if core is not base:
            yield Named(leaf, value, power(sizes, unit), core, unit)
    elif value.kind == "einsum" and 2 <= len(value.args) <= MAX_PATTERN and len(set(value.indices[-1])) == value.order:
        yield _root(leaf, value) or Named(leaf, value)


def _without_sizes(term: Term) -> tuple[Term, Term]:
    """The numbers in front of a product, and the product without them."""
    if term.kind != "einsum":
        return number(ONE), term
    factors: list[Factor] = list(zip(term.args, term.indices, strict=False))
    sizes = [factor for factor in factors if _is_size(factor[0])]
    rest = [factor for factor in factors if not _is_size(factor[0])]
    if not sizes or not rest:
        return number(ONE), term
    return einsum(term.coefficient[0], sizes, ()), einsum(ONE, rest, term.indices[-1], dict(enumerate(term.data)))


def _root(leaf: Term, value: Term) -> Named | None:
    """A root times numbers."""
    rest: list[Factor] = list(zip(value.args, value.indices, strict=False))
    roots = [factor for factor in rest if not _is_size(factor[0])]
    if len(roots) != 1 or roots[0][1] != value.indices[-1]:
        return None
    base, unit = _base(roots[0][0])
    if base is roots[0][0] or not isinstance(unit, Fraction):
        return None
    rest.remove(roots[0])
    return Named(leaf, value, einsum(value.coefficient[0], rest, ()), base, unit)


def _is_size(term: Term) -> bool:
    base, _ = _base(term)
    return base.kind == "leaf" and base.name == "size"


def _replaced(node: Term, name: Named) -> Term:
    if node is name.value:
        return name.leaf
    while node.kind == "einsum" and name.value.kind == "einsum" and len(node.args) >= len(name.value.args):
        found = _matched(node, name)
        if found is None:
            break
        node = found
    return node


def _as_power(node: Term, name: Named) -> Term | None:
    """v as σ^2, and v^(-3/2) as σ^-3."""
    mine, exponent = _base(node)
    if mine is not name.base or name.front is None or not isinstance(exponent, Fraction) or (exponent / name.unit).denominator != 1:
        return None
    axes = tuple(range(node.order))
    times = exponent / name.unit
    return einsum(ONE, [(power(name.leaf, times), axes), (power(name.front, -times), ())], axes)


def _base(term: Term) -> tuple[Term, Number]:
    return (term.args[0], term.data[0]) if term.kind == "map" and term.name == "pow" else (term, ONE)


def _matched(node: Term, name: Named) -> Term | None:
    """The product with the name in place of its factors, once."""
    value = name.value
    factors: list[Factor] = list(zip(node.args, node.indices, strict=False))
    pattern: list[Factor] = sorted(zip(value.args, value.indices, strict=False), key=lambda factor: -factor[0].order)
    sizes: list[Factor] = [(power(term, -ONE), ()) for term, _ in pattern if _is_size(term)]
    pattern = [factor for factor in pattern if not _is_size(factor[0])]
    for joined, rest in _ways(pattern, [*factors, *sizes], {}) if pattern else ():
        inner = {joined[index] for _, axes in pattern for index in axes} - {joined[index] for index in value.indices[-1]}
        if inner & {index for _, axes in rest for index in axes} or inner & set(node.indices[-1]):
            continue
        axes = tuple(joined[index] for index in value.indices[-1])
        weight = node.coefficient[0] / value.coefficient[0]
        return einsum(weight, [*rest, (name.leaf, axes)], node.indices[-1], dict(enumerate(node.data)))
    return None


def _ways(pattern: list[Factor], factors: list[Factor], joined: Indices) -> Iterator[tuple[Indices, list[Factor]]]:
    """How the pattern's factors can be found among the factors: the indices that correspond, and what is left."""
    if not pattern:
        yield joined, factors
        return
    term, axes = pattern[0]
    base, wanted = _base(term)
    for place, (other, theirs) in enumerate(factors):
        mine, exponent = _base(other)
        left = exponent - wanted
        if mine is not base or exponent * wanted < 0 or left * wanted < 0:
            continue
        rest = [*factors[:place], *([(power(base, left), theirs)] if left else []), *factors[place + 1 :]]
        for turned in dict.fromkeys((theirs, theirs[::-1]) if is_symmetric(other) else (theirs,)):
            both = _joined(joined, axes, turned)
            if both is not None:
                yield from _ways(pattern[1:], rest, both)


def _joined(known: Indices, axes: tuple[int, ...], theirs: tuple[int, ...]) -> Indices | None:
    """The correspondence with these axes too, one to one."""
    both = dict(known)
    taken = {index: own for own, index in both.items()}
    for own, index in zip(axes, theirs, strict=True):
        if both.setdefault(own, index) != index or taken.setdefault(index, own) != own:
            return None
    return both
