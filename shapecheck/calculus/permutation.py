"""Two permutation symbols that share an index, as differences of identities: cross(u, cross(u, v)) is u u'v - v u'u."""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.calculus.canonical import Factor
from shapecheck.calculus.evaluate_order import schedule
from shapecheck.calculus.leaves import THREE
from shapecheck.calculus.product import ONE, add, einsum, identity
from shapecheck.calculus.rebuild import again
from shapecheck.core.term import Term

MAX_PAIRS = 4


def opened(term: Term) -> Term:
    """The term with pairs of permutation symbols multiplied out."""
    for _ in range(MAX_PAIRS):
        known: dict[Term, Term] = {}
        for node in schedule(term):
            known[node] = _opened(node, known) or again(node, known)
        if known[term] is term:
            break
        term = known[term]
    return term


def _opened(node: Term, known: Mapping[Term, Term]) -> Term | None:
    if node.kind != "einsum":
        return None
    symbols = [place for place, arg in enumerate(node.args) if arg.kind == "leaf" and arg.name == "levi"]
    for first in symbols:
        for second in symbols:
            shared = sorted(set(node.indices[first]) & set(node.indices[second]) - set(node.indices[-1]))
            if first < second and shared:
                return _multiplied(node, first, second, shared[0], known)
    return None


def _multiplied(node: Term, first: int, second: int, shared: int, known: Mapping[Term, Term]) -> Term:
    """e[k,a,b] e[k,c,d] = I[a,c] I[b,d] - I[a,d] I[b,c]; turning the axes in a circle changes nothing."""
    (a, b), (c, d) = (_behind(node.indices[place], shared) for place in (first, second))
    factors = zip(node.args, node.indices, strict=False)
    rest: list[Factor] = [(known[arg], axes) for place, (arg, axes) in enumerate(factors) if place not in (first, second)]
    unit = identity(THREE)
    parts = []
    for sign, pairs in ((ONE, ((a, c), (b, d))), (-ONE, ((a, d), (b, c)))):
        product = [*rest, *((unit, pair) for pair in pairs)]
        parts.append((sign, einsum(node.coefficient[0], product, node.indices[-1], dict(enumerate(node.data)))))
    return add(parts, node.dims)


def _behind(axes: tuple[int, ...], index: int) -> tuple[int, int]:
    place = axes.index(index)
    return axes[(place + 1) % 3], axes[(place + 2) % 3]
