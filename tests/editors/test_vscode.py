"""VS Code: the extension built from its lock file, installed into code-server, and used in a browser; screenshots are kept."""

from __future__ import annotations

import zipfile

import pytest

from tests.editors.pictures import MAKING, compare

LARGEST = 1_000_000
pytestmark = pytest.mark.editor


def test_the_package_is_small_and_whole(vsix, told):
    with zipfile.ZipFile(vsix) as archive:
        names = set(archive.namelist())
        wanted = ("dist/extension.js", "dist/client.js", "dist/panel.js", "media/icon.png", "LICENSES.txt", "walkthrough/server.md")
        assert {f"extension/{name}" for name in wanted} <= names
        assert any(name.startswith("extension/server/shapecheck_lsp-") and name.endswith(".whl") for name in names)
        assert not [name for name in names if "node_modules" in name or "/src/" in name]
        size = sum(entry.file_size for entry in archive.infolist() if entry.filename.endswith(".js"))
    told(f"bundles of the extension: {size / 1000:.0f} kB; with the server and pictures, packed: {vsix.stat().st_size / 1000:.0f} kB")
    assert size < LARGEST


@pytest.mark.parametrize(("theme", "only_pictures"), [("light", ""), ("dark", "1")], ids=["light", "dark"])
def test_workbench(theme, only_pictures, editor, workspace):
    editor.set(workbench__colorTheme=f"Default {theme.capitalize()} Modern")
    file = str(workspace / "demo.py")
    compare(editor.run("workbench.mjs", FILE=file, THEME=theme, PICTURES=only_pictures, README="1" if MAKING else ""))
