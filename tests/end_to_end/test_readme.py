"""The README: its commands are run, its code too, and what is made by the program is compared with what the program makes."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from shapecheck.cli import main
from tests.generate import readme, terminal

ROOT = Path(__file__).parents[2]
TEXT = readme.FILE.read_text(encoding="utf-8")
CONSOLE = [
    line.partition("  #")[0].strip()
    for block in re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("shapecheck")
]


def test_its_tables_are_fresh():
    assert readme.renewed(TEXT) == TEXT, "stale: run `python -m tests.generate`"


def test_its_picture_is_fresh():
    assert terminal.FILE.read_text(encoding="utf-8") == terminal.draw(terminal.output()), "stale: run `python -m tests.generate`"


def test_its_picture_shows_the_fix():
    assert "A' w_a w_b'".replace(" ", terminal.UNBROKEN) in terminal.FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize("line", [line for line in CONSOLE if "--watch" not in line])
def test_its_commands_work(line, tmp_path, monkeypatch, capsys):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "model.py").write_text((ROOT / "tests" / "examples" / "kalman.py").read_text(encoding="utf-8"))
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line)
    assert words[0] == "shapecheck"
    assert main(words[1:]) in (0, 1)
    captured = capsys.readouterr()
    assert captured.out or captured.err
    assert "internal error" not in captured.err


def test_the_commands_are_all_there():
    assert len(CONSOLE) >= 8
    assert f"python3 -m pip install . && {terminal.COMMAND}\n" in TEXT, "the first command ends in what the picture shows"
    assert "python3 -m pip install '.[test]' && pytest -n auto\n" in TEXT


def test_its_tests_are_those_of_ci():
    given = re.findall(r"(?:^|&& )(pytest .*?) *(?:#.*)?$", TEXT, re.MULTILINE)
    assert given == re.findall(r"^(pytest .*?)(?: --durations=\d+)?$", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)


def test_its_python_runs():
    (script,) = [block for block in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if block.startswith("import")]
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.startswith("A' w_a w_b'\n")
    assert "does not fit" in done.stdout or "needs" in done.stdout


def test_its_annotation_is_right(tmp_path, monkeypatch, capsys):
    (example,) = [block for block in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if block.startswith("def")]
    (tmp_path / "example.py").write_text(example, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["lint", "example.py"]) == 0
    assert "All formulas fit" in capsys.readouterr().out


def test_the_command_that_runs_the_main_job(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert main(shlex.split(terminal.COMMAND)[1:]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert "bilinear.py" in captured.out


def test_its_hook_is_one_that_is_offered():
    hooks = re.findall(r"^- id: (\S+)", (ROOT / ".pre-commit-hooks.yaml").read_text(), re.MULTILINE)
    assert hooks == ["shapecheck", "shapecheck-fix"]
    for name in re.findall(r"- id: (\S+)", TEXT):
        assert name in hooks
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["version"]["path"]
    assert (ROOT / version).exists()


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
        if not target.startswith("http"):
            assert (ROOT / target).exists(), target
