"""`shapecheck init`: a configuration and the hook, and not a byte of what is there already is touched."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from shapecheck.cli import hook
from shapecheck.core.settings import Settings
from shapecheck.project.configuration import load
from tests.end_to_end.conftest import WRONG

CONFIGURATIONS = {
    "as pre-commit writes it": "repos:\n-   repo: https://x.invalid\n    rev: v1\n    hooks:\n    -   id: one\n        args: [-x]\n",
    "indented": "# mine\nrepos:\n  # the first\n  - repo: https://example.invalid/a\n    rev: v1\n    hooks:\n      - id: one\n# end\n",
    "not the last key": "ci:\n  skip: [one]\nrepos: # all\n- repo: meta\n  hooks:\n  - id: check-hooks-apply\n\nfail_fast: true\n",
    "for Windows": "repos:\r\n- repo: meta\r\n  hooks:\r\n  - id: identity\r\n",
    "without a last newline": "repos:\n- repo: meta\n  hooks:\n  - id: identity",
    "with an empty list": "repos:\n",
}


def test_a_new_folder(run, tmp_path):
    done = run("init")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Wrote shapecheck.toml: every setting, explained and commented out.\nNext: `shapecheck lint`\n"
    assert load(str(tmp_path / "shapecheck.toml")) == Settings()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shapecheck.toml"]
    (tmp_path / "score.py").write_text(WRONG)
    assert run("lint").returncode == 1


def test_nothing_is_overwritten(run, tmp_path):
    (tmp_path / "shapecheck.toml").write_text('star = "matrix"\n')
    done = run("init")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "shapecheck: `shapecheck.toml` is there already; `--force` overwrites it\n"
    assert run("init", "--pre-commit").returncode == 0, "the hook can be added later"
    assert (tmp_path / "shapecheck.toml").read_text() == 'star = "matrix"\n'
    assert run("init", "--force").returncode == 0
    assert load(str(tmp_path / "shapecheck.toml")) == Settings()


@pytest.mark.parametrize("before", ["", "[project]\nname = 'é'\n", "[tool.ruff]\r\nline-length = 99\r\n", "[tool.ruff]\nline-length = 99"])
def test_pyproject_keeps_every_byte(run, tmp_path, before):
    file = tmp_path / "pyproject.toml"
    file.write_bytes(before.encode())
    assert run("init", "--pyproject").returncode == 0
    after = file.read_bytes()
    assert after.startswith(before.encode())
    assert (b"\r\n" in after) == ("\r" in before)
    assert after.count(b"\r") in (0, after.count(b"\n"))
    assert tomllib.loads(after.decode())["tool"]["shapecheck"] == {}
    assert load(str(file)) == Settings()
    again = run("init")
    assert again.returncode == 2
    assert "`[tool.shapecheck]` in `pyproject.toml` is there already" in again.stderr


def test_no_pyproject(run, tmp_path):
    done = run("init", "--pyproject")
    assert done.returncode == 2
    assert "there is no `pyproject.toml` here" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("before", CONFIGURATIONS.values(), ids=CONFIGURATIONS)
@pytest.mark.parametrize("pinned", [True, False], ids=["pinned", "installed"])
def test_the_hook_is_added_to_what_is_there(before, pinned):
    after = hook.added(before, hook.item(pinned))
    assert after is not None
    old, new = yaml.safe_load(before), yaml.safe_load(after)
    assert [*(old["repos"] or []), *yaml.safe_load(hook.item(pinned))] == new["repos"]
    assert {key: value for key, value in old.items() if key != "repos"} == {key: value for key, value in new.items() if key != "repos"}
    kept = iter(after.splitlines())
    assert all(line in kept for line in before.splitlines()), "every line, in its order"
    assert after.count("\r") in (0, after.count("\n"))
    assert hook.is_there(after)
    assert not hook.is_there(before)


@pytest.mark.parametrize("text", ["repos: []\n", "[{}]", "", "a: b\n"])
def test_what_cannot_be_read_is_left_to_its_owner(run, tmp_path, text):
    file = tmp_path / hook.FILE
    file.write_text(text)
    done = run("init", "--pre-commit")
    assert done.returncode == 0
    assert "add this to it:\n\n- repo: local" in done.stdout
    assert file.read_text() == text


def test_pre_commit_takes_it(run, tmp_path):
    pre_commit = shutil.which("pre-commit", path=str(Path(sys.executable).parent)) or shutil.which("pre-commit")
    assert pre_commit, "pre-commit is not installed: `pip install '.[test]'`"
    (tmp_path / ".git").mkdir()
    assert "init --pre-commit" in run("init").stdout
    assert run("init", "--pre-commit").returncode == 0
    assert "has the hook already" in run("init", "--pre-commit").stdout
    done = subprocess.run([pre_commit, "validate-config", str(tmp_path / hook.FILE)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
