"""A server from its first message to its exit code, over one of the transports."""

from __future__ import annotations

import gc
import logging
import os
import sys
from typing import BinaryIO

from shapecheck.server.loop import Loop
from shapecheck.server.transport import Connection, Framed, serve_tcp, serve_websocket

log = logging.getLogger(__name__)


class ToClient(logging.Handler):
    """The log as `window/logMessage`."""

    KINDS = ((logging.ERROR, 1), (logging.WARNING, 2), (logging.INFO, 3))

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self._busy = False

    def emit(self, record: logging.LogRecord) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            import json

            kind = next((kind for level, kind in self.KINDS if record.levelno >= level), 4)
            params = {"type": kind, "message": self.format(record)[:20_000]}
            message = {"jsonrpc": "2.0", "method": "window/logMessage", "params": params}
            self._connection.write(json.dumps(message).encode())
        except (OSError, ValueError):
            pass
        finally:
            self._busy = False


def run(kind: str, port: int, level: str) -> int:
    """The process's exit code."""
    logger = logging.getLogger("shapecheck")
    logger.setLevel(level.upper())
    to_stderr = logging.StreamHandler(sys.stderr)
    to_stderr.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(to_stderr)
    logger.propagate = False
    if kind == "stdio":
        return serve(Framed(*_streams()))
    try:
        serve_over = serve_tcp if kind == "tcp" else serve_websocket
        return serve_over(port, serve, lambda bound: _announce(kind, bound))
    except ImportError as missing:
        sys.stderr.write(f"shapecheck server: {missing}; install the package `websockets` for --ws\n")
    except OSError as error:
        sys.stderr.write(f"shapecheck server: port {port}: {error.strerror}\n")
    except KeyboardInterrupt:
        return 130
    return 2


def serve(connection: Connection) -> int:
    """One client, until it is done."""
    gc.disable()  # nothing that is loaded here will ever be garbage
    from shapecheck.server import messages  # noqa: F401 - before all that loads the protocol's types
    from shapecheck.server.server import Server

    server = Server()
    gc.enable()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)  # what a keystroke makes is mostly kept until the next one
    to_client = ToClient(connection)
    logger = logging.getLogger("shapecheck")
    logger.addHandler(to_client)
    loop = Loop(connection, server.protocol)
    server.protocol.connection = connection
    server.protocol.is_cancelled = loop.is_cancelled
    server.protocol.wake = loop.wake
    try:
        return loop.run()
    except KeyboardInterrupt:
        return 130
    finally:
        logger.removeHandler(to_client)


def _announce(kind: str, port: int) -> None:
    sys.stderr.write(f"shapecheck server: listening on {kind} 127.0.0.1:{port}\n")
    sys.stderr.flush()


def _streams() -> tuple[BinaryIO, BinaryIO]:
    """The standard streams, for messages only: what anything prints goes to standard error."""
    source = os.fdopen(os.dup(0), "rb")
    sink = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return source, sink
