"""Axes that are pairs of indices: Kronecker products and stacked columns.

A group lists the indices that one axis runs through, slowest first. A network whose parts each touch a stretch of the
row group and a stretch of the column group, in one order, is the Kronecker product of its parts.
"""

from __future__ import annotations

from itertools import permutations

from shapecheck.calculus.fold.context import Context, Irreducible
from shapecheck.calculus.fold.network import Network, outer_product, reduce
from shapecheck.calculus.fold.product import ONCE, Product, assemble, flattened
from shapecheck.calculus.fold.transposing import reversed_chain, transpose
from shapecheck.core.dimension import ONE, Dimension
from shapecheck.core.expression import Expression, make
from shapecheck.core.shape import Shape

Group = tuple[int, ...]


def grouped(network: Network, groups: tuple[Group, ...], context: Context) -> Product:
    """The network as a vector (one group) or a matrix (two), each axis running through its group."""
    if all(len(group) == 1 for group in groups):
        return reduce(replace_out(network, tuple(group[0] for group in groups)), context)
    rows, columns = (*groups, ())[:2]
    parts = _parts(network, rows, columns)
    for order in permutations(parts):
        if _joined(order, 0) == rows and _joined(order, 1) == columns:
            return _product(network, order, len(groups), context)
    raise Irreducible("these pairs of axes form no Kronecker product")


def replace_out(network: Network, out: Group) -> Network:
    found = network.copy()
    found.out = out
    return found


Part = tuple[Group, Group, frozenset[int]]


def _parts(network: Network, rows: Group, columns: Group) -> list[Part]:
    """Connected parts, each with its stretch of the rows and of the columns; scalars belong to the first."""
    roots = {index: index for index in network.dims}

    def root(index: int) -> int:
        while roots[index] != index:
            index = roots[index]
        return index

    for edge in network.edges:
        roots[root(edge.start)] = root(edge.end)
    found: dict[int, set[int]] = {}
    for index in network.dims:
        found.setdefault(root(index), set()).add(index)
    parts: list[Part] = []
    for members in found.values():
        mine = tuple(i for i in rows if i in members), tuple(i for i in columns if i in members)
        if any(mine):
            parts.append((*mine, frozenset(members)))
    if len(parts) > 4:
        raise Irreducible("too many parts")
    return parts


def _joined(order: tuple[Part, ...], side: int) -> Group:
    return tuple(index for part in order for index in part[side])


def _product(network: Network, order: tuple[Part, ...], axes: int, context: Context) -> Product:
    used = frozenset().union(*(part[2] for part in order))
    rest = _restricted(network, frozenset(network.dims) - used, ())
    rest.coefficient, rest.scalars = network.coefficient, list(network.scalars)
    outer = reduce(rest, context)
    folded = []
    for rows, columns, members in order:
        part, expression = _part(_restricted(network, members, ()), rows, columns, context)
        outer = outer.times(part.coefficient, part.scalars)
        folded.append((rows, columns, expression))
    if axes == 2 and all(not rows or not columns for rows, columns, _ in folded):
        left = [expression for rows, _, expression in folded if rows]
        right = [transpose(expression, context) for rows, _, expression in folded if not rows]
        if left and right:
            return outer_product(_kron(left), _kron(right), context).times(outer.coefficient, outer.scalars)
    whole = _kron([expression for *_, expression in folded])
    dims = whole.shape.dims if len(whole.shape.dims) == axes else (whole.shape.dims[0],)
    return Product(outer.coefficient, outer.scalars, flattened(whole), dims)


def _restricted(network: Network, members: frozenset[int], out: Group) -> Network:
    dims = {index: dimension for index, dimension in network.dims.items() if index in members}
    part = Network(dims, out)
    part.edges = [edge for edge in network.edges if edge.start in members]
    part.vectors = {index: list(entries) for index, entries in network.vectors.items() if index in members}
    return part


def _part(network: Network, rows: Group, columns: Group, context: Context) -> tuple[Product, Expression]:
    """One part of a Kronecker product: number and scalars, and the matrix, column or row itself."""
    network.out = (*rows, *columns)
    if len(rows) == 2 and rows == columns:
        network.out = rows[::-1]
        inside = reduce(network, context)
        stacked = _vec(assemble(inside.bare))
        size = stacked.shape.dims[0]
        return inside, make("diag", (stacked,), Shape((size, size)))
    if len(rows) == 2 and not columns:
        network.out = rows[::-1]
        inside = reduce(network, context)
        return inside, _vec(assemble(inside.bare))
    if len(columns) == 2 and not rows:
        network.out = columns[::-1]
        inside = reduce(network, context)
        return inside, transpose(_vec(assemble(inside.bare)), context)
    if len(rows) > 1 or len(columns) > 1:
        raise Irreducible("this part is no matrix")
    inside = reduce(network, context)
    expression = assemble(inside.bare)
    if not rows:
        flipped = reversed_chain(flattened(expression), context)
        expression = assemble(Product(ONCE, (), flipped, (ONE, expression.shape.dims[0])))
    return inside, expression


def _vec(matrix: Expression) -> Expression:
    rows, columns = matrix.shape.dims
    return make("vec", (matrix,), Shape((rows * columns,)))


def _kron(parts: list[Expression]) -> Expression:
    whole = parts[-1]
    for part in parts[-2::-1]:
        whole = make("kron", (part, whole), _kron_shape(part.shape.dims, whole.shape.dims))
    return whole


def _kron_shape(left: tuple[Dimension, ...], right: tuple[Dimension, ...]) -> Shape:
    rows = (left or (ONE,))[0] * (right or (ONE,))[0]
    columns = (*left, ONE, ONE)[1] * (*right, ONE, ONE)[1]
    return Shape((rows,) if columns == ONE else (rows, columns))
