"""What all terms of a sum are divided by, or multiplied by along an axis, taken out of the sum before it is folded."""

from __future__ import annotations

from fractions import Fraction

from shapecheck.calculus.canonical import Factor
from shapecheck.calculus.powers import power
from shapecheck.calculus.product import ONE, add, einsum
from shapecheck.core.term import Term

Shared = dict[tuple[Term, tuple[int, ...]], Fraction]
"""Factors with the axes of the sum along which they lie, and their exponents."""


def extracted(term: Term) -> Term:
    """The sum with its common factors beside it; the term itself where there are none."""
    if term.kind != "add" or not term.order or len(term.args) < 2:
        return term
    shared = _factors(term.args[0])
    for part in term.args[1:]:
        other = _factors(part)
        shared = {key: _least(exponent, other[key]) for key, exponent in shared.items() if exponent * other.get(key, 0) > 0}
    if not shared:
        return term
    axes = tuple(range(term.order))
    inverse: list[Factor] = [(power(base, -exponent), along) for (base, along), exponent in shared.items()]
    parts = [(weight, einsum(ONE, [(part, axes), *inverse], axes)) for weight, part in zip(term.coefficient, term.args, strict=True)]
    beside: list[Factor] = [(power(base, exponent), along) for (base, along), exponent in shared.items()]
    return einsum(ONE, [(add(parts, term.dims), axes), *beside], axes)


def _least(first: Fraction, second: Fraction) -> Fraction:
    return min(first, second, key=abs)


def _factors(part: Term) -> Shared:
    if part.kind != "einsum" or len(set(part.indices[-1])) < part.order:
        return {}
    place = {index: axis for axis, index in enumerate(part.indices[-1])}
    found: Shared = {}
    for factor, indices in zip(part.args, part.indices, strict=False):
        raised = factor.kind == "map" and factor.name == "pow"
        base, exponent = (factor.args[0], factor.data[0]) if raised else (factor, Fraction(1))
        along = tuple(place[index] for index in indices if index in place)
        if not along or len(along) < len(indices) or not isinstance(exponent, Fraction):
            continue
        if exponent < 0 or len(along) < part.order:
            found[base, along] = found.get((base, along), Fraction(0)) + exponent
    return found
