"""The server's one thread of work: messages in the order in which they came, idle work between them.

A second thread only reads, so that a cancellation is known before the request it cancels is reached. Everything
else happens here, one thing after another: no answer can be about another version of a document than the one
the client had when it asked. Idle work (numeric verification) comes in short steps and only when no message waits.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import threading
from collections.abc import Callable
from typing import Any, Protocol

from shapecheck.server.transport import Connection

log = logging.getLogger(__name__)

WATCH_SECONDS = 3.0
END = object()
UNREADABLE = object()
WAKE = object()


class Handler(Protocol):
    """What the loop drives."""

    exit_code: int | None
    parent: int | None

    def handle(self, message: Any) -> None: ...

    def refuse_unreadable(self) -> None: ...

    def idle(self) -> bool: ...


class Loop:
    """Reads from a connection until the client is done, and hands each message to the handler."""

    def __init__(self, connection: Connection, handler: Handler) -> None:
        self._connection = connection
        self._handler = handler
        self._inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.cancelled: set[Any] = set()

    def is_cancelled(self, identity: Any) -> bool:
        return identity in self.cancelled

    def wake(self) -> None:
        """There is idle work again; any thread may say so."""
        self._inbox.put(WAKE)

    def run(self) -> int:
        """The process's exit code: 0 after a clean shutdown, else 1."""
        threading.Thread(target=self._read, name="reader", daemon=True).start()
        busy = True
        while self._handler.exit_code is None:
            message = self._next(busy)
            if message is END:
                return 1
            if message is None:
                if not busy and not alive(self._handler.parent):
                    log.warning("the client's process is gone: the server ends")
                    return 1
                busy = self._handler.idle()
                continue
            busy = True
            if message is not WAKE:
                self._deliver(message)
        return self._handler.exit_code

    def _next(self, busy: bool) -> Any:
        """The next message; None when there is none: at once while idle work is left, else after a while."""
        try:
            return self._inbox.get_nowait() if busy else self._inbox.get(timeout=WATCH_SECONDS)
        except queue.Empty:
            return None

    def _deliver(self, message: Any) -> None:
        if message is UNREADABLE:
            self._handler.refuse_unreadable()
            return
        if isinstance(message, dict) and message.get("method") == "$/cancelRequest":
            self.cancelled.discard(_identity(message))  # whatever it could cancel was reached before it
        self._handler.handle(message)

    def _read(self) -> None:
        read: Callable[[], bytes | None] = self._connection.read
        try:
            while (body := read()) is not None:
                message = parsed(body)
                if isinstance(message, dict) and message.get("method") == "$/cancelRequest":
                    self.cancelled.add(_identity(message))
                self._inbox.put(message)
        except (OSError, ValueError):
            log.debug("the input ended", exc_info=True)
        finally:
            self._inbox.put(END)


def _identity(message: dict[str, Any]) -> Any:
    """The id of the request that is to be cancelled; None where that cannot be one."""
    params = message.get("params")
    identity = params.get("id") if isinstance(params, dict) else None
    return identity if isinstance(identity, (str, int)) else None


def parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return UNREADABLE


def alive(process: int | None) -> bool:
    """Whether the client's process still runs; where that cannot be known, it does."""
    if process is None or process <= 0 or os.name == "nt":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
