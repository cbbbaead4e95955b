"""A block of the inverse of a matrix of blocks: `[I, 0] inv([A, B; C, D]) [I; 0]` is `inv(A - B inv(D) C)`."""

from __future__ import annotations

from fractions import Fraction

from shapecheck.calculus.fold.blocks import selected, selected_across
from shapecheck.calculus.fold.context import Context
from shapecheck.calculus.fold.naming import lifted
from shapecheck.calculus.fold.product import ONCE, Product, assemble, flattened
from shapecheck.calculus.fold.sums import summed
from shapecheck.calculus.fold.transposing import reversed_chain
from shapecheck.core.dimension import ZERO
from shapecheck.core.expression import Expression, make, rewritten

Chain = tuple[Expression, ...]


def complemented(chain: Chain, context: Context) -> Product | None:
    """The chain with the first such block in it written out, if it has one."""
    for place in range(len(chain) - 2):
        row, middle, column = chain[place : place + 3]
        turned = middle.op == "transpose"
        inverse = middle.args[0] if turned else middle
        down, across = selected_across(row), selected(column)
        if inverse.op != "inv" or inverse.args[0].op != "block" or down is None or across is None:
            continue
        at = (0 if down[0] == ZERO else 1, 0 if across[0] == ZERO else 1)
        block = _block(inverse.args[0], at[::-1] if turned else at, context)
        if block is None:
            continue
        sign, found = block
        inner = reversed_chain(found, context) if turned else found
        dims = (chain[0].shape.dims[0], *chain[-1].shape.dims[1:])
        return Product(sign, (), (*chain[:place], *inner, *chain[place + 3 :]), dims)
    return None


def _block(whole: Expression, at: tuple[int, int], context: Context) -> tuple[Fraction, Chain] | None:
    """One block of the inverse of two by two blocks, with its sign; the block opposite on the diagonal is inverted."""
    if whole.data[:2] != (2, 2) or any(len(cell.shape.dims) != 2 for cell in whole.args):
        return None
    cells = [[whole.args[2 * row + column] for column in range(2)] for row in range(2)]
    row, column = at
    own, other = cells[row][row], cells[1 - row][1 - row]
    if own.shape.dims[0] != own.shape.dims[1] or other.op == "zeros":
        return None
    inverse = make("inv", (other,), other.shape)
    through = (*flattened(cells[row][1 - row]), inverse, *flattened(cells[1 - row][row]))
    parts = [Product(ONCE, (), flattened(own), own.shape.dims), Product(-ONCE, (), through, own.shape.dims)]
    if any(part.op == "zeros" for part in through):
        parts = parts[:1]
    rest = assemble(summed([part for part in parts if part.chain[0].op != "zeros"], own.shape.dims, context))
    head = (make("inv", (rest,), own.shape),)
    if row == column:
        return ONCE, head
    return -ONCE, (*head, *flattened(cells[row][column]), inverse)


def with_complements(root: Expression, context: Context) -> Expression:
    """Every such block in the expression written out."""

    def change(node: Expression, args: tuple[Expression, ...]) -> Expression:
        same = node if args == node.args else lifted(node, args, context)
        found = complemented(flattened(same), context) if same.op == "matmul" and len(same.shape.dims) == 2 else None
        return same if found is None else assemble(found)

    return rewritten(root, change)
