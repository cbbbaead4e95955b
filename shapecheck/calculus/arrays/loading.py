"""Whether NumPy is used: from the first thing on that needs it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

ENOUGH = 300_000
"""Numbers that plain Python may compute before NumPy is faster, the time of loading it included."""


class Beyond(Exception):
    """What plain Python leaves to NumPy."""


class _State:
    """One for the process, as loaded modules are; no answer depends on it."""

    numpy: Any = None
    spent = 0
    quiet: tuple[ExitStack, ...] = ()
    then: tuple[Callable[[], None], ...] = ()


def numpy() -> Any:
    """NumPy, loaded."""
    if _State.numpy is None:
        import numpy

        _State.numpy = numpy
        for stack in _State.quiet:
            stack.enter_context(numpy.errstate(all="ignore"))
        for call in _State.then:
            call()
    return _State.numpy


def is_used() -> bool:
    return _State.numpy is not None


def spend(count: int) -> None:
    """Notes that so many numbers are computed; when it has been enough, NumPy does the rest."""
    _State.spent += count
    if _State.spent > ENOUGH:
        numpy()


def afterwards(call: Callable[[], None]) -> None:
    """`call` is called when NumPy is loaded."""
    _State.then = (*_State.then, call)


class Quiet(ExitStack):
    """No warnings of NumPy's, should it be loaded meanwhile."""

    def __enter__(self) -> Quiet:
        super().__enter__()
        if _State.numpy is None:
            _State.quiet = (*_State.quiet, self)
        else:
            self.enter_context(_State.numpy.errstate(all="ignore"))
        return self

    def __exit__(self, *details: Any) -> Any:
        _State.quiet = tuple(stack for stack in _State.quiet if stack is not self)
        return super().__exit__(*details)
