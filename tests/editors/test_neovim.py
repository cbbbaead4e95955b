"""Neovim, headless and hermetic, with the plugin's folder on its 'runtimepath': what a user does, through vim.lsp and the commands."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.editors.conftest import ROOT

PLUGIN = ROOT / "editors" / "nvim"
pytestmark = pytest.mark.editor


def run(neovim: Path, script: str, workspace: Path, environment: dict[str, str], *before: str) -> list[str]:
    """Lines that the script printed; it exits with 0 where all its checks hold."""
    folders = {f"XDG_{name}_HOME": str(workspace.parent / name) for name in ("STATE", "DATA", "CONFIG", "CACHE")}
    runtime = workspace.parent / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    done = subprocess.run(
        [
            *(str(neovim), "--clean", "--headless", "-i", "NONE", "-n", "--cmd", f"set rtp^={PLUGIN} rtp+={PLUGIN}/after", *before),
            *("-l", str(Path(__file__).parent / "nvim" / script), str(workspace / "demo.py")),
        ],
        cwd=workspace,
        env={**environment, **folders, "XDG_RUNTIME_DIR": str(runtime)},
        capture_output=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "FAIL" not in said, said
    return said.splitlines()


def test_from_the_squiggle_to_the_saved_fix(neovim, workspace, python_environment):
    lines = run(neovim, "path.lua", workspace, python_environment)
    assert sum(line.startswith("ok") for line in lines) >= 15
    saved = (workspace / "demo.py").read_text(encoding="utf-8")
    assert "    #   dq/dB = A' w_a w_b'\n" in saved
    assert "ds/du = 2 𝔼 𝔼' u\n" in saved


def test_commands(neovim, workspace, python_environment):
    lines = run(neovim, "commands.lua", workspace, python_environment)
    assert sum(line.startswith("ok") for line in lines) >= 8


def test_help_has_every_tag(neovim, workspace, python_environment):
    lines = run(neovim, "help.lua", workspace, python_environment)
    assert sum(line.startswith("ok") for line in lines) >= 8


def test_highlighting_before_the_server_answers(neovim, workspace, python_environment):
    lines = run(neovim, "highlight.lua", workspace, python_environment)
    assert sum(line.startswith("ok") for line in lines) >= 5
