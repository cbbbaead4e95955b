"""A function of the operator table applied to typed arguments: the overload that fits, reductions along an axis, what does not fit."""

from __future__ import annotations

from fractions import Fraction

from shapecheck import ops
from shapecheck.core.dimension import ONE, Dimension
from shapecheck.core.expression import Expression, make, number
from shapecheck.core.shape import Shape
from shapecheck.elaborate import build, signatures
from shapecheck.elaborate.broadcast import join
from shapecheck.elaborate.problems import fail, side
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.sheet import Side
from shapecheck.elaborate.signatures import Misfit
from shapecheck.elaborate.solver import plain
from shapecheck.ops.row import Row
from shapecheck.syntax.tree import Apply, Call, Name, Node, Number, ShapeLiteral

AXES = ("axis", "dim", "dims", "axes")
LAST_AXIS = frozenset({"softmax", "logsoftmax"})


def apply(frame: Frame, node: Call, key: str, values: list[Expression]) -> Expression | None:
    """The row named `key` that fits these arguments; else the problem with the one that comes closest."""
    overloads = ops.named(key) or _by_key(key)
    several = _several_axes(node)
    if several is not None and len(values) == 1 and any(row.kind == "reduction" for row in overloads):
        return _reduce_all(node, key, values[0], several, frame)
    axis = _axis_keyword(node)
    count = len(values)
    reducing = next((row for row in overloads if row.kind == "reduction"), None)
    if reducing is not None and (count == 1 or (count == 2 and not _has_arity(overloads, 2))):
        return _reduce(frame, node, reducing, values, axis)
    fitting = [row for row in overloads if len(row.parameters) == count]
    if not fitting and overloads and count == 2 and overloads[0].key in LAST_AXIS:
        fitting, axis = [overloads[0]], _axis_argument(node)
        values = values[:1]
    if not fitting:
        arity(frame, node, len(overloads[0].parameters) if overloads else 0)
        return None
    return _first_fit(frame, node, fitting, values, axis)


def _by_key(key: str) -> tuple[Row, ...]:
    row = ops.ROWS.get(key)
    return () if row is None else (row,)


def _has_arity(overloads: tuple[Row, ...], count: int) -> bool:
    return any(len(row.parameters) == count for row in overloads)


def _first_fit(frame: Frame, node: Call, fitting: list[Row], values: list[Expression], axis: int | None) -> Expression | None:
    misfit: tuple[Row, Misfit] | None = None
    for row in fitting:
        mark = frame.solver.mark()
        found = _apply_row(frame, node, row, values, axis)
        if isinstance(found, Expression):
            return found
        frame.solver.rollback(mark)
        if misfit is None or found.expected == "square":
            misfit = (row, found)
    assert misfit is not None
    _report(frame, node, *misfit, values)
    return None


def _apply_row(frame: Frame, node: Call, row: Row, values: list[Expression], axis: int | None) -> Expression | Misfit:
    shapes = [frame.solver.resolve(value.shape) for value in values]
    if row.kind == "elementwise":
        return _elementwise(frame, row, values, shapes)
    if row.key in LAST_AXIS:
        return _along(row, values[0], shapes[0], axis)
    if row.key == "kron":
        from shapecheck.elaborate.products import kronecker_shape

        if not shapes[0].dims or not shapes[1].dims:
            return build.scale(*values) if not shapes[0].dims else build.scale(values[1], values[0])
        joined = kronecker_shape(*shapes)
        return make("kron", tuple(values), joined) if joined is not None else Misfit(0, "(m, n)")
    if not any(plain(shape).dims for shape in shapes):
        of_scalars = _of_scalars(row, values)
        if of_scalars is not None:
            return of_scalars
    args = _columns(row, values, shapes)
    found = signatures.match(signatures.read(row.signature), [frame.solver.resolve(arg.shape) for arg in args], frame)
    return found if isinstance(found, Misfit) else make(row.key, tuple(args), found)


def _columns(row: Row, values: list[Expression], shapes: list[Shape]) -> list[Expression]:
    """Rows turned to the vectors that a function of vectors takes."""
    patterns = signatures.read(row.signature).args
    turned = []
    for value, shape, pattern in zip(values, shapes, patterns, strict=True):
        row_given = pattern is not None and len(pattern) == 1 and shape.rank == 2 and shape.dims[0] == ONE
        turned.append(build.transpose(value) if row_given else value)
    return turned


def _of_scalars(row: Row, values: list[Expression]) -> Expression | None:
    """What a function of matrices or vectors is of numbers: `tr(a)` and `det(a)` are a, `inv(a)` is 1/a."""
    scalars = [build.as_scalar(value) for value in values]
    if row.key in ("tr", "det", "diag", "diagonal", "vec"):
        return scalars[0]
    if row.key in ("inv", "pinv"):
        return build.ratio(number(1), scalars[0], Shape())
    if row.key == "logdet":
        return make("log", (scalars[0],), Shape())
    if row.key in ("dot", "inner", "kron", "outer"):
        return build.scale(scalars[0], scalars[1])
    return None


def _elementwise(frame: Frame, row: Row, values: list[Expression], shapes: list[Shape]) -> Expression | Misfit:
    if len(values) == 1:
        return make(row.key, (values[0],), shapes[0])
    found = join(frame, values[0], values[1])
    return Misfit(1, str(shapes[0])) if found is None else make(row.key, found[:2], found[2])


def _along(row: Row, value: Expression, shape: Shape, axis: int | None) -> Expression | Misfit:
    """softmax and its like: over the last axis, or over the other one of a matrix."""
    if not shape.dims:
        return Misfit(0, "(n)")
    if axis is None or axis in (-1, shape.rank - 1):
        return make(row.key, (value,), shape)
    if shape.rank == 2 and axis in (0, -2):
        turned = build.transpose(value)
        return build.transpose(make(row.key, (turned,), turned.shape))
    return build.opaque(row.key, (value,), shape)


def _reduce(frame: Frame, node: Call, row: Row, values: list[Expression], axis: int | None) -> Expression | None:
    value = values[0]
    shape = frame.solver.resolve(value.shape)
    if row.key == "norm" and (order := _norm_order(node, len(values))) is not None:
        vector = shape.rank == 1 or axis is not None
        if order != "fro" and not (vector and order in ("1", "2")):
            return build.opaque("norm", (value,), Shape()) if axis is None else None
        row = ops.ROWS["norm1"] if order == "1" else row
        if axis is None:
            return make(row.key, (value,), Shape())
    elif len(values) == 2:
        axis = _axis_argument(node)
        if axis is None or (axis < 0 and row.key == "norm"):
            return build.opaque(row.key, tuple(values), Shape())
    if axis is None:
        return make(row.key, (value,), Shape())
    place = axis + shape.rank if axis < 0 else axis
    if shape.rank == 1 and len(values) == 2 and axis == 1:
        return make("scale", (number(1), value), shape)
    if not shape.dims:
        return make(row.key, (value,), shape)
    if not 0 <= place < shape.rank:
        _no_axis(frame, node, axis, value)
        return None
    return make(row.key, (value,), _left(shape, place, node), (place,))


def _left(shape: Shape, place: int, node: Call) -> Shape:
    """What is left when one axis is reduced; of a tensor with that axis, where `keepdims` says so."""
    if shape.rank > 2 and any(name in ("keepdims", "keepdim") for name, _ in node.keywords):
        return Shape((*shape.dims[:place], ONE, *shape.dims[place + 1 :]))
    return reduced(shape, place)


def _norm_order(node: Call, count: int) -> str | None:
    """Which norm is said: `norm(x, 1)`, `norm(E, 'fro')`, `norm(x, ord=2)`."""
    said = node.args[1] if count == 2 else next((value for name, value in node.keywords if name in ("ord", "p")), None)
    if isinstance(said, Name):
        return said.key.strip("'\"").lower()
    return None if said is None else str(said.value) if isinstance(said, Number) else "other"


def _reduce_all(node: Call, key: str, value: Expression, axes: list[int], frame: Frame) -> Expression | None:
    """`sum(x, axis=(1, 2))`: along several axes."""
    shape = frame.solver.resolve(value.shape)
    places = sorted({axis + shape.rank if axis < 0 else axis for axis in axes}, reverse=True)
    if not places or not 0 <= places[-1] <= places[0] < shape.rank:
        return None
    for place in places:
        left = _left(shape, place, node) if shape.rank else shape
        value = make(key, (value,), left, (place,)) if left.dims or shape.rank == 2 else make(key, (value,), left)
        shape = left
    return value


def reduced(shape: Shape, axis: int) -> Shape:
    """What is left when one axis is reduced: of a matrix a row (1, n) or a vector (m), of more axes the others."""
    dims: tuple[Dimension, ...] = shape.dims
    if len(dims) == 1:
        return Shape()
    if len(dims) == 2:
        kept = dims[1 - axis]
        if kept == ONE:
            return Shape()
        return Shape((ONE, kept)) if axis == 0 else Shape((kept,))
    return Shape((*dims[:axis], *dims[axis + 1 :]))


def _no_axis(frame: Frame, node: Call, axis: int, value: Expression) -> None:
    fail(frame, "shape-mismatch", "axis", node, None, (argument_side(node, 0, value, frame),), function=node.function.key, axis=axis)


def _axis_keyword(node: Call) -> int | None:
    for name, value in node.keywords:
        if name in AXES:
            return _integer(value)
    return None


def _several_axes(node: Call) -> list[int] | None:
    for name, value in node.keywords:
        if name in AXES and isinstance(value, ShapeLiteral):
            axes = [_integer(axis) for axis in value.dims]
            return [axis for axis in axes if axis is not None] if None not in axes else []
    return None


def _axis_argument(node: Call) -> int | None:
    """The positional second argument, which counts from 1; zero and negative numbers are NumPy's, and count as there."""
    found = _integer(node.args[1])
    return found - 1 if found is not None and found > 0 else found


def _integer(node: Node) -> int | None:
    if isinstance(node, Apply) and node.op == "negate":
        inner = _integer(node.args[0])
        return None if inner is None else -inner
    value = node.value if isinstance(node, Number) else None
    return int(value) if isinstance(value, Fraction) and value.denominator == 1 and value < 100 else None


def argument_side(node: Call, place: int, value: Expression, frame: Frame) -> Side:
    return side(node.args[place] if place < len(node.args) else node, value, frame)


def arity(frame: Frame, node: Call, expected: int) -> None:
    """The wrong number of arguments."""
    fail(frame, "shape-mismatch", "arity", node, None, (), function=node.function.key, expected=expected, given=len(node.args))


def _report(frame: Frame, node: Call, row: Row, misfit: Misfit, values: list[Expression]) -> None:
    sides = (argument_side(node, misfit.argument, values[misfit.argument], frame),)
    if misfit.expected == "square" or (misfit.expected == "(n, n)"):
        fail(frame, "not-square", "function", node, None, sides, function=node.function.key, argument=misfit.argument)
        return
    others = tuple(argument_side(node, place, value, frame) for place, value in enumerate(values) if place != misfit.argument)
    facts = {"function": node.function.key, "expected": misfit.expected, "argument": misfit.argument, "signature": row.signature}
    fail(frame, "shape-mismatch", "function-argument", node, None, (*sides, *others), **facts)
