"""The command as a user runs it: as a process, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
QUIET = {"NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "SHAPECHECK_TRACEBACK", "GITHUB_ACTIONS"}

WRONG = """\
def score(A, w_a, w_b):
    # shape:
    #   A: (N, D)    w_a, w_b: (N)
    #   q = w_a' A w_b
    return w_a @ A @ w_b
"""
RIGHT = WRONG.replace("(N, D)", "(N, N)")
FIXABLE = """\
def predict(F, P, Q):
    # shape:
    #   F, P, Q: (n, n)
    #   P = FPF' + Q
    return F @ P @ F.T + Q
"""
FIXED = FIXABLE.replace("FPF'", "F P F'")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `shapecheck ARGUMENTS` in a temporary folder."""

    def call(
        *arguments: str, stdin: str | None = None, env: dict[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        plain = {key: value for key, value in os.environ.items() if key not in QUIET}
        return subprocess.run(
            [sys.executable, "-m", "shapecheck", *arguments],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            cwd=cwd or tmp_path,
            env={**plain, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUTF8": "1", **(env or {})},
            timeout=120,
        )

    return call


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """`shapecheck lint` in this process: exit code, standard output, standard error."""
    from shapecheck.cli import main

    monkeypatch.chdir(tmp_path)
    for name in QUIET:
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["lint", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call
