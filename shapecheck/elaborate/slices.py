"""Parts of arrays as code takes them: `X[:, 1:3]`, `x[:, None]`, `X(1:k, end)`. Of their values only the simplest are known."""

from __future__ import annotations

from shapecheck.core.dimension import ONE, Dimension, DimensionTooLarge, integer
from shapecheck.core.expression import Expression
from shapecheck.core.record import replace
from shapecheck.core.shape import Shape
from shapecheck.elaborate import build
from shapecheck.elaborate.literals import NotADimension, read_dimension
from shapecheck.elaborate.problems import visible
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.walk import NEW_AXIS, walk
from shapecheck.syntax.tree import Apply, Call, Entry, Name, Node, Number

RANGES = frozenset({"range", "through"})
WHOLE = ":"


def takes(node: Call) -> bool:
    """Whether a call's arguments say which part of an array is meant: `X(1:3, :)`."""
    return not node.keywords and any(_is_whole(arg) or _is_range(arg) for arg in node.args)


def part(node: Call) -> Entry | Call:
    """`X(1:3, :)` of a variable: round brackets count from 1, and ranges hold their ends. `X(:)` is all of it as one column."""
    if len(node.args) == 1 and _is_whole(node.args[0]):
        return Call(Name("vec", node.function.span), (node.function,), (), "call", node.span)
    indices = (replace(arg, op="through") if isinstance(arg, Apply) and arg.op == "range" else arg for arg in node.args)
    return Entry(node.function, tuple(indices), node.span)


def is_slice(node: Entry) -> bool:
    """Whether the brackets hold what index notation does not have."""
    marks = (_is_new, _is_rest, _is_range, _is_end, _counts_back)
    return any(is_mark(index) for index in node.indices for is_mark in marks)


def sliced(node: Entry, value: Expression, frame: Frame) -> Expression | None:
    """What the brackets leave of the value; None where they hold something else, such as a mask."""
    shape = frame.solver.resolve(value.shape)
    taking = sum(not _is_new(index) and not _is_rest(index) for index in node.indices)
    if shape.rank == 0 or taking > shape.rank:
        return None
    indices = list(node.indices)
    if not any(map(_is_rest, indices)):
        indices.append(Name("...", node.span))
    left, place = list[Dimension](), 0
    for index in indices:
        if _is_new(index):
            left.append(ONE)
            continue
        if _is_rest(index):
            left += shape.dims[place : place + shape.rank - taking]
            place += shape.rank - taking
            continue
        size = _size(index, shape.dims[place], frame)
        place += 1
        if size is None:
            return None
        left += size
    return _value(node, value, shape, Shape(tuple(left)))


def _value(node: Entry, value: Expression, before: Shape, after: Shape) -> Expression:
    whole = all(_is_whole(index) or _is_new(index) or _is_rest(index) for index in node.indices)
    if whole and before.rank == 1 and after == Shape((*before.dims, ONE)):
        return build.column(value)
    if whole and before.rank == 1 and after == Shape((ONE, *before.dims)):
        return build.transpose(value)
    if whole and after.rank == before.rank + 1 and (place := _new_place(node)) is not None:
        return build.with_axis(value, place)
    return value if whole and after == before else build.opaque("slice", (value,), after)


def _new_place(node: Entry) -> int | None:
    """Where the one new axis stands, if no `...` before it stands for several."""
    place = next((place for place, index in enumerate(node.indices) if _is_new(index)), None)
    return None if place is None or any(map(_is_rest, node.indices[:place])) else place


def _size(index: Node, dim: Dimension, frame: Frame) -> tuple[Dimension, ...] | None:
    """The axis that an index leaves: none where it picks one entry; None where it is not known what it picks."""
    if _is_whole(index):
        return (dim,)
    if isinstance(index, Apply) and _is_range(index):
        return (_length(index, dim, frame),)
    names = [inner for inner in walk(index) if isinstance(inner, Name)]
    picks = all(len(name.key) == 1 or name.key == "end" for name in names) and not any(_is_array(name, frame) for name in names)
    return () if picks and isinstance(index, Name | Number | Apply) else None


def _is_array(name: Name, frame: Frame) -> bool:
    known = visible(name.key, frame)
    return known is not None and frame.solver.resolve(known.shape).rank > 0


def _length(index: Apply, dim: Dimension, frame: Frame) -> Dimension:
    """How many entries a range takes; an open size where that depends on more than it says."""
    begin, last, *step = (None if _is_whole(part) else part for part in index.args)
    if step and step[0] is not None:
        return dim if begin is None and last is None and _number(step[0]) == -1 else frame.solver.fresh()
    if begin is None and last is None:
        return dim
    try:
        found = _counted(index, begin, last, dim, frame)
    except (NotADimension, DimensionTooLarge, ZeroDivisionError):
        found = None
    return frame.solver.fresh() if found is None or (found.constant or 0) < 0 else found


def _counted(index: Apply, begin: Node | None, last: Node | None, dim: Dimension, frame: Frame) -> Dimension | None:
    to_end = last is not None and _is_end(last)
    if index.op == "through" or to_end:
        if begin is None or last is None:
            return None
        end = dim if to_end else _read(last, frame)
        start = _read(begin, frame)
        return None if end is None or start is None else end - start + ONE
    if last is None:
        return _from_here(begin, dim, frame)
    if begin is None or _number(begin) == 0:
        count = _number(last)
        return dim - integer(-count) if count is not None and count < 0 else _smaller(_read(last, frame), dim)
    return None  # `1:3` are two in Python and three in Julia


def _from_here(begin: Node | None, dim: Dimension, frame: Frame) -> Dimension | None:
    count = _number(begin)
    if count is not None and count < 0:
        return integer(-count)
    start = None if begin is None else _read(begin, frame)
    return None if start is None else dim - start


def _smaller(count: Dimension | None, dim: Dimension) -> Dimension | None:
    if count is None or count.constant is None or dim.constant is None:
        return count
    return integer(min(count.constant, dim.constant))


def _read(node: Node, frame: Frame) -> Dimension | None:
    names = [inner.key for inner in walk(node) if isinstance(inner, Name)]
    return read_dimension(node) if all(name in frame.scope.dimensions for name in names) else None


def _number(node: Node | None) -> int | None:
    if isinstance(node, Apply) and node.op == "negate":
        inner = _number(node.args[0])
        return None if inner is None else -inner
    return int(node.value) if isinstance(node, Number) and node.value == int(node.value) else None


def _is_range(node: Node) -> bool:
    return isinstance(node, Apply) and node.op in RANGES


def _counts_back(node: Node) -> bool:
    return (_number(node) or 0) < 0


def _is_end(node: Node) -> bool:
    return isinstance(node, Name) and node.key == "end"


def _is_whole(node: Node) -> bool:
    return isinstance(node, Name) and node.key == WHOLE


def _is_new(node: Node) -> bool:
    return isinstance(node, Name) and node.key in NEW_AXIS


def _is_rest(node: Node) -> bool:
    return isinstance(node, Name) and node.key in ("...", "…", "Ellipsis")
