"""A client of the language server: sends exactly the bytes it is told to, and checks every answer against the protocol's types.

Used by the tests through the wire and by the benchmarks; knows nothing of the server's code.
"""

from __future__ import annotations

import json
import os
import queue
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

ROOT = Path(__file__).parents[2]
TIMEOUT = float(os.environ.get("SHAPECHECK_TEST_TIMEOUT", "20"))

CAPABILITIES: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {"documentChanges": True},
        "configuration": True,
        "didChangeConfiguration": {"dynamicRegistration": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "workspaceFolders": True,
        "symbol": {},
        "inlayHint": {"refreshSupport": True},
        "semanticTokens": {"refreshSupport": True},
    },
    "textDocument": {
        "synchronization": {},
        "publishDiagnostics": {
            "relatedInformation": True,
            "versionSupport": True,
            "codeDescriptionSupport": True,
            "dataSupport": True,
            "tagSupport": {"valueSet": [1, 2]},
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "signatureHelp": {"signatureInformation": {"documentationFormat": ["markdown"]}},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor", "source"]}},
            "isPreferredSupport": True,
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        },
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "rename": {"prepareSupport": True},
        "foldingRange": {},
        "inlayHint": {},
        "semanticTokens": {"requests": {"full": True}, "tokenTypes": [], "tokenModifiers": [], "formats": ["relative"]},
    },
    "notebookDocument": {"synchronization": {}},
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
}


class Refused(Exception):
    """The server answered with an error."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code: int = error["code"]


class Gone(Exception):
    """The server's output ended."""


class Client:
    """Speaks to one server; `settings` is what it tells of `workspace/configuration`."""

    def __init__(self, source: BinaryIO, sink: BinaryIO, process: subprocess.Popen[bytes] | None = None, *, strict: bool = True) -> None:
        self._source, self._sink, self.process, self._strict = source, sink, process, strict
        self._inbox: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._answers: dict[Any, dict[str, Any]] = {}
        self._methods: dict[Any, str] = {}
        self._count = 0
        self.encoding = "utf-16"
        self.settings: Any = None
        self.notifications: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []
        self.capabilities: dict[str, Any] = {}
        self.stray: list[dict[str, Any]] = []  # answers to nothing that was asked
        threading.Thread(target=self._read, daemon=True).start()

    # bytes

    def _read(self) -> None:
        try:
            while True:
                length = 0
                while (line := self._source.readline()) not in (b"\r\n", b""):
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                if not line:
                    break
                self._inbox.put(json.loads(self._source.read(length)))
        except (OSError, ValueError):
            pass
        self._inbox.put(None)

    def send_bytes(self, data: bytes) -> None:
        self._sink.write(data)
        self._sink.flush()

    def send(self, message: Any) -> None:
        body = json.dumps(message).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    # messages

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: Any = None) -> int:
        """Sends a request without waiting; its id."""
        self._count += 1
        self._methods[self._count] = method
        message = {"jsonrpc": "2.0", "id": self._count, "method": method}
        self.send(message if params is None else {**message, "params": params})
        return self._count

    def answer(self, identity: int, timeout: float = TIMEOUT) -> Any:
        """The result of a request that was sent. Raises Refused where it is an error."""
        message = self._until(lambda: self._answers.pop(identity, None), timeout, f"an answer to {self._methods.get(identity)}")
        if "error" in message:
            raise Refused(message["error"])
        return message["result"]

    def request(self, method: str, params: Any = None, timeout: float = TIMEOUT) -> Any:
        return self.answer(self.ask(method, params), timeout)

    def wait_for(self, method: str, accept: Callable[[Any], bool] = lambda params: True, timeout: float = TIMEOUT) -> Any:
        """The parameters of the next notification of this kind that is accepted; those of its kind before it are dropped."""

        def look() -> Any:
            for place, message in enumerate(self.notifications):
                if message["method"] == method and accept(message.get("params")):
                    before = [other for other in self.notifications[:place] if other["method"] != method]
                    self.notifications[: place + 1] = before
                    return message
            return None

        return self._until(look, timeout, method).get("params")

    def _until(self, look: Callable[[], Any], timeout: float, what: str) -> Any:
        end = time.monotonic() + timeout
        while (found := look()) is None:
            try:
                message = self._inbox.get(timeout=max(end - time.monotonic(), 0.001))
            except queue.Empty:
                raise TimeoutError(f"no {what} within {timeout} s") from None
            if message is None:
                self._inbox.put(None)
                raise Gone(f"the server ended before {what}")
            self._take(message)
        return found

    def _take(self, message: dict[str, Any]) -> None:
        if "method" in message:
            if self._strict:
                check(message["method"], message, 0)
                is_fault = message["method"] == "window/logMessage" and message["params"]["type"] == 1
                assert not is_fault, message["params"]["message"]
            if "id" in message:
                self.requests.append(message)
                self.send({"jsonrpc": "2.0", "id": message["id"], "result": self._reply(message)})
            else:
                self.notifications.append(message)
        else:
            method = self._methods.get(message["id"])
            if method is None:
                self.stray.append(message)
            if self._strict and method is not None and "error" not in message:
                check(method, message, 1)
            self._answers[message["id"]] = message

    def _reply(self, message: dict[str, Any]) -> Any:
        if message["method"] == "workspace/configuration":
            return [self.settings for _ in message["params"]["items"]]
        return {"applied": True} if message["method"] == "workspace/applyEdit" else None

    def drain(self) -> None:
        """Take in what has come so far."""
        while not self._inbox.empty():
            message = self._inbox.get()
            if message is None:
                self._inbox.put(None)
                return
            self._take(message)

    # the life of a session

    def initialize(
        self, capabilities: dict[str, Any] | None = None, *, encoding: str = "utf-16", options: Any = None, roots: list[Path] | None = None
    ) -> dict[str, Any]:
        able = json.loads(json.dumps(CAPABILITIES if capabilities is None else capabilities))
        if capabilities is None:
            able["general"]["positionEncodings"] = [encoding]
        folders = [{"uri": root.as_uri(), "name": root.name} for root in roots or []]
        result = self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": folders[0]["uri"] if folders else None,
                "capabilities": able,
                "initializationOptions": options,
                "workspaceFolders": folders or None,
            },
        )
        self.capabilities = result["capabilities"]
        self.encoding = self.capabilities.get("positionEncoding", "utf-16")
        self.notify("initialized", {})
        return result  # type: ignore[no-any-return]

    def shutdown(self) -> int:
        """Ends the session as the protocol wants it; the server's exit code."""
        self.request("shutdown")
        self.notify("exit")
        return self.process.wait(10) if self.process else 0

    # documents

    def open(self, uri: str, text: str, language: str = "python", version: int = 1) -> None:
        self.notify("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": language, "version": version, "text": text}})

    def change(self, uri: str, version: int, *changes: Any) -> None:
        """Changes of ranges, or a whole text."""
        events = [{"text": change} if isinstance(change, str) else change for change in changes]
        self.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": events})

    def diagnostics(self, uri: str, accept: Callable[[list[Any]], bool] = lambda found: True, version: int | None = None) -> list[Any]:
        """The next published findings of a document, of this version at least, that are accepted."""

        def fits(params: Any) -> bool:
            late = version is None or params.get("version") is None or params["version"] >= version
            return params["uri"] == uri and late and accept(params["diagnostics"])

        return self.wait_for("textDocument/publishDiagnostics", fits)["diagnostics"]  # type: ignore[no-any-return]

    def position(self, text: str, offset: int) -> dict[str, int]:
        return position(text, offset, self.encoding)

    def at(self, uri: str, text: str, needle: str, shift: int = 0) -> dict[str, Any]:
        """Parameters for the place where `needle` begins; `|` in it marks another place of it."""
        mark = needle.find("|")
        plain = needle.replace("|", "", 1)
        offset = text.index(plain) + max(mark, 0) + shift
        return {"textDocument": {"uri": uri}, "position": self.position(text, offset)}


def check(method: str, message: dict[str, Any], which: int) -> None:
    """Raises where a message does not fit the protocol's type for it."""
    from lsprotocol import types

    kinds = types.METHOD_TO_TYPES.get(method)
    if kinds is not None and kinds[which] is not None:
        _converter().structure(message, kinds[which])


_CONVERTERS: list[Any] = []


def _converter() -> Any:
    if not _CONVERTERS:
        from lsprotocol.converters import get_converter

        _CONVERTERS.append(get_converter())
    return _CONVERTERS[0]


# positions, apart from the server's own


def units(text: str, encoding: str) -> int:
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2 if encoding == "utf-16" else len(text)


def lines(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z", text) + ([""] if not text or text[-1] in "\r\n" else [])


def position(text: str, offset: int, encoding: str) -> dict[str, int]:
    before = lines(text[:offset])
    line = len(before) - 1
    last = before[-1]
    if last[-1:] in ("\r", "\n"):  # only where a cut falls between \r and \n
        line, last = line + 1, ""
    return {"line": line, "character": units(last, encoding)}


def offset(text: str, place: dict[str, int], encoding: str) -> int:
    rows = lines(text)
    if place["line"] >= len(rows):
        return len(text)
    row = rows[place["line"]].rstrip("\r\n")
    start = sum(map(len, rows[: place["line"]]))
    count = 0
    for index, letter in enumerate(row):
        if count >= place["character"]:
            return start + index
        count += units(letter, encoding)
    return start + len(row)


def span_text(text: str, span: dict[str, Any], encoding: str) -> str:
    return text[offset(text, span["start"], encoding) : offset(text, span["end"], encoding)]


def apply(text: str, edits: list[dict[str, Any]], encoding: str) -> str:
    """The text after edits, as a client makes them."""
    placed = [
        (offset(text, edit["range"]["start"], encoding), offset(text, edit["range"]["end"], encoding), edit["newText"]) for edit in edits
    ]
    for start, end, new in sorted(placed, key=lambda edit: edit[:2], reverse=True):
        text = text[:start] + new + text[end:]
    return text


def edited(text: str, edit: dict[str, Any], uri: str, encoding: str) -> str:
    """The text after a workspace edit."""
    found = list((edit.get("changes") or {}).get(uri, []))
    for change in edit.get("documentChanges") or []:
        if change["textDocument"]["uri"] == uri:
            found += change["edits"]
    return apply(text, found, encoding)


# servers

COMMAND = (sys.executable, "-m", "shapecheck", "server")


@contextmanager
def started(
    *arguments: str, command: tuple[str, ...] = COMMAND, strict: bool = True, cwd: Path | None = None, env: dict[str, str] | None = None
) -> Iterator[Client]:
    """A server over its standard streams; killed at the end if it still runs."""
    process = subprocess.Popen(
        [*command, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=cwd or ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Client(process.stdout, process.stdin, process, strict=strict)
    finally:
        process.kill()
        process.wait(10)
        with suppress(BrokenPipeError):  # what was written to one that is gone
            process.stdin.close()
        process.stdout.close()


@contextmanager
def started_over_tcp(*arguments: str) -> Iterator[Client]:
    """A server that listens on a free port."""
    process = subprocess.Popen(
        [*COMMAND, "--tcp", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stderr is not None
    with ExitStack() as stack:
        stack.callback(process.stderr.close)
        try:
            told = process.stderr.readline().decode()
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", int(told.rpartition(":")[2])), timeout=TIMEOUT))
            connection.settimeout(None)
            yield Client(connection.makefile("rb"), connection.makefile("wb"), process)
        finally:
            process.kill()
            process.wait(10)


@contextmanager
def started_over_websocket() -> Iterator[Client]:
    """The same over a WebSocket, each message a frame of its own."""
    from websockets.sync.client import connect

    process = subprocess.Popen(
        [*COMMAND, "--ws"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stderr is not None
    try:
        told = process.stderr.readline().decode()
        with connect(f"ws://127.0.0.1:{int(told.rpartition(':')[2])}", max_size=None) as connection:
            yield Client(Frames(connection), Frames(connection), process)  # type: ignore[arg-type]
    finally:
        process.kill()
        process.wait(10)
        process.stderr.close()


class Frames:
    """A WebSocket as a stream of messages with headers."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._left = b""

    def write(self, data: bytes) -> None:
        self._connection.send(data.partition(b"\r\n\r\n")[2].decode())

    def flush(self) -> None:
        pass

    def readline(self) -> bytes:
        from websockets.exceptions import ConnectionClosed

        if not self._left:
            try:
                body = self._connection.recv().encode()
            except ConnectionClosed:
                return b""
            self._left = b"Content-Length: %d\r\n\r\n" % len(body) + body
        line, end, self._left = self._left.partition(b"\n")
        return line + end

    def read(self, length: int) -> bytes:
        found, self._left = self._left[:length], self._left[length:]
        return found
