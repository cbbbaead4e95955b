"""`--fix` and `--diff`: only what a fix says changes, whatever the file is like and whatever happens on the way."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from shapecheck.project import replace as replacing
from shapecheck.project.document import decode
from tests.end_to_end.conftest import FIXABLE, FIXED


def test_a_fix_is_applied_and_counted(lint, tmp_path):
    path = tmp_path / "predict.py"
    path.write_text(FIXABLE)
    code, out, _ = lint("--fix", "predict.py")
    assert (code, out) == (0, "All formulas fit (1 file with annotations, 1 fixed).\n")
    assert path.read_text() == FIXED


def test_fixing_twice_changes_nothing_more(lint, tmp_path):
    path = tmp_path / "predict.py"
    path.write_text(FIXABLE)
    lint("--fix", ".")
    before = path.stat()
    lint("--fix", ".")
    assert path.stat() == before
    assert path.read_text() == FIXED


def test_diff_shows_and_changes_nothing(lint, tmp_path):
    path = tmp_path / "predict.py"
    path.write_text(FIXABLE)
    code, out, err = lint("--diff", "predict.py")
    assert code == 1
    assert "-    #   P = FPF' + Q\n+    #   P = F P F' + Q\n" in out
    assert err == "Would fix 1 finding in 1 file.\n"
    assert path.read_text() == FIXABLE


def test_the_diff_is_a_patch(lint, tmp_path):
    (tmp_path / "predict.py").write_text(FIXABLE.rstrip("\n"))
    patch = lint("--diff", "predict.py")[1]
    subprocess.run(["git", "apply", "-p1", "-"], input=patch, text=True, cwd=tmp_path, check=True)
    assert (tmp_path / "predict.py").read_text() == FIXED.rstrip("\n")


BYTES = {
    "UTF-8": ("é ω\n" + FIXABLE).encode(),
    "byte order mark": b"\xef\xbb\xbf" + FIXABLE.encode(),
    "CRLF": FIXABLE.replace("\n", "\r\n").encode(),
    "CR": FIXABLE.replace("\n", "\r").encode(),
    "mixed line ends": FIXABLE.replace("\n", "\r\n", 2).encode(),
    "trailing blanks": FIXABLE.replace("\n", "  \t\n").encode(),
    "no last line end": FIXABLE.rstrip("\n").encode(),
    "form feed": b"\x0c\n" + FIXABLE.encode() + "x = 'a\u2028b'\x1c\n".encode(),
    "coding line": "# -*- coding: latin-1 -*-\n# é\n".encode("latin-1") + FIXABLE.encode(),
    "cyrillic": "# coding: cp1251\n# Ж\n".encode("cp1251") + FIXABLE.encode(),
    "neither UTF-8 nor declared": b"# caf\xe9\n" + FIXABLE.encode(),
    "UTF-8 with a stray byte": "# ω \n".encode() + b"# \xff\n" + FIXABLE.encode(),
    "NUL": FIXABLE.encode() + b"\0\0x",
    "UTF-16": FIXABLE.encode("utf-16"),
    "UTF-16 big": b"\xfe\xff" + FIXABLE.encode("utf-16-be"),
    "unknown coding": b"# coding: klingon\n" + FIXABLE.encode(),
    "coding that is no text": b"# coding: zlib\n" + FIXABLE.encode(),
}


@pytest.mark.parametrize("kind", BYTES)
def test_every_other_byte_stays(lint, tmp_path, kind):
    raw = BYTES[kind]
    wide = "utf-16-be" if raw[:2] == b"\xfe\xff" else "utf-16-le" if raw[:2] == b"\xff\xfe" else "ascii"
    path = tmp_path / "predict.py"
    path.write_bytes(raw)
    lint("--fix", "predict.py")
    assert path.read_bytes() == raw.replace("FPF'".encode(wide), "F P F'".encode(wide))


@pytest.mark.parametrize("kind", BYTES)
def test_decoding_loses_nothing(kind):
    document = decode(BYTES[kind])
    assert document.encode(document.text) == BYTES[kind]


def test_permissions_stay(lint, tmp_path):
    path = tmp_path / "predict.py"
    path.write_text(FIXABLE)
    path.chmod(0o751)
    lint("--fix", ".")
    assert path.read_text() == FIXED
    assert stat.S_IMODE(path.stat().st_mode) == 0o751


def test_a_link_stays_and_its_target_changes(lint, tmp_path):
    (tmp_path / "far").mkdir()
    target = tmp_path / "far" / "predict.py"
    target.write_text(FIXABLE)
    (tmp_path / "near").mkdir()
    link = tmp_path / "near" / "link.py"
    link.symlink_to(Path("..") / "far" / "predict.py")
    lint("--fix", "near/link.py")
    assert link.is_symlink()
    assert os.readlink(link) == "../far/predict.py"
    assert target.read_text() == FIXED


def test_nothing_is_left_behind(lint, tmp_path):
    (tmp_path / "predict.py").write_text(FIXABLE)
    lint("--fix", "--no-cache", ".")
    assert sorted(os.listdir(tmp_path)) == ["predict.py"]


STEPS = ["mkstemp", "write", "fsync", "chmod", "replace", "after"]


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_the_file_is_old_or_new(tmp_path, step):
    """A process that dies without warning (`os._exit`) just before each step of the writing."""
    path = tmp_path / "predict.py"
    path.write_text(FIXABLE)
    script = f"""
import os, sys, tempfile
from shapecheck.cli import main
def dying(function):
    return lambda *args, **keywords: os._exit(9)
step = {step!r}
if step == "mkstemp": tempfile.mkstemp = dying(tempfile.mkstemp)
if step == "write":
    mkstemp = tempfile.mkstemp
    def empty(*args, **keywords):
        mkstemp(*args, **keywords); os._exit(9)
    tempfile.mkstemp = empty
if step == "fsync": os.fsync = dying(os.fsync)
if step == "chmod": os.chmod = dying(os.chmod)
if step == "replace": os.replace = dying(os.replace)
if step == "after":
    replace = os.replace
    def done(*args, **keywords):
        replace(*args, **keywords); os._exit(9)
    os.replace = done
main(["lint", "--fix", "--no-cache", "predict.py"])
"""
    root = str(Path(replacing.__file__).parents[2])
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env={**os.environ, "PYTHONPATH": root}, check=False)
    assert done.returncode == 9
    assert path.read_text() == (FIXED if step == "after" else FIXABLE)


def test_a_file_that_cannot_be_written_is_reported(lint, tmp_path, monkeypatch):
    (tmp_path / "predict.py").write_text(FIXABLE)

    def refuse(path, content):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(replacing, "replace", refuse)
    code, _, err = lint("--fix", ".")
    assert code == 2
    assert "predict.py: cannot be written: Permission denied" in err
    assert (tmp_path / "predict.py").read_text() == FIXABLE


def test_a_character_that_the_encoding_lacks_leaves_the_file_alone():
    from shapecheck.cli.findings import Findings
    from shapecheck.cli.fixing import mend
    from shapecheck.core.diagnostic import Diagnostic, Fix
    from shapecheck.core.span import Edit, Span

    document = decode(b"# coding: latin-1\n# \xe9 w\n")
    at = Span(len(document.text) - 2, len(document.text) - 1)
    greek = Diagnostic("x", "error", "m", at, fixes=(Fix("t", (Edit(at, "ω"),), "safe"),))
    findings = Findings("a.py", document, (greek,))
    assert mend(findings, lambda text: () if "ω" in text else (greek,)) is None


def test_fixes_that_go_round_in_circles_are_dropped():
    from shapecheck.cli.findings import Findings
    from shapecheck.cli.fixing import mend
    from shapecheck.core.diagnostic import Diagnostic, Fix
    from shapecheck.core.span import Edit, Span

    def check(text):
        other = "b" if text == "a" else "a"
        return (Diagnostic("x", "error", "m", Span(0, 1), fixes=(Fix("t", (Edit(Span(0, 1), other),), "safe"),)),)

    assert mend(Findings("a.py", decode(b"a"), check("a")), check) is None
