"""Sessions with a server, one for each transport and way to count columns, shared by the tests of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import count
from typing import Any

import pytest

from tests.end_to_end.client import Client, edited, span_text, started, started_over_tcp, started_over_websocket

WAYS = [("stdio", "utf-16"), ("stdio", "utf-8"), ("tcp", "utf-32"), ("ws", "utf-16")]
STARTED = {"stdio": started, "tcp": started_over_tcp, "ws": started_over_websocket}
_NUMBERS = count(1)


class Page:
    """An open document: what a test asks about it, by text instead of by position."""

    def __init__(self, client: Client, text: str, language: str = "python", uri: str | None = None) -> None:
        self.client, self.text = client, text
        self.uri = uri or f"untitled:page{next(_NUMBERS)}.py"
        self.version = 1
        client.open(self.uri, text, language)

    @property
    def document(self) -> dict[str, Any]:
        return {"textDocument": {"uri": self.uri}}

    def at(self, needle: str) -> dict[str, Any]:
        return self.client.at(self.uri, self.text, needle)

    def whole(self) -> dict[str, Any]:
        return {"start": {"line": 0, "character": 0}, "end": self.client.position(self.text, len(self.text))}

    def words(self, span: dict[str, Any]) -> str:
        return span_text(self.text, span, self.client.encoding)

    def diagnostics(self, *rules: str) -> list[Any]:
        """The findings, once these rules are among them."""
        wanted = set(rules)
        return self.client.diagnostics(self.uri, lambda found: wanted <= {item["code"] for item in found}, self.version)

    def settled(self) -> list[Any]:
        """All findings, verdicts included."""
        items: list[Any] = self.client.request("textDocument/diagnostic", self.document)["items"]
        return items

    def ask(self, method: str, needle: str, **more: Any) -> Any:
        return self.client.request(f"textDocument/{method}", {**self.at(needle), **more})

    def hover(self, needle: str) -> str:
        found = self.ask("hover", needle)
        return found["contents"]["value"] if found else ""

    def actions(self, needle: str, *kinds: str, named: Sequence[Any] = ()) -> dict[str, Any]:
        """Actions at a place by title; the client may name findings that it knows of there."""
        place = self.at(needle)["position"]
        context: dict[str, Any] = {"diagnostics": list(named), **({"only": list(kinds)} if kinds else {})}
        found = self.client.request(
            "textDocument/codeAction", {**self.document, "range": {"start": place, "end": place}, "context": context}
        )
        return {action["title"]: action for action in found or []}

    def after(self, action: dict[str, Any]) -> str:
        """The text after an action, resolved as a client does."""
        if "edit" not in action:
            action = self.client.request("codeAction/resolve", action)
        return self.edited(action["edit"])

    def edited(self, edit: dict[str, Any]) -> str:
        return edited(self.text, edit, self.uri, self.client.encoding)

    def type(self, text: str) -> None:
        """The document is another now."""
        self.text, self.version = text, self.version + 1
        self.client.change(self.uri, self.version, text)

    def completions(self, needle: str) -> dict[str, Any]:
        """Items behind `needle`, by label."""
        found = self.ask("completion", needle + "|")
        return {item["label"]: item for item in found["items"]} if found else {}


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[tuple[str, str], Client]]:
    """Servers by transport and encoding, started when they are first needed."""
    with ExitStack() as stack:

        class Servers(dict[tuple[str, str], Client]):
            def __missing__(self, way: tuple[str, str]) -> Client:
                client = stack.enter_context(STARTED[way[0]]())
                client.initialize(encoding=way[1])
                assert client.encoding == way[1]
                self[way] = client
                return client

        yield Servers()


@pytest.fixture(params=WAYS, ids="-".join)
def client(request: pytest.FixtureRequest, servers: dict[tuple[str, str], Client]) -> Client:
    found = servers[request.param]
    found.settings = None
    return found
