"""Arrays of a few hundred numbers, in plain Python: what most checks by value need, without the time that loading NumPy takes.

A `Small` is used as NumPy's array is. Whatever it cannot do as NumPy does (a division by zero, an index of a rare kind, too
much work) is handed to NumPy: the answer is NumPy's in either case.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from math import isnan, prod
from typing import Any

from shapecheck.calculus.arrays import loading
from shapecheck.calculus.arrays.loading import Beyond

Counts = tuple[int, ...]
NUMBERS = (int, float, complex)
LARGEST = 20_000
"""Numbers, beyond which an operation is NumPy's."""


class Small:
    """Numbers in the order of their rows, and a shape."""

    __slots__ = ("shape", "values")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, shape: Counts, values: Sequence[Any]) -> None:
        self.shape = shape
        self.values = values

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return len(self.values)

    @property
    def real(self) -> Small:
        return Small(self.shape, [value.real for value in self.values])

    @property
    def T(self) -> Small:
        return self.permuted(range(self.ndim)[::-1])

    def __len__(self) -> int:
        return self.shape[0]

    def __bool__(self) -> bool:
        return bool(self._only())

    def __float__(self) -> float:
        return float(self._only())

    def __int__(self) -> int:
        return int(self._only())

    def __complex__(self) -> complex:
        return complex(self._only())

    def _only(self) -> Any:
        if len(self.values) != 1:
            raise ValueError("the truth of an array of several numbers")
        return self.values[0]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = loading.numpy().array(self.values, dtype).reshape(self.shape)
        array.flags.writeable = False  # what is written into a copy would be lost
        return array

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.__array__(), name)

    def reshape(self, *shape: Any) -> Small:
        counts = list(shape[0]) if len(shape) == 1 and not isinstance(shape[0], int) else list(shape)
        if -1 in counts:
            known = -prod(counts)
            counts[counts.index(-1)] = len(self.values) // known if known else 0
        if prod(counts) != len(self.values):
            raise ValueError(f"{self.shape} has no shape {tuple(counts)}")
        return Small(tuple(counts), self.values)

    def permuted(self, order: Iterable[int]) -> Small:
        """The axes in another order."""
        order = tuple(order)
        strides = strides_of(self.shape)
        shape = tuple([self.shape[axis] for axis in order])
        return Small(shape, taken(self.values, shape, tuple([strides[axis] for axis in order])))

    def spread(self, shape: Counts) -> Sequence[Any]:
        """The numbers of the array broadcast to this shape."""
        if self.shape == shape:
            return self.values
        lead = len(shape) - len(self.shape)
        if lead < 0 or any(mine not in (1, count) for mine, count in zip(self.shape, shape[lead:], strict=True)):
            raise Beyond
        strides = [0 if count == 1 else step for count, step in zip(self.shape, strides_of(self.shape), strict=True)]
        return taken(self.values, shape, (*(0,) * lead, *strides))

    def any(self) -> bool:
        return any(self.values)

    def max(self, *, initial: float | None = None, **named: Any) -> Any:
        values = self.values if initial is None else (*self.values, initial)
        return (
            extreme(max, values)
            if values and not named
            else self.__array__().max(**named, **({} if initial is None else {"initial": initial}))
        )

    def min(self, **named: Any) -> Any:
        return extreme(min, self.values) if self.values and not named else self.__array__().min(**named)

    def __getitem__(self, key: Any) -> Any:
        keys = list(key) if isinstance(key, tuple) else [key]
        if any(part is not None and part is not Ellipsis and type(part) not in (int, slice) for part in keys):
            return self.__array__()[key]
        if Ellipsis not in keys:
            keys.append(Ellipsis)
        place = keys.index(Ellipsis)
        keys[place : place + 1] = [slice(None)] * (self.ndim - sum(part is not None and part is not Ellipsis for part in keys))
        start, shape, strides = 0, [], []
        axes = zip(self.shape, strides_of(self.shape), strict=True)
        for part in keys:
            if part is None:
                shape.append(1)
                strides.append(0)
                continue
            count, step = next(axes)
            if isinstance(part, int):
                start += range(count)[part] * step
            else:
                chosen = range(count)[part]
                start += chosen.start * step
                shape.append(len(chosen))
                strides.append(step * chosen.step)
        return Small(tuple(shape), taken(self.values, tuple(shape), tuple(strides), start))

    def __setitem__(self, key: int | Counts, value: Any) -> None:
        """One entry."""
        places = key if isinstance(key, tuple) else (key,)
        offset = sum(range(count)[k] * step for k, count, step in zip(places, self.shape, strides_of(self.shape), strict=True))
        self.values = list(self.values)
        self.values[offset] = value.values[0] if isinstance(value, Small) else value

    def __pow__(self, other: Any) -> Any:
        return _raised(self, other)

    def __neg__(self) -> Small:
        return Small(self.shape, [-value for value in self.values])

    def __matmul__(self, other: Any) -> Any:
        from shapecheck.calculus.arrays.functions import einsum

        if not isinstance(other, Small) or self.ndim != 2 or other.ndim != 2 or self.shape[1] != other.shape[0]:
            return self.__array__() @ large(other)
        try:
            return einsum(self, (0, 1), other, (1, 2), (0, 2))
        except Beyond:
            return self.__array__() @ large(other)

    def __rmatmul__(self, other: Any) -> Any:
        return other @ self.__array__()


def large(value: Any) -> Any:
    """The value as NumPy has it."""
    if isinstance(value, Small):
        return value.__array__()
    return type(value)([large(part) for part in value]) if type(value) in (list, tuple) else value


@lru_cache(maxsize=1024)
def strides_of(shape: Counts) -> Counts:
    return tuple([prod(shape[axis + 1 :]) for axis in range(len(shape))])


def taken(values: Sequence[Any], shape: Counts, strides: Counts, start: int = 0) -> Sequence[Any]:
    """The numbers at all places of the shape."""
    count = prod(shape)
    loading.spend(count)
    if count > LARGEST or not count:
        return [values[place] for place in _places(shape, strides, start)]
    found: Any = _getter(shape, strides, start)(values)
    return (found,) if count == 1 else found


@lru_cache(maxsize=2048)
def _getter(shape: Counts, strides: Counts, start: int) -> Callable[[Sequence[Any]], Any]:
    return operator.itemgetter(*_places(shape, strides, start))


def _places(shape: Counts, strides: Counts, start: int) -> list[int]:
    places = [start]
    for count, step in zip(shape, strides, strict=True):
        places = [place + k * step for place in places for k in range(count)]
    return places


def extreme(choose: Callable[[Sequence[Any]], Any], values: Sequence[Any]) -> Any:
    """The largest or smallest; of what contains no number, none."""
    return sum(values) if isnan(sum(values)) and any(map(isnan, values)) else choose(values)


def joint(first: Counts, second: Counts) -> Counts:
    """The shape to which both are broadcast."""
    length = max(len(first), len(second))
    pairs = zip((1,) * (length - len(first)) + first, (1,) * (length - len(second)) + second, strict=True)
    shape = []
    for one, other in pairs:
        if one != other and 1 not in (one, other):
            raise Beyond
        shape.append(other if one == 1 else one)
    return tuple(shape)


def each(function: Callable[..., Any], first: Small, second: Any) -> Small:
    """A function of two numbers at every place."""
    if not isinstance(second, Small):
        loading.spend(len(first.values))
        return Small(first.shape, [function(value, second) for value in first.values])
    shape = first.shape if first.shape == second.shape else joint(first.shape, second.shape)
    within(prod(shape))
    return Small(shape, list(map(function, first.spread(shape), second.spread(shape))))


def within(count: int) -> None:
    """Notes how much is computed; Beyond where it is much."""
    loading.spend(count)
    if count > LARGEST:
        raise Beyond


def _operation(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def apply(self: Small, other: Any) -> Any:
        if not isinstance(other, (Small, *NUMBERS)):
            return NotImplemented
        try:
            return each(function, self, other)
        except (Beyond, ZeroDivisionError, OverflowError):
            return function(self.__array__(), large(other))

    return apply


def _turned(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return _operation(lambda one, other: function(other, one))


def _power(base: Any, exponent: Any) -> Any:
    """As NumPy's: a root of a negative number is not complex."""
    if isinstance(base, float) and base < 0 and exponent != int(exponent):
        raise OverflowError
    return base**exponent


for _name in ("add", "sub", "mul", "truediv"):
    setattr(Small, f"__{_name}__", _operation(getattr(operator, _name)))
    setattr(Small, f"__r{_name}__", _turned(getattr(operator, _name)))
for _name in ("lt", "le", "gt", "ge", "eq", "ne", "and_", "or_"):
    setattr(Small, f"__{_name.strip('_')}__", _operation(getattr(operator, _name)))
_raised = _operation(_power)
