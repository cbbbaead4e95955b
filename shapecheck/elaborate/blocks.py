"""Matrices of blocks: `[A, B; C, D]`, `[A | b]`, `[x; 1]`; and lists `[h, x]`, by which people mean vectors one below the other."""

from __future__ import annotations

from shapecheck.core.dimension import ONE, ZERO, Dimension, Unknown
from shapecheck.core.expression import Expression, make
from shapecheck.core.shape import Shape
from shapecheck.core.span import Span
from shapecheck.elaborate import build
from shapecheck.elaborate.problems import fail, side
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.walk import walk
from shapecheck.syntax.tree import Apply, Block, Node

Row = list[tuple[Node, Expression]]
LISTS = ("stacked", "row")
"""How vectors between commas may be meant that are not the columns of a matrix."""

PRODUCT, TIGHT = 3, 4
_LEVELS = {
    **dict.fromkeys(("add", "subtract"), 0),
    "frobenius": 1,
    **dict.fromkeys(("hadamard", "hadamard_divide"), 2),
    **dict.fromkeys(("juxtapose", "star", "at", "dot", "times", "matmul_r", "dotstar", "dotslash", "slash", "backslash"), PRODUCT),
}
"""How tightly signs bind."""


def block(node: Block, rows: list[Row], frame: Frame) -> Expression | None:
    """The cells of each row are equally high, and the rows equally wide; `0` takes the size that is left for it."""
    if len(rows) == 1 and _are_vectors(rows[0], frame):
        rows = _listed(rows[0], frame)
    sized = [[(cell, _sized(value, rows, frame)) for cell, value in row] for row in rows]
    if any(len(_dims(value, frame)) > 2 for row in sized for _, value in row):
        return None  # how tensors are joined is not said
    heights = []
    for row in sized:
        height = _common(node, row, 0, frame)
        if height is None:
            return None
        heights.append(height)
    if not _columns(node, sized, frame):
        return None
    widths = [_total([_dims(value, frame)[1] for _, value in row]) for row in sized]
    for row, width in zip(sized[1:], widths[1:], strict=True):
        if frame.solver.unify(widths[0], width) is False:
            _report(frame, node, sized[0][0], row[0], "block-width", (str(widths[0]), str(frame.solver.dimension(width))))
            return None
    shape = Shape((_total(heights), frame.solver.dimension(widths[0])))
    return _assembled(sized, shape, frame)


def is_list(node: Node) -> bool:
    """Whether this may be a list: one row of cells."""
    return isinstance(node, Block) and len(node.rows) == 1 and len(node.rows[0]) > 1


def _are_vectors(row: Row, frame: Frame) -> bool:
    ranks = {frame.solver.resolve(value.shape).rank for _, value in row}
    return len(row) > 1 and (ranks in ({1}, {0, 1}) or (ranks == {0} and frame.lists == "stacked"))


def _listed(row: Row, frame: Frame) -> list[Row]:
    """The columns of a matrix where they are equally high, unless another way is tried; else one below the other."""
    if frame.lists == "row":
        return [[(cell, build.transpose(value)) for cell, value in row]]
    mark = frame.solver.mark()
    heights = [_dims(value, frame)[0] for _, value in row]
    equal = frame.lists != "stacked" and all(frame.solver.unify(heights[0], height) is not False for height in heights[1:])
    frame.solver.rollback(mark)
    return [row] if equal else [[cell] for cell in row]


def as_products(node: Block) -> Block | None:
    """The rows with cells that only a blank can part taken as products: `[W x; 1]`; None where there are none, or blocks in blocks."""
    if any(isinstance(part, Block) for row in node.rows for cell in row for part in walk(cell)):
        return None
    rows = []
    for row in node.rows:
        cells = [row[0]]
        for cell in row[1:]:
            last = cells[-1]
            if cell.span.start - last.span.end == 1:
                cells[-1] = _multiplied(last, cell)
            else:
                cells.append(cell)
        rows.append(tuple(cells))
    return Block(tuple(rows), node.span) if any(len(new) < len(old) for new, old in zip(rows, node.rows, strict=True)) else None


def has_wide_sums(node: Block) -> bool:
    """Whether a cell beside a blank is a sum with blanks around its sign, so that the blank hardly ends a cell: `[a x + b y; c]`."""
    return any(len(row) > 1 and any(map(_is_wide_sum, row)) for row in node.rows)


def _is_wide_sum(cell: Node) -> bool:
    return isinstance(cell, Apply) and cell.op in ("add", "subtract") and cell.operator.start > cell.args[0].span.end


def _multiplied(left: Node, right: Node) -> Node:
    """The product of what stands on both sides of a blank: of the last factor of the left and the first of the right."""
    levels = [_LEVELS.get(cell.op, TIGHT) if isinstance(cell, Apply) else TIGHT for cell in (left, right)]
    span = left.span.cover(right.span)
    if isinstance(right, Apply) and levels[1] <= min(levels[0], PRODUCT):
        return Apply(right.op, (_multiplied(left, right.args[0]), *right.args[1:]), right.operator, span)
    if isinstance(left, Apply) and levels[0] < PRODUCT:
        return Apply(left.op, (*left.args[:-1], _multiplied(left.args[-1], right)), left.operator, span)
    return Apply("juxtapose", (left, right), Span(left.span.end, left.span.end), span)


def _assembled(rows: list[Row], shape: Shape, frame: Frame) -> Expression:
    """One node where all rows have equally many cells, else rows stacked."""
    cells = [[_filled(value, frame) for _, value in row] for row in rows]
    shape = _vector(shape)
    if len(cells) == 1 and len(cells[0]) == 1:
        return cells[0][0]
    if len({len(row) for row in cells}) == 1:
        return make("block", tuple(value for row in cells for value in row), shape, (len(cells), len(cells[0])))
    stacked = []
    for row in cells:
        dims = [_dims(value, frame) for value in row]
        whole = _vector(Shape((dims[0][0], _total([dim[1] for dim in dims]))))
        stacked.append(row[0] if len(row) == 1 else make("block", tuple(row), whole, (1, len(row))))
    return make("block", tuple(stacked), shape, (len(stacked), 1))


def _vector(shape: Shape) -> Shape:
    if shape.dims[1] != ONE:
        return shape
    return Shape() if shape.dims[0] == ONE else Shape((shape.dims[0],))


def _sized(value: Expression, rows: list[Row], frame: Frame) -> Expression:
    """A `0` among blocks is a block of zeros, its sizes open."""
    if value.op != "number" or value.data[0] != 0 or all(not other.shape.dims for row in rows for _, other in row):
        return value
    return make("zeros", shape=Shape((frame.solver.fresh(), frame.solver.fresh())))


def _filled(value: Expression, frame: Frame) -> Expression:
    """A block of zeros with the sizes that were found for it."""
    if value.op != "zeros":
        return value
    return make("zeros", shape=_vector(Shape(_dims(value, frame))))


def _dims(value: Expression, frame: Frame) -> tuple[Dimension, ...]:
    dims = frame.solver.resolve(value.shape).dims
    return dims if len(dims) > 2 else (*dims, ONE, ONE)[:2]


def _common(node: Block, row: Row, axis: int, frame: Frame) -> Dimension | None:
    """The height that all cells of a row have, sizes that are known first."""
    known = sorted(row, key=lambda cell: isinstance(_dims(cell[1], frame)[axis].atom, Unknown))
    first = known[0]
    for cell in known[1:]:
        equate = frame.solver.settle if "zeros" in (first[1].op, cell[1].op) else frame.solver.unify
        if equate(_dims(first[1], frame)[axis], _dims(cell[1], frame)[axis]) is False:
            sizes = (str(_dims(first[1], frame)[axis]), str(_dims(cell[1], frame)[axis]))
            _report(frame, node, first, cell, "block-height", sizes)
            return None
    return frame.solver.dimension(_dims(first[1], frame)[axis])


def _columns(node: Block, rows: list[Row], frame: Frame) -> bool:
    """Cells above each other are equally wide where one of them is open, which solves blocks such as `0` and `I`."""
    if len({len(row) for row in rows}) != 1:
        return True
    for place in range(len(rows[0])):
        cells = [row[place] for row in rows]
        if any(isinstance(_dims(value, frame)[1].atom, Unknown) for _, value in cells):
            known = sorted(cells, key=lambda cell: isinstance(_dims(cell[1], frame)[1].atom, Unknown))
            for cell in known[1:]:
                if isinstance(_dims(cell[1], frame)[1].atom, Unknown):
                    equate = frame.solver.settle if cell[1].op == "zeros" else frame.solver.unify
                    equate(_dims(known[0][1], frame)[1], _dims(cell[1], frame)[1])
    return True


def _total(dims: list[Dimension]) -> Dimension:
    total = ZERO
    for dim in dims:
        total = total + dim
    return total


def _report(
    frame: Frame, node: Block, first: tuple[Node, Expression], second: tuple[Node, Expression], kind: str, sizes: tuple[str, str]
) -> None:
    sides = (side(*first, frame), side(*second, frame))
    fail(frame, "shape-mismatch", kind, node, None, sides, sizes=sizes)
