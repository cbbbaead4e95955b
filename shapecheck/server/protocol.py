"""pygls' protocol, strict: every request is answered once, refused with the right code, or answered empty.

pygls registers the features and builds the capabilities; reading, order, cancellation, errors and documents are
ours, because its own lose messages, answers and characters (see tests/end_to_end/test_server_protocol.py).
Codes: JSON-RPC 2.0, section 5.1; Language Server Protocol 3.17, ErrorCodes. Parameters arrive as types of `lsprotocol`;
results are plain JSON values, so that nothing is converted on the way of a keystroke.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol, lsp_method

from shapecheck.server.transport import Connection

log = logging.getLogger(__name__)

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602
NOT_INITIALIZED, CANCELLED, REQUEST_FAILED = -32002, -32800, -32803
DEFERRED = object()
"""What a handler returns that will call `answer` or `refuse` later."""

SCHEME = "shapecheck-explain"
"""Of virtual documents."""

OURS = (
    lsp.TEXT_DOCUMENT_DID_OPEN,
    lsp.TEXT_DOCUMENT_DID_CHANGE,
    lsp.TEXT_DOCUMENT_DID_CLOSE,
    lsp.NOTEBOOK_DOCUMENT_DID_OPEN,
    lsp.NOTEBOOK_DOCUMENT_DID_CHANGE,
    lsp.NOTEBOOK_DOCUMENT_DID_CLOSE,
    lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
    lsp.WORKSPACE_EXECUTE_COMMAND,
    lsp.INITIALIZED,
    lsp.SET_TRACE,
    lsp.WINDOW_WORK_DONE_PROGRESS_CANCEL,
)
"""Methods that pygls handles itself unless told otherwise."""


class Refused(Exception):
    """A request that cannot be answered, for a reason that the user should read."""

    def __init__(self, message: str, code: int = REQUEST_FAILED) -> None:
        super().__init__(message)
        self.code = code


class Strict(LanguageServerProtocol):
    """Handles one message at a time, in the caller's thread."""

    exit_code: int | None = None
    parent: int | None = None

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        for method in OURS:
            self.fm.builtin_features.pop(method, None)
        self.connection: Connection | None = None
        self.is_cancelled: Callable[[Any], bool] = lambda identity: False
        self.work: Callable[[], bool] = lambda: False
        self.wake: Callable[[], None] = lambda: None
        self.before_shutdown: Callable[[], None] = lambda: None
        self.request: tuple[Any, str] = (None, "")
        self._pending: set[Any] = set()  # requests whose answers were put off
        self._initialized = False
        self._asked: dict[str, Callable[[Any], None]] = {}
        self._questions = 0

    # incoming

    def refuse_unreadable(self) -> None:
        self.refuse(None, PARSE_ERROR, "the message is not JSON")

    def handle(self, message: Any) -> None:
        """Answer a request, take in a notification or a response."""
        if not isinstance(message, dict):
            self.refuse(None, INVALID_REQUEST, "a message must be a JSON object")
            return
        method, identity = message.get("method"), message.get("id")
        if not isinstance(method, str):
            self._take_response(message)
        elif "id" in message:
            self._answer(method, identity, message)
        else:
            self._notice(method, message)

    def _answer(self, method: str, identity: Any, message: dict[str, Any]) -> None:
        refusal = self._refusal(method, identity)
        if refusal is not None:
            self.refuse(identity, *refusal)
            return
        handler = self._handler(method)
        if handler is None:
            self.refuse(identity, METHOD_NOT_FOUND, f"unknown method {method}")
            return
        try:
            params = self.structured(method, message)
        except Exception as fault:
            log.warning("wrong parameters for %s: %s", method, fault)
            self.refuse(identity, INVALID_PARAMS, f"the parameters do not fit {method}")
            return
        self._run(identity, method, handler, params)

    def _refusal(self, method: str, identity: Any) -> tuple[int, str] | None:
        if isinstance(identity, bool) or not isinstance(identity, (str, int)):
            return INVALID_REQUEST, "a request's id must be a string or an integer"
        if self._shutdown:
            return INVALID_REQUEST, "the server is shutting down"
        if method == lsp.INITIALIZE:
            return (INVALID_REQUEST, "the server is initialized already") if self._initialized else None
        if not self._initialized:
            return NOT_INITIALIZED, "the first request must be initialize"
        if self.is_cancelled(identity):
            return CANCELLED, "the request was cancelled"
        return None

    def _notice(self, method: str, message: dict[str, Any]) -> None:
        if method == lsp.EXIT:
            self.exit_code = 0 if self._shutdown else 1
            return
        if method == lsp.CANCEL_REQUEST:
            params = message.get("params")
            self._withdraw(params.get("id") if isinstance(params, dict) else None)
            return
        handler = self._handler(method)
        if handler is None or self._shutdown or not self._initialized:
            return
        try:
            self._call(handler, self.structured(method, message))
        except Exception:
            log.exception("the notification %s was dropped", method)

    def _take_response(self, message: dict[str, Any]) -> None:
        identity = message.get("id")
        then = self._asked.pop(identity, None) if isinstance(identity, str) else None
        if then is None:
            if "id" in message and "result" not in message and "error" not in message:
                self.refuse(identity, INVALID_REQUEST, "a request needs a method")
            return
        if "error" in message:
            log.debug("the client refused a request: %s", message["error"])
        try:
            then(None if "error" in message else message.get("result"))
        except Exception:
            log.exception("the client's answer could not be used")

    def refuse_pending(self) -> None:
        for identity in list(self._pending):
            self._withdraw(identity)

    def is_pending(self, identity: Any) -> bool:
        """Whether a request that was put off still wants its answer."""
        return identity in self._pending

    def _withdraw(self, identity: Any) -> None:
        if isinstance(identity, (str, int)) and identity in self._pending:
            self._pending.discard(identity)
            self.refuse(identity, CANCELLED, "the request was cancelled")

    def structured(self, method: str, message: dict[str, Any]) -> Any:
        """The parameters as the protocol's type; raises what the converter raises where they do not fit."""
        kind = self.get_message_type(method)
        if kind is None:
            return message.get("params")
        return getattr(self._converter.structure(message, kind), "params", None)

    def _handler(self, method: str) -> Callable[..., Any] | None:
        return self.fm.builtin_features.get(method) or self.fm.features.get(method)

    # running

    def _run(self, identity: Any, method: str, handler: Callable[..., Any], params: Any) -> None:
        self.request = identity, method
        try:
            result = self._call(handler, params)
        except Refused as refusal:
            self.refuse(identity, refusal.code, str(refusal))
            return
        except JsonRpcException as refusal:
            self.refuse(identity, refusal.code, refusal.message)
            return
        except Exception:
            log.exception("%s failed inside the server; it is answered empty", method)
            result = None
        if method == lsp.INITIALIZE:
            self._initialized = result is not None
        if result is DEFERRED:
            self._pending.add(identity)
        else:
            self.answer(identity, result)

    def _call(self, handler: Callable[..., Any], params: Any) -> Any:
        """What the handler returns; pygls' own are generators that yield calls to make for them."""
        result = handler(params)
        if not hasattr(result, "send"):
            return result
        sent: Any = None
        while True:
            try:
                inner, arguments, keywords = result.send(sent)
            except StopIteration as stop:
                return stop.value
            sent = inner(*(arguments or ()), **(keywords or {}))

    # outgoing

    def answer(self, identity: Any, result: Any) -> None:
        """The one answer to a request: a JSON value, or a type of `lsprotocol`."""
        self._pending.discard(identity)
        if hasattr(result, "__attrs_attrs__"):
            result = self._converter.unstructure(result)
        self._send({"jsonrpc": "2.0", "id": identity, "result": result})

    def refuse(self, identity: Any, code: int, message: str) -> None:
        self._pending.discard(identity if isinstance(identity, (str, int)) else None)
        shown = identity if isinstance(identity, (str, int)) and not isinstance(identity, bool) else None
        self._send({"jsonrpc": "2.0", "id": shown, "error": {"code": code, "message": message}})

    def tell(self, method: str, params: Any) -> None:
        """A notification to the client."""
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: Any, then: Callable[[Any], None] = lambda result: None) -> None:
        """A request to the client; `then` gets its result, or None where it refused."""
        self._questions += 1
        identity = f"shapecheck-{self._questions}"
        self._asked[identity] = then
        self._send({"jsonrpc": "2.0", "id": identity, "method": method, "params": params})

    def _send_data(self, data: Any) -> None:
        """What pygls itself sends."""
        if data is not None:
            self._send(json.loads(json.dumps(data, default=self._serialize_message)))

    def _send(self, message: dict[str, Any]) -> None:
        if self.connection is None:
            return
        try:
            self.connection.write(json.dumps(message, separators=(",", ":")).encode())
        except (OSError, ValueError):
            log.debug("the client does not listen any more")
            self.exit_code = 1
        except TypeError:
            log.exception("an answer cannot be written; it is sent empty")
            if "id" in message and "method" not in message:
                self._send({"jsonrpc": "2.0", "id": message["id"], "result": None})

    # the life of the server

    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(self, params: lsp.InitializeParams) -> Any:
        """With the one capability that pygls does not know of."""
        result = yield from super().lsp_initialize(params)
        if result.capabilities.workspace is not None:
            result.capabilities.workspace.text_document_content = lsp.TextDocumentContentOptions(schemes=[SCHEME])
        return result

    @lsp_method(lsp.SHUTDOWN)
    def lsp_shutdown(self, *_: Any) -> None:  # type: ignore[override]
        self.before_shutdown()
        self._shutdown = True

    def idle(self) -> bool:
        """A short step of work that can wait; whether more is left."""
        if self._shutdown or not self._initialized:
            return False
        try:
            return self.work()
        except Exception:
            log.exception("work between messages failed")
            return False
