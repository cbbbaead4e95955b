"""Calls that change how an array lies: `x.view(B, T, H, E)`, `x.transpose(1, 2)`, `torch.cat([A, B], dim=1)`.

Their shapes are known as far as their sizes are; nothing contradicts them, since facts such as `C = H*E` are seldom written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shapecheck.core.dimension import ONE, Dimension, DimensionTooLarge, divide, integer
from shapecheck.core.expression import Expression
from shapecheck.core.shape import Shape
from shapecheck.elaborate import build
from shapecheck.elaborate.literals import NotADimension, read_dimension
from shapecheck.elaborate.problems import visible
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.solver import ANY
from shapecheck.elaborate.walk import walk
from shapecheck.syntax.tree import Apply, Block, Call, Name, Node, Number, ShapeLiteral

Elaborate = Callable[[Node, Frame], Expression | None]
Dims = tuple[Dimension, ...]


def knows(key: str) -> bool:
    return key in _KINDS


def call(node: Call, key: str, frame: Frame, elaborate: Elaborate) -> Expression | None:
    """The array in its new shape; None where that is not known."""
    if key in ("cat", "concat", "concatenate", "stack"):
        return _joined(node, key, frame, elaborate)
    value = elaborate(node.args[0], frame) if node.args else None
    if value is None:
        return None
    shape = frame.solver.resolve(value.shape)
    if ANY in shape.dims:
        return None
    try:
        dims = _KINDS[key](shape.dims, node, frame)
    except (NotADimension, DimensionTooLarge, ZeroDivisionError):
        return None
    if dims is None:
        return None
    if key in _TURNING:
        places = tuple(map(integer, range(shape.rank)))
        order = _KINDS[key](places, node, frame)
        if order == places:
            return value
        last = order == (*places[:-2], *places[:-3:-1])
        return build.transpose(value) if last and shape.rank > 1 else build.opaque(key, (value,), Shape(dims))
    return _value(key, value, shape, Shape(dims))


def _value(key: str, value: Expression, before: Shape, after: Shape) -> Expression:
    """The value itself where only axes of one entry come or go."""
    if after == before:
        return value
    if before.rank == 1 and after.dims == (*before.dims, ONE):
        return build.column(value)
    if before.rank == 1 and after.dims == (ONE, *before.dims):
        return build.transpose(value)
    return build.opaque(key, (value,), after)


def _reshaped(dims: Dims, node: Call, frame: Frame) -> Dims | None:
    sizes = _listed(node.args[1:])
    known = [_size(size, frame) for size in sizes]
    if not known or known.count(ANY) > 1:
        return None
    if ANY not in known:
        return tuple(known)
    rest = _product([size for size in known if size != ANY])
    found = None if any(dim.is_open for dim in (*dims, rest)) else divide(_product(dims), rest)
    return tuple((found or frame.solver.fresh()) if size == ANY else size for size in known)


def _size(node: Node, frame: Frame) -> Dimension:
    names = [part.key for part in walk(node) if isinstance(part, Name)]
    if any(name not in frame.scope.dimensions and visible(name, frame) is not None for name in names):
        return frame.solver.fresh()
    return read_dimension(node)


def _product(dims: Sequence[Dimension]) -> Dimension:
    found = ONE
    for dim in dims:
        found = found * dim
    return found


def _permuted(dims: Dims, node: Call, frame: Frame) -> Dims | None:
    axes = [_axis(axis, len(dims)) for axis in _listed(node.args[1:])]
    given = [axis for axis in axes if axis is not None]
    return tuple(dims[axis] for axis in given) if sorted(given) == list(range(len(dims))) else None


def _swapped(dims: Dims, node: Call, frame: Frame) -> Dims | None:
    axes = _listed(node.args[1:])
    if len(axes) != 2 or isinstance(node.args[1], ShapeLiteral):
        return _permuted(dims, node, frame)
    first, second = (_axis(axis, len(dims)) for axis in axes)
    if first is None or second is None:
        return None
    found = list(dims)
    found[first], found[second] = dims[second], dims[first]
    return tuple(found)


def _with_axis(dims: Dims, node: Call, frame: Frame) -> Dims | None:
    axes = [value for _, value in node.keywords] or _listed(node.args[1:])
    axis = _axis(axes[0], len(dims) + 1) if len(axes) == 1 else None
    return None if axis is None else (*dims[:axis], ONE, *dims[axis:])


def _without_axis(dims: Dims, node: Call, frame: Frame) -> Dims | None:
    axes = [value for _, value in node.keywords] or _listed(node.args[1:])
    if not axes:
        return None if any(dim.is_open for dim in dims) else tuple(dim for dim in dims if dim != ONE)
    axis = _axis(axes[0], len(dims)) if len(axes) == 1 else None
    return (*dims[:axis], *dims[axis + 1 :]) if axis is not None and dims[axis] == ONE else None


def _flat(dims: Dims, node: Call, frame: Frame) -> Dims | None:
    if len(node.args) > 1 or node.keywords or any(dim.is_open for dim in dims):
        return None
    return (_product(dims),)


_KINDS: dict[str, Callable[[Dims, Call, Frame], Dims | None]] = {
    **dict.fromkeys(("reshape", "view"), _reshaped),
    "permute": _permuted,
    **dict.fromkeys(("transpose", "swapaxes", "swapdims"), _swapped),
    **dict.fromkeys(("unsqueeze", "expand_dims"), _with_axis),
    "squeeze": _without_axis,
    **dict.fromkeys(("flatten", "ravel"), _flat),
    **dict.fromkeys(("cat", "concat", "concatenate", "stack"), _flat),
}

_TURNING = frozenset({"permute", "transpose", "swapaxes", "swapdims"})


def _joined(node: Call, key: str, frame: Frame, elaborate: Elaborate) -> Expression | None:
    """One behind the other along an axis, or along a new one."""
    parts = _cells(node.args[0]) if node.args else ()
    values = [elaborate(part, frame) for part in parts]
    known = [value for value in values if value is not None]
    shapes = [frame.solver.resolve(value.shape).dims for value in known]
    keyword = next((value for _, value in node.keywords), node.args[1] if len(node.args) > 1 else None)
    if len(known) != len(parts) or not shapes or any(len(dims) != len(shapes[0]) or ANY in dims for dims in shapes):
        return None
    rank = len(shapes[0]) + (key == "stack")
    axis = 0 if keyword is None else _axis(keyword, rank)
    if axis is None or not shapes[0]:
        return None
    if key == "stack":
        joined = (*shapes[0][:axis], integer(len(shapes)), *shapes[0][axis:])
    else:
        total = shapes[0][axis]
        for dims in shapes[1:]:
            total = total + dims[axis]
        joined = (*shapes[0][:axis], total, *shapes[0][axis + 1 :])
    return build.opaque(key, tuple(known), Shape(joined))


def _cells(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Block) and len(node.rows) == 1:
        return node.rows[0]
    return node.dims if isinstance(node, ShapeLiteral) else ()


def _listed(args: Sequence[Node]) -> list[Node]:
    """The arguments, or those in the one list that is given."""
    return list(_cells(args[0]) or args) if len(args) == 1 else list(args)


def _axis(node: Node, rank: int) -> int | None:
    negative = isinstance(node, Apply) and node.op == "negate"
    inner = node.args[0] if isinstance(node, Apply) and negative else node
    if not isinstance(inner, Number) or inner.value != int(inner.value):
        return None
    axis = rank - int(inner.value) if negative else int(inner.value)
    return axis if 0 <= axis < rank else None
