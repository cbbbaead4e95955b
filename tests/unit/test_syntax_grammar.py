"""The grammar, what is made from it, and the reference that explains it."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

import shapecheck
from shapecheck.syntax import parse_statements
from shapecheck.syntax.generate import FOLDER, reference, tables
from shapecheck.syntax.tree import Broken

PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")
FENCES = [
    (match[1], PAGE[: match.start()].count("\n") + 2, match[2]) for match in re.finditer(r"^```([\w-]*)\n(.*?)^```", PAGE, re.S | re.M)
]


def errors(example: str) -> list[str]:
    document = "# shape:\n" + "".join(f"#   {line}\n" for line in example.splitlines())
    return [finding.message for finding in shapecheck.check(document, language="python") if finding.severity == "error"]


def test_tables_are_those_of_the_grammar() -> None:
    fresh = json.loads(json.dumps(tables()))
    stored = json.loads((FOLDER / "tables.json").read_text(encoding="utf-8"))
    assert stored == fresh, "run `python -m shapecheck.syntax.generate`"


def test_the_functions_in_the_reference_are_those_of_the_table() -> None:
    assert reference(PAGE) == PAGE, "run `python -m shapecheck.syntax.generate`"


@pytest.mark.parametrize(("kind", "line", "example"), FENCES, ids=[f"line {line}" for _, line, _ in FENCES])
def test_example_of_the_reference(kind: str, line: int, example: str) -> None:
    if kind == "shape":
        assert [statement.message for statement in parse_statements(example) if isinstance(statement, Broken)] == []
        assert errors(example) == []
    elif kind == "shape-error":
        assert errors(example) != []
    else:
        assert [finding for finding in shapecheck.check(example, language=kind) if finding.severity == "error"] == []


def test_parsing_needs_no_lark() -> None:
    code = "import sys, shapecheck.syntax as s; s.parse_statements('A: (N, D)'); sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
