"""Arrays for checks by value: small ones in plain Python, and NumPy's from the first thing on that needs NumPy.

`np` is NumPy under its own names. For a command that checks one claim, loading it would take longer than all the rest; what
is large, rare or singular goes to it, and after some work all does. Invariant: answers are the same either way
(`tests/unit/test_arrays.py`). Begin at `small.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from shapecheck.calculus.arrays import functions, loading, solving
from shapecheck.calculus.arrays.loading import Beyond
from shapecheck.calculus.arrays.small import large

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["Array", "np"]

LEFT_TO_NUMPY = (Beyond, ArithmeticError, ValueError, TypeError, IndexError, KeyError, AttributeError)


class _Unraised(Exception):
    """What stands for NumPy's errors while it is not loaded, and so raises none."""


class Namespace:
    """NumPy's names, each looked up when it is first used."""

    def __init__(self, own: dict[str, Any], parent: str = "") -> None:
        self._own = own
        self._parent = parent
        loading.afterwards(self._become)

    def __getattr__(self, name: str) -> Any:
        if loading.is_used():
            return getattr(_home(self._parent), name)
        own = self._own.get(name)
        if name == "LinAlgError":
            return _Unraised
        if own is not None and not callable(own):
            return own
        found = _either(own, self._parent, name)
        setattr(self, name, found)
        return found

    def _become(self) -> None:
        """From now on all are NumPy's."""
        for name in [name for name, value in self.__dict__.items() if name[0] != "_" and not isinstance(value, Namespace)]:
            delattr(self, name)
        for name in self._own:
            setattr(self, name, getattr(_home(self._parent), name))


def _home(parent: str) -> Any:
    return getattr(loading.numpy(), parent) if parent else loading.numpy()


def _either(own: Callable[..., Any] | None, parent: str, name: str) -> Callable[..., Any]:
    def call(*given: Any, **named: Any) -> Any:
        if own is not None and not loading.is_used():
            try:
                return own(*given, **named)
            except LEFT_TO_NUMPY:
                pass
        return getattr(_home(parent), name)(*large(given), **named)

    return call


if not TYPE_CHECKING:
    Array = Any
    np = Namespace(functions.FUNCTIONS)
    np.linalg = Namespace(solving.FUNCTIONS, "linalg")
