"""NumPy's functions for small arrays, as far as formulas need them; what is missing here, or is asked otherwise, is NumPy's."""

from __future__ import annotations

import cmath
import math
import operator
from collections.abc import Callable, Iterable, Sequence
from math import prod
from typing import Any

from shapecheck.calculus.arrays.loading import Beyond, Quiet
from shapecheck.calculus.arrays.small import Counts, Small, extreme, joint, strides_of, taken, within

TINY = 1e-12
"""Imaginary parts of complex steps are far smaller."""


def asarray(value: Any) -> Small:
    if isinstance(value, (list, tuple)):
        if value and all(type(part) is float for part in value):
            return Small((len(value),), value)
        parts = [asarray(part) for part in value]
        if not parts or any(part.shape != parts[0].shape for part in parts):
            raise Beyond
        return Small((len(parts), *parts[0].shape), [number for part in parts for number in part.values])
    if not isinstance(value, Small | int | float | complex):
        raise Beyond
    return value if isinstance(value, Small) else Small((), (value,))


def filled(number: float) -> Callable[[Any], Small]:
    def made(shape: Any) -> Small:
        counts = (shape,) if isinstance(shape, int) else tuple(shape)
        within(prod(counts))
        return Small(counts, [number] * prod(counts))

    return made


def eye(rows: int, columns: int | None = None) -> Small:
    columns = rows if columns is None else columns
    within(rows * columns)
    return Small((rows, columns), [1.0 if row == column else 0.0 for row in range(rows) for column in range(columns)])


# each number by itself


def mapped(real: Callable[[Any], Any], unreal: Callable[[Any], Any] | None = None) -> Callable[[Any], Any]:
    """A function of each number, real or near the real axis."""

    def apply(x: Any) -> Any:
        if isinstance(x, Small):
            within(len(x.values))
            return Small(x.shape, [value(number) for number in x.values])
        if type(x) not in (int, float, complex):
            raise Beyond
        return value(x)

    def value(number: Any) -> Any:
        if type(number) is complex and unreal is not None:
            return unreal(number)
        return real(number)

    return apply


def _near(function: Callable[[float], float], slope: Callable[[float], float]) -> Callable[[complex], complex]:
    """A function of a number next to the real axis."""

    def value(number: complex) -> complex:
        if abs(number.imag) > TINY:
            raise Beyond
        return complex(function(number.real), slope(number.real) * number.imag)

    return value


def _sign(number: float) -> float:
    return math.nan if number != number else float((number > 0) - (number < 0))


def where(condition: Any, yes: Any, no: Any) -> Small:
    condition, yes, no = asarray(condition), asarray(yes), asarray(no)
    shape = joint(joint(condition.shape, yes.shape), no.shape)
    within(prod(shape))
    triples = zip(condition.spread(shape), yes.spread(shape), no.spread(shape), strict=True)
    return Small(shape, [one if choice else other for choice, one, other in triples])


# axes


def broadcast_to(array: Any, shape: Sequence[int]) -> Small:
    within(prod(shape))
    return Small(tuple(shape), asarray(array).spread(tuple(shape)))


def transpose(array: Small, order: Iterable[int] | None = None) -> Small:
    return array.permuted(range(array.ndim)[::-1] if order is None else order)


def swapaxes(array: Small, first: int, second: int) -> Small:
    order = list(range(array.ndim))
    order[first], order[second] = order[second], order[first]
    return array.permuted(order)


def moveaxis(array: Small, source: int, target: int) -> Small:
    order = list(range(array.ndim))
    axis = order.pop(source)
    order.insert(range(array.ndim)[target], axis)
    return array.permuted(order)


def expand_dims(array: Small, axis: int) -> Small:
    shape = list(array.shape)
    shape.insert(range(array.ndim + 1)[axis], 1)
    return Small(tuple(shape), array.values)


def take(array: Small, index: int, axis: int) -> Small:
    taken_out: Small = array[(*(slice(None),) * axis, index)]
    return taken_out


def concatenate(arrays: Sequence[Any], axis: int) -> Small:
    """Arrays one behind the other."""
    parts = [moveaxis(asarray(array), axis, 0) for array in arrays]
    if any(part.shape[1:] != parts[0].shape[1:] for part in parts):
        raise Beyond
    whole = Small((sum(part.shape[0] for part in parts), *parts[0].shape[1:]), [number for part in parts for number in part.values])
    return moveaxis(whole, 0, axis)


# sums and products


def reduced(function: Callable[[Sequence[Any]], Any]) -> Callable[..., Small]:
    """A function of the numbers along one axis, or of all."""

    def apply(array: Any, axis: int | None = None, keepdims: bool = False, initial: Any = None) -> Small:
        array = asarray(array)
        extra = () if initial is None else (initial,)
        if axis is None:
            return Small((1,) * array.ndim if keepdims else (), (function((*array.values, *extra)),))
        axis = range(array.ndim)[axis]
        count = array.shape[axis]
        if not count:
            raise Beyond
        values = moveaxis(array, axis, -1).values
        found = [function((*values[place : place + count], *extra)) for place in range(0, len(values), count)]
        return Small((*array.shape[:axis], *(1,) * keepdims, *array.shape[axis + 1 :]), found)

    return apply


def einsum(*operands: Any) -> Small:
    """A product of arrays, each with a label an axis, summed over the labels that the last list lacks."""
    arrays, labels, out = operands[:-1:2], operands[1:-1:2], operands[-1]
    if len(arrays) != len(labels) or isinstance(arrays[0], str):
        raise Beyond
    counts = {label: count for array, own in zip(arrays, labels, strict=True) for label, count in zip(own, array.shape, strict=True)}
    order = [*out, *(label for label in counts if label not in out)]
    shape = tuple([counts[label] for label in order])
    within(prod(shape))
    values: Any = None
    for array, own in zip(arrays, labels, strict=True):
        steps = dict.fromkeys(order, 0)
        for label, count, step in zip(own, array.shape, strides_of(array.shape), strict=True):
            if counts[label] != count:
                raise Beyond
            steps[label] += step
        numbers = taken(array.values, shape, tuple(steps.values()))
        values = numbers if values is None else list(map(operator.mul, values, numbers))
    inner = prod(shape[len(out) :])
    if inner != 1:
        values = (
            [sum(values[place : place + inner]) for place in range(0, len(values), inner)] if inner else [0.0] * prod(shape[: len(out)])
        )
    return Small(shape[: len(out)], values)


def tensordot(first: Small, second: Small, axes: int) -> Small:
    kept, summed = first.ndim - axes, range(first.ndim - axes, first.ndim)
    own = range(first.ndim, first.ndim + second.ndim - axes)
    return einsum(first, range(first.ndim), second, (*summed, *own), (*range(kept), *own))


def _of_matrix(array: Small, axis1: int = 0, axis2: int = 1) -> Small:
    if array.ndim != 2 or {axis1 % 2, axis2 % 2} != {0, 1}:
        raise Beyond
    return array


def diagonal(array: Small, **axes: int) -> Small:
    side = min(_of_matrix(array, **axes).shape)
    return Small((side,), [array.values[k * (array.shape[1] + 1)] for k in range(side)])


def trace(array: Small, **axes: int) -> Small:
    return Small((), (sum(diagonal(array, **axes).values),))


def diag(array: Small) -> Small:
    return diagonal(array) if array.ndim == 2 else array[:, None] * eye(array.shape[0])


def multiply(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """One of the operators, by its name."""
    return lambda first, second: function(asarray(first), asarray(second))


def maximum_counts(*shapes: Counts) -> Counts:
    shape: Counts = ()
    for other in shapes:
        shape = joint(shape, other)
    return shape


def _product(values: Sequence[Any]) -> Any:
    return math.prod(values, start=1.0)


def _log(base: float) -> Callable[[Any], Any]:
    return mapped(lambda number: math.log(number) / math.log(base), lambda number: cmath.log(number) / math.log(base))


FUNCTIONS: dict[str, Any] = {
    "nan": math.nan,
    "errstate": lambda **named: Quiet(),
    "asarray": asarray,
    "zeros": filled(0.0),
    "ones": filled(1.0),
    "eye": eye,
    "exp": mapped(math.exp, cmath.exp),
    "log": mapped(math.log, cmath.log),
    "log1p": mapped(math.log1p, _near(math.log1p, lambda x: 1 / (1 + x))),
    "expm1": mapped(math.expm1, _near(math.expm1, math.exp)),
    "log2": _log(2),
    "log10": _log(10),
    "sqrt": mapped(math.sqrt, cmath.sqrt),
    "sin": mapped(math.sin, cmath.sin),
    "cos": mapped(math.cos, cmath.cos),
    "tan": mapped(math.tan, cmath.tan),
    "sinh": mapped(math.sinh, cmath.sinh),
    "cosh": mapped(math.cosh, cmath.cosh),
    "tanh": mapped(math.tanh, cmath.tanh),
    "abs": mapped(abs),
    "sign": mapped(_sign),
    "imag": mapped(lambda number: number.imag),
    "round": mapped(lambda number: float(round(number))),
    "isfinite": mapped(cmath.isfinite),
    "iscomplexobj": lambda array: any(type(number) is complex for number in asarray(array).values),
    "where": where,
    "broadcast_to": broadcast_to,
    "broadcast_shapes": maximum_counts,
    "transpose": transpose,
    "swapaxes": swapaxes,
    "moveaxis": moveaxis,
    "expand_dims": expand_dims,
    "take": take,
    "concatenate": concatenate,
    "sum": reduced(sum),
    "prod": reduced(_product),
    "mean": reduced(lambda values: sum(values) / len(values)),
    "max": reduced(lambda values: extreme(max, values)),
    "all": reduced(all),
    "any": reduced(any),
    "count_nonzero": reduced(lambda values: sum(map(bool, values))),
    "einsum": einsum,
    "tensordot": tensordot,
    "trace": trace,
    "diagonal": diagonal,
    "diag": diag,
    "ndindex": lambda shape: iter([tuple(divmod_places(shape, k)) for k in range(prod(shape))]),
    "add": multiply(operator.add),
    "subtract": multiply(operator.sub),
    "multiply": multiply(operator.mul),
    "divide": multiply(operator.truediv),
}


def divmod_places(shape: Counts, place: int) -> list[int]:
    """The indices of the entry at this place."""
    return [place // step % count for step, count in zip(strides_of(shape), shape, strict=True)]
