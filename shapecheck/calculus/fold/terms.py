"""Each kind of term as a product on its way to paper."""

from __future__ import annotations

from fractions import Fraction

from shapecheck.calculus.fold import functions, sums
from shapecheck.calculus.fold.context import Context, Irreducible
from shapecheck.calculus.fold.network import Network, reduce
from shapecheck.calculus.fold.product import ONCE, Product, assemble, constant, factor, scalar
from shapecheck.calculus.fold.special import place_special
from shapecheck.calculus.fold.transposing import transpose
from shapecheck.core.dimension import ONE
from shapecheck.core.expression import Expression, make, variable
from shapecheck.core.shape import Shape
from shapecheck.core.term import Term

MAX_FACTORS = 48

Folded = dict[Term, "Product | Irreducible"]


def fold_all(term: Term, context: Context, done: Folded) -> Product:
    """The product of a term, its parts folded before it, without recursion."""
    pending = [term]
    while pending:
        node = pending[-1]
        if node in done:
            pending.pop()
            continue
        missing = [argument for argument in needed(node) if argument not in done]
        if missing:
            pending.extend(missing)
            continue
        pending.pop()
        try:
            done[node] = _fold(node, context, done)
        except Irreducible as reason:
            done[node] = reason
    return found(done, term)


def found(done: Folded, term: Term) -> Product:
    product = done[term]
    if isinstance(product, Irreducible):
        raise product
    return product


def needed(term: Term) -> tuple[Term, ...]:
    """The terms that must be folded first: factors of factors, where products stand in products."""
    if term.kind != "einsum":
        return term.args
    return tuple(part for part, _ in inlined(term)[0])


def _fold(term: Term, context: Context, done: Folded) -> Product:
    if term.kind == "leaf":
        return _leaf(term, context)
    if term.kind == "einsum":
        return _einsum(term, context, done)
    parts = [found(done, argument) for argument in term.args]
    if term.kind == "add":
        return sums.total(parts, term.coefficient, term.dims, context)
    if term.kind == "map":
        return functions.entrywise(term, parts, context)
    return functions.primitive(term, parts, context)


def _leaf(term: Term, context: Context) -> Product:
    if term.name == "variable":
        return _variable(term, context)
    if term.name == "basis":
        return factor(make("basis", (), Shape(term.dims), term.data))
    if term.name in ("size", "constant"):
        return scalar(make(term.name, (), Shape(), term.data))
    raise Irreducible(f"{term.name} has no notation of its own")


def _variable(term: Term, context: Context) -> Product:
    name, version = term.data[0], term.data[1]
    shape = context.shapes.get((name, version), Shape(term.dims))
    named = variable(name, shape, version)
    if not term.dims:
        return scalar(named)
    if len(shape.dims) == 2 and shape.dims[0] == ONE and len(term.dims) == 1:
        return factor(transpose(named, context))
    return Product(ONCE, (), (named,), term.dims)


def inlined(term: Term) -> tuple[list[tuple[Term, tuple[int, ...]]], dict[int, object]]:
    """The factors with their indices, products inside products opened up."""
    factors: list[tuple[Term, tuple[int, ...]]] = list(zip(term.args, term.indices, strict=False))
    dims: dict[int, object] = dict(enumerate(term.data))
    opened: list[tuple[Term, tuple[int, ...]]] = []
    while factors:
        part, indices = factors.pop(0)
        inner_out = part.indices[-1] if part.kind == "einsum" else ()
        plain = part.kind == "einsum" and part.order > 0 and len(set(inner_out)) == len(inner_out)
        if not plain or part.coefficient[0] != 1 or len(opened) + len(factors) + len(part.args) > MAX_FACTORS:
            opened.append((part, indices))
            continue
        fresh = max(dims, default=-1) + 1
        rename = dict(zip(inner_out, indices, strict=True))
        for number, dimension in enumerate(part.data):
            if number not in rename:
                rename[number] = fresh
                dims[fresh] = dimension
                fresh += 1
        factors[:0] = [(inner, tuple(rename[index] for index in axes)) for inner, axes in zip(part.args, part.indices, strict=False)]
    return opened, dims


def _einsum(term: Term, context: Context, done: Folded) -> Product:
    factors, dims = inlined(term)
    network = Network(dims, term.indices[-1], term.coefficient[0])  # type: ignore[arg-type]
    if any(part.kind == "leaf" and part.name in ("flat", "embed", "levi") for part, _ in factors) or any(
        part.order > 2 for part, _ in factors
    ):
        return place_special(network, factors, context, done)
    for part, indices in factors:
        place(network, found(done, part), indices)
    return reduce(network, context)


def place(network: Network, product: Product, indices: tuple[int, ...]) -> None:
    """One factor into the network."""
    if not indices:
        network.absorb(product)
    elif len(indices) == 1:
        for entry, exponent in _entries(product):
            network.put_vector(entry, indices[0], exponent)
    elif len(indices) == 2:
        network.put_matrix(product, *indices)
    else:
        raise Irreducible("a factor with more than two axes")


def _entries(product: Product) -> list[tuple[Product, Fraction]]:
    return [(product, ONCE)]


