"""Matrices in a row within an index form, as one matrix: `(H' inv(S) H)[k, l]`, without a sum over what lies between."""

from __future__ import annotations

from collections import Counter

from shapecheck.calculus.fold.product import ONCE
from shapecheck.calculus.fold.terms import SPECIAL, inlined
from shapecheck.calculus.product import add, einsum
from shapecheck.core.dimension import Dimension
from shapecheck.core.term import Term

Factor = tuple[Term, tuple[int, ...]]
MAX_TERMS = 60


def chained(term: Term) -> tuple[list[Factor], dict[int, Dimension], frozenset[Term]]:
    """The factors of a product, those that only share summed indices multiplied; which were; and the sizes of the indices."""
    factors, dims = inlined(term)
    out = frozenset(term.indices[-1])
    made: set[Term] = set()
    for place, (part, axes) in enumerate(factors):
        if len(axes) == 2 and axes[0] == axes[1] and _once(axes[0], factors, out, 2):
            factors[place] = (einsum(ONCE, [(part, axes)], ()), ())
            made.add(factors[place][0])
    while (pair := _pair(factors, out)) is not None:
        (first, left), (second, right) = pair
        count = Counter(index for _, axes in factors for index in axes)
        inside = {index for index in {*left} & {*right} if index not in out and count[index] == 2}
        kept = tuple(index for index in (*left, *right) if index not in inside)
        product = einsum(ONCE, [(first, left), (second, right)], kept)
        place = factors.index(pair[0])
        factors.remove(pair[0])
        factors.remove(pair[1])
        factors.insert(place, (product, kept))
        made.add(product)
    return factors, dims, frozenset(made)


def _once(index: int, factors: list[Factor], out: frozenset[int], count: int) -> bool:
    """Whether a summed index stands in this many places only."""
    return index not in out and sum(axes.count(index) for _, axes in factors) == count


def _pair(factors: list[Factor], out: frozenset[int]) -> tuple[Factor, Factor] | None:
    """Two vectors or matrices that meet in summed indices alone, which nothing else has."""
    count = Counter(index for _, axes in factors for index in axes)
    plain = [item for item in factors if 1 <= item[0].order <= 2 and len(set(item[1])) == len(item[1]) and not _is_special(item[0])]
    for place, first in enumerate(plain):
        for second in plain[place + 1 :]:
            shared = set(first[1]) & set(second[1])
            if shared and all(index not in out and count[index] == 2 for index in shared):
                return first, second
    return None


def _is_special(part: Term) -> bool:
    return part.kind == "leaf" and part.name in (*SPECIAL, "basis")


def distributed(term: Term) -> Term:
    """With products of sums of more than two axes multiplied out: the identities among their terms vanish so."""
    if term.kind == "add":
        return add([(weight, distributed(part)) for weight, part in zip(term.coefficient, term.args, strict=True)], term.dims)
    if term.kind != "einsum":
        return term
    place = next((place for place, part in enumerate(term.args) if part.kind == "add" and part.order > 2), None)
    if place is None or len(term.args[place].args) > MAX_TERMS:
        return term
    whole = term.args[place]
    factors = list(zip(term.args, term.indices, strict=False))
    parts = []
    for weight, part in zip(whole.coefficient, whole.args, strict=True):
        product = [*factors[:place], (part, term.indices[place]), *factors[place + 1 :]]
        parts.append((weight, distributed(einsum(term.coefficient[0], product, term.indices[-1], dict(enumerate(term.data))))))
    return add(parts, term.dims)
