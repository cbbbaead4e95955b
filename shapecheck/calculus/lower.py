"""Expressions to terms: every operator becomes a product of factors with indices, a sum, or a function of such.

While lowering, a value is a `Piece`: its term, whose leading axes belong to the free index names of index forms
(`A_ij` has i and j), and then one axis for each dimension of its shape that is not 1. Begin with `lower`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from shapecheck.calculus import leaves
from shapecheck.calculus.canonical import Factor
from shapecheck.calculus.context import CannotDerive, Context
from shapecheck.calculus.formula import interpret
from shapecheck.calculus.functions import map_, primitive, reduce_
from shapecheck.calculus.indexlanguage import Numbering, build, parse, widened
from shapecheck.calculus.powers import power, size
from shapecheck.calculus.product import ONE, add, constant_value, einsum, identity, number, ones, permuted, scale
from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.dimension import ZERO, Dimension
from shapecheck.core.expression import Expression
from shapecheck.core.term import Term
from shapecheck.ops import ROWS
from shapecheck.ops.row import Row

Dims = tuple[Dimension, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A value: its term, the free index names of its leading axes, and its shape with the axes of size 1."""

    term: Term
    free: tuple[str, ...]
    dims: Dims

    @property
    def axes(self) -> Dims:
        return tuple(dimension for dimension in self.dims if dimension != UNIT)


class Lowering:
    """Lowers expressions of one context; each node once. Names in `opaque` are not looked through."""

    def __init__(self, context: Context, opaque: Iterable[Expression] = (), general: Iterable[Expression] = ()) -> None:
        self.context = context
        self.opaque = frozenset(opaque)
        self.general = frozenset(general)
        self._pieces: dict[Expression, Piece] = {}

    def __call__(self, expression: Expression) -> Term:
        """The term of a closed expression."""
        piece = self.piece(expression)
        if piece.free:
            raise CannotDerive(f"the index {piece.free[0]} is free here")
        return piece.term

    def piece(self, expression: Expression) -> Piece:
        stack = [expression]
        while stack:
            node = stack[-1]
            if node in self._pieces:
                stack.pop()
                continue
            value = self._definition(node)
            waiting = [part for part in ((value,) if value is not None else node.args) if part not in self._pieces]
            if waiting:
                if len(stack) > 20_000:
                    raise CannotDerive("definitions are nested too deeply, or in a circle")
                stack.extend(waiting)
                continue
            self._pieces[node] = self._pieces[value] if value is not None else self._lower(node)
            stack.pop()
        return self._pieces[expression]

    def _definition(self, node: Expression) -> Expression | None:
        if node.op != "variable" or node in self.opaque:
            return None
        return self.context.definitions.get(node)

    def _lower(self, node: Expression) -> Piece:
        dims = self.context.dims(node.shape)
        parts = [self._pieces[part] for part in node.args]
        rule = STRUCTURE.get(node.op)
        if rule is not None:
            piece = rule(self, node, parts, dims)
        elif node.op in ROWS:
            piece = _function(ROWS[node.op], node, parts, dims)
        else:
            raise CannotDerive(f"{node.op} has no meaning that can be derived")
        if piece.term.dims[len(piece.free) :] != piece.axes:
            raise CannotDerive(f"the shape of {node.op} is not certain")
        return piece

    def leaves(self) -> list[Expression]:
        """The names met so far that were not looked through."""
        return [node for node in self._pieces if node.op == "variable" and self._definition(node) is None]

    def leaf(self, node: Expression) -> Term:
        name, version = node.data
        words = frozenset() if node in self.general else self.context.properties.get(node, frozenset())
        return leaves.variable(name, version, self.context.axes(node.shape), words)


def lower(expression: Expression, context: Context, opaque: Iterable[Expression] = ()) -> Term:
    """The term of an expression, definitions looked through except for the names in `opaque`."""
    return Lowering(context, opaque)(expression)


# aligning free indices


def _union(parts: Iterable[Piece]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in parts for name in part.free))


def _sizes(parts: Iterable[Piece]) -> dict[str, Dimension]:
    return {name: dimension for part in parts for name, dimension in zip(part.free, part.term.dims, strict=False)}


def _start(parts: list[Piece]) -> tuple[tuple[str, ...], Numbering]:
    """All free names, numbered first."""
    free, sizes, numbering = _union(parts), _sizes(parts), Numbering()
    for name in free:
        numbering.bind("free " + name, sizes[name])
    return free, numbering


def _leading(names: Iterable[str], numbering: Numbering) -> tuple[int, ...]:
    return tuple(numbering.numbers["free " + name] for name in names)


def spread(parts: list[Piece], dims: Dims) -> tuple[tuple[str, ...], list[Term]]:
    """The parts broadcast to one shape and one list of free names, as `core.expression` says."""
    free, numbering = _start(parts)
    target = tuple(numbering.fresh(dimension) if dimension != UNIT else None for dimension in dims)
    out = (*_leading(free, numbering), *(number for number in target if number is not None))
    spreaded = []
    for part in parts:
        places = _places(part.dims, dims)
        own = tuple(number for place in places if place is not None and (number := target[place]) is not None)
        axes = (*_leading(part.free, numbering), *own)
        spreaded.append(einsum(ONE, [(part.term, axes)], out, numbering.dims))
    return free, spreaded


def _places(dims: Dims, target: Dims) -> list[int | None]:
    """For each axis that is not 1, the axis of the target that it goes to."""
    if len(dims) == 1 and len(target) == 2:
        places: list[int | None] = [0 if target[0] == dims[0] else 1]
    else:
        places = list(range(len(target) - len(dims), len(target)))
    kept = [place for place, dimension in zip(places, dims, strict=True) if dimension != UNIT]
    if any(place is None or place < 0 or target[place] == UNIT for place in kept):
        units = [place for place, dimension in enumerate(target) if dimension != UNIT]
        if len(units) == len(kept):
            return list(units)
        raise CannotDerive("shapes that do not broadcast")
    return kept


def product(
    coefficient: Fraction, factors: list[tuple[Piece, tuple[int, ...]]], out: tuple[int, ...], numbering: Numbering, free: tuple[str, ...]
) -> Term:
    """A product of pieces, each with the numbers of its own axes."""
    full = [(part.term, (*_leading(part.free, numbering), *axes)) for part, axes in factors]
    return einsum(coefficient, full, (*_leading(free, numbering), *out), numbering.dims)


# structure


def _variable(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    return Piece(self.leaf(node), (), dims)


def exact(value: Fraction | float) -> Fraction | float:
    """A decimal as the fraction it was written as."""
    if isinstance(value, Fraction):
        return value
    text = repr(float(value))
    return Fraction(text) if len(text) <= 12 and "n" not in text else float(value)


def _number(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    return Piece(number(exact(node.data[0])), (), dims)


def _constant(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    return Piece(leaves.constant(node.data[0]), (), dims)


def _size(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    return Piece(size(self.context.facts.normal(node.data[0])), (), dims)


def _identity(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    axes = [dimension for dimension in dims if dimension != UNIT]
    if len(axes) < 2:
        return Piece(ones(tuple(axes)), (), dims)
    batch = tuple(range(len(axes) - 2))
    last = len(axes)
    return Piece(einsum(ONE, (), (*batch, last, last), {**dict(enumerate(axes[:-2])), last: axes[-1]}), (), dims)


def _ones(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    return Piece(ones(tuple(dimension for dimension in dims if dimension != UNIT)), (), dims)


def _zeros(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    return Piece(leaves.zero(tuple(dimension for dimension in dims if dimension != UNIT)), (), dims)


def _basis(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    index = node.data[0]
    axes = tuple(dimension for dimension in dims if dimension != UNIT)
    if not axes:
        return Piece(number(ONE), (), dims)
    if isinstance(index, int):
        return Piece(leaves.basis(index, axes[0]), (), dims)
    return Piece(identity(axes[0]), (str(index),), dims)


def _sum(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    signs = (ONE, -ONE if node.op == "subtract" else ONE)
    free, terms = spread(parts, dims)
    return Piece(add(zip(signs, terms, strict=True), terms[0].dims), free, dims)


def _negate(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    return Piece(scale(-ONE, parts[0].term), parts[0].free, dims)


def _entrywise(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    if node.op == "ratio":
        below = parts[1]
        parts = [parts[0], Piece(power(below.term, -ONE), below.free, below.dims)]
    free, numbering = _start(parts)
    target = tuple(numbering.fresh(dimension) if dimension != UNIT else None for dimension in dims)
    factors = []
    for part in parts:
        own = [target[place] for place in _places(part.dims, dims) if place is not None]
        factors.append((part, tuple(n for n in own if n is not None)))
    out = tuple(n for n in target if n is not None)
    return Piece(product(ONE, factors, out, numbering, free), free, dims)


def _matmul(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    left, right = parts
    free, numbering = _start(parts)
    a = left.dims if len(left.dims) > 1 else (*left.dims, UNIT)[:2]
    b = right.dims if len(right.dims) > 1 else (*right.dims, UNIT)[:2]
    rows, inner, columns = (numbering.fresh(d) if d != UNIT else None for d in (a[-2], a[-1], b[-1]))
    batch = [numbering.fresh(d) for d in _batch(a[:-2], b[:-2])]
    factors = []
    for part, shape, core in ((left, a, (rows, inner)), (right, b, (inner, columns))):
        count = len(shape) - 2
        own = batch[len(batch) - count :] if count else []
        lead = [n for n, dimension in zip(own, shape[:-2], strict=True) if dimension != UNIT]
        factors.append((part, (*lead, *(n for n in core if n is not None))))
    out = tuple(n for n in (*batch, rows, columns) if n is not None and numbering.dims[n] != UNIT)
    if a[-1] != b[-2]:
        raise CannotDerive("the inner dimensions of a product are not certainly equal")
    return Piece(product(ONE, factors, out, numbering, free), free, dims)


def _batch(first: Dims, second: Dims) -> list[Dimension]:
    length = max(len(first), len(second))
    padded = [(UNIT,) * (length - len(dims)) + tuple(dims) for dims in (first, second)]
    return [a if a != UNIT else b for a, b in zip(*padded, strict=True)]


def _transpose(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    part = parts[0]
    if len(part.dims) < 2 or UNIT in part.dims[-2:]:
        return Piece(part.term, part.free, dims)
    axes = list(range(part.term.order))
    axes[-2:] = axes[:-3:-1]
    return Piece(permuted(part.term, tuple(axes)), part.free, dims)


def _power(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    part, exponent = parts[0], node.data[0]
    exponent = exponent if isinstance(exponent, Fraction) else Fraction(exponent)
    if len(part.axes) < 2:
        return Piece(power(part.term, exponent), part.free, dims)
    return Piece(matrix_power(part.term, exponent), part.free, dims)


def matrix_power(base: Term, exponent: Fraction) -> Term:
    """A power of a square matrix: whole powers are products, roots a primitive."""
    if exponent < 0:
        return matrix_power(primitive("inv", (base,)), -exponent)
    if exponent.denominator > 8 or exponent > 4096:
        raise CannotDerive(f"a matrix to the power {exponent}")
    if exponent.denominator > 1:
        root = (
            primitive("root", (base,))
            if exponent.denominator == 2
            else leaves.made("primitive", base.dims, name="root", args=(base,), data=(exponent.denominator,))
        )
        return matrix_power(root, Fraction(exponent.numerator))
    batch = tuple(range(base.order - 2))
    n = base.order
    result = einsum(ONE, (), (*batch, n, n), {**dict(enumerate(base.dims[:-2])), n: base.dims[-1]})
    square, count = base, exponent.numerator
    while count:
        if count & 1:
            result = _times(result, square, batch)
        count >>= 1
        if count:
            square = _times(square, square, batch)
    return result


def _times(left: Term, right: Term, batch: tuple[int, ...]) -> Term:
    n = left.order
    return einsum(ONE, [(left, (*batch, n, n + 1)), (right, (*batch, n + 1, n + 2))], (*batch, n, n + 2))


def _general_power(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    exponent = constant_value(parts[1].term)
    if exponent is not None and not parts[1].free and parts[0].dims == dims:
        return Piece(power(parts[0].term, exponent), parts[0].free, dims)
    free, terms = spread(parts, dims)
    return Piece(map_("epower", (terms[0], terms[1])), free, dims)


def _block(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    rows, columns = node.data[:2]
    free, numbering = _start(parts)
    whole = (*dims, UNIT)[:2] if len(dims) == 1 else dims
    grid = [[_as_matrix(parts[r * columns + c].dims) for c in range(columns)] for r in range(rows)]
    outer = [numbering.fresh(dimension) if dimension != UNIT else None for dimension in whole]
    summands: list[tuple[Fraction | float, Term]] = []
    down = ZERO
    for r in range(rows):
        across = ZERO
        for c in range(columns):
            part, cell = parts[r * columns + c], grid[r][c]
            summands.append((ONE, _placed(part, cell, outer, (down, across), free, numbering)))
            across = across + cell[1]
        down = down + grid[r][0][0]
    shape = tuple(numbering.dims[n] for n in (*_leading(free, numbering), *(n for n in outer if n is not None)))
    return Piece(add(summands, shape), free, dims)


def _as_matrix(dims: Dims) -> Dims:
    if len(dims) > 2:
        raise CannotDerive("blocks of tensors with more than two axes")
    return (*dims, UNIT, UNIT)[:2]


def _placed(part: Piece, cell: Dims, outer: list[int | None], offsets: Dims, free: tuple[str, ...], numbering: Numbering) -> Term:
    """One block among zeros."""
    factors: list[Factor] = []
    own = []
    for index, dimension, offset in zip(outer, cell, offsets, strict=True):
        if index is None:
            continue
        if dimension == numbering.dims[index]:
            own.append(index)
            continue
        inner = numbering.fresh(dimension)
        leaf = leaves.embed(numbering.dims[index], dimension, offset)
        factors.append((leaf, (index, inner)))
        if dimension != UNIT:
            own.append(inner)
    factors.append((part.term, (*_leading(part.free, numbering), *own)))
    out = (*_leading(free, numbering), *(n for n in outer if n is not None))
    return einsum(ONE, factors, out, numbering.dims)


# index forms


def _entry(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    part = parts[0]
    indices = [index for index, dimension in zip(node.data, part.dims, strict=True) if dimension != UNIT]
    names = tuple(dict.fromkeys((*part.free, *(index for index in indices if isinstance(index, str)))))
    numbering = Numbering()
    own: list[int] = []
    factors: list[Factor] = []
    for name, dimension in zip(part.free, part.term.dims, strict=False):
        numbering.bind("free " + name, dimension)
    for index, dimension in zip(indices, part.axes, strict=True):
        if isinstance(index, str):
            own += numbering.bind("free " + index, dimension)
        else:
            own.append(numbering.fresh(dimension))
            factors.append((leaves.basis(index, dimension), (own[-1],)))
    factors.append((part.term, (*_leading(part.free, numbering), *own)))
    return Piece(einsum(ONE, factors, _leading(names, numbering), numbering.dims), names, dims)


def _sigma(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    part = parts[0]
    bound = {name: self.context.facts.normal(dimension) for name, dimension in node.data}
    kept = tuple(name for name in part.free if name not in bound)
    axes = tuple(range(part.term.order))
    out = tuple(axis for axis in axes if axis >= len(part.free) or part.free[axis] in kept)
    factors: list[Factor] = [(part.term, axes)]
    factors += [(size(dimension), ()) for name, dimension in bound.items() if name not in part.free]
    return Piece(einsum(ONE, factors, out), kept, dims)


def _tensor(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    part = parts[0]
    numbering = Numbering()
    for name, dimension in zip(part.free, part.term.dims, strict=False):
        numbering.bind("free " + name, dimension)
    out: list[int] = []
    for name, dimension in zip(node.data, dims, strict=True):
        if dimension != UNIT:
            out += numbering.bind("free " + str(name), dimension)
    kept = tuple(name for name in part.free if name not in node.data)
    lead = _leading(kept, numbering)
    term = einsum(ONE, [(part.term, _leading(part.free, numbering))], (*lead, *out), numbering.dims)
    return Piece(term, kept, dims)


def _opaque(self: Lowering, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    """A value whose dependence is not known: derivatives by what it depends on are refused."""
    free = _union(parts)
    if free:
        raise CannotDerive(f"{node.data[0]} under an index")
    axes = tuple(dimension for dimension in dims if dimension != UNIT)
    return Piece(leaves.made("primitive", axes, name="opaque", args=tuple(part.term for part in parts), data=opaque_key(node)), (), dims)


def opaque_key(node: Expression) -> tuple[str, int]:
    """The name under which an opaque value is drawn."""
    return f"{node.data[0]}", -1


# rows of the table


def _function(row: Row, node: Expression, parts: list[Piece], dims: Dims) -> Piece:
    if row.kind == "elementwise":
        free, terms = spread(parts, dims) if len(parts) > 1 else (parts[0].free, [parts[0].term])
        if row.definition:
            return Piece(interpret(row.definition, dict(zip(row.parameters, terms, strict=True))), free, dims)
        return Piece(map_(row.key, tuple(terms)), free, dims)
    if row.kind == "reduction":
        return _reduction(row, node, parts[0], dims)
    if row.kind == "index":
        return _index_row(row, parts, dims)
    part = parts[0]
    if row.signature.startswith("(n,n)") and not part.axes:
        scalar = {"inv": -ONE, "det": ONE}.get(row.key)
        return Piece(power(part.term, scalar) if scalar is not None else map_("log", (map_("abs", (part.term,)),)), part.free, dims)
    if row.key == "pinv" and len(part.axes) < 2:
        return _vector_pinv(part, dims)
    if row.key in ("softmax", "logsoftmax") and not part.axes:
        return Piece(number(ONE if row.key == "softmax" else Fraction(0)), part.free, dims)
    return Piece(primitive(row.key, (part.term,)), part.free, dims)


def _vector_pinv(part: Piece, dims: Dims) -> Piece:
    """Of a vector x: x' over x'x."""
    axes = tuple(range(part.term.order))
    lead = axes[: len(part.free)]
    square = einsum(ONE, [(part.term, axes), (part.term, axes)], lead)
    return Piece(einsum(ONE, [(part.term, axes), (power(square, -ONE), lead)], axes), part.free, dims)


def _reduction(row: Row, node: Expression, part: Piece, dims: Dims) -> Piece:
    lead = len(part.free)
    if node.data:
        axis = node.data[0] % max(len(part.dims), 1)
        if part.dims[axis] == UNIT:
            reduced: tuple[int, ...] = ()
        else:
            reduced = (lead + sum(dimension != UNIT for dimension in part.dims[:axis]),)
    else:
        reduced = tuple(range(lead, part.term.order))
    if row.definition:
        kept = tuple(axis for axis in range(part.term.order) if axis not in reduced)
        turned = permuted(part.term, (*kept, *reduced))
        last = tuple(range(len(kept), turned.order))
        return Piece(interpret(row.definition, {row.parameters[0]: turned}, last), part.free, dims)
    return Piece(reduce_(row.key, part.term, reduced), part.free, dims)


def _index_row(row: Row, parts: list[Piece], dims: Dims) -> Piece:
    form = widened(parse(row.index), len(parts[0].axes))
    free, numbering = _start(parts)
    names = {part.name: part.indices for _, product in form.terms for part in product}
    batch: dict[int, int] = {}
    values = {}
    for name, part in zip(row.parameters, parts, strict=True):
        leading = _bind(part, names[name], numbering, batch)
        values["", name] = (part.term, (*_leading(part.free, numbering), *leading))
    leading = (*_leading(free, numbering), *(batch[place] for place in sorted(batch)))
    return Piece(build(form, values, leading, numbering), free, dims)


def _bind(part: Piece, names: tuple[str, ...], numbering: Numbering, batch: dict[int, int]) -> tuple[int, ...]:
    """Binds a parameter's indices to its last axes; the numbers of its batch axes, which align from the right."""
    shape = (*part.dims, *(UNIT,) * (len(names) - len(part.dims)))
    if len(shape) > len(names) and (len(shape) == 2 or names[:1] == ("axis0",) or not names):
        shape = part.axes if len(part.axes) >= len(names) else (*part.axes, *(UNIT,) * (len(names) - len(part.axes)))
    extra = len(shape) - len(names)
    leading = []
    for place in range(-extra, 0):
        dimension = shape[extra + place]
        if dimension != UNIT:
            if place not in batch:
                batch[place] = numbering.fresh(dimension)
            leading.append(batch[place])
    for name, dimension in zip(names, shape[extra:], strict=True):
        numbering.bind(name, dimension)
    return tuple(leading)


STRUCTURE: dict[str, Callable[[Lowering, Expression, list[Piece], Dims], Piece]] = {
    "variable": _variable,
    "number": _number,
    "constant": _constant,
    "size": _size,
    "identity": _identity,
    "ones": _ones,
    "zeros": _zeros,
    "basis": _basis,
    "add": _sum,
    "subtract": _sum,
    "negate": _negate,
    "scale": _entrywise,
    "hadamard": _entrywise,
    "ratio": _entrywise,
    "matmul": _matmul,
    "transpose": _transpose,
    "power": _power,
    "epower": _general_power,
    "block": _block,
    "entry": _entry,
    "sigma": _sigma,
    "tensor": _tensor,
    "opaque": _opaque,
}
