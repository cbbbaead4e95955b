"""VS Code: the extension built from its lock file, installed into code-server, and used in a browser; screenshots are kept."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.editors.conftest import CACHE, ROOT, install

SOURCE = ROOT / "editors" / "vscode"
HERE = Path(__file__).parent / "vscode"
PICTURES = Path(os.environ.get("SHAPECHECK_EDITOR_PICTURES") or CACHE / "pictures")
LARGEST = 1_000_000
pytestmark = pytest.mark.editor


@pytest.fixture(scope="session")
def modules() -> Path:
    """The extension's build tools, from its lock file."""
    lock = hashlib.sha256((SOURCE / "package-lock.json").read_bytes()).hexdigest()[:16]
    folder = CACHE / f"build-{lock}"
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
    for command in (
        ("npm", "run", "check"),
        (str(modules / ".bin" / "vsce"), "package", "--no-dependencies", "--no-rewrite-relative-links", "--out", "x.vsix"),
    ):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder / "x.vsix"


@pytest.fixture(scope="session")
def code_server() -> Path:
    folder = CACHE / "vscode"
    if not (folder / "ready").exists():
        install("bash", str(HERE / "install.sh"), str(folder))
    return folder


def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    return found or pytest.skip("no Chromium: install it with the system's packages")


def test_the_package_is_small_and_whole(vsix):
    with zipfile.ZipFile(vsix) as archive:
        names = set(archive.namelist())
        assert {"extension/dist/extension.js", "extension/dist/panel.js", "extension/media/icon.png", "extension/LICENSES.txt"} <= names
        assert not [name for name in names if "node_modules" in name or "/src/" in name]
        assert sum(entry.file_size for entry in archive.infolist() if entry.filename.endswith(".js")) < LARGEST


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_workbench(theme, vsix, code_server, modules, workspace, python_environment):
    PICTURES.mkdir(parents=True, exist_ok=True)
    environment = {
        **python_environment,
        "MODULES": str(modules),
        "OUT": str(PICTURES),
        "FILE": str(workspace / "demo.py"),
        "VSIX": str(vsix),
        "CS_NODE": str(code_server / "node24"),
        "CODE_SERVER": str(code_server / "node_modules" / "code-server" / "out" / "node" / "entry.js"),
        "CHROMIUM": chromium(),
        "THEME": theme,
    }
    done = subprocess.run(
        ["node", str(HERE / "workbench.mjs")], env=environment, capture_output=True, encoding="utf-8", timeout=150, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAIL" not in done.stdout, done.stdout
