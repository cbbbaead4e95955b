"""Bytes in and out: framed messages over standard streams, a socket, or a WebSocket.

A connection gives whole message bodies, `None` at the end of the input. Header names are matched without
regard to case, as HTTP's are; a body above `MAX_BODY` is skipped with a warning, so memory stays bounded.
"""

from __future__ import annotations

import logging
import queue
import socket
import threading
from collections.abc import Callable
from typing import BinaryIO, Protocol

MAX_BODY = 64 * 1024 * 1024
LOOPBACK = "127.0.0.1"

log = logging.getLogger(__name__)


class Connection(Protocol):
    """What the loop reads from and writes to."""

    def read(self) -> bytes | None: ...

    def write(self, body: bytes) -> None: ...

    def close(self) -> None: ...


class Framed:
    """Messages with `Content-Length` headers over two byte streams."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source = source
        self._sink = sink

    def read(self) -> bytes | None:
        while True:
            length = self._header()
            if length is None:
                return None
            if length > MAX_BODY:
                log.warning("a message of %d bytes was skipped: the limit is %d", length, MAX_BODY)
                if not self._skip(length):
                    return None
                continue
            body = self._source.read(length)
            return body if len(body) == length else None

    def _header(self) -> int | None:
        """The length that the next header names; None at the end of the input."""
        length: int | None = None
        while True:
            line = self._source.readline(65536)
            if not line:
                return None
            name, colon, value = line.partition(b":")
            if colon and name.strip().lower() == b"content-length":
                digits = value.strip()
                if digits.isdigit():
                    length = int(digits)
            elif not line.strip() and length is not None:
                return length

    def _skip(self, length: int) -> bool:
        while length:
            part = self._source.read(min(length, 1 << 20))
            if not part:
                return False
            length -= len(part)
        return True

    def write(self, body: bytes) -> None:
        self._sink.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._sink.flush()

    def close(self) -> None:
        self._sink.close()


def serve_tcp(port: int, serve: Callable[[Connection], int], announce: Callable[[int], None]) -> int:
    """One client over loopback; its end is the server's end."""
    with socket.create_server((LOOPBACK, port)) as listener:
        announce(listener.getsockname()[1])
        client, _ = listener.accept()
        with client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return serve(Framed(client.makefile("rb"), client.makefile("wb")))


def serve_websocket(port: int, serve: Callable[[Connection], int], announce: Callable[[int], None]) -> int:
    """One client over a WebSocket on loopback. Raises ImportError where the package `websockets` is missing."""
    from websockets.exceptions import ConnectionClosed
    from websockets.sync.server import ServerConnection
    from websockets.sync.server import serve as listen

    clients: queue.Queue[ServerConnection] = queue.Queue()
    done = threading.Event()

    class Socket:
        def __init__(self, client: ServerConnection) -> None:
            self._client = client

        def read(self) -> bytes | None:
            try:
                message = self._client.recv()
            except ConnectionClosed:
                return None
            return message.encode() if isinstance(message, str) else message

        def write(self, body: bytes) -> None:
            self._client.send(body.decode())

        def close(self) -> None:
            self._client.close()

    def handle(client: ServerConnection) -> None:
        if clients.unfinished_tasks == 0:
            clients.put(client)
            done.wait()

    with listen(handle, LOOPBACK, port, max_size=MAX_BODY) as listener:
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        announce(listener.socket.getsockname()[1])
        try:
            return serve(Socket(clients.get()))
        finally:
            done.set()
