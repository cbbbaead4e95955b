"""A part that failed while the rest goes on: whoever listens hears of it, else it is logged. Logging is loaded only then."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

listeners: list[Callable[[str], None]] = []
"""The last of them hears a sentence a fault."""


def tell(error: Exception, message: str, *details: object) -> None:
    """Says what the error befell."""
    if listeners:
        listeners[-1](f"{message % details} ({type(error).__name__}: {error})")
        return
    import logging

    logging.getLogger("shapecheck").error(message, *details, exc_info=error)
