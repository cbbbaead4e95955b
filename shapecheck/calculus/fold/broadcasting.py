"""Diagonals of products beside a matrix as sums of rows: `sum(G .* H, 2) .* A` for `diag(diag(G H')) A`."""

from __future__ import annotations

from shapecheck.calculus.fold.context import Context
from shapecheck.calculus.fold.entrywise import hadamard
from shapecheck.calculus.fold.length import length
from shapecheck.calculus.fold.product import ONCE, chained, flattened
from shapecheck.calculus.fold.transposing import transpose
from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.expression import Expression, make, rewritten, with_args
from shapecheck.core.shape import Shape


def broadcast(root: Expression, context: Context) -> Expression:
    """The expression with every such product written by broadcasting."""

    def change(node: Expression, args: tuple[Expression, ...]) -> Expression:
        same = with_args(node, args)
        return _product(same, context) if same.op == "matmul" else same

    return rewritten(root, change)


def _product(node: Expression, context: Context) -> Expression:
    chain = flattened(node)
    if len(node.shape.dims) != 2 or UNIT in node.shape.dims:
        return node
    first, last = (_sums(factor, context) for factor in (chain[0], chain[-1]))
    inner = chained(chain[first is not None : len(chain) - (last is not None)])
    if inner is None or (first is None and last is None):
        return node
    entries = [(inner, ONCE), *([(first, ONCE)] if first else []), *([(transpose(last, context), ONCE)] if last else [])]
    return hadamard(entries, context, node.shape)


def _sums(factor: Expression, context: Context) -> Expression | None:
    """The vector whose diagonal matrix this is, if it is the diagonal of a product."""
    return row_sums(factor.args[0], context) if factor.op == "diag" and factor.args[0].op == "diagonal" else None


def row_sums(vector: Expression, context: Context) -> Expression:
    """`diag(A B')` as `sum(A .* B, 2)`; other vectors stay."""
    chain = flattened(vector.args[0]) if vector.op == "diagonal" else ()
    if len(chain) != 2 or len(chain[0].shape.dims) != 2:
        return vector
    left, right = chain
    across = hadamard([(left, ONCE), (transpose(right, context), ONCE)], context)
    down = hadamard([(transpose(left, context), ONCE), (right, ONCE)], context)
    if length(down) < length(across):
        row = make("sum", (down,), Shape((UNIT, *vector.shape.dims)), (0,))
        return make("transpose", (row,), vector.shape)
    return make("sum", (across,), vector.shape, (1,))
