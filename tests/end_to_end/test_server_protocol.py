"""What the protocol asks of a server beyond its features, among it the places where pygls 2.1 falls short; all through the wire."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.client import CAPABILITIES, COMMAND, ROOT, Client, Gone, Refused, started, started_over_tcp
from tests.end_to_end.sessions import servers

__all__ = ["servers"]

URI = "file:///somewhere/page.py"
WRONG = "# shape:\n#   A: (N, D)\n#   A A\n"
RIGHT = WRONG.replace("A A\n", "A A'\n")


@pytest.fixture
def client() -> Iterator[Client]:
    with started() as found:
        yield found


@pytest.fixture
def own(client: Client) -> Client:
    client.initialize()
    return client


@pytest.fixture
def ready(servers: dict[tuple[str, str], Client]) -> Iterator[Client]:
    """A server that other tests use too."""
    found = servers["stdio", "utf-16"]
    found.drain()
    found.notifications.clear()
    yield found
    found.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    found.request("workspace/symbol", {"query": "@"})


def codes(client: Client, version: int | None = None) -> list[str]:
    return [item["code"] for item in client.diagnostics(URI, version=version)]


# lines, positions, versions


@pytest.mark.parametrize("sign", ["\f", "\v", "\x85", "\u2028", "\x1c"])
def test_only_the_protocols_line_ends_end_a_line(ready: Client, sign: str) -> None:
    text = f"s = 1  # {sign} a page\n{WRONG}"
    ready.open(URI, text)
    assert codes(ready) == ["shape-mismatch"]
    place = {"line": 3, "character": 7}
    ready.change(URI, 2, {"range": {"start": place, "end": place}, "text": "'"})
    assert codes(ready, 2) == []


def test_an_insertion_past_the_end_of_the_last_line_is_at_its_end(ready: Client) -> None:
    ready.open(URI, WRONG.rstrip("\n"))
    assert codes(ready) == ["shape-mismatch"]
    for version, character in ((2, 7), (3, 99)):
        place = {"line": 2, "character": character}
        ready.change(URI, version, WRONG.rstrip("\n"), {"range": {"start": place, "end": place}, "text": "'"})
        assert codes(ready, version) == []
    place = {"line": 9, "character": 0}
    ready.change(URI, 4, WRONG.rstrip("\n"), {"range": {"start": place, "end": place}, "text": "'"})
    assert codes(ready, 4) == []


@pytest.mark.parametrize(("encoding", "start", "end"), [("utf-8", 21, 35), ("utf-16", 19, 28), ("utf-32", 18, 25)])
def test_columns_are_counted_as_was_agreed(client: Client, encoding: str, start: int, end: int) -> None:
    client.initialize(encoding=encoding)
    client.open(URI, "# shape:\n#   B: (K, K)\n#   B B\n𝔼 = f()  # shape: x̂' 𝐀 𝐀; 𝐀: (N, D)\n")
    (found,) = client.diagnostics(URI)
    assert found["range"] == {"start": {"line": 3, "character": start}, "end": {"line": 3, "character": end}}


def test_the_first_encoding_that_both_know_is_taken(client: Client) -> None:
    able = {**CAPABILITIES, "general": {"positionEncodings": ["utf-7", "utf-8", "utf-16"]}}
    assert client.initialize(able)["capabilities"]["positionEncoding"] == "utf-8"


def test_utf_16_where_nothing_is_said(client: Client) -> None:
    assert client.initialize({})["capabilities"]["positionEncoding"] == "utf-16"


def test_an_older_version_that_comes_late_is_not_taken(ready: Client) -> None:
    ready.open(URI, WRONG, version=7)
    assert codes(ready) == ["shape-mismatch"]
    ready.change(URI, 6, RIGHT)
    ready.change(URI, 8, WRONG + "\n")
    assert codes(ready, 8) == ["shape-mismatch"]


def test_findings_bear_the_version_they_are_about(ready: Client) -> None:
    ready.open(URI, WRONG)
    for version in range(2, 30):
        ready.change(URI, version, "\n" * version + WRONG)
    told = ready.wait_for("textDocument/publishDiagnostics", lambda params: params["version"] == 29)
    assert told["diagnostics"][0]["range"]["start"]["line"] == 31
    ready.drain()
    assert not [message for message in ready.notifications if message["params"].get("version", 29) < 29]


def test_several_changes_in_one_message_build_on_each_other(ready: Client) -> None:
    ready.open(URI, "")
    parts = []
    for line, text in enumerate(WRONG.splitlines(keepends=True)):
        parts.append({"range": {"start": {"line": line, "character": 0}, "end": {"line": line, "character": 0}}, "text": text})
    ready.change(URI, 2, *parts)
    assert codes(ready, 2) == ["shape-mismatch"]


# requests, errors, cancellation


def test_nothing_is_answered_before_initialize(client: Client) -> None:
    with pytest.raises(Refused) as refused:
        client.request("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}})
    assert refused.value.code == -32002
    client.notify("textDocument/didOpen", {})
    client.initialize()


def test_nothing_is_answered_after_shutdown(own: Client) -> None:
    own.request("shutdown")
    with pytest.raises(Refused) as refused:
        own.request("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}})
    assert refused.value.code == -32600


def test_initialize_comes_once(ready: Client) -> None:
    with pytest.raises(Refused) as refused:
        ready.initialize()
    assert refused.value.code == -32600


@pytest.mark.parametrize(
    "params",
    [
        *(None, [], 3, {}, {"textDocument": 5}, {"textDocument": {"uri": URI}}),
        {"textDocument": {"uri": URI}, "position": {"line": "x", "character": 0}},
        {"textDocument": {"uri": URI}, "position": {"line": -1, "character": 0}},
    ],
)
def test_wrong_parameters_are_refused_as_such(ready: Client, params: Any) -> None:
    with pytest.raises(Refused) as refused:
        ready.request("textDocument/hover", params)
    assert refused.value.code == -32602


def test_an_unknown_method_is_refused_and_an_unknown_notification_is_not(ready: Client) -> None:
    with pytest.raises(Refused) as refused:
        ready.request("textDocument/paint", {})
    assert refused.value.code == -32601
    ready.notify("$/unknown", {})
    ready.notify("textDocument/painted", {"x": 1})
    assert ready.request("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}}) is None


def test_what_is_no_request_is_refused(ready: Client) -> None:
    for body, code in ((b"{", -32700), (b"\xff\xfe", -32700), (b"[" * 100_000, -32700), (b"[]", -32600), (b"17", -32600)):
        ready.send_bytes(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        message = ready._until(lambda: ready._answers.pop(None, None), 10, "a refusal")
        assert message["error"]["code"] == code
    ready.send({"jsonrpc": "2.0", "id": [1], "method": "textDocument/hover"})
    assert ready._until(lambda: ready._answers.pop(None, None), 10, "a refusal")["error"]["code"] == -32600


def test_a_cancelled_request_is_answered_once_as_cancelled(ready: Client) -> None:
    ready.open(URI, big(120))
    body = {"textDocument": {"uri": URI}}
    asked = [ready.ask("textDocument/documentSymbol", body) for _ in range(20)]
    for identity in asked[10:]:
        ready.notify("$/cancelRequest", {"id": identity})
    answers = {identity: outcome(ready, identity) for identity in asked}
    assert all(answer == "answered" for identity, answer in answers.items() if identity in asked[:10])
    assert set(answers.values()) <= {"answered", -32800}
    assert -32800 in answers.values()
    assert outcome(ready, ready.ask("textDocument/documentSymbol", body)) == "answered"
    assert [message for message in ready.stray if message["id"] is not None] == []


def test_a_pull_that_waits_for_verdicts_can_be_cancelled(ready: Client) -> None:
    ready.open(URI, big(60))
    identity = ready.ask("textDocument/diagnostic", {"textDocument": {"uri": URI}})
    ready.notify("$/cancelRequest", {"id": identity})
    assert outcome(ready, identity) == -32800


def test_cancelling_what_is_done_or_never_was_changes_nothing(ready: Client) -> None:
    for identity in (99999, "x", None, [1], {}):
        ready.notify("$/cancelRequest", {"id": identity})
    ready.notify("$/cancelRequest")
    for _ in range(3):
        identity = ready.ask("workspace/symbol", {"query": ""})
        assert outcome(ready, identity) == "answered"
        ready.notify("$/cancelRequest", {"id": identity})


def outcome(client: Client, identity: int) -> str | int:
    try:
        client.answer(identity)
    except Refused as refused:
        return refused.code
    return "answered"


def big(count: int) -> str:
    block = "def f{0}(A, B, w_a, w_b):\n    # shape:\n    #   A{0}: (N, D)    B: (D, N)    w_a, w_b: (N)\n    #   q = w_a' A{0} B w_b\n"
    return "".join((block + "    #   dq/dB = A{0}' w_a w_b'\n    pass\n").format(number) for number in range(count))


def test_reading_goes_on_while_claims_are_judged(ready: Client) -> None:
    """A hover is answered within a moment, however much is left to verify."""
    text = big(150)
    ready.open(URI, text)
    ready.wait_for("textDocument/publishDiagnostics")
    began = time.monotonic()
    assert ready.request("textDocument/hover", ready.at(URI, text, "|B: (D"))
    assert time.monotonic() - began < 1.0


def test_a_header_in_any_case(ready: Client) -> None:
    for name in (b"content-length", b"CONTENT-LENGTH", b"Content-length"):
        ready._count += 1
        ready._methods[ready._count] = "workspace/symbol"
        body = json.dumps({"jsonrpc": "2.0", "id": ready._count, "method": "workspace/symbol", "params": {"query": "x"}}).encode()
        ready.send_bytes(b"%s:%d\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n" % (name, len(body)) + body)
        assert ready.answer(ready._count) == []


# the end


def test_exit_after_shutdown_is_clean(own: Client) -> None:
    assert own.shutdown() == 0


def test_exit_without_shutdown_is_a_failure(own: Client) -> None:
    own.notify("exit")
    assert own.process is not None
    assert own.process.wait(10) == 1


def test_the_server_ends_when_its_input_does(own: Client) -> None:
    assert own.process is not None
    assert own.process.stdin is not None
    own.process.stdin.close()
    assert own.process.wait(10) == 1


@pytest.mark.skipif(os.name == "nt", reason="the client's process is watched where its death can be seen")
def test_the_server_ends_when_the_client_has_died() -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with started() as client:
        client.request("initialize", {"processId": dead.pid, "rootUri": None, "capabilities": {}})
        assert client.process is not None
        assert client.process.wait(10) == 1


def test_shutdown_while_claims_are_judged_is_quick_and_quiet() -> None:
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
    assert process.stdin
    assert process.stdout
    assert process.stderr
    client = Client(process.stdout, process.stdin, process)
    client.initialize()
    client.open(URI, big(200))
    client.wait_for("textDocument/publishDiagnostics")
    began = time.monotonic()
    assert client.shutdown() == 0
    assert time.monotonic() - began < 2
    assert process.stderr.read() == b""
    process.stdin.close()
    process.stderr.close()


def test_over_tcp_the_server_ends_with_its_client() -> None:
    with started_over_tcp() as client:
        client.initialize()
        client.open(URI, WRONG)
        assert codes(client) == ["shape-mismatch"]
        assert client.shutdown() == 0


def test_over_a_websocket() -> None:
    connect = pytest.importorskip("websockets.sync.client").connect
    process = subprocess.Popen([*COMMAND, "--ws"], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, cwd=ROOT)
    assert process.stderr
    try:
        port = int(process.stderr.readline().decode().rpartition(":")[2])
        with connect(f"ws://127.0.0.1:{port}") as socket:

            def send(**message: Any) -> None:
                socket.send(json.dumps({"jsonrpc": "2.0", **message}))

            send(id=1, method="initialize", params={"processId": None, "rootUri": None, "capabilities": {}})
            assert "capabilities" in json.loads(socket.recv(20))["result"]
            send(method="initialized", params={})
            send(method="textDocument/didOpen", params={"textDocument": {"uri": URI, "languageId": "python", "version": 1, "text": WRONG}})
            assert json.loads(socket.recv(20))["params"]["diagnostics"][0]["code"] == "shape-mismatch"
            send(id=2, method="shutdown")
            assert json.loads(socket.recv(20)) == {"jsonrpc": "2.0", "id": 2, "result": None}
            send(method="exit")
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.mark.parametrize("arguments", [["--sdtio"], ["--tcp", "x"], ["--log-level", "loud"], ["--tcp", "99999"]])
def test_misuse_is_told(arguments: list[str]) -> None:
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, cwd=ROOT, check=False, timeout=20)
    assert done.returncode == 2
    assert "shapecheck server" in done.stderr


# faults


def test_a_fault_inside_costs_one_empty_answer(tmp_path: Path) -> None:
    """A request whose feature breaks is answered empty and logged; the next ones are answered."""
    breaking = tmp_path / "breaking.py"
    breaking.write_text(
        "import sys\n"
        "from shapecheck.server import main\n"
        "from shapecheck.server.features import folding\n"
        "def broken(server, params):\n    raise RuntimeError('broken on purpose')\n"
        "folding.folding = broken\n"
        "sys.exit(main([]))\n"
    )
    with started(command=(sys.executable, str(breaking)), strict=False) as client:
        client.initialize()
        client.open(URI, WRONG)
        assert client.request("textDocument/foldingRange", {"textDocument": {"uri": URI}}) is None
        logged = client.wait_for("window/logMessage")
        assert logged["type"] == 1
        assert "broken on purpose" in logged["message"]
        assert client.request("textDocument/documentSymbol", {"textDocument": {"uri": URI}})
        assert not [message for message in client.notifications if message["method"] == "window/showMessage"]


def test_a_notification_that_does_not_fit_is_dropped_without_a_window() -> None:
    with started(strict=False) as client:
        client.initialize()
        client.notify("textDocument/didChange", {"textDocument": {"uri": URI}})
        client.open(URI, WRONG)
        assert codes(client) == ["shape-mismatch"]
        assert not [message for message in client.notifications if message["method"] == "window/showMessage"]


def test_the_log_speaks_as_loudly_as_it_is_told(client: Client) -> None:
    client.initialize(options={"logLevel": "debug"})
    client.request("workspace/symbol", {"query": ""})
    with pytest.raises(Refused):
        client.request("textDocument/hover", {})
    assert client.wait_for("window/logMessage")["type"] == 2
    quiet = started()
    with quiet as other:
        other.initialize(options={"logLevel": "error"})
        with pytest.raises(Refused):
            other.request("textDocument/hover", {})
        other.drain()
        assert not [message for message in other.notifications if message["method"] == "window/logMessage"]


def test_a_server_that_is_gone_is_told_apart(client: Client) -> None:
    assert client.process is not None
    client.process.kill()
    with pytest.raises((Gone, OSError)):
        client.initialize()
