"""How far a long run has come, on a terminal only."""

from __future__ import annotations

import sys
import time

from shapecheck.cli.terminal import clean

PATIENCE = 0.7
"""Seconds before anything is shown: a short run stays silent."""


class Progress:
    """A line on stderr that is written over and wiped at the end."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._active = sys.stderr.isatty()
        self._next = time.monotonic() + PATIENCE
        self._shown = False

    def show(self, done: int, path: str) -> None:
        """Says that `done` files are checked and `path` is next; rarely enough to cost nothing."""
        if not self._active or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + 0.1
        self._shown = True
        sys.stderr.write(f"\r\x1b[KChecking {done:,}/{self._total:,} {clean(path)[-60:]}")
        sys.stderr.flush()

    def clear(self) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
