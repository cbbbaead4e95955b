"""Each kind of term as a product on its way to paper."""

from __future__ import annotations

from shapecheck.calculus.fold import functions, sums
from shapecheck.calculus.fold.context import Context, Irreducible
from shapecheck.calculus.fold.grouping import grouped
from shapecheck.calculus.fold.network import Network
from shapecheck.calculus.fold.product import ONCE, Product, assemble, factor, scalar
from shapecheck.calculus.fold.special import fold_factors, place
from shapecheck.calculus.fold.transposing import transpose
from shapecheck.calculus.product import einsum
from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.dimension import Dimension
from shapecheck.core.expression import make, variable
from shapecheck.core.shape import Shape
from shapecheck.core.term import Term

MAX_FACTORS = 48
MAX_OPENED = 4
SPECIAL = ("flat", "embed", "levi")

Factor = tuple[Term, tuple[int, ...]]
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
            done[node] = _multiplied_out(node, reason, context, done)
    return found(done, term)


def _multiplied_out(term: Term, reason: Irreducible, context: Context, done: Folded) -> Product | Irreducible:
    """A product with a sum of tensors in it, term by term: the derivative of softmax is such a sum."""
    if term.kind != "einsum":
        return reason
    place_ = next((k for k, part in enumerate(term.args) if part.kind == "add" and part.order > 2 and len(part.args) <= MAX_OPENED), None)
    if place_ is None:
        return reason
    factors = list(zip(term.args, term.indices, strict=False))
    dims = dict(enumerate(term.data))
    parts = []
    for weight, part in zip(term.args[place_].coefficient, term.args[place_].args, strict=True):
        chosen = [*factors[:place_], (part, factors[place_][1]), *factors[place_ + 1 :]]
        parts.append(einsum(term.coefficient[0] * weight, chosen, term.indices[-1], dims))
    try:
        return sums.total([fold_all(part, context, done) for part in parts], [ONCE] * len(parts), term.dims, context)
    except Irreducible as further:
        return further


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
    if len(shape.dims) == 2 and shape.dims[0] == UNIT and len(term.dims) == 1:
        return factor(transpose(named, context))
    return Product(ONCE, (), (named,), term.dims)


def inlined(term: Term) -> tuple[list[tuple[Term, tuple[int, ...]]], dict[int, Dimension]]:
    """The factors with their indices, products inside products opened up."""
    factors: list[tuple[Term, tuple[int, ...]]] = list(zip(term.args, term.indices, strict=False))
    dims: dict[int, Dimension] = dict(enumerate(term.data))
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
    out = term.indices[-1]
    return stacked(term, tuple((index,) for index in out), context, done)


def stacked(term: Term, groups: tuple[tuple[int, ...], ...], context: Context, done: Folded) -> Product:
    """A product whose axes run through groups of its indices."""
    factors, dims = inlined(term)
    network = Network(dims, term.indices[-1], term.coefficient[0])
    if len(groups) == len(set(term.indices[-1])) == term.order > 2 and not _reach(factors, term.indices[-1]):
        value = fold_all(einsum(term.coefficient[0], factors, (), dims), context, done)
        return Product(value.coefficient, value.scalars, (make("ones", (), Shape(term.dims)),), term.dims)
    if any(part.kind == "leaf" and part.name in SPECIAL for part, _ in factors) or any(part.order > 2 for part, _ in factors):
        return fold_factors(network, factors, groups, lambda part: found(done, part), context)
    for part, indices in factors:
        place(network, found(done, part), indices)
    return grouped(network, groups, context)


def _reach(factors: list[Factor], out: tuple[int, ...]) -> bool:
    """Whether the entries differ along any axis."""
    return any(index in out for _, indices in factors for index in indices)


def fold_stacked(term: Term, rows: int, context: Context, done: Folded) -> Product:
    """The first `rows` axes stacked into one, the others into another, columns below each other."""
    axes = tuple(range(term.order))
    groups = tuple(group for group in (axes[:rows][::-1], axes[rows:][::-1]) if group)
    if term.kind == "add":
        parts = [fold_stacked(part, rows, context, done) for part in term.args]
        sizes = tuple(_size(term, group) for group in groups)
        return sums.total(parts, term.coefficient, sizes, context)
    if term.kind != "einsum":
        if len(groups) == 1 and term.order == 2:
            inner = fold_all(term, context, done)
            size = Shape((term.dims[0] * term.dims[1],))
            return Product(inner.coefficient, inner.scalars, (make("vec", (assemble(inner.bare),), size),), size.dims)
        raise Irreducible("a tensor that is no product")
    fold_all_parts(term, context, done)
    out = term.indices[-1]
    return stacked(term, tuple(tuple(out[axis] for axis in group) for group in groups), context, done)


def fold_all_parts(term: Term, context: Context, done: Folded) -> None:
    for part in needed(term):
        if part not in done and not (part.kind == "leaf" and part.name in SPECIAL):
            try:
                fold_all(part, context, done)
            except Irreducible as reason:
                done[part] = reason


def _size(term: Term, group: tuple[int, ...]) -> Dimension:
    size = UNIT
    for axis in group:
        size = size * term.dims[axis]
    return size
