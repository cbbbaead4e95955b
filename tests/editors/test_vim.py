"""Vim with ALE, set up by what editors/README.md says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.editors.conftest import ROOT, needed

pytestmark = pytest.mark.editor
ALE = Path("/usr/share/vim-ale")


def test_ale(workspace, python_environment):
    vim = needed("vim", "vim-ale")
    if not ALE.is_dir():
        pytest.fail("ALE is not installed: `apt-get install vim-ale`")
    (setup,) = re.findall(r"With ALE:\n\n```vim\n(.*?)```", (ROOT / "editors" / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    (workspace.parent / "setup.vim").write_text(setup, encoding="utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [vim, "-es", "-i", "NONE", "-n", "-u", str(Path(__file__).parent / "vim.vim"), "demo.py"],
        cwd=workspace,
        env={**python_environment, "SETUP": str(workspace.parent / "setup.vim"), "PATH": path, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "FAIL" not in said, said
    assert sum(line.startswith("ok") for line in said.splitlines()) >= 6, said
    assert "dq/dB = A' w_a w_b'\n" in (workspace / "demo.py").read_text(encoding="utf-8")
