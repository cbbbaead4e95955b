"""pygls' protocol, strict: every request is answered once, refused with the right code, or answered empty.

pygls registers the features and builds the capabilities; reading, order, cancellation, errors and documents are
ours, because its own lose messages, answers and characters (see tests/end_to_end/test_server_protocol.py).
Codes: JSON-RPC 2.0, section 5.1; Language Server Protocol 3.17, ErrorCodes.
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
NOT_INITIALIZED, CANCELLED = -32002, -32800


class Strict(LanguageServerProtocol):
    """Handles one message at a time, in the caller's thread."""

    exit_code: int | None = None
    parent: int | None = None

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.connection: Connection | None = None
        self.is_cancelled: Callable[[Any], bool] = lambda identity: False
        self._initialized = False

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
            request = self.structured(method, message)
        except Exception as fault:
            log.warning("wrong parameters for %s: %s", method, fault)
            self.refuse(identity, INVALID_PARAMS, f"the parameters do not fit {method}")
            return
        self._run(identity, method, handler, getattr(request, "params", None))

    def _refusal(self, method: str, identity: Any) -> tuple[int, str] | None:
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
        handler = self._handler(method)
        if handler is None or self._shutdown or not self._initialized:
            return
        try:
            self._call(handler, getattr(self.structured(method, message), "params", None))
        except Exception:
            log.exception("the notification %s was dropped", method)

    def _take_response(self, message: dict[str, Any]) -> None:
        identity = message.get("id")
        if not isinstance(identity, (str, int)) or identity not in self._request_futures:
            if "id" in message and "result" not in message and "error" not in message:
                self.refuse(identity, INVALID_REQUEST, "a request needs a method")
            return
        future = self._request_futures.pop(identity)
        self._result_types.pop(identity, None)
        if "error" in message:
            log.debug("the client refused a request: %s", message["error"])
            future.set_result(None)
        else:
            future.set_result(message.get("result"))

    def structured(self, method: str, message: dict[str, Any]) -> Any:
        """The message as the protocol's type; raises what the converter raises where it does not fit."""
        kind = self.get_message_type(method)
        return self._converter.structure(message, kind) if kind is not None else None

    def _handler(self, method: str) -> Callable[..., Any] | None:
        return self.fm.builtin_features.get(method) or self.fm.features.get(method)

    # running

    def _run(self, identity: Any, method: str, handler: Callable[..., Any], params: Any) -> None:
        self._ctx_msg_id.set(identity)
        try:
            result = self._call(handler, params)
        except JsonRpcException as refusal:
            self.refuse(identity, refusal.code, refusal.message)
            return
        except Exception:
            log.exception("%s failed inside the server; it is answered empty", method)
            result = None
        if method == lsp.INITIALIZE:
            self._initialized = result is not None
        self.answer(identity, method, result)

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
            sent = self._call_inner(inner, arguments, keywords or {})

    def _call_inner(self, handler: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        return handler(*(arguments or ()), **keywords)

    # outgoing

    def answer(self, identity: Any, method: str, result: Any) -> None:
        kind = self.get_result_type(method)
        if kind is None:
            self._send({"jsonrpc": "2.0", "id": identity, "result": result})
            return
        try:
            response = self._converter.unstructure(kind(id=identity, result=result, jsonrpc="2.0"), unstructure_as=kind)
        except Exception:
            log.exception("the answer to %s cannot be written; it is answered empty", method)
            response = {"jsonrpc": "2.0", "id": identity, "result": None}
        response.setdefault("result", None)
        self._send(response)

    def refuse(self, identity: Any, code: int, message: str) -> None:
        shown = identity if isinstance(identity, (str, int)) else None
        self._send({"jsonrpc": "2.0", "id": shown, "error": {"code": code, "message": message}})

    def _send_data(self, data: Any) -> None:
        """pygls sends notifications and its own requests through here."""
        if data is not None:
            self._send(json.loads(json.dumps(data, default=self._serialize_message)))

    def _send(self, message: dict[str, Any]) -> None:
        if self.connection is None:
            return
        try:
            self.connection.write(json.dumps(message, default=self._serialize_message).encode("utf-8", "surrogatepass"))
        except (OSError, ValueError):
            log.debug("the client does not listen any more")
            self.exit_code = 1

    # the life of the server

    @lsp_method(lsp.SHUTDOWN)
    def lsp_shutdown(self, *_: Any) -> None:  # type: ignore[override]
        self._shutdown = True

    def idle(self) -> bool:
        """A short step of work that can wait; whether more is left. The server sets what it has."""
        return False
