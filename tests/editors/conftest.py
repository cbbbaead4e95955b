"""Editors, and workspaces for them; what of them is installed and where, `installed.py` knows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.editors import installed
from tests.editors.codeserver import CodeServer
from tests.editors.installed import CACHE, EXTENSION, ROOT, once

PICTURES = Path(os.environ.get("SHAPECHECK_EDITOR_PICTURES") or CACHE / "pictures")
DEMO = """\
# 𝔼[q] and 𝔸 stand before: columns must be counted as the editor counts them.
import numpy as np


def score(A, B, w_a, w_b):
    # shape:
    #   A: (N, D)    B: (D, N)    w_a, w_b: (N)
    #   q = w_a' A B w_b
    #   dq/dB = w_a' A w_b
    q = w_a @ A @ B @ w_b
    return q


def spread(𝔼, u):
    # shape:  𝔼: (N, D);  u: (N);  s = u' 𝔼 𝔼' u;  ds/du = 2 𝔼 𝔼 u
    return u @ 𝔼 @ 𝔼.T @ u
"""


@pytest.fixture(scope="session")
def python_environment():
    """What runs the server from this checkout, whatever the current folder."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "SHAPECHECK_PYTHON": sys.executable}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "ws"
    (folder / ".git").mkdir(parents=True)
    (folder / "demo.py").write_text(DEMO, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def neovim() -> Path:
    """The program."""
    return installed.neovim()


@pytest.fixture(scope="session")
def modules() -> Path:
    """The extension's build tools."""
    return installed.build_tools()


@pytest.fixture(scope="session")
def vsix(modules: Path, shared_folder: Path) -> Path:
    """Checked, bundled and packaged outside the checkout."""
    folder = shared_folder / "extension"

    def make() -> None:
        shutil.copytree(EXTENSION, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules", "dist", "out", "*.vsix"))
        (folder / "node_modules").symlink_to(modules)
        wheel = ("pip", "wheel", "-q", "--disable-pip-version-check", "--no-deps", "--wheel-dir", str(folder / "server"), str(ROOT))
        for command in (
            (sys.executable, "-m", *wheel),
            ("npm", "run", "check"),
            (str(modules / ".bin" / "vsce"), "package", "--no-dependencies", "--no-rewrite-relative-links", "--out", "x.vsix"),
        ):
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
            assert done.returncode == 0, done.stdout + done.stderr

    once(folder, make)
    return folder / "x.vsix"


@pytest.fixture(scope="session")
def code_server(vsix, modules, python_environment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeServer]:
    PICTURES.mkdir(parents=True, exist_ok=True)
    folder, chromium = tmp_path_factory.mktemp("code-server"), needed("chromium", "chromium")
    server = CodeServer(installed.code_server(), folder, vsix, python_environment, modules, chromium, PICTURES)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def editor(code_server: CodeServer) -> CodeServer:
    """With settings as they are at first, and the server from this checkout on the PATH alone, whatever other tests installed."""
    code_server.set()
    code_server.forget_installed()
    code_server.put_on_path(True)
    return code_server


@pytest.fixture
def told(capfd: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Shows a figure, whatever else is captured."""

    def tell(text: str) -> None:
        with capfd.disabled():
            print(f"\n{text}")

    return tell


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """One for all the processes of a run."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


def needed(program: str, package: str) -> str:
    """A program of the system, or a failure that says how to install it: a test that is left out proves nothing."""
    found = shutil.which(program)
    return found or pytest.fail(f"`{program}` is not installed: `apt-get install --no-install-recommends {package}`")
