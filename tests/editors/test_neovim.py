"""Neovim, headless and hermetic, with the plugin's folder on its 'runtimepath': what a user does, through vim.lsp and the commands."""

from __future__ import annotations

import shutil
import subprocess
import textwrap
from pathlib import Path

import pytest

from tests.editors.conftest import ROOT

PLUGIN = ROOT / "editors" / "nvim"
pytestmark = pytest.mark.editor


def run(neovim: Path, script: str, workspace: Path, environment: dict[str, str], *before: str) -> list[str]:
    """Lines that the script printed; it exits with 0 where all its checks hold."""
    folders = {f"XDG_{name}_HOME": str(workspace.parent / name) for name in ("STATE", "DATA", "CONFIG", "CACHE")}
    environment = {"NVIM_LOG_FILE": str(workspace.parent / "nvim.log"), **environment}
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


def test_signs_as_in_print(neovim, workspace, python_environment):
    lines = run(neovim, "marks.lua", workspace, python_environment)
    assert sum(line.startswith("ok") for line in lines) >= 14


SERVER = """\
vim.g.loaded_python3_provider = 0 -- looking for one takes seconds
vim.g.shapecheck = { cmd = { vim.env.SHAPECHECK_PYTHON, '-m', 'shapecheck', 'server' } }
"""
MANAGERS = {
    "package": """
        vim.lsp.enable('shapecheck')
    """,
    "lazy": """
        -- what lazy.nvim does: 'packpath' is emptied, the plugin comes first, its folder `after` last; then its setup is called
        vim.go.loadplugins, vim.go.packpath = false, vim.env.VIMRUNTIME
        vim.opt.rtp = { vim.fn.stdpath('config'), PLUGIN, vim.env.VIMRUNTIME, PLUGIN .. '/after' }
        vim.cmd('filetype plugin indent on')
        vim.cmd.source(PLUGIN .. '/plugin/shapecheck.lua')
        require('shapecheck').setup {}
    """,
    "runtimepath": """
        vim.opt.rtp:prepend(PLUGIN)
        vim.lsp.enable('shapecheck')
    """,
}


@pytest.mark.parametrize("manager", MANAGERS)
def test_installed_by(manager, neovim, workspace, python_environment):
    plugin = workspace.parent / "plugin"
    shutil.copytree(PLUGIN, plugin)
    if manager == "package":
        start = workspace.parent / "DATA" / "nvim" / "site" / "pack" / "shapecheck" / "start"
        start.mkdir(parents=True)
        (start / "shapecheck").symlink_to(plugin)
    configure(workspace, f"local PLUGIN = '{plugin}'\n{SERVER}{textwrap.dedent(MANAGERS[manager])}")
    lines = run(neovim, "installed.lua", workspace, python_environment)
    assert sum(line.startswith("ok") for line in lines) >= 16
    saved = (workspace / "demo.py").read_text(encoding="utf-8")
    assert "    #   dq/dB = A' w_a w_b'\n" in saved
    assert "s = u' Ĝ Ĝ' u" in saved


def test_without_a_server(neovim, workspace, python_environment):
    configure(workspace, f"vim.opt.rtp:prepend('{PLUGIN}')\nvim.lsp.enable('shapecheck')\n")
    bare = {name: value for name, value in python_environment.items() if name not in ("VIRTUAL_ENV", "CONDA_PREFIX")}
    (workspace.parent / "bin").mkdir()
    lines = run(neovim, "trouble.lua", workspace, bare | {"PATH": str(workspace.parent / "bin")})
    assert sum(line.startswith("ok") for line in lines) >= 8


def configure(workspace: Path, init: str) -> None:
    """The user's own `init.lua`."""
    folder = workspace.parent / "CONFIG" / "nvim"
    folder.mkdir(parents=True)
    (folder / "init.lua").write_text(init, encoding="utf-8")
