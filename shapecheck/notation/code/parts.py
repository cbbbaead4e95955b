"""Expressions as parts of products: their extents, transposes, and which are better applied than built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shapecheck.core.dimension import ONE, Dimension
from shapecheck.core.expression import Expression
from shapecheck.core.record import replace
from shapecheck.core.shape import Shape
from shapecheck.notation.code.product import Factor

Dims = tuple[Dimension, ...]


class CannotWrite(ValueError):
    """The notation has no form for this expression; the message says for what."""


def stored(shape: Shape) -> Dims:
    """The axes of the array that holds a value of this shape: axes of size 1 are dropped, but from tensors."""
    return shape.dims if shape.rank > 2 else tuple(dimension for dimension in shape.dims if dimension != ONE)


def is_row(shape: Shape) -> bool:
    return shape.rank == 2 and shape.dims[0] == ONE and shape.dims[1] != ONE


def rows_and_columns(shape: Shape) -> tuple[Dimension, Dimension]:
    if shape.rank > 2:
        raise CannotWrite(f"a matrix is wanted where a tensor of shape {shape} stands")
    rows, columns = (*shape.dims, ONE, ONE)[:2]
    return rows, columns


Part = Factor | tuple[Expression, bool]
SUMS = ("add", "subtract")
BUILT = ("kron", "diag", "outer", "matmul", "identity", "inv")


def extent(part: Part) -> tuple[Dimension, Dimension]:
    """Rows and columns of a part of a product."""
    if isinstance(part, Factor):
        return part.rows, part.columns
    rows, columns = rows_and_columns(part[0].shape)
    return (columns, rows) if part[1] else (rows, columns)


def turned(part: Part) -> Part:
    """The transpose of a part of a product; a vector in it is one."""
    if isinstance(part, Factor):
        return replace(part, rows=part.columns, columns=part.rows)
    return part[0], not part[1]


def is_structured(part: Part) -> bool:
    """Whether a part is a sum with terms that cost more to build than to apply to a vector."""
    if isinstance(part, Factor) or part[0].op not in SUMS:
        return False
    node = part[0]
    if len(stored(node.shape)) != 2 or any(term.shape != node.shape for term in node.args):
        return False
    return any(_is_built(term) or is_structured((term, False)) for term in node.args)


def _is_built(term: Expression) -> bool:
    while term.op in ("scale", "negate", "transpose"):
        term = term.args[-1]
    return term.op in BUILT


def standalone_inverses(outputs: Iterable[Expression], definitions: Mapping[Expression, Expression]) -> set[Expression]:
    """Inverses that are needed as matrices somewhere, not only as factors of products."""
    found: set[Expression] = set()
    seen: set[tuple[Expression, bool]] = set()
    waiting = [(node, False) for node in outputs]
    while waiting:
        node, inside = waiting.pop()
        if (node, inside) in seen:
            continue
        seen.add((node, inside))
        if node.op == "inv" and not inside:
            found.add(node)
        through = node.op in ("transpose", "scale", "negate")
        product = node.op in ("matmul", "tr", "diagonal") or (through and inside)
        waiting.extend((part, product) for part in node.args)
        if node in definitions:
            waiting.append((definitions[node], False))
    return found
