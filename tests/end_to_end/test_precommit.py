"""The hooks in the real pre-commit: a wrong claim is refused with its message, fixed, and passes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRE_COMMIT = shutil.which("pre-commit") or shutil.which("pre-commit", path=str(Path(sys.executable).parent))
WRONG = """\
def score(A, B, w_a, w_b):
    # shape:
    #   A: (N, D)    B: (D, N)    w_a, w_b: (N)
    #   q = w_a' A B w_b
    #   dq/dB = w_a' A w_b
    return w_a @ A @ B @ w_b
"""
pytestmark = pytest.mark.slow


class Repository:
    """A user's repository, with pre-commit's cache and git's settings of its own."""

    def __init__(self, folder: Path) -> None:
        assert PRE_COMMIT is not None, "pre-commit is not installed: `pip install '.[test]'`"
        self.folder = folder / "user"
        self.folder.mkdir()
        quiet = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
        self.environment = {**quiet, "PRE_COMMIT_HOME": str(folder / "cache"), "GIT_CONFIG_GLOBAL": str(folder / "gitconfig")}
        for key, value in (("user.name", "t"), ("user.email", "t@example.invalid"), ("init.defaultBranch", "main")):
            self.run("git", "config", "--global", key, value)
        self.run("git", "init", "-q")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=300, check=False)

    def hooks_of(self, source: Path) -> subprocess.CompletedProcess[str]:
        """Runs all that `source` offers, one after the other, in an environment made for this run."""
        return self.run(str(PRE_COMMIT), "try-repo", str(source), "--all-files", "--color=never", "--verbose")


@pytest.fixture
def hooks(tmp_path: Path) -> Path:
    """This project as a repository of hooks: what is in the tree now, committed."""
    folder = tmp_path / "hooks"
    folder.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, folder)
    for name in ("shapecheck", "grammar"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_refused_then_fixed_then_passed(tmp_path, hooks):
    user = Repository(tmp_path)
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "hooks")):
        done = subprocess.run(["git", *command], cwd=hooks, env=user.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    (user.folder / "score.py").write_text(WRONG, encoding="utf-8")
    (user.folder / "notes.md").write_text("# Notes\n\nnothing to check\n", encoding="utf-8")
    (user.folder / "weights.bin").write_bytes(bytes(range(256)))
    user.run("git", "add", "-A")

    done = user.hooks_of(hooks)
    assert done.returncode == 1, done.stdout + done.stderr
    refused, fixing = done.stdout.split("- hook id: shapecheck-fix\n")
    assert "- hook id: shapecheck\n" in refused
    assert "the product does not fit: `w_a' A` is (1, D), `w_b` is (N, 1)" in refused
    assert "files were modified" not in refused
    assert "files were modified by this hook" in fixing
    assert "#   dq/dB = A' w_a w_b'\n" in (user.folder / "score.py").read_text(encoding="utf-8")

    user.run("git", "add", "-A")
    passed = user.hooks_of(hooks)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert passed.stdout.count("Passed") == 2


def test_the_manifest_is_valid(tmp_path):
    done = Repository(tmp_path).run(str(PRE_COMMIT), "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml"))
    assert done.returncode == 0, done.stdout + done.stderr
