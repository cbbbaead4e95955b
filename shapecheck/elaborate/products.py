"""Products: what a blank, `*`, `@`, `·`, `×`, `/` and `\\` mean between two values of given shapes."""

from __future__ import annotations

from shapecheck.core.dimension import ONE, Dimension, integer
from shapecheck.core.expression import Expression, make, number
from shapecheck.core.shape import Shape
from shapecheck.elaborate import build
from shapecheck.elaborate.broadcast import entrywise, is_literal, join, leading
from shapecheck.elaborate.comparisons import is_comparison
from shapecheck.elaborate.constants import ones
from shapecheck.elaborate.problems import fail, mismatch, side
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.solver import ANY, plain
from shapecheck.syntax.tree import Apply, Call, Entry, Name, Node, Number, Paren

THREE = integer(3)


def product(frame: Frame, node: Apply, left: Expression, right: Expression) -> Expression | None:
    """A blank, `*`, `@`, `·` or `×`."""
    resolve = frame.solver.resolve
    if node.op == "juxtapose":
        left, right = _with_ones(frame, node, left, right)
    first, second = resolve(left.shape), resolve(right.shape)
    if not first.dims or not second.dims:
        return build.scale(left, right) if not first.dims else build.scale(right, left)
    if node.op == "star" and (frame.elementwise or any(map(_goes_entrywise, node.args))):
        return entrywise(frame, node, "hadamard", left, right)
    if not plain(first).dims:
        return build.scale(build.as_scalar(left), right)
    if not plain(second).dims:
        return build.scale(build.as_scalar(right), left)
    mark = frame.solver.mark()
    if node.op == "star" and frame.nearby and frame.solver.facts_agree(first, second):
        return entrywise(frame, node, "hadamard", left, right)
    shape = product_shape(frame, first, second)
    if shape is not None:
        return build.matmul(left, right, shape)
    frame.solver.rollback(mark)
    other = _other_reading(frame, node, left, right, first, second)
    if other is not None:
        return other
    frame.solver.rollback(mark)
    mismatch(frame, _kind(frame, node.op, first, second), node, left, right)
    return None


def _goes_entrywise(node: Node) -> bool:
    """Whether a factor can only be multiplied entry by entry: an indicator, or Eigen's `x.array()`."""
    while isinstance(node, Paren):
        node = node.body
    return is_comparison(node) or (isinstance(node, Call) and node.function.key == "array" and node.span.start < node.function.span.start)


def _with_ones(frame: Frame, node: Apply, left: Expression, right: Expression) -> tuple[Expression, Expression]:
    """A typed 1 behind a factor, or before a row, is the vector of ones: `1' A 1`, `X - 1 m'`."""
    first, second = node.args
    if isinstance(second, Number) and second.value == 1:
        return left, ones(frame)
    row = right.shape.rank == 2 and right.shape.dims[0] == ONE
    if row and isinstance(first, Number) and first.value == 1:
        return ones(frame), right
    return left, right


def product_shape(frame: Frame, first: Shape, second: Shape) -> Shape | None:
    """The shape of a matrix product of two values that are no scalars, vectors being columns; None where they do not fit."""
    if first.rank == 1:
        return Shape((first.dims[0], second.dims[1])) if second.rank == 2 and second.dims[0] == ONE else None
    if second.rank == 1:
        if not meets(frame, first.dims[-1], second.dims[0]):
            return None
        rest = first.dims[:-1]
        return Shape() if len(rest) == 1 and rest[0] == ONE else Shape(rest)
    if not meets(frame, first.dims[-1], second.dims[-2]):
        return None
    batch = leading(frame, first.dims[:-2], second.dims[:-2])
    return None if batch is None else Shape((*batch, first.dims[-2], second.dims[-1]))


def meets(frame: Frame, columns: Dimension, rows: Dimension) -> bool:
    """Whether two inner sizes agree."""
    return columns == rows or frame.solver.unify(columns, rows) is not False


def _other_reading(frame: Frame, node: Apply, left: Expression, right: Expression, first: Shape, second: Shape) -> Expression | None:
    """Readings of a sign that hold where the matrix product does not fit."""
    op = node.op
    if first.rank == 1 and second.rank == 1 and op in ("dot", "at") and frame.solver.unify(first.dims[0], second.dims[0]) is not False:
        return build.matmul(build.transpose(left), right, Shape())
    is_row = op in ("juxtapose", "star") and first.rank == 1 and second.rank == 1 and _is_row(node.args[0])
    if is_row and frame.solver.unify(first.dims[0], second.dims[0]) is not False:
        return build.matmul(build.transpose(left), right, Shape())
    if op == "times" and first.rank == 1 and second.rank == 1 and _three(frame, first) and _three(frame, second):
        return make("cross", (left, right), first)
    if (
        op == "juxtapose"
        and frame.summed
        and first.rank == 1
        and second.rank == 1
        and frame.solver.unify(*first.dims, *second.dims) is not False
    ):
        return make("hadamard", (left, right), first)
    tensors = max(first.rank, second.rank) > 2
    if op == "star" and (frame.nearby or tensors or is_literal(left)) and (joined := join(frame, left, right)) is not None:
        return make("hadamard", joined[:2], joined[2])
    if op == "at" and first.rank == 1 and second.rank >= 2 and meets(frame, first.dims[0], second.dims[-2]):
        turned = build.transpose(right)
        return build.matmul(turned, left, Shape(turned.shape.dims[:-1])) if turned.shape.rank > 1 else None
    return None


def _is_row(node: Node) -> bool:
    """Whether this is a row of a matrix, `A[i]`, `A[i, :]` or `A(i, :)`, perhaps after factors that only scale."""
    while isinstance(node, Apply) and node.op in ("juxtapose", "star", "negate"):
        node = node.args[-1]
    indices = node.indices if isinstance(node, Entry) else node.args if isinstance(node, Call) else ()
    colons = [isinstance(index, Name) and index.key == ":" for index in indices]
    return colons == [False, True] or (isinstance(node, Entry) and colons == [False])


def _three(frame: Frame, shape: Shape) -> bool:
    return frame.solver.unify(shape.dims[0], THREE) is not False


def _kind(frame: Frame, op: str, first: Shape, second: Shape) -> str:
    if op == "star" and first.rank == second.rank and frame.solver.same(first, second) is True:
        return "elementwise-meant"
    if first.rank > 2 and second.rank > 2 and frame.solver.unify(first.dims[-1], second.dims[-2]) is not False:
        return "batch"
    return "inner"


def square(frame: Frame, shape: Shape) -> bool:
    """Whether the last two axes agree, made so where they are open."""
    return shape.rank >= 2 and frame.solver.unify(shape.dims[-2], shape.dims[-1]) is not False


def inverse(value: Expression) -> Expression:
    return make("inv", (value,), value.shape) if value.shape.dims else build.ratio(number(1), value, Shape())


def slash(frame: Frame, node: Apply, left: Expression, right: Expression) -> Expression | None:
    """`/`: by a scalar, from the right by a square matrix, else entry by entry where shapes allow."""
    first, second = frame.solver.resolve(left.shape), frame.solver.resolve(right.shape)
    if not second.dims:
        return build.ratio(left, right, left.shape)
    if not plain(second).dims:
        return build.ratio(left, build.as_scalar(right), left.shape)
    if not first.dims or frame.elementwise:
        return entrywise(frame, node, "ratio", left, right)
    mark = frame.solver.mark()
    if second.rank >= 2 and first.rank >= 2 and _certainly_divides(frame, first, second):
        return build.matmul(left, inverse(right), left.shape)
    frame.solver.rollback(mark)
    problems = len(frame.problems)
    found = entrywise(frame, node, "ratio", left, right)
    if found is None and second.rank == 2:
        del frame.problems[problems:]
        if frame.solver.unify(*second.dims) is False:
            sides = (side(node.args[0], left, frame), side(node.args[1], right, frame))
            fail(frame, "not-square", "division", node.args[1], node.operator, sides[::-1])
        else:
            mismatch(frame, "inner", node, left, right, divides=True)
    return found


def _certainly_divides(frame: Frame, first: Shape, second: Shape) -> bool:
    return square(frame, second) and meets(frame, first.dims[-1], frame.solver.dimension(second.dims[-2]))


def backslash(frame: Frame, node: Apply, left: Expression, right: Expression) -> Expression | None:
    """`A \\ b`: inv(A) b; where A is not square, what solves in the sense of least squares."""
    first, second = frame.solver.resolve(left.shape), frame.solver.resolve(right.shape)
    if not first.dims:
        return build.ratio(right, left, right.shape)
    if first.rank < 2 or not second.dims:
        fail(frame, "not-square", "division", node.args[0], node.operator, (side(node.args[0], left, frame),))
        return None
    mark = frame.solver.mark()
    tall = frame.solver.unify(first.dims[-2], first.dims[-1]) is False
    frame.solver.rollback(mark) if tall else None
    solved = make("pinv" if tall else "inv", (left,), Shape((*first.dims[:-2], first.dims[-1], first.dims[-2])))
    shape = product_shape(frame, solved.shape, second)
    if shape is None:
        frame.solver.rollback(mark)
        mismatch(frame, "inner", node, left, right, solves=True)
        return None
    return build.matmul(solved, right, shape)


def kronecker(frame: Frame, node: Apply, left: Expression, right: Expression) -> Expression | None:
    """`A ⊗ B`; a vector is a column."""
    first, second = frame.solver.resolve(left.shape), frame.solver.resolve(right.shape)
    if not first.dims or not second.dims:
        return build.scale(left, right) if not first.dims else build.scale(right, left)
    shape = kronecker_shape(first, second)
    if shape is None:
        mismatch(frame, "kron", node, left, right)
        return None
    return make("kron", (left, right), shape)


def kronecker_shape(first: Shape, second: Shape) -> Shape | None:
    if first.rank > 2 or second.rank > 2 or ANY in (*first.dims, *second.dims):
        return None
    if first.rank == 1 and second.rank == 1:
        return Shape((first.dims[0] * second.dims[0],))
    (m, n), (p, q) = ((*shape.dims, ONE)[:2] for shape in (first, second))
    return Shape((m * p, n * q))


def frobenius(frame: Frame, node: Apply, left: Expression, right: Expression) -> Expression | None:
    """`A : B`."""
    if not left.shape.dims and not right.shape.dims:
        return build.scale(left, right)
    if frame.solver.same(left.shape, right.shape) is False:
        mismatch(frame, "frobenius", node, left, right)
        return None
    return make("inner", (left, right), Shape())
