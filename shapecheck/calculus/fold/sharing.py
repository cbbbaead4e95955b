"""What the terms of a sum have in common: a factor on the left, on the right, entry by entry, or a scalar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from shapecheck.calculus.fold.chains import joined
from shapecheck.calculus.fold.context import Context
from shapecheck.calculus.fold.entrywise import hadamard
from shapecheck.calculus.fold.product import ONCE, Product, assemble, flattened
from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.dimension import Dimension
from shapecheck.core.expression import Expression, make
from shapecheck.core.record import dataclass, replace
from shapecheck.core.shape import Shape


@dataclass(frozen=True, slots=True)
class Sharing:
    """Some terms without their common factor, the terms that lack it, and how the sum of the rests becomes a term again."""

    rests: list[Product]
    others: list[Product]
    build: Callable[[Product], Product]
    dims: tuple[Dimension, ...]  # of the rests


def sharings(terms: list[Product], dims: tuple[Dimension, ...], context: Context) -> Iterator[Sharing]:
    """Groups of at least two terms with a factor in common: what is left of them, the others, and the way back."""
    if len(dims) >= 1:
        yield from _left(terms, dims, context)
        yield from _right(terms, dims, context)
        yield from _entry(terms, dims, context)
        yield from _multiples(terms, context)
    yield from _scalar(terms, dims)


def _multiples(terms: list[Product], context: Context) -> Iterator[Sharing]:
    """Multiples of one vector or matrix: `a - s a` is `(1 - s) a`."""
    for chain in dict.fromkeys(term.chain for term in terms):
        inside = [term for term in terms if term.chain == chain]
        if len(inside) < 2:
            continue
        others = [term for term in terms if term.chain != chain]

        def build(inner: Product, whole: Product = inside[0]) -> Product:
            return replace(whole, coefficient=inner.coefficient, scalars=inner.scalars)

        yield Sharing([replace(term, chain=(), dims=()) for term in inside], others, build, ())


def _left(terms: list[Product], dims: tuple[Dimension, ...], context: Context) -> Iterator[Sharing]:
    for first in dict.fromkeys(term.chain[0] for term in terms if len(term.chain) > 1):
        inside = [term for term in terms if term.chain[:1] == (first,)]
        if len(inside) < 2:
            continue
        size = (first.shape.dims[-1] if len(first.shape.dims) > 1 else UNIT, *dims[1:])
        rests = [_rest(term, term.chain[1:], size) for term in inside]
        inside = [term for term, rest in zip(inside, rests, strict=True) if rest is not None]
        if len(inside) < 2:
            continue
        others = [term for term in terms if term not in inside]

        def build(inner: Product, first: Expression = first) -> Product:
            return replace(inner, chain=joined((first,), inner.chain, context), dims=dims)

        yield Sharing([rest for rest in rests if rest is not None], others, build, size)


def _right(terms: list[Product], dims: tuple[Dimension, ...], context: Context) -> Iterator[Sharing]:
    for last in dict.fromkeys(term.chain[-1] for term in terms if len(term.chain) > 1):
        inside = [term for term in terms if term.chain[-1:] == (last,)]
        if len(inside) < 2:
            continue
        size = (dims[0], last.shape.dims[0]) if len(last.shape.dims) == 1 or len(last.shape.dims) == 2 else dims
        if len(last.shape.dims) == 2 and last.shape.dims[0].constant == 1:
            size = dims[:1]
        rests = [_rest(term, term.chain[:-1], size) for term in inside]
        inside = [term for term, rest in zip(inside, rests, strict=True) if rest is not None]
        if len(inside) < 2:
            continue
        others = [term for term in terms if term not in inside]

        def build(inner: Product, last: Expression = last) -> Product:
            return replace(inner, chain=joined(inner.chain, (last,), context), dims=dims)

        yield Sharing([rest for rest in rests if rest is not None], others, build, size)


def _rest(term: Product, chain: tuple[Expression, ...], size: tuple[Dimension, ...]) -> Product | None:
    if chain:
        return replace(term, chain=chain, dims=size)
    if len(size) == 2 and size[0] == size[1] and all(inner.op in ("variable", "size") for inner, _ in term.scalars):
        return replace(term, chain=(make("identity", (), Shape(size)),), dims=size)
    return None


def _entry(terms: list[Product], dims: tuple[Dimension, ...], context: Context) -> Iterator[Sharing]:
    split = [(term, _entries(term)) for term in terms]
    keys = dict.fromkeys(entry for _, entries in split for entry in entries if entry[0].op != "ones")
    for key, exponent in keys:
        inside = [(term, entries) for term, entries in split if (key, exponent) in entries]
        if len(inside) < 2:
            continue
        rests = []
        for term, entries in inside:
            left = [entry for entry in entries if entry != (key, exponent)]
            rests.append(replace(term, chain=_rest_of_entries(left, dims, context)))
        others = [term for term, entries in split if (key, exponent) not in entries]

        def build(inner: Product, key: Expression = key, exponent: Fraction = exponent) -> Product:
            whole = hadamard([(key, exponent), (assemble(inner.bare), ONCE)], context, Shape(dims))
            return replace(inner, chain=(whole,))

        yield Sharing(rests, others, build, dims)


def _rest_of_entries(entries: list[tuple[Expression, Fraction]], dims: tuple[Dimension, ...], context: Context) -> tuple[Expression, ...]:
    """The product of the entries as a chain of the whole shape, what repeats a row or a column spread out by ones."""
    if not entries:
        return flattened(make("ones", (), Shape(dims)))
    whole = hadamard(entries, context)
    own = whole.shape.dims
    if len(dims) != 2 or (len(own) == 2 and own[0] != UNIT):
        return flattened(whole)
    if len(own) == 2:
        return (make("ones", (), Shape(dims[:1])), *flattened(whole))
    return (*flattened(whole), make("transpose", (make("ones", (), Shape(dims[1:])),), Shape((UNIT, dims[1]))))


def _entries(term: Product) -> list[tuple[Expression, Fraction]]:
    """What a vector or matrix is multiplied of entry by entry."""
    if len(term.chain) == 2 and term.chain[0].op == "diag":
        return [(term.chain[0].args[0], ONCE), *_entries(replace(term, chain=term.chain[1:]))]
    if len(term.chain) != 1:
        return [(assemble(term.bare), ONCE)] if term.chain else []
    pending, found = [(term.chain[0], ONCE)], []
    while pending:
        entry, exponent = pending.pop()
        if entry.op == "hadamard":
            pending += [(argument, exponent) for argument in reversed(entry.args)]
        elif entry.op == "ratio" and entry.args[1].shape.dims:
            pending += [(entry.args[1], -exponent), (entry.args[0], exponent)]
        else:
            found.append((entry, exponent))
    return found


def _scalar(terms: list[Product], dims: tuple[Dimension, ...]) -> Iterator[Sharing]:
    for shared, sign in dict.fromkeys((inner, power > 0) for term in terms for inner, power in term.scalars):
        inside = [term for term in terms if any(inner is shared and (power > 0) == sign for inner, power in term.scalars)]
        if len(inside) < 2 or len(inside) == len(terms):
            continue
        others = [term for term in terms if term not in inside]
        unit = ONCE if sign else -ONCE
        rests = [term.times(ONCE, ((shared, -unit),)) for term in inside]

        def build(inner: Product, shared: Expression = shared, unit: Fraction = unit) -> Product:
            return inner.times(ONCE, ((shared, unit),))

        yield Sharing(rests, others, build, dims)
