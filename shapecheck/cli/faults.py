"""What the engine tells where a rule failed and the others went on: said, never hidden, never cached."""

from __future__ import annotations

from shapecheck.core import fault


class Faults:
    """Listens while it is entered; `heard` holds a sentence a fault."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def __enter__(self) -> Faults:
        fault.listeners.append(self.heard.append)
        return self

    def __exit__(self, *_: object) -> None:
        fault.listeners.pop()
