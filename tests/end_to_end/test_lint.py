"""`shapecheck lint`: what it prints, and how it exits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.end_to_end.conftest import FIXABLE, RIGHT, WRONG


def test_a_finding_shows_the_line_both_shapes_and_where_they_come_from(lint, tmp_path):
    (tmp_path / "score.py").write_text(WRONG)
    code, out, err = lint("score.py")
    assert (code, err) == (1, "")
    lines = out.splitlines()
    assert lines[0].startswith("error[shape-mismatch]: ")
    assert "(1, D)" in lines[0]
    assert "(N, 1)" in lines[0]
    assert lines[1] == " --> score.py:4:13"
    at = lines.index(" 4 |     #   q = w_a' A w_b")
    assert lines[at + 1].startswith("   |             ^^^^^^ ^^^ ")
    assert any("`w_b` is (N): declared here" in line for line in lines)
    assert lines[-1] == "Found 1 error in 1 file."


def test_clean_files_exit_with_zero_and_say_how_many_were_looked_at(lint, tmp_path):
    (tmp_path / "right.py").write_text(RIGHT)
    (tmp_path / "bare.py").write_text("x = 1\n")
    assert lint(".")[:2] == (0, "All formulas fit (1 file with annotations).\n")
    assert lint("bare.py")[:2] == (0, "No annotations in 1 file.\n")


def test_no_path_means_the_current_folder(lint, tmp_path):
    (tmp_path / "score.py").write_text(WRONG)
    assert "score.py:4:" in lint("--output-format", "concise")[1]


def test_hints_are_shown_and_do_not_fail_the_run(lint, tmp_path):
    (tmp_path / "predict.py").write_text(FIXABLE)
    code, out, _ = lint("predict.py")
    assert code == 0
    assert "hint[ambiguous-name]" in out
    assert "[*] 1 fixable with `--fix`." in out


def test_exit_zero(lint, tmp_path):
    (tmp_path / "score.py").write_text(WRONG)
    assert lint("--exit-zero", "score.py")[0] == 0


def test_select_and_ignore(lint, tmp_path):
    (tmp_path / "score.py").write_text(WRONG)
    assert lint("--ignore", "shape-mismatch", "score.py")[0] == 0
    assert lint("--select", "syntax-error,not-square", "score.py")[0] == 0
    assert lint("--select", "syntax-error", "--select", "shape-mismatch", "score.py")[0] == 1


def test_statistics(lint, tmp_path):
    (tmp_path / "score.py").write_text(WRONG)
    (tmp_path / "predict.py").write_text(FIXABLE)
    out = lint("--statistics", ".")[1]
    assert "1  shape-mismatch\n" in out
    assert "1  ambiguous-name  [*]\n" in out
    rows = json.loads(lint("--statistics", "--output-format", "json", ".")[1])
    assert {row["rule"]: (row["count"], row["fixable"]) for row in rows}["ambiguous-name"] == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.py"], "there is no file or folder `nowhere.py`"),
        (["--selct", "x"], "did you mean `--select`?"),
        (["--select", "shape-mismach"], "did you mean `shape-mismatch`?"),
        (["--ignore", "zzz"], "unknown rule `zzz`"),
        (["--output-format", "jsn"], "did you mean `json`?"),
        (["--output-format"], "needs a value"),
        (["--fix=yes"], "takes no value"),
        (["-j", "many"], "must be a number"),
        (["--config", "nowhere.toml"], "there is no configuration file"),
        (["--stdin-filename", "a.py", "b.py"], "goes alone"),
    ],
)
def test_misuse_exits_with_two_and_says_what_would_be_right(lint, arguments, said):
    code, out, err = lint(*arguments)
    assert code == 2
    assert out == ""
    assert said in err


def test_standard_input_has_the_language_of_its_file_name(run):
    comment = WRONG.replace("#", "//").replace("def ", "fn ")
    assert "score.rs:4:" in run("lint", "--stdin-filename", "score.rs", "-", stdin=comment).stdout
    assert run("lint", "--stdin-filename", "score.py", "-", stdin=comment).returncode == 0
    assert run("lint", "-", stdin=WRONG).returncode == 1


def test_standard_input_fixed_goes_to_standard_output(run):
    done = run("lint", "--fix", "--stdin-filename", "predict.py", stdin=FIXABLE)
    assert done.stdout == FIXABLE.replace("FPF'", "F P F'")
    same = run("lint", "--fix", "--stdin-filename", "bare.py", stdin="x = 1\n")
    assert same.stdout == "x = 1\n"


@pytest.mark.parametrize(
    ("env", "option", "colored"),
    [
        ({}, "auto", False),
        ({"FORCE_COLOR": "1"}, "auto", True),
        ({"CLICOLOR_FORCE": "1"}, "auto", True),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, "auto", False),
        ({"NO_COLOR": "1"}, "always", True),
        ({"FORCE_COLOR": "1"}, "never", False),
    ],
)
def test_colour(lint, tmp_path, monkeypatch, env, option, colored):
    (tmp_path / "score.py").write_text(WRONG)
    for key, value in env.items():
        monkeypatch.setenv(key, value)
    assert ("\x1b[" in lint("--color", option, "score.py")[1]) == colored


def test_without_colour_the_text_is_the_same(lint, tmp_path):
    import re

    (tmp_path / "score.py").write_text(WRONG)
    colored = lint("--color", "always", "score.py")[1]
    assert re.sub("\x1b\\[[0-9;]*m", "", colored) == lint("score.py")[1]


def test_many_files_in_several_processes_give_what_one_gives(lint, tmp_path):
    for number in range(120):
        (tmp_path / f"m{number:03}.py").write_text((WRONG, RIGHT, FIXABLE, "x = 1\n")[number % 4])
    one = lint("-j", "1", "--no-cache", ".")
    assert one == lint("-j", "4", "--no-cache", ".")
    assert one == lint("-j", "4", ".")
    assert one == lint("-j", "4", ".")


def test_a_closed_pipe_is_no_traceback(run, tmp_path):
    for number in range(300):
        (tmp_path / f"m{number}.py").write_text(WRONG)
    process = subprocess.Popen(
        [sys.executable, "-m", "shapecheck", "lint", "--no-cache", "--output-format", "json", "."],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(60) in (0, 1)
    process.stderr.close()


@pytest.fixture
def interruptible():
    """Programs that are started heed an interrupt, also where this one was started to ignore it, as jobs in the background are."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_watch_runs_again_on_a_change_and_ends_cleanly(tmp_path):
    path = tmp_path / "score.py"
    path.write_text(WRONG)
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "shapecheck", "lint", "--watch", "--no-cache", "."],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout is not None
    try:
        assert "error[shape-mismatch]" in _until(process.stdout, "Watching")
        time.sleep(0.1)
        path.write_text(RIGHT)
        assert "All formulas fit" in _until(process.stdout, "Watching")
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    finally:
        process.kill()
        process.communicate()


def _until(stream, mark: str) -> str:
    text = ""
    for line in stream:
        text += line
        if mark in line:
            break
    return text


@pytest.mark.usefixtures("interruptible")
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_an_interrupt_exits_with_130(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "shapecheck", "lint", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    time.sleep(0.7)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert err == b""


def test_a_file_of_an_unknown_language_is_named_and_does_not_fail(lint, tmp_path):
    (tmp_path / "notes.xyz").write_text(WRONG)
    code, _, err = lint("notes.xyz")
    assert code == 0
    assert "language is unknown" in err
    (tmp_path / "shapecheck.toml").write_text('extensions = { xyz = "python" }\n')
    assert lint("notes.xyz")[0] == 1
    assert lint(".")[0] == 1


def test_an_internal_fault_in_one_file_is_told_and_the_others_are_checked(lint, tmp_path, monkeypatch):
    from shapecheck import engine

    whole = engine.check

    def broken(text, language, settings=None):
        if "boom" in text:
            raise RuntimeError("boom")
        return whole(text, language, settings)

    monkeypatch.setattr(engine, "check", broken)
    (tmp_path / "a.py").write_text("# boom\n" + WRONG)
    (tmp_path / "b.py").write_text(WRONG)
    code, out, err = lint("--no-cache", ".")
    assert code == 2
    assert "b.py:4:" in out
    assert "a.py: internal error, please report it: RuntimeError: boom" in err
