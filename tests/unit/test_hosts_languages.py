"""Every row of the table finds the one annotation of its own sample, and nothing in what only looks like one."""

from __future__ import annotations

import subprocess
import sys

import pytest

from shapecheck import hosts
from shapecheck.hosts import notebook


@pytest.mark.parametrize("name", sorted(hosts.LANGUAGES))
def test_sample(name: str) -> None:
    text, language = hosts.LANGUAGES[name].sample, name
    if name == "jupyter":
        read = notebook.read(text)
        text, language = read.text, read.language
    for ends in ("\n", "\r\n", "\r"):
        document = text.replace("\n", ends)
        found = hosts.extract(document, language)
        assert [[piece.of(document) for piece in a.pieces] for a in found.annotations] == [["A: (N, D)"]]
        assert found.annotations[0].word.of(document) == "shape:"


def test_the_issue_languages_are_there() -> None:
    wanted = (
        "python c cpp cuda-cpp rust go java javascript typescript javascriptreact typescriptreact julia matlab r FortranFreeForm "
        "lua haskell ocaml swift kotlin csharp shellscript yaml toml latex typst markdown jupyter"
    )
    assert set(wanted.split()) <= set(hosts.LANGUAGES)


@pytest.mark.parametrize(
    ("path", "first_line", "language"),
    [
        ("a/b/model.py", "", "python"),
        ("C:\\x\\Model.PY", "", "python"),
        ("kernel.cu", "", "cuda-cpp"),
        ("x.C", "", "cpp"),
        ("x.c", "", "c"),
        ("fit.R", "", "r"),
        ("run", "#!/usr/bin/env python3.11", "python"),
        ("run", "#!/bin/sh -e", "shellscript"),
        ("run", "#!/usr/bin/env -S Rscript --vanilla", "r"),
        ("run", "python", None),
        ("nb.ipynb", "", "jupyter"),
        (".py", "", None),
        ("photo.png", "", None),
        ("SConstruct", "", "python"),
        ("solver.F90", "", "FortranFreeForm"),
    ],
)
def test_language_of(path: str, first_line: str, language: str | None) -> None:
    assert hosts.language_of(path, first_line) == language


def test_aliases() -> None:
    for alias, name in {"octave": "matlab", "py": "python", "jl": "julia", "c++": "cpp", "sh": "shellscript", "tex": "latex"}.items():
        row = hosts.language_named(alias)
        assert row is not None
        assert row.name == name
    assert hosts.language_named("brainwaves") is None
    assert hosts.extract("# shape: A: (N, D)", "brainwaves").annotations == ()


def test_gate() -> None:
    assert hosts.might_have_annotations(b"x = 1  # shape: (N)")
    assert hosts.might_have_annotations("# shape: A: (N, D)".encode("utf-16"))
    assert hosts.might_have_annotations(b"```shape\nA: (N, D)\n```")
    assert not hosts.might_have_annotations(b"x.shape = (N, D)\n# Shape: A\n")
    assert not hosts.might_have_annotations(b"")


def test_gate_imports_nothing_heavy() -> None:
    code = (
        "import sys; before = set(sys.modules); import importlib.util\n"
        "import shapecheck.hosts.gate as gate; gate.might_have_annotations(b'')\n"
        "print([m for m in sys.modules if m.startswith('shapecheck.hosts.') or m in ('lark', 'numpy', 'dataclasses')])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "['shapecheck.hosts.gate']"
