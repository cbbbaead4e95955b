"""What derivatives need is loaded by a thread of its own, while the server goes on answering.

Invariant: the thread loads modules of `calculus` and NumPy, and nothing else of ours that is not loaded already; who needs
these waits for it, so that no two threads ever load parts of one circle of modules.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from importlib import import_module

from shapecheck.core.expression import number

log = logging.getLogger(__name__)

MODULES = ("shapecheck.calculus.arrays.whole", "shapecheck.calculus.answer", "shapecheck.calculus.verify", "shapecheck.calculus.derivative")
ZERO = number(0)
"""Kept, so that the one expression that a module of `calculus` makes while it is loaded is known already."""


class Warming:
    """`then` is called by the thread when it is done."""

    def __init__(self, then: Callable[[], None]) -> None:
        self._then = then
        self._thread: threading.Thread | None = None

    @property
    def is_under_way(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._load, name="loading", daemon=True)
            self._thread.start()

    def wait(self) -> None:
        if self._thread is not None:
            self._thread.join()

    def _load(self) -> None:
        try:
            for name in MODULES:
                import_module(name)
        except Exception:
            log.exception("a module could not be loaded")
        finally:
            self._then()
