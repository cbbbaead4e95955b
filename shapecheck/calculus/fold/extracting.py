"""Sums changed before they are folded: what all terms share taken out, or differences of rows and columns multiplied out."""

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


MAX_TERMS = 3


def multiplied(term: Term) -> Term:
    """Products with sums of rows and columns term by term: of A_ij (x_i - x_j) the row sums of A times x, less A x."""
    if term.kind == "add":
        return add([(weight, multiplied(part)) for weight, part in zip(term.coefficient, term.args, strict=True)], term.dims)
    if term.kind != "einsum":
        return term
    place = next((place for place, part in enumerate(term.args) if _is_of_rows(part)), None)
    if place is None:
        return term
    whole = term.args[place]
    factors: list[Factor] = list(zip(term.args, term.indices, strict=False))
    parts = []
    for weight, part in zip(whole.coefficient, whole.args, strict=True):
        product = [*factors[:place], (part, term.indices[place]), *factors[place + 1 :]]
        parts.append((weight, multiplied(einsum(term.coefficient[0], product, term.indices[-1], dict(enumerate(term.data))))))
    return add(parts, term.dims)


def _is_of_rows(part: Term) -> bool:
    """A sum of vectors, each the same along one of two or more axes."""
    if part.kind != "add" or part.order < 2 or not 2 <= len(part.args) <= MAX_TERMS:
        return False
    return all(
        inner.kind == "einsum" and not set(inner.indices[-1]) <= {i for axes in inner.indices[:-1] for i in axes} for inner in part.args
    )
