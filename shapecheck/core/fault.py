"""A part that failed while the rest goes on: whoever listens hears of it, else it is logged. Logging is loaded only then."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

listeners: list[Callable[[str], None]] = []
"""The last of them hears a sentence a fault."""


def tell(message: str, *details: object) -> None:
    """Called where an exception is being handled."""
    if listeners:
        error = sys.exc_info()[1]
        listeners[-1](message % details + (f" ({type(error).__name__}: {error})" if error else ""))
        return
    import logging

    logging.getLogger("shapecheck").exception(message, *details)
