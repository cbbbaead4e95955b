"""Index form as code: sums of products by `Contraction`, other functions of entries by broadcasting.

A delta between two output indices is never multiplied out: the core without it is computed, then placed on
the diagonal of the result (`scatter`).
"""

from __future__ import annotations

from fractions import Fraction

from shapecheck.core.dimension import ONE, Dimension
from shapecheck.core.expression import Expression, make, rewritten, with_args
from shapecheck.core.record import dataclass
from shapecheck.notation.code.contraction import Axes, Contraction, Indexed
from shapecheck.notation.code.parts import CannotWrite, stored
from shapecheck.notation.code.realise import Realiser


@dataclass(slots=True)
class Product:
    """Factors of one term, with its numeric sign, the deltas between indices, and the indices that are summed over."""

    factors: list[Indexed]
    deltas: list[tuple[str, str]]
    sign: int = 1
    over: Axes = ()


class Indices:
    """The dimension of each index name met in one formula."""

    def __init__(self, realiser: Realiser) -> None:
        self.realiser = realiser
        self.program = realiser.program
        self.sizes: dict[str, Dimension] = {}

    def dims(self, axes: Axes) -> tuple[Dimension, ...]:
        return tuple(self.sizes[axis] for axis in axes)

    def einsum(self, factors: list[Indexed], out: Axes) -> int:
        """The product of the factors, summed over what `out` lacks."""
        scalars = [factor.value for factor in factors if not factor.axes]
        factors = [factor for factor in factors if factor.axes]
        missing = tuple(axis for axis in out if not any(axis in factor.axes for factor in factors))
        if missing:
            dims = self.dims(missing)
            factors.append(Indexed(self.program.add("ones", (), dims, dims), missing))
        if not factors:
            return self.realiser.scaled(scalars[1:], scalars[0])
        made = Contraction(self.program, self.sizes)(factors, out)
        return self.realiser.scaled(scalars, made)

    def product(self, node: Expression) -> Product:
        """The factors of a scalar body; sums inside are evaluated first."""
        if node.op in ("scale", "hadamard", "matmul") and of_scalars(node) and has_free(node):
            left, right = (self.product(part) for part in node.args)
            return Product(left.factors + right.factors, left.deltas + right.deltas, left.sign * right.sign, left.over + right.over)
        if node.op == "ratio" and of_scalars(node) and has_free(node.args[0]):
            above, below = self.product(node.args[0]), self.evaluate(node.args[1])
            one = self.program.add("number", (), (Fraction(1),))
            inverse = Indexed(self.program.add("divide", (one, below.value), (), self.dims(below.axes)), below.axes)
            return Product([inverse, *above.factors], above.deltas, above.sign, above.over)
        if node.op == "negate" and has_free(node):
            inside = self.product(node.args[0])
            return Product(inside.factors, inside.deltas, -inside.sign, inside.over)
        if node.op == "sigma" and has_free(node) and node.args[0].op not in ("add", "subtract"):
            return self.inner_sum(node)
        if node.op == "entry":
            return self.entry(node)
        return Product([self.evaluate(node)], [])

    def inner_sum(self, node: Expression) -> Product:
        """A sum among the factors: its indices get names of their own, and are summed over with the others."""
        self.sizes.update(dict(node.data))
        inside = self.product(node.args[0])
        fresh = {index: f"{index}'{len(self.sizes)}" for index, _ in node.data}
        self.sizes.update({fresh[index]: size for index, size in node.data})
        factors = [Indexed(factor.value, tuple(fresh.get(axis, axis) for axis in factor.axes)) for factor in inside.factors]
        deltas = [(fresh.get(left, left), fresh.get(right, right)) for left, right in inside.deltas]
        return Product(factors, deltas, inside.sign, (*inside.over, *fresh.values()))

    def entry(self, node: Expression) -> Product:
        base = node.args[0]
        named = tuple(
            index if isinstance(index, str) else f"#{place}:{index}:{dimension}"
            for place, (index, dimension) in enumerate(zip(node.data, base.shape.dims, strict=True))
        )
        for axis, dimension in zip(named, base.shape.dims, strict=True):
            self.sizes.setdefault(axis, dimension)
        if base.op == "identity" and all(isinstance(index, str) for index in node.data):
            return Product([], [(named[0], named[1])])
        kept = tuple(axis for axis, dimension in zip(named, base.shape.dims, strict=True) if base.shape.rank > 2 or dimension != ONE)
        found = self.stacked(base, kept)
        for axis, index in zip(named, node.data, strict=True):
            if isinstance(index, int) and axis in kept:
                place = found.axes.index(axis)
                axes = (*found.axes[:place], *found.axes[place + 1 :])
                found = Indexed(self.program.picked(found.value, place, index, self.dims(axes)), axes)
        return Product([found], [])

    def stacked(self, base: Expression, axes: Axes) -> Indexed:
        """The base of an entry; where it has unit vectors e_k of free indices, one base for each value of them."""
        value = self.realiser(base)
        units = unit_indices(base)
        if not units:
            return Indexed(value, axes)
        self.sizes.update(units)
        data = tuple(sorted(units.items(), key=lambda item: item[0]))
        leading = tuple(index for index, _ in data)
        dims = (*self.dims(leading), *self.program[value].dims)
        return Indexed(self.program.add("stack", (value,), data, dims), (*leading, *axes))

    def evaluate(self, node: Expression) -> Indexed:
        """The array of a scalar body over its free indices."""
        if node.op == "sigma":
            return self.summed(node)
        if not has_free(node) and node.op != "entry":
            return Indexed(self.realiser(node), ())
        if node.op != "entry" and not of_scalars(node):
            return self.stacked(node, ())
        if node.op in ("entry", "scale", "hadamard", "matmul", "negate"):
            return self.multiplied(self.product(node), ())
        parts = [self.evaluate(part) for part in node.args]
        axes = tuple(dict.fromkeys(axis for part in parts for axis in part.axes))
        values = tuple(self.spread(part, axes) for part in parts)
        arithmetic = {"add": "add", "subtract": "subtract", "ratio": "divide", "epower": "power"}
        if node.op in arithmetic:
            return Indexed(self.program.add(arithmetic[node.op], values, (), self.dims(axes)), axes)
        if node.op == "step":
            return Indexed(self.program.step(values[0], self.dims(axes)), axes)
        return Indexed(self.program.add("function", values, (node.op, None), self.dims(axes)), axes)

    def spread(self, part: Indexed, axes: Axes) -> int:
        """The array ready to broadcast over these axes."""
        if not part.axes or part.axes == axes:
            return part.value
        if len(axes) == 2 and len(part.axes) == 1:
            size = self.sizes[part.axes[0]]
            column = part.axes[0] == axes[0]
            return self.program.add("as_column" if column else "as_row", (part.value,), (), (size, ONE) if column else (ONE, size))
        return self.einsum([part], axes)

    def summed(self, node: Expression) -> Indexed:
        indices = tuple(index for index, _ in node.data)
        self.sizes.update(dict(node.data))
        body = node.args[0]
        if body.op in ("add", "subtract"):
            left, right = (self.evaluate(part) for part in body.args)
            axes = tuple(dict.fromkeys((*left.axes, *right.axes, *indices)))
            covered = set(axes) <= {*left.axes, *right.axes}
            both = (self.spread(left, axes) if covered else self.einsum([left], axes), self.spread(right, axes))
            value = self.program.add(body.op, both, (), self.dims(axes))
            out = tuple(axis for axis in axes if axis not in indices)
            return Indexed(self.einsum([Indexed(value, axes)], out), out)
        return self.multiplied(self.product(body), indices)

    def multiplied(self, product: Product, over: Axes) -> Indexed:
        """The product as an array, summed over the indices `over`; deltas that remain become identities."""
        factors, deltas = self.contracted(product, over)
        for left, right in deltas:
            dims = self.dims((left, right))
            factors.append(Indexed(self.program.add("eye", (), dims, dims), (left, right)))
        present = dict.fromkeys(axis for factor in factors for axis in factor.axes)
        summed = {*over, *product.over}
        out = tuple(axis for axis in present if axis not in summed)
        return Indexed(self.signed(self.einsum(factors, out), product.sign, out), out)

    def contracted(self, product: Product, over: Axes) -> tuple[list[Indexed], list[tuple[str, str]]]:
        """Factors and deltas that remain; an index that is summed over and that none of them has counts its size."""
        factors, deltas, summed = contract_deltas(product, (*over, *product.over))
        present = {axis for factor in factors for axis in factor.axes}
        absent = [axis for axis in summed if axis not in present]
        return [*(Indexed(self.program.add("size", (), (self.sizes[axis],)), ()) for axis in absent), *factors], deltas

    def signed(self, value: int, sign: int, axes: Axes) -> int:
        return value if sign > 0 else self.program.add("negate", (value,), (), self.dims(axes))

    def tensor(self, node: Expression, out: Axes) -> int:
        """The array of a scalar body with its axes in the order `out`."""
        if node.op in ("add", "subtract"):
            parts = tuple(self.tensor(part, out) for part in node.args)
            return self.program.add(node.op, parts, (), self.dims(out))
        over: Axes = ()
        body = node
        while body.op == "sigma":
            self.sizes.update(dict(body.data))
            over += tuple(index for index, _ in body.data)
            body = body.args[0]
        if body.op in ("add", "subtract"):
            found = self.evaluate(node)
            return self.einsum([found], out)
        product = self.product(body)
        factors, deltas = self.contracted(product, over)
        return self.placed(factors, deltas, out, product.sign)

    def placed(self, factors: list[Indexed], deltas: list[tuple[str, str]], out: Axes, sign: int) -> int:
        same = {axis: axis for axis in out}
        for left, right in deltas:
            kept, dropped = sorted((same.get(left, left), same.get(right, right)), key=lambda axis: out.index(axis))
            same = {axis: kept if name == dropped else name for axis, name in same.items()}
        renamed = [Indexed(f.value, tuple(same.get(axis, axis) for axis in f.axes)) for f in factors]
        order = tuple(dict.fromkeys(same[axis] for axis in out))
        shared = {axis for axis in order if sum(same[other] == axis for other in out) > 1}
        core_axes = tuple(axis for axis in order if axis not in shared or any(axis in factor.axes for factor in renamed))
        if not renamed and set(order) == shared:
            renamed, core_axes = [Indexed(self.program.add("number", (), (Fraction(1),)), ())], ()
        core = self.signed(self.einsum(renamed, core_axes), sign, core_axes)
        if not deltas:
            return core
        letters = {axis: chr(ord("a") + place) for place, axis in enumerate(order)}
        pattern = "".join(letters[same[axis]] for axis in out)
        dims = self.dims(out)
        return self.program.add("scatter", (core,), ("".join(letters[axis] for axis in core_axes), pattern, dims), dims)


def contract_deltas(product: Product, over: Axes) -> tuple[list[Indexed], list[tuple[str, str]], list[str]]:
    """Deltas with a summed index rename it away; the others are left, and so are the indices still to be summed over."""
    factors, waiting, kept, summed = list(product.factors), list(product.deltas), [], list(over)
    while waiting:
        left, right = waiting.pop()
        if left == right and left in summed:
            continue
        gone, stays = (left, right) if left in summed else (right, left)
        if gone not in summed:
            kept.append((left, right))
            continue
        summed.remove(gone)
        factors = [Indexed(f.value, tuple(stays if axis == gone else axis for axis in f.axes)) for f in factors]
        waiting = [tuple(stays if axis == gone else axis for axis in pair) for pair in waiting]  # type: ignore[misc]
    return factors, kept, summed


def of_scalars(node: Expression) -> bool:
    """Whether a scalar is made of scalars alone, so that its free indices are those of entries."""
    return not any(part.shape.rank for part in (node, *node.args))


def has_free(node: Expression) -> bool:
    """Whether a scalar body depends on an index that it does not bind."""
    return bool(free_indices(node))


def free_indices(node: Expression) -> set[str]:
    if node.op == "entry":
        return {index for index in node.data if isinstance(index, str)} | set(unit_indices(node.args[0]))
    if node.op == "tensor":
        return set()
    if node.op == "basis":
        return {index for index in node.data if isinstance(index, str)}
    found: set[str] = set().union(*map(free_indices, node.args)) if node.args else set()
    return found - {index for index, _ in node.data} if node.op == "sigma" else found


def unit_indices(node: Expression) -> dict[str, Dimension]:
    """The named indices of unit vectors in an expression, with their sizes."""
    found: dict[str, Dimension] = {}
    seen: set[Expression] = set()
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if part in seen or part.op == "tensor":
            continue
        seen.add(part)
        waiting.extend(part.args)
        if part.op == "basis" and isinstance(part.data[0], str):
            found[part.data[0]] = part.shape.dims[0]
    return found


def realise_indexed(realiser: Realiser, node: Expression) -> int:
    if is_widened(node):
        return realiser.program.add("reshape", (realiser(node.args[0].args[0]),), node.shape.dims, node.shape.dims)
    indices = Indices(realiser)
    node = _with_units(node)
    if node.op == "tensor":
        collect_sizes(indices, node)
        made = indices.tensor(node.args[0], tuple(node.data))
        return _squeezed(realiser, made, node)
    found = indices.evaluate(node)
    if found.axes:
        raise CannotWrite(f"the index {found.axes[0]} is neither summed nor an axis of the result")
    return found.value


def is_widened(node: Expression) -> bool:
    """Whether this is a value with nothing but axes of size one put between its own."""
    body = node.args[0]
    if node.op != "tensor" or node.shape.rank < 3 or body.op != "entry" or node.shape.rank == len(body.data):
        return False
    own = set(body.data)
    kept = tuple(index for index in node.data if index in own)
    return kept == body.data and all(dim == ONE for index, dim in zip(node.data, node.shape.dims, strict=True) if index not in own)


def _with_units(root: Expression) -> Expression:
    """Columns of the identity under an index, as `e_k` is read, as the unit vectors they are."""

    def change(node: Expression, args: tuple[Expression, ...]) -> Expression:
        body = args[0] if args else node
        if node.op == "tensor" and body.op == "entry" and body.args[0].op == "identity" and body.data[:1] == node.data:
            return make("basis", (), node.shape, body.data[1:])
        return with_args(node, args)

    return rewritten(root, change)


def _squeezed(realiser: Realiser, made: int, node: Expression) -> int:
    dims = stored(node.shape)
    return made if realiser.program[made].dims == dims else realiser.program.add("reshape", (made,), dims, dims)


def collect_sizes(indices: Indices, node: Expression) -> None:
    """The size of every index that occurs in an entry; those of the result come from its shape."""
    if node.op == "tensor":
        for index, dimension in zip(node.data, node.shape.dims, strict=True):
            indices.sizes.setdefault(index, dimension)
