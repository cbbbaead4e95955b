"""What the editors' plugins take from the language is as the language is now."""

from __future__ import annotations

import json

import pytest

from shapecheck.core.version import VERSION
from tests.generate import editors


@pytest.mark.parametrize("path", editors.files(), ids=lambda path: str(path.relative_to(editors.EDITORS)))
def test_generated_file_is_fresh(path):
    assert path.is_file(), "missing: run `python -m tests.generate`"
    assert path.read_text(encoding="utf-8") == editors.files()[path], "stale: run `python -m tests.generate`"


def test_versions_agree():
    package = json.loads((editors.VSCODE / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((editors.VSCODE / "package-lock.json").read_text(encoding="utf-8"))
    assert package["version"] == lock["version"] == lock["packages"][""]["version"] == VERSION


def test_the_lock_names_no_registry():
    lock = json.loads((editors.VSCODE / "package-lock.json").read_text(encoding="utf-8"))
    assert not [name for name, row in lock["packages"].items() if "resolved" in row]
    assert all("integrity" in row for name, row in lock["packages"].items() if name)


def test_every_command_is_named_once():
    package = json.loads((editors.VSCODE / "package.json").read_text(encoding="utf-8"))
    names = [row["command"] for row in package["contributes"]["commands"]]
    assert len(names) == len(set(names))
    server = ("shapecheck.explain", "shapecheck.insertGradient", "shapecheck.fixAll")
    assert not set(names) & set(server), "the language client registers the server's commands itself"
