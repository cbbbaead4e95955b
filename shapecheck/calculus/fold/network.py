"""A product with indices, reduced to matrix notation.

Indices are nodes, matrices are edges between them, vectors lie on nodes. Edges in a row become matrix products,
parallel edges Hadamard products, an edge to a dead end a vector, a loop a diagonal or a trace. What remains after
these series-parallel steps has one edge, or two loose ends: a matrix, or an outer product. Everything else is `Irreducible`.
"""

from __future__ import annotations

from fractions import Fraction

from shapecheck.calculus.fold import chains, sums
from shapecheck.calculus.fold.context import Context, Irreducible
from shapecheck.calculus.fold.entrywise import hadamard
from shapecheck.calculus.fold.expanding import applied, cancelled
from shapecheck.calculus.fold.length import length
from shapecheck.calculus.fold.product import ONCE, Product, assemble, constant, factor, flattened
from shapecheck.calculus.fold.scalars import merged
from shapecheck.calculus.fold.transposing import reversed_chain, transpose, transposed
from shapecheck.calculus.fold.unpacking import products
from shapecheck.core.dimension import Dimension
from shapecheck.core.expression import Expression, make
from shapecheck.core.record import dataclass, field, replace
from shapecheck.core.shape import Shape
from shapecheck.core.term import Number

ENTRYWISE = frozenset({"hadamard", "epower", "ratio", "subtract"})


@dataclass(frozen=True, slots=True)
class Edge:
    """A matrix from the index of its rows to the index of its columns."""

    matrix: Product
    start: int
    end: int

    def towards(self, index: int, context: Context) -> Edge:
        """The same edge with `index` at its end."""
        return self if self.end == index else Edge(transposed(self.matrix, context), self.end, self.start)


@dataclass(slots=True)
class Network:
    dims: dict[int, Dimension]
    out: tuple[int, ...]
    coefficient: Number = ONCE
    scalars: list[tuple[Expression, Fraction]] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    vectors: dict[int, list[tuple[Expression, Fraction]]] = field(default_factory=dict)

    def copy(self) -> Network:
        vectors = {index: list(entries) for index, entries in self.vectors.items()}
        return Network(self.dims, self.out, self.coefficient, list(self.scalars), list(self.edges), vectors)

    def absorb(self, product: Product) -> None:
        """Number and scalars of a factor go in front."""
        self.coefficient *= 0 if product.chain and product.chain[0].op == "zeros" else product.coefficient
        self.scalars += product.scalars

    def put_vector(self, product: Product, index: int, exponent: Fraction = ONCE) -> None:
        self.absorb(product if exponent == 1 else replace(product, coefficient=ONCE, scalars=()))
        entry = assemble(product.bare)
        self.coefficient *= 0 if entry.op == "zeros" else 1
        self.vectors.setdefault(index, []).append((entry, exponent))

    def put_matrix(self, product: Product, start: int, end: int) -> None:
        self.absorb(product)
        self.edges.append(Edge(product.bare, start, end))

    def touching(self, index: int) -> list[Edge]:
        return [edge for edge in self.edges if index in (edge.start, edge.end)]


def reduce(network: Network, context: Context) -> Product:
    """The whole network as one product; of several ways the shortest."""
    roots: list[int | None] = [None]
    if not network.out:
        ends = sorted({index for edge in network.edges for index in (edge.start, edge.end)})
        roots = [*ends[:8]] or [None]
    found = [_reduced(network.copy(), root, context) for root in roots]
    if len(found) == 1:
        return found[0]
    return min(found, key=lambda product: (length(assemble(product)), repr(assemble(product))))


def _reduced(network: Network, root: int | None, context: Context) -> Product:
    if network.coefficient == 0:
        return _zero(network)
    steps = (_loop, _pendant, _entry_by_entry, _series, _parallel, _bridge)
    while any(step(network, root, context) for step in steps):
        pass
    _scalar_indices(network, context)
    return _finished(network, context) if network.coefficient else _zero(network)


def _zero(network: Network) -> Product:
    dims = tuple(network.dims[index] for index in network.out)
    return factor(make("zeros", (), Shape(dims))) if dims else constant(Fraction(0))


def _loop(network: Network, root: int | None, context: Context) -> bool:
    for edge in network.edges:
        if edge.start != edge.end:
            continue
        network.edges.remove(edge)
        index = edge.start
        alone = index not in network.out and not network.touching(index) and not network.vectors.get(index)
        if alone:
            network.absorb(chains.trace(edge.matrix, context))
            network.vectors[index] = []
        else:
            network.put_vector(chains.diagonal(edge.matrix, context), index)
        return True
    return False


def _pendant(network: Network, root: int | None, context: Context) -> bool:
    """An index at which one matrix ends: that matrix times the vector there."""
    for edge in network.edges:
        for index in (edge.start, edge.end):
            if index in network.out or index == root or len(network.touching(index)) > 1:
                continue
            network.edges.remove(edge)
            turned = edge.towards(index, context)
            entries = network.vectors.pop(index, [])
            inner = entries_product(entries, (network.dims[index],), context)
            network.absorb(inner)
            vector = assemble(inner.bare)
            network.vectors[index] = []
            if vector.op == "ones" and turned.matrix.chain[-1].op == "identity":
                product = factor(make("ones", (), Shape((network.dims[turned.start],))))
            else:
                product = _applied(turned.matrix, vector, context)
            network.put_vector(product, turned.start)
            return True
    return False


def _applied(matrix: Product, vector: Expression, context: Context) -> Product:
    """Matrix times vector; a sum of matrices is multiplied out where that is shorter: `(diag(p) - p p') y`."""
    whole = chains.product_of(matrix, factor(vector), context)
    parts = applied(matrix, vector, context)
    if parts is None:
        return whole
    terms = [_closed(chains.product_of(part, factor(vector), context), context) for part in parts]
    multiplied = sums.summed(terms, matrix.dims[:1], context).times(matrix.coefficient, matrix.scalars)
    return min((whole, multiplied), key=lambda found: length(assemble(found)))


def _closed(product: Product, context: Context) -> Product:
    """Inner products in a chain of vectors become scalars: `p (p' y)`."""
    chain = product.chain
    for place, step in enumerate(chain):
        row = len(step.shape.dims) == 2 and step.shape.dims[0].constant == 1
        if row and place and len(chain[-1].shape.dims) == 1:
            inner = chains.dot([(transpose(step, context), ONCE), (assemble(Product(ONCE, (), chain[place + 1 :], ())), ONCE)], context)
            rest = Product(product.coefficient, product.scalars, chain[:place], product.dims)
            return rest.times(inner.data[0]) if inner.op == "number" else rest.times(ONCE, ((inner, ONCE),))
    return product


def _entry_by_entry(network: Network, root: int | None, context: Context) -> bool:
    """What is made entry by entry stays so: `sum((1 - H.^2) .* G, 1)`, not the diagonal of a product."""
    for place, first in enumerate(network.edges):
        for second in network.edges[place + 1 :]:
            ends = {first.start, first.end}
            if ends != {second.start, second.end} or len(ends) == 1 or not ends & set(network.out):
                continue
            if any(len(edge.matrix.chain) == 1 and edge.matrix.chain[0].op in ENTRYWISE for edge in (first, second)):
                return _parallel(network, root, context)
    return False


def _series(network: Network, root: int | None, context: Context, scaled: bool = False) -> bool:
    """An index that joins two matrices: their product."""
    for index in sorted({edge.start for edge in network.edges} | {edge.end for edge in network.edges}):
        entries = network.vectors.get(index, [])
        if index in network.out or bool(entries) != scaled:
            continue
        touching = network.touching(index)
        if len(touching) != 2:
            continue
        first, second = touching[0].towards(index, context), touching[1].towards(index, context)
        network.edges = [edge for edge in network.edges if edge not in touching]
        left = chains.scaled_columns(first.matrix, entries, context) if entries else first.matrix
        network.vectors[index] = []
        product = chains.product_of(left, transposed(second.matrix, context), context)
        network.put_matrix(product, first.start, second.start)
        return True
    return False


def _bridge(network: Network, root: int | None, context: Context) -> bool:
    return _series(network, root, context, scaled=True)


def _parallel(network: Network, root: int | None, context: Context) -> bool:
    """Two matrices between the same indices: their product entry by entry."""
    for place, first in enumerate(network.edges):
        for second in network.edges[place + 1 :]:
            if {first.start, first.end} != {second.start, second.end} or first.start == first.end:
                continue
            network.edges.remove(first)
            network.edges.remove(second)
            network.put_matrix(_entrywise(first, second, context), first.start, first.end)
            return True
    return False


def _entrywise(first: Edge, second: Edge, context: Context) -> Product:
    """Oriented as the first edge, or the other way where that is shorter."""
    along = second.towards(first.end, context)
    straight = hadamard([(assemble(first.matrix), ONCE), (assemble(along.matrix), ONCE)], context)
    parts = cancelled([(assemble(first.matrix), ONCE), (assemble(along.matrix), ONCE)], first.matrix.dims, context)
    if parts is not None:
        multiplied = sums.summed(parts, first.matrix.dims, context)
        if length(assemble(multiplied)) < length(straight):
            return multiplied
    back = [(assemble(transposed(edge.matrix, context)), ONCE) for edge in (first, along)]
    turned = hadamard(back, context)
    if length(turned) + 1 < length(straight):
        return Product(ONCE, (), reversed_chain((turned,), context), first.matrix.dims)
    return Product(ONCE, (), (straight,), first.matrix.dims)


def _scalar_indices(network: Network, context: Context) -> None:
    """Indices that only vectors touch, and indices that nothing touches, become scalars."""
    for index, entries in list(network.vectors.items()):
        if index in network.out or network.touching(index) or not entries:
            continue
        if len(entries) > 1 and (multiplied := cancelled(entries, (network.dims[index],), context)) is not None:
            whole = sums.summed(multiplied, (network.dims[index],), context)
            network.absorb(whole)
            entries = [(assemble(whole.bare), ONCE)]
        found = chains.dot(entries, context)
        parts = (
            products(found.args[0])
            if found.op == "sum" and found.args[0].op in ("add", "subtract") and len(found.args[0].shape.dims) == 1
            else None
        )
        if parts is not None:
            split = sums.summed([_entry_total(part, context) for part in parts], (), context)
            if length(assemble(split)) < length(found):
                network.absorb(split)
                network.vectors[index] = []
                continue
        if found.op == "number":
            network.coefficient *= found.data[0]
        else:
            network.scalars.append((found, ONCE))
        network.vectors[index] = []


def _entry_total(product: Product, context: Context) -> Product:
    """The sum of a vector's entries."""
    vector = assemble(product.bare)
    outer = replace(product, chain=(), dims=())
    if vector.op == "ones":
        return outer.times(ONCE, ((make("size", (), Shape(), (vector.shape.dims[0],)), ONCE),))
    return outer.times(ONCE, ((chains.dot([(vector, ONCE)], context), ONCE),))


def _finished(network: Network, context: Context) -> Product:
    outer = Product(network.coefficient, merged(network.scalars), (), ())
    loose = {index for edge in network.edges for index in (edge.start, edge.end)} - set(network.out)
    if loose or len(network.edges) > 1 or len(network.out) > 2:
        raise Irreducible("these indices form no chain")
    if not network.out:
        return outer
    if len(network.out) == 1:
        return _with(outer, _vector(network, network.out[0], context))
    row, column = network.out
    size = Shape((network.dims[row], network.dims[column]))
    if row == column:
        identity = factor(make("identity", (), size))
        return _with(outer, chains.scaled_rows(network.vectors.get(row, []), identity, context))
    if network.edges:
        matrix = network.edges[0].towards(column, context).matrix
        scaled = chains.scaled_rows(network.vectors.get(row, []), matrix, context)
        return _with(outer, chains.scaled_columns(scaled, network.vectors.get(column, []), context))
    if not network.vectors.get(row) and not network.vectors.get(column):
        return _with(outer, factor(make("ones", (), size)))
    columns = []
    for index in (row, column):
        inner = _vector(network, index, context)
        outer = outer.times(inner.coefficient, inner.scalars)
        columns.append(assemble(inner.bare))
    return _with(outer, outer_product(columns[0], columns[1], context))


def _vector(network: Network, index: int, context: Context) -> Product:
    return entries_product(network.vectors.get(index, []), (network.dims[index],), context)


def entries_product(entries: list[tuple[Expression, Fraction]], dims: tuple[Dimension, ...], context: Context) -> Product:
    """A product entry by entry, multiplied out where that cancels."""
    whole = factor(hadamard(entries, context, Shape(dims)))
    parts = cancelled(entries, dims, context)
    if parts is None:
        return whole
    multiplied = sums.summed(parts, dims, context)
    return min((whole, multiplied), key=lambda found: length(assemble(found)))


def outer_product(left: Expression, right: Expression, context: Context) -> Product:
    """`x y'`, the products inside both written out."""
    chain = chains.joined(flattened(left), reversed_chain(flattened(right), context), context)
    return Product(ONCE, (), chain, (left.shape.dims[0], right.shape.dims[0]))


def _with(outer: Product, inner: Product) -> Product:
    return inner.times(outer.coefficient, outer.scalars)
