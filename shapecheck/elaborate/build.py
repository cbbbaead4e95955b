"""Typed expressions from typed parts that are known to fit; numbers are folded."""

from __future__ import annotations

from fractions import Fraction

from shapecheck import ops
from shapecheck.core.dimension import ONE
from shapecheck.core.expression import NEW_AXIS, Expression, make, number
from shapecheck.core.shape import Shape

SCALAR = Shape()
LARGEST = 10**18


def exact(expression: Expression) -> Fraction | None:
    """The number that an expression is, where it is an exact one."""
    if expression.op != "number":
        return None
    value = expression.data[0]
    return value if isinstance(value, Fraction) else None


def _folded(value: Fraction) -> Expression | None:
    return number(value) if abs(value.numerator) < LARGEST and value.denominator < LARGEST else None


def negate(argument: Expression) -> Expression:
    value = argument.data[0] if argument.op == "number" else None
    return number(-value) if value is not None else make("negate", (argument,), argument.shape)


def scale(factor: Expression, argument: Expression) -> Expression:
    """A scalar times anything."""
    if not argument.shape.dims:
        left, right = exact(factor), exact(argument)
        if left is not None and right is not None and (folded := _folded(left * right)) is not None:
            return folded
    return make("scale", (factor, argument), argument.shape)


def ratio(top: Expression, bottom: Expression, shape: Shape) -> Expression:
    if not shape.dims:
        left, right = exact(top), exact(bottom)
        if left is not None and right and (folded := _folded(left / right)) is not None:
            return folded
    return make("ratio", (top, bottom), shape)


def transposed(shape: Shape) -> Shape:
    dims = shape.dims
    if not dims:
        return shape
    if len(dims) == 1:
        return Shape((ONE, dims[0]))
    if len(dims) == 2 and dims[0] == ONE:
        return Shape((dims[1],))
    return Shape((*dims[:-2], dims[-1], dims[-2]))


def transpose(argument: Expression) -> Expression:
    """The transpose; a scalar is its own, and a row's is a vector."""
    return make("transpose", (argument,), transposed(argument.shape)) if argument.shape.dims else argument


def column(vector: Expression) -> Expression:
    """A vector as a matrix of one column: NumPy does not take it for a row then."""
    return make("transpose", (transpose(vector),), Shape((*vector.shape.dims, ONE)))


def matmul(left: Expression, right: Expression, shape: Shape) -> Expression:
    dims = shape.dims
    if len(dims) == 2 and dims[0] == ONE and dims[1] == ONE:
        shape = SCALAR
    return make("matmul", (left, right), shape)


def as_scalar(expression: Expression) -> Expression:
    """The one entry of a value of shape (1) or (1, 1)."""
    return expression if not expression.shape.dims else make("entry", (expression,), SCALAR, (1,) * expression.shape.rank)


def opaque(text: str, args: tuple[Expression, ...], shape: Shape) -> Expression:
    """A value of known shape that depends on its arguments in an unknown way."""
    return make("opaque", args, shape, (text,))


def with_axis(value: Expression, place: int) -> Expression:
    """The value with a new axis of size one at this place, as `x[:, None, :]` says it."""
    dims = (*value.shape.dims[:place], ONE, *value.shape.dims[place:])
    letters = tuple("ijklmnpqrstuvw"[: value.shape.rank])
    entry = make("entry", (value,), Shape(), letters)
    return make("tensor", (entry,), Shape(dims), (*letters[:place], NEW_AXIS, *letters[place:]))


def as_column(value: Expression) -> Expression:
    """What is one number for each row of a stack, beside the stack: an axis of size one behind it."""
    shape = Shape((*value.shape.dims, ONE))
    row = ops.ROWS.get(value.op)
    if row is not None and row.kind == "reduction" and value.data == (value.shape.rank,):
        return make(value.op, value.args, shape, value.data)
    letters = tuple("ijklmnpqrstuvw"[: value.shape.rank])
    return make("tensor", (make("entry", (value,), Shape(), letters),), shape, (*letters, "z"))
