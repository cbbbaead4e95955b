"""What a run imports: guarded here, because time itself cannot be asserted on a shared machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.conftest import FIXABLE, RIGHT, WRONG

HEAVY = {"numpy", "lark", "pygls", "lsprotocol", "asyncio", "multiprocessing", "concurrent.futures"}
UNNEEDED = {*HEAVY, "argparse", "json", "pathlib", "dataclasses", "typing", "re", "tomllib", "logging", "subprocess", "inspect"}


def launched(folder: Path, *arguments: str) -> set[str]:
    """The modules that a run loads beyond those of a bare interpreter."""
    main = f"from shapecheck.cli import main; main({list(arguments)!r}); "
    return python(folder, main) - python(folder, "")


def python(folder: Path, script: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {script}print(*sys.modules, file=sys.stderr)"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.splitlines()[-1].split())


def test_a_file_without_annotations_is_answered_before_anything_is_imported(tmp_path):
    (tmp_path / "bare.py").write_text("x = 1\n")
    loaded = launched(tmp_path, "lint", "bare.py")
    assert "shapecheck.cli.lint" in loaded
    assert not loaded & UNNEEDED
    assert len(loaded) < 30


def test_a_tree_without_annotations_neither(tmp_path):
    for number in range(30):
        (tmp_path / f"m{number}").mkdir()
        (tmp_path / f"m{number}" / "bare.py").write_text("x = 1\n")
    (tmp_path / ".gitignore").write_text("*.pyc\nbuild/\n/dist\n")
    assert not launched(tmp_path, "lint") & UNNEEDED


def test_the_word_in_prose_costs_no_parser(tmp_path):
    (tmp_path / "prose.py").write_text(
        'def f():\n    """Reads.\n\n    shape: tuple of ints\n    """\n    x = {"shape": 1}  # the shape: any\n'
    )
    assert not launched(tmp_path, "lint", "prose.py") & HEAVY


def test_shapes_alone_need_no_numpy(tmp_path):
    (tmp_path / "score.py").write_text(WRONG)
    assert not launched(tmp_path, "lint", "--no-cache", "score.py") & (HEAVY - {"lark"})


def test_what_the_cache_knows_needs_no_parser(tmp_path):
    for name, text in (("score.py", WRONG), ("right.py", RIGHT), ("predict.py", FIXABLE)):
        (tmp_path / name).write_text(text)
    launched(tmp_path, "lint", ".")
    assert not launched(tmp_path, "lint", ".") & HEAVY


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["lint", "--help"], ["lnit"], ["rule"], ["completion", "bash"]])
def test_other_commands_load_nothing_heavy(tmp_path, arguments):
    assert not launched(tmp_path, *arguments) & {"numpy", "pygls", "lsprotocol"}


def test_the_package_itself_is_light(tmp_path):
    loaded = python(tmp_path, "import shapecheck; ") - python(tmp_path, "")
    assert loaded == {"__future__", "shapecheck"}


def test_right_claims_need_no_numpy_nor_the_slow_parts_of_the_library(tmp_path):
    (tmp_path / "right.py").write_text("# shape: A: (N, D); x: (D); y: (N)\n# shape: q = y' A x\n# shape: dq/dA = y x'\n")
    loaded = launched(tmp_path, "lint", "--no-cache", "right.py")
    assert "shapecheck.calculus.identical" in loaded
    assert not loaded & {*HEAVY, "dataclasses", "inspect", "logging", "pathlib", "argparse"}


def test_wrong_claims_and_their_fixes_need_no_numpy(tmp_path):
    (tmp_path / "wrong.py").write_text(
        "# shape: A: (N, N); x: (N); W: (m, N)\n# shape: q = x' A x\n# shape: dq/dx = 2 A x\n"
        "# shape: l = logdet(A) + sum(log(1 + exp(W x)))\n# shape: dl/dA = inv(A)\n"
    )
    assert "numpy" not in launched(tmp_path, "lint", "--no-cache", "wrong.py")


def test_a_gradient_as_text_needs_nothing_of_other_notations(tmp_path):
    loaded = launched(tmp_path, "grad", "x' A x", "--wrt", "x", "--where", "A: (n, n); x: (n)")
    assert "shapecheck.calculus.derivative" in loaded
    assert not loaded & {"numpy", "lark", "pygls", "asyncio", "shapecheck.notation.code", "urllib.request", "xml.sax.saxutils"}
