"""The consoles of tests/language/explain.md show what the command prints; and the command's other forms."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from shapecheck.cli import main

PAGE = Path(__file__).parent.parent / "language" / "explain.md"
CONSOLES = re.findall(r"```console\n\$ (.*?)\n(.*?)\n```", PAGE.read_text(encoding="utf-8"), re.S)
QUESTION = ["explain", "w_a' A B w_b", "--wrt", "B", "--where", "A: (N, D); B: (D, N); w_a, w_b: (N)"]


def test_the_page_has_consoles() -> None:
    assert len(CONSOLES) >= 7


@pytest.mark.parametrize(("command", "printed"), CONSOLES, ids=[command for command, _ in CONSOLES])
def test_console(command: str, printed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(shlex.split(command)[1:]) == 0
    assert capsys.readouterr().out.rstrip() == printed


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*QUESTION, "--format", "json", "--to", "unicode"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["result"] == "Aᵀ w_a w_bᵀ"
    assert [section["style"] for section in row["sections"]] == ["differential", "components", "components"]
    assert row["sections"][0]["lines"][1] == {
        "left": "dq",
        "right": "w_aᵀ A dB w_b",
        "reason": "Product rule: only B changes; everything else is constant.",
    }
    assert row["remarks"]


def test_markdown_and_latex(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*QUESTION, "--format", "markdown", "--style", "components"]) == 0
    said = capsys.readouterr().out
    assert "### By components" in said
    assert "### By differentials" not in said
    assert main([*QUESTION, "--to", "latex"]) == 0
    assert r"\mathrm{d}q" in capsys.readouterr().out


def test_colour(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*QUESTION, "--color", "always"]) == 0
    coloured = capsys.readouterr().out
    assert main([*QUESTION, "--color", "never"]) == 0
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == capsys.readouterr().out
    assert coloured.count("\x1b[") > 10


def test_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "x' x", "--wrt", "x", "--where", "x: (N)", "--style", "magic"]) == 2
    assert "magic" in capsys.readouterr().err
    assert main(["explain", "A x", "--wrt", "x", "--where", "A: (N, D); x: (N)"]) == 1
