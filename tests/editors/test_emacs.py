"""Emacs in batch mode, with eglot as editors/README.md sets it up."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.editors.conftest import needed

pytestmark = pytest.mark.editor


def test_eglot(workspace, python_environment):
    script = Path(__file__).parent / "emacs.el"
    done = subprocess.run(
        [needed("emacs", "emacs-nox elpa-eglot"), "-Q", "--batch", "-l", str(script), str(workspace / "demo.py")],
        cwd=workspace,
        env=python_environment,
        capture_output=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    saved = (workspace / "demo.py").read_text(encoding="utf-8")
    assert "dq/dB = A' w_a w_b'\n" in saved
    assert "ds/du = 2 𝔼 𝔼' u\n" in saved
