"""Whether a claim's right side has the shape that it should have, or the other layout's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from shapecheck.calculus.context import Context
from shapecheck.core.dimension import ONE, Dimension
from shapecheck.core.expression import Expression
from shapecheck.core.shape import Shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shapecheck.calculus.claimed import Claimed

    Array = NDArray[Any]
Dims = tuple[Dimension, ...]


def same(array: Array) -> Array:
    return array


def transposed(array: Array) -> Array:
    return array.T if array.ndim == 2 else array


def _is_reduced(expression: Expression) -> bool:
    """`dZ.sum(axis=0)`, `1/B sum(dZ, 1)`: a row here, in NumPy a vector of one axis, so it is either."""
    while expression.op in ("scale", "ratio", "negate"):
        expression = expression.args[1 if expression.op == "scale" else 0]
    return expression.op in ("sum", "mean") and bool(expression.data)


def is_row(shape: Shape) -> bool:
    return shape.rank == 2 and shape.dims[0].constant == 1 and shape.dims[1].constant != 1


def fit(said: Claimed, right: Expression, context: Context) -> tuple[Callable[[Array], Array], bool] | None:
    """How the right side is to be turned before it is compared, and whether that is the other layout; None where no shape fits."""
    own, given = context.axes(said.shape), context.axes(right.shape)
    if not given and own:
        return (same, False) if is_zero_literal(right) else None
    turned = said.turned
    if len(own) <= 1:
        if given != own:
            return None
        column = said.shape.rank != 2 or not is_row(said.shape)
        if turned:
            column = not column
        crossed = len(own) == 1 and is_row(right.shape) == column and right.shape.rank <= 2
        return same, crossed and not said.free_layout and not is_zero_literal(right) and not _is_reduced(right)
    if given == own:
        return (transposed, False) if turned and own == own[::-1] else (same, turned and not said.free_layout)
    if len(own) == 2 and given == own[::-1]:
        return transposed, not turned and not said.free_layout
    if is_stacked(said, own, given):
        return same, False
    return (transposed, True) if is_stacked(said, own, given[::-1]) else None


def is_stacked(said: Claimed, own: Dims, given: Dims) -> bool:
    """Whether d vec(F) / d vec(X) stands where F by X is meant."""
    if said.of is None or len(own) < 3 or len(given) != 2:
        return False
    rows = sum(1 for dimension in said.of.shape.dims if dimension.constant != 1)
    return (_product(own[:rows]), _product(own[rows:])) == given


def _product(dims: Dims) -> Dimension:
    total = ONE
    for dimension in dims:
        total = total * dimension
    return total


def wanted(said: Claimed) -> Shape:
    """The shape that the right side should have, in the layout that is meant."""
    if not said.turned:
        return said.shape
    dims = said.shape.dims
    return Shape((ONE, dims[0])) if len(dims) == 1 else Shape(dims[:-2] + dims[:-3:-1])


def is_zero_literal(expression: Expression) -> bool:
    return expression.op == "zeros" or (expression.op == "number" and expression.data[0] == 0)
