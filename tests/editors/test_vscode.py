"""VS Code: the extension built from its lock file, installed into code-server, and used in a browser; screenshots are kept."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.editors.codeserver import HERE, CodeServer, script
from tests.editors.conftest import CACHE, PICTURES, ROOT, install, needed
from tests.editors.pictures import MAKING, compare

SOURCE = ROOT / "editors" / "vscode"
LARGEST = 1_000_000
pytestmark = pytest.mark.editor


def digest(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


@pytest.fixture(scope="session")
def modules() -> Path:
    """The extension's build tools, from its lock file."""
    folder = CACHE / f"build-{digest(SOURCE / 'package-lock.json')}"
    if not (folder / "ready").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(SOURCE / name, folder)
        install("npm", "ci", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund")
        (folder / "ready").write_text("")
    return folder / "node_modules"


@pytest.fixture(scope="session")
def vsix(modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Checked, bundled and packaged outside the checkout."""
    folder = tmp_path_factory.mktemp("extension")
    shutil.copytree(SOURCE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules", "dist", "out", "*.vsix"))
    (folder / "node_modules").symlink_to(modules)
    wheel = ("pip", "wheel", "-q", "--disable-pip-version-check", "--no-deps", "--wheel-dir", str(folder / "server"), str(ROOT))
    for command in (
        (sys.executable, "-m", *wheel),
        ("npm", "run", "check"),
        (str(modules / ".bin" / "vsce"), "package", "--no-dependencies", "--no-rewrite-relative-links", "--out", "x.vsix"),
    ):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder / "x.vsix"


@pytest.fixture(scope="session")
def code_server(vsix, modules, python_environment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeServer]:
    installed = CACHE / f"vscode-{digest(HERE / 'install.sh')}"
    if not (installed / "ready").exists():
        install("bash", str(HERE / "install.sh"), str(installed))
    PICTURES.mkdir(parents=True, exist_ok=True)
    server = CodeServer(
        installed, tmp_path_factory.mktemp("code-server"), vsix, python_environment, modules, needed("chromium", "chromium"), PICTURES
    )
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def editor(code_server: CodeServer) -> CodeServer:
    """With settings as they are at first, and the server from this checkout on the PATH."""
    code_server.set()
    code_server.put_on_path(True)
    return code_server


@pytest.fixture
def told(capfd: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Shows a figure, whatever else is captured."""

    def tell(text: str) -> None:
        with capfd.disabled():
            print(f"\n{text}")

    return tell


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


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_workbench(theme, editor, workspace):
    editor.set(workbench__colorTheme=f"Default {theme.capitalize()} Modern")
    compare(editor.run("workbench.mjs", FILE=str(workspace / "demo.py"), THEME=theme, README="1" if MAKING else ""))


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
