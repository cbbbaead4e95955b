"""Traffic that no editor sends: the server answers or refuses it, stays within its memory, and lives on."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.client import Client, Refused, started

URI = "untitled:hostile"
TEXT = "def f(A):\n    # shape:\n    #   A: (N, D)    x: (D)\n    #   q = x' A' A x\n    #   dq/dx = 2 A' A x\n    pass\n"
NUMBERS = count()
WRONG = "# shape:\n#   A: (N, D)\n#   A A\n"
METHODS = [
    *("hover", "definition", "declaration", "references", "documentHighlight", "completion", "signatureHelp", "prepareRename", "rename"),
    *("codeAction", "inlayHint", "foldingRange", "selectionRange", "documentSymbol", "semanticTokens/full", "semanticTokens/range"),
    *("codeLens", "documentLink", "diagnostic"),
]


@pytest.fixture
def client() -> Iterator[Client]:
    with started() as found:
        found.initialize()
        yield found


def memory(client: Client) -> float:
    """Resident, in MiB."""
    assert client.process is not None
    status = Path(f"/proc/{client.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def is_alive(client: Client) -> None:
    uri = f"untitled:alive{next(NUMBERS)}"
    client.open(uri, WRONG)
    assert [item["code"] for item in client.diagnostics(uri)] == ["shape-mismatch"]


def params(uri: str, line: int, character: int, end: tuple[int, int] | None = None) -> dict[str, Any]:
    """Parameters that suit every method."""
    place = {"line": line, "character": character}
    last = {"line": end[0], "character": end[1]} if end else place
    return {
        "textDocument": {"uri": uri},
        "position": place,
        "positions": [place],
        "range": {"start": place, "end": last},
        "context": {"diagnostics": [], "includeDeclaration": True, "triggerKind": 1, "isRetrigger": False},
        "newName": "renamed",
    }


def outcome(client: Client, identity: int) -> str | int:
    try:
        client.answer(identity, 60)
    except Refused as refused:
        return refused.code
    return "answered"


@pytest.mark.parametrize("place", [(0, 10_000), (10_000, 0), (2**31 - 1, 2**31 - 1), (5, 99)])
def test_places_past_the_end_are_answered(client: Client, place: tuple[int, int]) -> None:
    client.open(URI, TEXT)
    for method in METHODS:
        for end in (None, (0, 0), (2**31 - 1, 2**31 - 1)):
            result = outcome(client, client.ask(f"textDocument/{method}", params(URI, *place, end)))
            assert result == "answered" or (method == "rename" and result == -32803), (method, result)
    start, end = {"line": place[0], "character": place[1]}, {"line": 0, "character": 0}
    client.change(URI, 2, {"range": {"start": start, "end": end}, "text": ""})
    client.change(URI, 3, {"range": {"start": start, "end": start}, "text": "\r"})
    client.change(URI, 4, WRONG)
    assert [item["code"] for item in client.diagnostics(URI, version=4)] == ["shape-mismatch"]


def test_documents_that_are_not_open_are_answered_empty(client: Client) -> None:
    for uri in ("untitled:unknown", "", "file://", "http://[", "file:///%00", "\ud800"):
        for method in METHODS:
            result = outcome(client, client.ask(f"textDocument/{method}", params(uri, 0, 0)))
            assert result == "answered" or (method == "rename" and result == -32803), (uri, method, result)
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    is_alive(client)


def test_a_thousand_requests_at_once_half_of_them_cancelled(client: Client) -> None:
    client.open(URI, TEXT)
    dice = random.Random(4)
    asked = [client.ask(f"textDocument/{dice.choice(METHODS)}", params(URI, dice.randrange(7), dice.randrange(30))) for _ in range(1000)]
    for identity in dice.sample(asked, 500):
        client.notify("$/cancelRequest", {"id": identity})
    results = [outcome(client, identity) for identity in asked]
    assert set(results) <= {"answered", -32800, -32803}
    assert client.stray == []
    is_alive(client)


NONSENSE: list[Any] = [None, 0, -1, 1.5, "", "x" * 5000, [], [[[]]], {}, {"uri": 5}, {"line": {}, "character": []}, True, "\ud800", 10**40]


def test_parameters_of_every_kind_to_every_method(client: Client) -> None:
    client.open(URI, TEXT)
    dice = random.Random(7)
    others = ["workspace/symbol", "workspace/diagnostic", "workspace/executeCommand", "codeAction/resolve", "shapecheck/derivation"]
    others += ["workspace/textDocumentContent", "completionItem/resolve", "textDocument/formatting", "$/nonsense"]
    methods = [f"textDocument/{method}" for method in METHODS] + others
    asked = []
    for method in methods:
        for nonsense in NONSENSE:
            asked.append(client.ask(method, nonsense))
            good = params(URI, 2, 9)
            asked.append(client.ask(method, {**good, dice.choice(list(good)): nonsense}))
    assert {outcome(client, identity) for identity in asked} <= {"answered", -32602, -32601, -32803}
    is_alive(client)


def test_commands_with_arguments_of_every_kind(client: Client) -> None:
    client.open(URI, TEXT)
    asked = []
    for command in ("shapecheck.explain", "shapecheck.insertGradient", "shapecheck.fixAll", "rm"):
        for nonsense in NONSENSE:
            for arguments in ([nonsense], [{"uri": URI, "at": nonsense}], [{"uri": URI, "position": nonsense, "by": nonsense}], nonsense):
                asked.append(client.ask("workspace/executeCommand", {"command": command, "arguments": arguments}))  # noqa: PERF401
    assert {outcome(client, identity) for identity in asked} <= {"answered", -32602, -32803}
    is_alive(client)


def test_notifications_of_every_kind() -> None:
    with started(strict=False) as client:
        client.initialize()
        names = ["textDocument/didOpen", "textDocument/didChange", "textDocument/didClose", "textDocument/didSave", "$/setTrace"]
        names += ["notebookDocument/didOpen", "notebookDocument/didChange", "notebookDocument/didClose", "workspace/didChangeConfiguration"]
        names += ["workspace/didChangeWatchedFiles", "workspace/didChangeWorkspaceFolders", "window/workDoneProgress/cancel", "initialized"]
        for name in names:
            for nonsense in NONSENSE:
                client.notify(name, nonsense)
                client.notify(name, {"textDocument": nonsense, "contentChanges": nonsense, "settings": nonsense, "changes": nonsense})
        client.notify(
            "workspace/didChangeConfiguration", {"settings": {"shapecheck": dict.fromkeys(("select", "layout", "exclude"), NONSENSE)}}
        )
        is_alive(client)


def test_answers_that_nobody_asked_for(client: Client) -> None:
    for identity in (1, "shapecheck-1", "shapecheck-99", None, [1]):
        client.send({"jsonrpc": "2.0", "id": identity, "result": 5})
        client.send({"jsonrpc": "2.0", "id": identity, "error": {"code": 1, "message": "no"}})
    is_alive(client)


FORMULAS = [
    *("(" * 3000 + "A" + ")" * 3000, "A" + "'" * 5000, "A " * 5000, "[" * 2000, "A^" * 2000 + "A", "+".join(["A"] * 3000)),
    *("-" * 4000 + "A", "\\hat{" * 500 + "x", "x" * 100_000, "A: (" + "N*" * 4000 + "N)", "Σ_" + "i" * 3000 + " A"),
    *("\u0302" * 3000, "A_" * 3000),
]


@pytest.mark.parametrize("line", FORMULAS, ids=range(len(FORMULAS)))
def test_formulas_that_nobody_writes(client: Client, line: str) -> None:
    began = time.monotonic()
    client.open(URI, f"# shape:\n#   A: (N, N)\n#   {line}\n")
    client.diagnostics(URI)
    for method in METHODS:
        assert outcome(client, client.ask(f"textDocument/{method}", params(URI, 2, 6))) in ("answered", -32803)
    assert time.monotonic() - began < 20
    client.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    is_alive(client)


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="memory is read from /proc")
def test_memory_stays_bounded(client: Client) -> None:
    for number in range(60):
        client.open(f"untitled:{number % 6}", f"{TEXT}# {number}\n" * 150)
        client.change(f"untitled:{number % 6}", 2, f"{TEXT.replace('A', f'A{number}')}\n" * 60)
    client.diagnostics("untitled:5", version=2)
    is_alive(client)
    assert memory(client) < 200


def test_a_huge_message_is_skipped(client: Client) -> None:
    size = 65 * 1024 * 1024
    client.send_bytes(b"Content-Length: %d\r\n\r\n" % size)
    for _ in range(65):
        client.send_bytes(b" " * (1024 * 1024))
    is_alive(client)


def test_headers_of_every_kind() -> None:
    with started(strict=False) as client:
        client.send_bytes(b"Content-Length: x\r\n\r\n" + b"Hello: World\r\n\r\n" + b"\r\n\r\n\r\n")
        client.initialize()
        is_alive(client)
        client.send_bytes(b"Content-Length: -5\r\n\r\n")
        is_alive(client)
