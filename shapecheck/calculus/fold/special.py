"""Networks with pairs of axes, blocks, the permutation symbol, or batches: each is brought back to matrices first."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from shapecheck.calculus.fold.blocks import selector
from shapecheck.calculus.fold.chains import total
from shapecheck.calculus.fold.context import Context, Irreducible
from shapecheck.calculus.fold.entrywise import hadamard
from shapecheck.calculus.fold.grouping import Group, grouped
from shapecheck.calculus.fold.network import Network, reduce
from shapecheck.calculus.fold.product import ONCE, Product, assemble, factor
from shapecheck.core.dimension import ONE
from shapecheck.core.expression import make
from shapecheck.core.record import replace
from shapecheck.core.shape import Shape
from shapecheck.core.term import Term

Factors = list[tuple[Term, tuple[int, ...]]]
Fold = Callable[[Term], Product]


def place(network: Network, product: Product, indices: tuple[int, ...]) -> None:
    """One factor into the network."""
    if not indices:
        network.absorb(product)
    elif len(indices) == 1:
        network.put_vector(product, indices[0])
    elif len(indices) == 2:
        network.put_matrix(product, *indices)
    else:
        raise Irreducible("a factor with more than two axes")


def fold_factors(network: Network, factors: Factors, groups: tuple[Group, ...], fold: Fold, context: Context) -> Product:
    """The product of the factors; `groups` are the axes of the result, one index each where nothing is stacked."""
    if any(_is(part, "levi") for part, _ in factors):
        factors = _cross(factors, network, fold, context)
    if any(_is(part, "embed") for part, _ in factors):
        factors = _embedded(factors, network)
    if any((part.order > 2 and part.kind != "leaf") or (_is(part, "variable") and part.order > 2) for part, _ in factors):
        return _batched(network, factors, fold, context)
    if any(_is(part, "flat") for part, _ in factors):
        return _stacked(network, factors, groups, fold, context)
    for part, indices in factors:
        place(network, fold(part), indices)
    return grouped(network, groups, context)


def _is(part: Term, name: str) -> bool:
    return part.kind == "leaf" and part.name == name


def _embedded(factors: Factors, network: Network) -> Factors:
    """Places of blocks as selecting matrices, `[I; 0]`."""
    rest: Factors = []
    for part, indices in factors:
        if not _is(part, "embed"):
            rest.append((part, indices))
        elif part.dims[1] == ONE:
            network.put_vector(factor(selector(part.dims[0], ONE, part.data[0])), indices[0])
            del network.dims[indices[1]]
        else:
            network.put_matrix(factor(selector(part.dims[0], part.dims[1], part.data[0])), *indices)
    return rest


def _cross(factors: Factors, network: Network, fold: Fold, context: Context) -> Factors:
    """The permutation symbol with a vector is the vector's skew matrix."""
    factors = list(factors)
    for symbol, axes in [item for item in factors if _is(item[0], "levi")]:
        factors.remove((symbol, axes))
        place_, vector = _beside(axes, factors, network)
        factors = [item for item in factors if item not in vector]
        part = Network(network.dims, (axes[place_],))
        for term, indices in vector:
            place(part, fold(term), indices)
        product = reduce(part, context)
        network.absorb(product)
        matrix = make("skew", (assemble(product.bare),), Shape((symbol.dims[0], symbol.dims[1])))
        # e[i,k,j] x[k] is skew(x)[i,j]; a vector in another place turns the symbol in a circle
        start, end = axes[place_ - 2], axes[place_ - 1]
        upright = [index for index in network.out if index in (start, end)][:1] != [start]
        row, column, sign = (end, start, ONCE) if upright else (start, end, -ONCE)
        network.put_matrix(Product(sign, (), (matrix,), matrix.shape.dims), row, column)
    return factors


def _beside(axes: tuple[int, ...], factors: Factors, network: Network) -> tuple[int, Factors]:
    """The axis of a permutation symbol at which factors hang that together are a vector, the fewest of them."""
    found: list[tuple[int, Factors]] = []
    elsewhere = {*network.out, *axes, *(end for edge in network.edges for end in (edge.start, edge.end))}
    for place_, index in enumerate(axes):
        reached = {index}
        for _ in factors:
            reached |= {other for _, indices in factors if reached & set(indices) for other in indices}
        inside = [item for item in factors if reached & set(item[1])]
        if inside and not reached & (elsewhere - {index}) and not any(_is(term, "levi") for term, _ in inside):
            found.append((place_, inside))
    if not found:
        raise Irreducible("the permutation symbol stands alone")
    return min(found, key=lambda item: len(item[1]))


def _stacked(network: Network, factors: Factors, groups: tuple[Group, ...], fold: Fold, context: Context) -> Product:
    """Pairs of axes: those that the result has become its groups, those inside are folded on their own."""
    flats = [indices for part, indices in factors if _is(part, "flat")]
    rest = [(part, indices) for part, indices in factors if not _is(part, "flat")]
    for part, indices in rest:
        place(network, fold(part), indices)
    for _ in range(3 * len(flats) + 1):
        used = {index for group in groups for index in group}
        if not flats:
            return grouped(network, groups, context)
        closed = next((flat for group in groups for flat in flats if _at(group, flat) is not None), None)
        if closed is not None:
            groups = tuple(_closed(group, closed) for group in groups)
            flats.remove(closed)
            continue
        inner = _inner(network, flats, used, context) or _unstacked(network, flats, used, context)
        if inner is not None:
            network, flats = inner
            continue
        outer = [flat for flat in flats if flat[0] in used]
        if not outer:
            break
        groups = tuple(_opened(group, outer) for group in groups)
        flats = [flat for flat in flats if flat not in outer]
    raise Irreducible("these pairs of axes cannot be told apart")


def _opened(group: Group, flats: list[tuple[int, ...]]) -> Group:
    """The group with every paired index replaced by its pair."""
    pairs = {whole: (slow, fast) for whole, slow, fast in flats}
    for _ in range(len(flats) + 1):
        group = tuple(inner for index in group for inner in pairs.get(index, (index,)))
    return group


def _at(group: Group, flat: tuple[int, ...]) -> int | None:
    for place_ in range(len(group) - 1):
        if group[place_ : place_ + 2] == flat[1:]:
            return place_
    return None


def _closed(group: Group, flat: tuple[int, ...]) -> Group:
    """A stretch of the group that is a whole pair, as the one index of the pair."""
    place_ = _at(group, flat)
    return group if place_ is None else (*group[:place_], flat[0], *group[place_ + 2 :])


def _inner(
    network: Network, flats: list[tuple[int, ...]], used: set[int], context: Context
) -> tuple[Network, list[tuple[int, ...]]] | None:
    """A part of the network that meets the rest only through one or two pairs, folded to a vector or a matrix."""
    for members in _closures(network, flats):
        mine = [flat for flat in flats if flat[1] in members]
        if not 1 <= len(mine) <= 2 or members & used or any(flat[0] in members for flat in flats):
            continue
        part, rest = _cut(network, members)
        try:
            product = grouped(part, tuple(flat[1:] for flat in mine), context)
        except Irreducible:
            continue
        place(rest, product, tuple(flat[0] for flat in mine))
        return rest, [flat for flat in flats if flat not in mine]
    return None


def _unstacked(
    network: Network, flats: list[tuple[int, ...]], used: set[int], context: Context
) -> tuple[Network, list[tuple[int, ...]]] | None:
    """A part of the network that is a vector over a pair of axes: the matrix that it holds, column by column."""
    paired = {index for flat in flats for index in flat}
    for flat in flats:
        whole, slow, fast = flat
        members = _linked(network, whole)
        if members & (used | (paired - {whole})):
            continue
        part, rest = _cut(network, members)
        part.out = (whole,)
        try:
            product = reduce(part, context)
        except Irreducible:
            continue
        shape = Shape((network.dims[fast], network.dims[slow]))
        rest.put_matrix(replace(product, chain=(make("unvec", (assemble(product.bare),), shape),), dims=shape.dims), fast, slow)
        return rest, [other for other in flats if other is not flat]
    return None


def _linked(network: Network, index: int) -> set[int]:
    """The indices that matrices join with this one."""
    members = {index}
    for _ in network.edges:
        members |= {end for edge in network.edges if {edge.start, edge.end} & members for end in (edge.start, edge.end)}
    return members


def _cut(network: Network, members: set[int]) -> tuple[Network, Network]:
    """The part on these indices, and the rest."""
    part, rest = Network({i: d for i, d in network.dims.items() if i in members}, ()), network.copy()
    part.edges = [edge for edge in network.edges if edge.start in members]
    part.vectors = {i: list(v) for i, v in network.vectors.items() if i in members}
    rest.dims = {i: d for i, d in network.dims.items() if i not in members}
    rest.edges = [edge for edge in network.edges if edge.start not in members]
    rest.vectors = {i: list(v) for i, v in network.vectors.items() if i not in members}
    return part, rest


def _closures(network: Network, flats: list[tuple[int, ...]]) -> list[set[int]]:
    """Indices that hang together by matrices, or by being paired."""
    links = [(edge.start, edge.end) for edge in network.edges] + [(slow, fast) for _, slow, fast in flats]
    parts: list[set[int]] = [{index} for index in network.dims]
    for one, other in links:
        touching = [part for part in parts if one in part or other in part]
        parts = [part for part in parts if part not in touching] + [set().union(*touching)]
    return sorted(parts, key=min)


def _batched(network: Network, factors: Factors, fold: Fold, context: Context) -> Product:
    """Stacks of matrices: what leads every stack stays in front, or is summed over at the end."""
    out = network.out
    axes = {indices for part, indices in factors if part.order}
    if len(axes) == 1:
        return _same_axes(network, factors, fold, context)
    leads = {indices[:-2] for part, indices in factors if part.order > 2}
    if len(leads) != 1:
        raise Irreducible("stacks that differ in their leading axes")
    lead = leads.pop()
    if any(set(indices[:-2]) != set(lead) and set(indices) & set(lead) for _, indices in factors) or set(out) & set(lead) not in (
        set(),
        set(lead),
    ):
        raise Irreducible("leading axes that stand elsewhere")
    kept = out[: len(lead)] == lead
    inner_out = out[len(lead) :] if kept else out
    if set(inner_out) & set(lead) or len(inner_out) != 2 or len(set(inner_out)) != 2 or (not kept and len(lead) != 1):
        raise Irreducible("leading axes that are moved")
    inner = Network({i: d for i, d in network.dims.items() if i not in lead}, inner_out, network.coefficient)
    for part, indices in factors:
        product = fold(part)
        own = indices[len(lead) :] if part.order > 2 else indices
        place(inner, replace(product, dims=product.dims[-len(own) :] if own else ()), own)
    product = reduce(inner, context)
    if kept:
        return replace(product, dims=tuple(network.dims[i] for i in out))
    whole = make("sum", (assemble(product.bare),), Shape(product.dims), (0,))
    return replace(product, chain=(whole,))


def _same_axes(network: Network, factors: Factors, fold: Fold, context: Context) -> Product:
    """Products entry by entry of tensors, whole or summed."""
    indices = next(indices for part, indices in factors if part.order)
    entries: list[tuple[object, Fraction]] = []
    coefficient, scalars = network.coefficient, ()
    outer = Product(coefficient, scalars, (), ())
    for part, _ in factors:
        product = fold(part)
        outer = outer.times(product.coefficient, product.scalars)
        if part.order:
            entries.append((assemble(product.bare), ONCE))
    dims = tuple(network.dims[i] for i in indices)
    whole = hadamard(entries, context, Shape(dims))  # type: ignore[arg-type]
    out = network.out
    if out == indices:
        return outer.times(ONCE) if not dims else replace(outer, chain=(whole,), dims=dims)
    if not out:
        return outer.times(ONCE, ((total(whole), ONCE),))
    missing = [axis for axis, index in enumerate(indices) if index not in out]
    if len(missing) == 1 and out == tuple(index for index in indices if index in out):
        shape = tuple(network.dims[i] for i in out)
        return replace(outer, chain=(make("sum", (whole,), Shape(shape), (missing[0],)),), dims=shape)
    if sorted(out) == sorted(indices) and out == (*indices[:-2], indices[-1], indices[-2]):
        shape = tuple(network.dims[i] for i in out)
        return replace(outer, chain=(make("transpose", (whole,), Shape(shape)),), dims=shape)
    raise Irreducible("a sum over some axes of a tensor")
