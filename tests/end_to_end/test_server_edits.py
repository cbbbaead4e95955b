"""After any edits the server knows what a fresh reading of the text knows.

`SHAPECHECK_EDITS` sets how many edits are made for each encoding, at least; 10,000 take some minutes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from tests.end_to_end.client import Client, position, started

EDITS = int(os.environ.get("SHAPECHECK_EDITS", "300"))
STEPS = 50

PIECES = [
    *("A", "B", "x", "𝐁", "x̂", "ω", "𝔼", " ", "'", "ᵀ", " + ", " = ", ": ", "(N, D)", "(D, N)", "(N)", ";", "shape:", "dq/dB = ", "q"),
    *(
        "\n",
        "\r\n",
        "\r",
        "\u2028",
        "\f",
        "\n# shape:\n#   ",
        "\n#   ",
        "\n    ",
        "def f():\n",
        "#",
        '"""',
        "\\omega",
        "A' ",
        "tr(",
        ")",
        "2 ",
    ),
    *("  # shape: (N, D)", "  # shape: ignore[shape-mismatch]", "\n# shape: off\n", "\n# shape: on\n", "C: (N, N) symmetric"),
]
TEXT = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
START = """\
def score(A, B, w_a, w_b):
    # shape:
    #   A: (N, D)    𝐁: (D, N)    w_a, w_b: (N)
    #   q = w_a' A B w_b
    #   dq/dB = A' w_a w_b'\r
    x = A  # shape: (N, D)
    return 1


def other(C):
    # shape: C: (N, N); r = C 𝔼
    # shape: dr/dC = 𝔼
    pass
"""
PLACES = st.integers(0, 10_000)
OPEN: dict[str, Client] = {}
MADE: list[int] = []


class Edits(RuleBasedStateMachine):
    """One document, edited as a client does; a second one is opened with its text and must be found the same."""

    def __init__(self) -> None:
        super().__init__()
        self.client = OPEN["client"]
        self.uri = f"untitled:edited{id(self)}"
        self.text, self.version, self.history = "", 0, list[str]()

    @initialize(start=st.sampled_from([START, "", START.replace("\n", "\r\n")]))
    def begin(self, start: str) -> None:
        self.text = start
        self.client.open(self.uri, start, version=0)

    def edit(self, start: int, end: int, new: str) -> None:
        MADE.append(len(new))
        self.history.append(self.text)
        places = [position(self.text, place, self.client.encoding) for place in (start, end)]
        self.text = self.text[:start] + new + self.text[end:]
        self.version += 1
        self.client.change(self.uri, self.version, {"range": {"start": places[0], "end": places[1]}, "text": new})

    def inside(self, place: int) -> int:
        """A place that a client can name: none between a carriage return and its line feed."""
        found = place % (len(self.text) + 1)
        return found - 1 if self.text[found - 1 : found + 1] == "\r\n" else found

    @rule(place=PLACES, new=TEXT)
    def insert(self, place: int, new: str) -> None:
        at = self.inside(place)
        self.edit(at, at, new)

    @rule(place=PLACES, length=st.integers(0, 12), new=st.one_of(st.just(""), TEXT))
    def replace(self, place: int, length: int, new: str) -> None:
        at = self.inside(place)
        end = self.inside(min(at + length, len(self.text)))
        self.edit(min(at, end), max(at, end), new)

    @precondition(lambda self: self.history)
    @rule()
    def undo(self) -> None:
        self.text = self.history.pop()
        self.version += 1
        self.client.change(self.uri, self.version, self.text)

    @rule(place=PLACES, what=st.sampled_from(["hover", "completion", "definition", "codeAction", "documentHighlight", "prepareRename"]))
    def ask(self, place: int, what: str) -> None:
        where = position(self.text, self.inside(place), self.client.encoding)
        context = {"diagnostics": [], "includeDeclaration": True, "triggerKind": 1}
        self.client.request(
            f"textDocument/{what}",
            {"textDocument": {"uri": self.uri}, "position": where, "range": {"start": where, "end": where}, "context": context},
        )

    @invariant()
    def nothing_is_stale(self) -> None:
        self.client.drain()
        told = [message["params"] for message in self.client.notifications if message["method"] == "textDocument/publishDiagnostics"]
        versions = [params["version"] for params in told if params["uri"] == self.uri and "version" in params]
        assert versions == sorted(versions)

    def teardown(self) -> None:
        known = self.known(self.uri)
        fresh = f"{self.uri}-fresh"
        self.client.open(fresh, self.text)
        expected = self.known(fresh)
        for uri in (self.uri, fresh):
            self.client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        assert known == expected, repr(self.text)
        self.client.notifications.clear()

    def known(self, uri: str) -> Any:
        document = {"textDocument": {"uri": uri}}
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": 10**6, "character": 0}}
        asked = [
            self.client.ask("textDocument/diagnostic", document),
            self.client.ask("textDocument/documentSymbol", document),
        ]
        found = [self.client.answer(identity) for identity in asked]
        found += [
            self.client.request("textDocument/inlayHint", {**document, "range": whole}),
            self.client.request("textDocument/semanticTokens/full", document),
            self.client.request("textDocument/foldingRange", document),
        ]
        found[0].pop("resultId")
        return repr(found).replace(uri, "")


@pytest.fixture(params=["utf-16", "utf-8"])
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    with started() as found:
        found.initialize(encoding=request.param)
        OPEN["client"] = found
        yield found


def test_any_edits_leave_what_a_fresh_reading_finds(client: Client) -> None:
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    chosen = settings(max_examples=10, stateful_step_count=STEPS, deadline=None, suppress_health_check=checks, derandomize=True)
    MADE.clear()
    while len(MADE) < EDITS:
        run_state_machine_as_test(Edits, settings=chosen)
        chosen = settings(chosen, derandomize=False, max_examples=100, database=None)
    assert client.stray == []
