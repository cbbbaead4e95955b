"""The size of each axis of a value."""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.core.dimension import Dimension
from shapecheck.core.record import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """Axes from first to last. `()` is a scalar, `(N)` a column vector, `(1, N)` a row.

    Iterating gives the dimensions as text: `tuple(shape) == ("N", "D")`; `dims` has them as values.
    """

    dims: tuple[Dimension, ...] = ()

    def __iter__(self) -> Iterator[str]:
        return map(str, self.dims)

    def __len__(self) -> int:
        return len(self.dims)

    def __str__(self) -> str:
        return f"({', '.join(self)})"

    @property
    def rank(self) -> int:
        return len(self.dims)
