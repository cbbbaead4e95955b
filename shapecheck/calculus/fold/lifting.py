"""A formula of matrices, lifted to stacks of them: the leading axes put back in front of every value.

Products, transposes and functions carry leading axes along. A vector beside a matrix needs care: in a stack, all aligns from the
right, so what is a row there is the plain vector, and what is a column keeps its reduced axis with size one.
"""

from __future__ import annotations

from collections.abc import Container, Mapping

from shapecheck.calculus.fold.context import Irreducible
from shapecheck.core.dimension import ONE
from shapecheck.core.expression import Expression, make
from shapecheck.core.record import dataclass, field
from shapecheck.core.shape import Shape
from shapecheck.core.term import Dims
from shapecheck.elaborate.build import as_column, with_axis
from shapecheck.ops import ROWS

JOINING = frozenset({"add", "subtract", "hadamard", "ratio", "epower"})
CARRIED = frozenset({"negate", "softmax", "logsoftmax"})


@dataclass(slots=True)
class Lifting:
    """`stacks` maps the variables that stand for one matrix to their stacks; what is not in `done` has no leading axes."""

    batch: Dims
    stacks: Mapping[Expression, Expression]
    defined: Container[Expression]  # the names among these that have a definition
    done: dict[Expression, Expression] = field(default_factory=dict)

    def __call__(self, node: Expression) -> Expression:
        """The stack of this value; the value itself where it is one for all. Raises Irreducible."""
        if node.op == "variable":
            return self.stacks.get(node, node)
        if not self.is_stack(node):
            return node
        found = self.done.get(node)
        if found is None:
            found = self.done[node] = self._lifted(node)
        return found

    def is_stack(self, node: Expression) -> bool:
        if node.op == "variable":
            return node in self.stacks
        return any(map(self.is_stack, node.args))

    def _lifted(self, node: Expression) -> Expression:
        shape = Shape((*self.batch, *node.shape.dims))
        row = ROWS.get(node.op)
        if node.op in JOINING or (row is not None and row.kind == "elementwise" and len(node.args) == 2):
            return make(node.op, tuple(self._beside(part, node.shape) for part in node.args), shape, node.data)
        if node.op in CARRIED or (row is not None and row.kind == "elementwise"):
            return make(node.op, (self(node.args[0]),), shape, node.data)
        if node.op == "scale" and not self.is_stack(node.args[0]):
            return make("scale", (node.args[0], self(node.args[1])), shape)
        if node.op == "transpose" and node.shape.rank == node.args[0].shape.rank == 2:
            return make("transpose", (self(node.args[0]),), shape)
        if node.op == "transpose" and node.args[0].shape.rank == 1:
            return with_axis(self(node.args[0]), len(self.batch))
        if node.op == "matmul":
            return self._product(node, shape)
        if row is not None and row.kind == "reduction" and node.data and node.args[0].shape.rank == 2:
            kept = tuple(dimension for dimension in node.shape.dims if dimension != ONE)
            return make(node.op, (self(node.args[0]),), Shape((*self.batch, *kept)), (node.data[0] + len(self.batch),))
        if node.op == "diagonal":
            return self._diagonal(node)
        raise Irreducible(f"{node.op} of stacks")

    def _product(self, node: Expression, shape: Shape) -> Expression:
        left, right = node.args
        if left.op == "diag":
            return make("hadamard", (self(right), self._beside(left.args[0], node.shape)), shape)
        if right.op == "diag" and not self.is_stack(right):
            return make("hadamard", (self(left), right.args[0]), shape)
        if left.shape.rank == 1 and self.is_stack(left):
            return make("matmul", (with_axis(self(left), len(self.batch) + 1), self(right)), shape)
        if right.shape.rank == 1 and self.is_stack(right) and left.shape.rank == 2 and left.shape.dims[0] != ONE:
            return self._applied(left, right, shape)
        if left.shape.rank != 2 or (right.shape.rank != 2 and (right.shape.rank != 1 or self.is_stack(right))):
            raise Irreducible("products of vectors in stacks")
        return make("matmul", (self(left), self(right)), shape)

    def _applied(self, left: Expression, right: Expression, shape: Shape) -> Expression:
        """A matrix times each vector of a stack: the vectors are rows there."""
        if not self.is_stack(left):
            turned = left.args[0] if left.op == "transpose" else make("transpose", (left,), Shape(left.shape.dims[::-1]))
            return make("matmul", (self(right), turned), shape)
        rows = with_axis(self(right), len(self.batch))
        entries = make("hadamard", (self(left), rows), Shape((*self.batch, *left.shape.dims)))
        return make("sum", (entries,), shape, (len(self.batch) + 1,))

    def _diagonal(self, node: Expression) -> Expression:
        """`diag(A B)` as the sums of the rows of `A .* B'`."""
        (inner,) = node.args
        if inner.op != "matmul" or any(part.shape.rank != 2 for part in inner.args):
            raise Irreducible("diagonals of stacks")
        left, right = inner.args
        turned = right.args[0] if right.op == "transpose" else make("transpose", (right,), Shape(right.shape.dims[::-1]))
        entries = make("hadamard", (left, turned), left.shape)
        return self(make("sum", (entries,), node.shape, (1,)))

    def _beside(self, part: Expression, whole: Shape) -> Expression:
        """An operand, so that it aligns from the right with stacks of this shape."""
        lifted = self(part)
        if part.shape == whole or not part.shape.dims or whole.rank < 2:
            if not part.shape.dims and self.is_stack(part):
                raise Irreducible("a number for each matrix of a stack")
            return lifted
        if part.shape.rank == 2 and part.shape.dims[0] == ONE:
            return self._row(part, lifted)
        if not self.is_stack(part):
            raise Irreducible("a column for all matrices of a stack")
        if lifted.op == "variable" and part not in self.defined:
            return with_axis(lifted, lifted.shape.rank)
        return as_column(lifted)

    def _row(self, part: Expression, lifted: Expression) -> Expression:
        if not self.is_stack(part):
            return part.args[0] if part.op == "transpose" else part
        if lifted.op in ROWS and ROWS[lifted.op].kind == "reduction":
            return make(lifted.op, lifted.args, Shape((*self.batch, *part.shape.dims)), lifted.data)
        raise Irreducible("a row for each matrix of a stack")
