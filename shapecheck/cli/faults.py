"""What the engine logs where a rule failed and the others went on: told, never hidden, never cached."""

from __future__ import annotations

import logging

LOG = logging.getLogger("shapecheck")


class Faults(logging.Handler):
    """Listens while it is entered; `heard` holds a sentence a fault."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.heard.append(record.getMessage() + (f" ({type(error).__name__}: {error})" if error else ""))

    def __enter__(self) -> Faults:
        LOG.addHandler(self)
        LOG.propagate = False
        return self

    def __exit__(self, *_: object) -> None:
        LOG.removeHandler(self)
