"""VS Code's extension host, and windows of other kinds: where the server comes from, many folders, no trust, the first minutes."""

from __future__ import annotations

import json
import shutil
import sys

import pytest

from tests.editors.codeserver import script

pytestmark = pytest.mark.editor


def test_inside_the_extension_host(editor, workspace, told):
    said = editor.run("inside.mjs", SUITE="language", WORKSPACE=str(workspace))
    told("\n".join(line for line in said.splitlines() if line.startswith("activation")))
    saved = (workspace / "demo.py").read_text(encoding="utf-8")
    assert "dloss/dB = A' w_a w_b'\n" in saved


def test_where_the_server_is_found(editor, workspace):
    editor.put_on_path(False)
    script(workspace.parent / "server", f'exec "{sys.executable}" -m shapecheck "$@"')
    editor.run("inside.mjs", SUITE="discovery", WORKSPACE=str(workspace), DOUBLES="python")


def test_several_folders(editor, workspace):
    folders = [workspace, *(workspace.parent / name for name in ("second", "third", "later"))]
    for folder in folders[1:]:
        shutil.copytree(workspace, folder)
    (folders[1] / "pyproject.toml").write_text('[tool.shapecheck]\nignore = ["shape-mismatch"]\n')
    (folders[2] / ".vscode").mkdir()
    (folders[2] / ".vscode" / "settings.json").write_text('{"shapecheck.severity": {"shape-mismatch": "info"}}')
    file = workspace.parent / "all.code-workspace"
    file.write_text(json.dumps({"folders": [{"path": str(folder)} for folder in folders[:3]]}))
    editor.run("inside.mjs", SUITE="folders", WORKSPACE=str(file))


def test_a_workspace_that_is_not_trusted(editor, workspace):
    editor.set(security__workspace__trust__enabled=True)
    started = workspace.parent / "started"
    serve = f'exec "{sys.executable}" -m shapecheck "$@"'
    (workspace / ".venv" / "bin").mkdir(parents=True)
    script(workspace / ".venv" / "bin" / "shapecheck", f'echo environment >> "{started}"\n{serve}')
    script(workspace / "named", f'echo setting >> "{started}"\n{serve}')
    (workspace / "shapecheck").mkdir()
    (workspace / "shapecheck" / "__init__.py").write_text(f'open({str(started)!r}, "a").write("module\\n")\n')
    (workspace / ".vscode").mkdir()
    (workspace / ".vscode" / "settings.json").write_text(json.dumps({"shapecheck.command": [str(workspace / "named"), "server"]}))
    editor.run("untrusted.mjs", FILE=str(workspace / "demo.py"), STARTED=str(started))


def test_the_first_five_minutes(editor, workspace):
    editor.put_on_path(False)
    editor.run("newcomer.mjs", timeout=240, FILE=str(workspace / "demo.py"))
