"""Documents of every kind, and the settings that hold for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.client import CAPABILITIES, Client, edited, started

WRONG = "# shape:\n#   A: (N, D)\n#   A A\n"
UNUSED = "# shape:\n#   A: (N, D)    C: (K, K)\n#   A A'\n"


@pytest.fixture
def client() -> Iterator[Client]:
    with started() as found:
        yield found


def codes(client: Client, uri: str) -> list[str]:
    return [item["code"] for item in client.diagnostics(uri)]


def cell(name: str, kind: int = 2) -> dict[str, Any]:
    return {"kind": kind, "document": f"vscode-notebook-cell:/book.ipynb#{name}"}


def code(name: str, text: str, language: str = "python") -> dict[str, Any]:
    return {"uri": cell(name)["document"], "languageId": language, "version": 1, "text": text}


BOOK = "file:///somewhere/book.ipynb"


def open_notebook(client: Client, *cells: tuple[str, str]) -> None:
    client.notify(
        "notebookDocument/didOpen",
        {
            "notebookDocument": {"uri": BOOK, "notebookType": "jupyter-notebook", "version": 1, "cells": [cell(name) for name, _ in cells]},
            "cellTextDocuments": [code(name, text) for name, text in cells],
        },
    )


def test_the_cells_of_a_notebook_share_a_scope_in_their_order(client: Client) -> None:
    client.initialize()
    open_notebook(client, ("a", "# shape:\n#   A: (N, D)\n#   A A'\n"), ("b", "𝔼 = 1\n# shape: q = A x; x: (N)\n"))
    (found,) = client.diagnostics(cell("b")["document"], bool)
    assert found["code"] == "shape-mismatch"
    assert found["range"]["start"] == {"line": 1, "character": 13}
    (note, *_) = found["relatedInformation"]
    assert note["location"]["uri"] == cell("a")["document"]
    at = {"textDocument": {"uri": cell("b")["document"]}, "position": {"line": 1, "character": 13}}
    assert "A: (N, D)" in client.request("textDocument/hover", at)["contents"]["value"]
    (where,) = client.request("textDocument/definition", at)
    assert where == {"uri": cell("a")["document"], "range": {"start": {"line": 1, "character": 4}, "end": {"line": 1, "character": 5}}}
    renamed = client.request("textDocument/rename", {**at, "newName": "M"})
    assert {change["textDocument"]["uri"] for change in renamed["documentChanges"]} == {cell("a")["document"], cell("b")["document"]}
    assert edited("# shape:\n#   A: (N, D)\n#   A A'\n", renamed, cell("a")["document"], "utf-16") == "# shape:\n#   M: (N, D)\n#   M M'\n"


def test_cells_come_go_move_and_change(client: Client) -> None:
    client.initialize()
    open_notebook(client, ("a", "# shape:\n#   A: (N, D)\n#   A A'\n"), ("b", "# shape: A A\n"))
    assert client.diagnostics(cell("b")["document"], bool)

    def change(version: int, **cells: Any) -> None:
        client.notify("notebookDocument/didChange", {"notebookDocument": {"uri": BOOK, "version": version}, "change": {"cells": cells}})

    place = {"line": 0, "character": 12}
    document = {"uri": cell("b")["document"], "version": 2}
    change(2, textContent=[{"document": document, "changes": [{"range": {"start": place, "end": place}, "text": "'"}]}])
    assert client.diagnostics(cell("b")["document"], version=2) == []
    change(3, structure={"array": {"start": 2, "deleteCount": 0, "cells": [cell("c")]}, "didOpen": [code("c", "# shape: A + A'\n")]})
    assert client.diagnostics(cell("c")["document"], bool)[0]["code"] == "shape-mismatch"
    change(4, structure={"array": {"start": 2, "deleteCount": 1}, "didClose": [{"uri": cell("c")["document"]}]})
    assert client.diagnostics(cell("c")["document"]) == []
    client.notify(
        "notebookDocument/didClose",
        {"notebookDocument": {"uri": BOOK}, "cellTextDocuments": [{"uri": cell(name)["document"]} for name in "ab"]},
    )
    assert (
        client.request("textDocument/hover", {"textDocument": {"uri": cell("a")["document"]}, "position": {"line": 1, "character": 4}})
        is None
    )


def test_cells_of_another_language_are_no_part_of_it(client: Client) -> None:
    client.initialize()
    open_notebook(client, ("a", "%%bash\n# shape: A A\n"), ("b", "# shape:\n#   A: (N, D)\n#   A A\n"))
    assert [item["code"] for item in client.diagnostics(cell("b")["document"], bool)] == ["shape-mismatch"]


def test_untitled_documents(client: Client) -> None:
    client.initialize()
    client.open("untitled:Untitled-1", WRONG)
    assert codes(client, "untitled:Untitled-1") == ["shape-mismatch"]


@pytest.mark.parametrize(
    ("uri", "language", "text"),
    [
        ("file:///a/x.cpp", "cpp", "void f() {\n  // shape:\n  //   A: (N, D)\n  //   A A\n}\n"),
        ("file:///a/x.jl", "julia", WRONG),
        ("file:///a/x.m", "matlab", WRONG.replace("#", "%")),
        ("file:///a/x.cu", "unheard-of", WRONG.replace("#", "//")),
        ("untitled:x", "r", WRONG),
    ],
)
def test_documents_in_other_languages(client: Client, uri: str, language: str, text: str) -> None:
    client.initialize()
    client.open(uri, text, language)
    assert codes(client, uri) == ["shape-mismatch"]


def test_closing_takes_the_findings_away(client: Client) -> None:
    client.initialize()
    client.open("untitled:x", WRONG)
    assert codes(client, "untitled:x") == ["shape-mismatch"]
    client.notify("textDocument/didClose", {"textDocument": {"uri": "untitled:x"}})
    assert client.diagnostics("untitled:x") == []


def test_a_document_that_is_too_large_is_not_read_and_that_is_said(client: Client) -> None:
    client.initialize()
    client.open("untitled:x", WRONG + "x = 1\n" * 1_700_000)
    assert "longer than 10 million" in client.wait_for("window/showMessage")["message"]
    assert client.diagnostics("untitled:x") == []


# settings


def test_settings_of_the_project(client: Client, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.shapecheck]\nseverity = { unused-declaration = "error" }\n')
    client.initialize(roots=[tmp_path])
    uri = (tmp_path / "x.py").as_uri()
    client.open(uri, UNUSED)
    assert [item["severity"] for item in client.diagnostics(uri)] == [1]
    (tmp_path / "pyproject.toml").write_text('[tool.shapecheck]\nignore = ["unused-declaration"]\n')
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": (tmp_path / "pyproject.toml").as_uri(), "type": 2}]})
    assert client.diagnostics(uri) == []
    watched = [request for request in client.requests if request["method"] == "client/registerCapability"]
    patterns = [watcher["globPattern"] for watcher in watched[0]["params"]["registrations"][0]["registerOptions"]["watchers"]]
    assert "**/pyproject.toml" in patterns


def test_a_configuration_that_is_wrong_is_told_and_passed_over(client: Client, tmp_path: Path) -> None:
    (tmp_path / "shapecheck.toml").write_text('ignroe = ["unused-declaration"]\n')
    client.initialize(roots=[tmp_path])
    uri = (tmp_path / "x.py").as_uri()
    client.open(uri, UNUSED)
    assert codes(client, uri) == ["unused-declaration"]
    client.notifications.clear()
    client.open(uri, WRONG)
    assert codes(client, uri) == ["shape-mismatch"]


def test_the_mistake_in_a_configuration_is_shown(client: Client, tmp_path: Path) -> None:
    (tmp_path / "shapecheck.toml").write_text('ignroe = ["unused-declaration"]\n')
    client.initialize(roots=[tmp_path])
    client.open((tmp_path / "x.py").as_uri(), UNUSED)
    shown = client.wait_for("window/showMessage")["message"]
    assert "ignroe" in shown
    assert "did you mean `ignore`?" in shown


def test_settings_of_the_client_come_over_those_of_the_project(client: Client, tmp_path: Path) -> None:
    (tmp_path / "shapecheck.toml").write_text('severity = { unused-declaration = "error" }\n')
    client.settings = {"severity": {"unused-declaration": "warning"}, "path": "/usr/bin/x", "inlayHints": False}
    client.initialize(roots=[tmp_path])
    uri = (tmp_path / "x.py").as_uri()
    client.open(uri, UNUSED)
    client.diagnostics(uri, lambda found: [item["severity"] for item in found] == [2])
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    client.open("untitled:h", "# shape:\n#   A: (N, D)\n#   C = A A'\n")
    hints = {"textDocument": {"uri": "untitled:h"}, "range": everything}
    assert client.request("textDocument/inlayHint", hints) == []
    client.settings = {"inlayHints": {"shapes": True}}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.diagnostics(uri, lambda found: [item["severity"] for item in found] == [1])
    assert len(client.request("textDocument/inlayHint", hints)) == 1


def test_settings_in_the_initialization_and_without_workspace_configuration(client: Client) -> None:
    able = {**CAPABILITIES, "workspace": {}}
    client.initialize(able, options={"settings": {"ignore": ["unused-declaration"]}})
    client.open("untitled:x", UNUSED)
    assert client.diagnostics("untitled:x") == []
    client.notify("workspace/didChangeConfiguration", {"settings": {"shapecheck": {"perFileIgnores": {}}}})
    assert codes(client, "untitled:x") == ["unused-declaration"]


def test_a_setting_that_is_wrong_is_shown_and_passed_over(client: Client) -> None:
    client.settings = {"select": ["shape-mismatsch"]}
    client.initialize()
    client.open("untitled:x", WRONG)
    assert codes(client, "untitled:x") == ["shape-mismatch"]
    assert "did you mean `shape-mismatch`?" in client.wait_for("window/showMessage")["message"]


def test_folders_have_settings_of_their_own(client: Client, tmp_path: Path) -> None:
    for name, severity in (("one", "error"), ("two", "info")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "shapecheck.toml").write_text(f'severity = {{ unused-declaration = "{severity}" }}\n')
    client.initialize(roots=[tmp_path / "one", tmp_path / "two"])
    for name, number in (("one", 1), ("two", 3)):
        uri = (tmp_path / name / "x.py").as_uri()
        client.open(uri, UNUSED)
        client.diagnostics(uri, lambda found, number=number: [item["severity"] for item in found] == [number])  # type: ignore[misc]


# the workspace


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "wrong.py").write_text(WRONG)
    (tmp_path / "right.py").write_text(WRONG.replace("A A", "A A'"))
    (tmp_path / "plain.py").write_text("x = 1\n")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "wrong.jl").write_text(WRONG.replace("A: (N", "Bright: (N").replace("A A", "Bright Bright"))
    (tmp_path / ".gitignore").write_text("ignored.py\n")
    (tmp_path / ".git").mkdir()
    (tmp_path / "ignored.py").write_text(WRONG)
    return tmp_path


def test_the_findings_of_the_whole_workspace(client: Client, project: Path) -> None:
    client.initialize(roots=[project])
    client.open((project / "plain.py").as_uri(), WRONG)
    found = client.request("workspace/diagnostic", {"previousResultIds": [], "workDoneToken": "w", "partialResultToken": "p"})["items"]
    assert sorted(Path(item["uri"]).name for item in found) == ["plain.py", "wrong.jl", "wrong.py"]
    assert all(item["items"][0]["code"] == "shape-mismatch" for item in found)
    told = [message["params"]["value"]["kind"] for message in client.notifications if message["params"].get("token") == "w"]
    assert told[0] == "begin"
    assert told[-1] == "end"
    known = [{"uri": item["uri"], "value": item["resultId"]} for item in found]
    again = client.request("workspace/diagnostic", {"previousResultIds": known})["items"]
    assert {item["kind"] for item in again} == {"unchanged"}
    (project / "wrong.py").write_text("x = 1\n")
    after = client.request("workspace/diagnostic", {"previousResultIds": known})["items"]
    assert {Path(item["uri"]).name: item.get("items") for item in after if item["kind"] == "full"} == {"wrong.py": []}


def test_symbols_of_the_whole_workspace(client: Client, project: Path) -> None:
    client.initialize(roots=[project])
    assert [item["name"] for item in client.request("workspace/symbol", {"query": "bri"})] == ["Bright"]


def test_workspace_findings_are_pushed_where_that_is_set(client: Client, project: Path) -> None:
    client.settings = {"workspaceDiagnostics": True}
    client.initialize(roots=[project])
    wrong = project / "wrong.py"
    assert codes(client, wrong.as_uri()) == ["shape-mismatch"]
    client.open(wrong.as_uri(), "")
    assert codes(client, wrong.as_uri()) == []
    client.notify("textDocument/didClose", {"textDocument": {"uri": wrong.as_uri()}})
    client.diagnostics(wrong.as_uri(), lambda found: [item["code"] for item in found] == ["shape-mismatch"])


# pull


def test_a_client_that_pulls_is_not_pushed_to_and_is_told_when_verdicts_follow(client: Client) -> None:
    able = {**CAPABILITIES, "textDocument": {**CAPABILITIES["textDocument"], "diagnostic": {}}}
    able["workspace"] = {**CAPABILITIES["workspace"], "diagnostics": {"refreshSupport": True}}
    client.initialize(able)
    text = "# shape:\n#   A: (N, N)    x: (N)\n#   q = x' A x\n#   dq/dx = 2 A x\n"
    client.open("untitled:x", text)
    pulled = client.request("textDocument/diagnostic", {"textDocument": {"uri": "untitled:x"}})
    if not pulled["items"]:
        client._until(
            lambda: [message for message in client.requests if message["method"] == "workspace/diagnostic/refresh"] or None, 10, "a refresh"
        )
        pulled = client.request("textDocument/diagnostic", {"textDocument": {"uri": "untitled:x"}})
    assert [item["code"] for item in pulled["items"]] == ["gradient-value"]
    client.drain()
    client.notifications.clear()
    client.change("untitled:x", 2, WRONG)
    after = client.request("textDocument/diagnostic", {"textDocument": {"uri": "untitled:x"}})
    assert [item["code"] for item in after["items"]] == ["shape-mismatch"]
    assert not [message for message in client.notifications if message["method"] == "textDocument/publishDiagnostics"]
