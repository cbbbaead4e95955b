"""Sums and other operators that go entry by entry: which shapes join, and to what."""

from __future__ import annotations

from shapecheck.core.dimension import ONE, Dimension
from shapecheck.core.expression import Expression, make
from shapecheck.core.shape import Shape
from shapecheck.elaborate import build
from shapecheck.elaborate.problems import mismatch
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.solver import ANY, plain
from shapecheck.syntax.tree import Apply

Dims = tuple[Dimension, ...]
DEEPEST = 30


def total(frame: Frame, node: Apply, left: Expression, right: Expression) -> Expression | None:
    """`+` and `-`."""
    return entrywise(frame, node, node.op, left, right)


def hadamard(frame: Frame, node: Apply, left: Expression, right: Expression) -> Expression | None:
    """`⊙`, `.*`."""
    return entrywise(frame, node, "hadamard", left, right)


def quotient(frame: Frame, node: Apply, left: Expression, right: Expression) -> Expression | None:
    """`⊘`, `./`."""
    return entrywise(frame, node, "ratio", left, right)


def entrywise(frame: Frame, node: Apply, op: str, left: Expression, right: Expression) -> Expression | None:
    """The operator on equal entries, or the problem that the shapes do not join."""
    found = join(frame, left, right)
    if found is None:
        mismatch(frame, "sum" if op in ("add", "subtract") else "elementwise", node, left, right)
        return None
    left, right, shape = found
    if op == "hadamard" and not (left.shape.dims and right.shape.dims):
        return build.scale(left, right) if not left.shape.dims else build.scale(right, left)
    if op == "ratio":
        return build.ratio(left, right, shape)
    return make(op, (left, right), shape)


def join(frame: Frame, left: Expression, right: Expression) -> tuple[Expression, Expression, Shape] | None:
    """Both operands, made to line up, and the shape that they broadcast to; None where they do not."""
    first, second = frame.solver.resolve(left.shape), frame.solver.resolve(right.shape)
    if first is second or first == second:
        return left, right, first
    if not first.dims or not second.dims:
        return left, right, first if first.dims else second
    mark = frame.solver.mark()
    if is_literal(left) or is_literal(right):
        dims = leading(frame, first.dims, second.dims)
        found = None if dims is None else (left, right, Shape(dims))
    elif not plain(first).dims:
        found = build.as_scalar(left), right, second
    elif not plain(second).dims:
        found = left, build.as_scalar(right), first
    else:
        found = _join(frame, left, right, first, second) or (spread(left, right, first, second) if frame.elementwise else None)
    if found is None:
        frame.solver.rollback(mark)
    return found


def spread(left: Expression, right: Expression, first: Shape, second: Shape) -> tuple[Expression, Expression, Shape] | None:
    """A column and a row, each repeated to the matrix that NumPy makes of the two."""
    if _is_row(first) and _is_column(second):
        turned = spread(right, left, second, first)
        return None if turned is None else (turned[1], turned[0], turned[2])
    if not (_is_column(first) and _is_row(second)):
        return None
    rows, columns = first.dims[0], second.dims[-1]
    shape = Shape((rows, columns))
    column = build.matmul(left, make("ones", shape=Shape((ONE, columns))), shape)
    return column, build.matmul(make("ones", shape=Shape((rows,))), right, shape), shape


def _is_column(shape: Shape) -> bool:
    return shape.rank == 1 or (shape.rank == 2 and shape.dims[1] == ONE)


def _is_row(shape: Shape) -> bool:
    return shape.rank == 2 and shape.dims[0] == ONE


def is_literal(value: Expression) -> bool:
    """Whether this is a shape that stands for a value, `(N, D) + (D,)`: such formulas are NumPy's."""
    return value.op == "variable" and value.data[0].startswith("(")


def _join(frame: Frame, left: Expression, right: Expression, first: Shape, second: Shape) -> tuple[Expression, Expression, Shape] | None:
    if first.rank > 2 or second.rank > 2 or ANY in first.dims or ANY in second.dims:
        dims = leading(frame, first.dims, second.dims)
        return _with_statistics(frame, left, right, first, second) if dims is None else (left, right, Shape(dims))
    if first.rank == second.rank:
        shape = _same_rank(frame, first, second)
        return None if shape is None else (left, right, shape)
    if first.rank == 1:
        turned = _join(frame, right, left, second, first)
        return None if turned is None else (turned[1], turned[0], turned[2])
    rows, columns = first.dims
    if columns == ONE:
        return None if frame.solver.unify(rows, second.dims[0]) is False else (left, right, second)
    if frame.elementwise and frame.solver.unify(columns, second.dims[0]) is not False:
        return left, build.transpose(right), first
    if rows != ONE and frame.solver.unify(rows, second.dims[0]) is not False:
        return left, right, first
    return None


def _with_statistics(
    frame: Frame, left: Expression, right: Expression, first: Shape, second: Shape
) -> tuple[Expression, Expression, Shape] | None:
    """`x - mean(x, axis=-1)`: what is one number for each row of a tensor joins it as the column that it is."""
    if first.rank < second.rank:
        turned = _with_statistics(frame, right, left, second, first)
        return None if turned is None else (turned[1], turned[0], turned[2])
    if first.rank != second.rank + 1 or first.dims[:-1] != second.dims or not _is_of_rows(right, frame):
        return None
    return left, build.as_column(right), first


def _is_of_rows(value: Expression, frame: Frame, depth: int = 0) -> bool:
    """Whether a value comes from reductions of the last axis, entry by entry; beside `@`, a product with a vector is NumPy's."""
    if not value.shape.dims:
        return True
    definitions = frame.scope.definitions()
    if value in definitions and depth < DEEPEST:
        return _is_of_rows(definitions[value], frame, depth + 1)
    if not value.args or depth > DEEPEST:
        return False
    reduced = value.args[0].shape.dims
    if len(reduced) == value.shape.rank + 1:
        is_counted = value.op == "opaque" or (value.op == "matmul" and not frame.elementwise)
        return reduced[:-1] == value.shape.dims and (is_counted or value.data == (value.shape.rank,))
    return all(part.shape.dims in ((), value.shape.dims) and _is_of_rows(part, frame, depth + 1) for part in value.args)


def _same_rank(frame: Frame, first: Shape, second: Shape) -> Shape | None:
    """Equal shapes, or a matrix with one of its rows or columns."""
    ones = tuple((a == ONE) != (b == ONE) for a, b in zip(first.dims, second.dims, strict=True))
    if len(ones) == 2 and any(ones):
        wide = [i for i in (0, 1) if ones[i]]
        if len(wide) == 2 and (first.dims[wide[0]] == ONE) != (first.dims[wide[1]] == ONE):
            return None
    dims: list[Dimension] = []
    for a, b in zip(first.dims, second.dims, strict=True):
        if len(ones) == 2 and a != b and ONE in (a, b):
            dims.append(b if a == ONE else a)
        elif frame.solver.unify(a, b) is False:
            return None
        else:
            dims.append(a)
    return Shape(tuple(dims))


def leading(frame: Frame, first: Dims, second: Dims) -> Dims | None:
    """Axes that broadcast as in NumPy, aligned from the right; `...` stands for any."""
    if first == second:
        return first
    longer, shorter = (first, second) if len(first) >= len(second) else (second, first)
    dims = list(longer)
    for place in range(1, len(shorter) + 1):
        a, b = longer[-place], shorter[-place]
        if a == ANY or b == ANY:
            break
        if a == b or b == ONE:
            continue
        if a == ONE:
            dims[-place] = b
        elif frame.solver.unify(a, b) is False:
            return None
    return tuple(dims)
