"""Where the sizes of dimensions come from: which axis of which input tells each, and how.

An axis of size N tells N, one of 2n + 1 tells n, and one of H*d tells H once d is known. What no axis tells is a
keyword parameter of the function, if its formula needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from shapecheck.core.dimension import ONE, ZERO, Dimension, Floor
from shapecheck.core.record import dataclass

if TYPE_CHECKING:
    from shapecheck.notation.code.function import Parameter


@dataclass(frozen=True, slots=True)
class Bind:
    """The size `name` (`written` in code) is (size of the axis - rest) / divisor."""

    name: str
    written: str
    parameter: str
    axis: int
    divisor: Dimension
    rest: Dimension
    late: bool  # told only by sizes that later parameters tell

    @property
    def is_exact(self) -> bool:
        """Whether the size is that of the axis itself."""
        return self.divisor == ONE and self.rest == ZERO


def names_of(dimension: Dimension) -> set[str]:
    """The names in a dimension, inside floor divisions too."""
    return {str(atom) for atom in dimension.atoms() if not isinstance(atom, Floor)}


def binds(parameters: tuple[Parameter, ...], sizes: Mapping[str, str]) -> tuple[Bind, ...]:
    """What each axis tells, in the order in which it can be known."""
    found: list[Bind] = []
    known: set[str] = set()
    late = False
    while True:
        before = len(found)
        for parameter in parameters:
            for axis, dimension in enumerate(parameter.shape.dims):
                solution = _solution(dimension, known)
                if solution is not None:
                    name, divisor, rest = solution
                    known.add(name)
                    found.append(Bind(name, sizes[name], parameter.written, axis, divisor, rest, late))
        if len(found) == before:
            return tuple(found)
        late = True


def _solution(dimension: Dimension, known: set[str]) -> tuple[str, Dimension, Dimension] | None:
    """(name, divisor, rest) where the dimension is divisor * name + rest and only the name is still open."""
    unknown = names_of(dimension) - known
    if len(unknown) != 1:
        return None
    (name,) = unknown
    divisor = rest = ZERO
    for monomial, coefficient in dimension.terms:
        powers = {str(atom): exponent for atom, exponent in monomial if not isinstance(atom, Floor)}
        inside = any(name in names_of(Dimension((((pair,), 1),))) for pair in monomial if isinstance(pair[0], Floor))
        if inside or powers.get(name, 0) > 1:
            return None
        if name in powers:
            divisor += Dimension(((tuple(pair for pair in monomial if str(pair[0]) != name), coefficient),))
        else:
            rest += Dimension(((monomial, coefficient),))
    return None if divisor.constant is not None and divisor.constant <= 0 else (name, divisor, rest)
