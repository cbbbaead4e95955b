"""Every output format, against what its readers accept."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import jsonschema
import pytest

from shapecheck.cli.lint import FORMATS
from tests.end_to_end.conftest import FIXABLE, RIGHT, WRONG
from tests.end_to_end.sarif_schema import SCHEMA


@pytest.fixture
def found(lint, tmp_path):
    """The output of a run over files with findings, in a format."""
    (tmp_path / "with blank").mkdir()
    (tmp_path / "with blank" / "score,1.py").write_text("é = '𝔼'\n" + WRONG, encoding="utf-8")
    (tmp_path / "predict.py").write_text(FIXABLE)
    (tmp_path / "right.py").write_text(RIGHT)

    def output(name: str) -> str:
        code, out, err = lint("--output-format", name, ".")
        assert (code, err) == (1, "")
        return out

    return output


def test_concise(found):
    lines = found("concise").splitlines()
    assert re.match(r"predict\.py:4:13: hint\[ambiguous-name\] \[\*\] ", lines[0])
    assert re.match(r"with blank/score,1\.py:5:13: error\[shape-mismatch\] ", lines[1])
    assert lines[-1] == "[*] 1 fixable with `--fix`."


def test_json_gives_code_points_bytes_and_lines(found, tmp_path):
    by_rule = {row["rule"]: row for row in json.loads(found("json"))}
    row = by_rule["shape-mismatch"]
    path = tmp_path / row["path"]
    text, raw = path.read_text(encoding="utf-8"), path.read_bytes()
    assert text[row["span"]["start"] : row["span"]["end"]] == "w_a' A w_b"
    assert raw[row["bytes"]["start"] : row["bytes"]["end"]] == b"w_a' A w_b"
    assert row["location"] == {"line": 5, "column": 13, "end_line": 5, "end_column": 23}
    assert [side["text"] for side in row["operands"]] == ["w_a' A", "w_b"]
    assert [side["shape"] for side in row["operands"]] == ["(1, D)", "(N, 1)"]
    assert any(note["location"]["line"] == 4 for note in row["notes"] if "location" in note)
    (fix,) = by_rule["ambiguous-name"]["fixes"]
    assert fix["applicability"] == "safe"
    assert [edit["text"] for edit in fix["edits"]] == ["F P F"]


def test_sarif_keeps_to_the_schema(found):
    log = json.loads(found("sarif"))
    jsonschema.validate(log, SCHEMA)
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    result = next(one for one in run["results"] if one["ruleId"] == "shape-mismatch")
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {"uri": "with%20blank/score%2C1.py", "uriBaseId": "ROOT"}
    assert location["region"]["startColumn"] == 13
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "shape-mismatch"
    fixed = next(one for one in run["results"] if one["ruleId"] == "ambiguous-name")
    assert fixed["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"] == "F P F"


def test_sarif_without_findings_is_a_run_without_results(lint, tmp_path):
    (tmp_path / "right.py").write_text(RIGHT)
    log = json.loads(lint("--output-format", "sarif", ".")[1])
    jsonschema.validate(log, SCHEMA)
    assert log["runs"][0]["results"] == []


def test_fingerprints_outlive_lines_added_above(found, lint, tmp_path):
    first = {one["fingerprint"] for one in json.loads(found("gitlab"))}
    path = tmp_path / "predict.py"
    path.write_text("import numpy\n\n\n" + path.read_text())
    assert {one["fingerprint"] for one in json.loads(found("gitlab"))} == first


def test_fingerprints_tell_equal_lines_apart(lint, tmp_path):
    (tmp_path / "twice.py").write_text(WRONG + "\n\n" + WRONG)
    issues = json.loads(lint("--output-format", "gitlab", ".")[1])
    assert len({one["fingerprint"] for one in issues}) == len(issues) == 2


def test_gitlab(found):
    issues = json.loads(found("gitlab"))
    issue = next(one for one in issues if one["check_name"] == "shape-mismatch")
    assert set(issue) == {"check_name", "description", "severity", "fingerprint", "location"}
    assert issue["severity"] == "major"
    assert issue["location"]["path"] == "with blank/score,1.py"
    assert issue["location"]["positions"]["begin"] == {"line": 5, "column": 13}


def test_github(found):
    lines = found("github").splitlines()
    assert len(lines) == 2
    pattern = r"::error title=shapecheck \(shape-mismatch\),file=with blank/score%2C1\.py,line=5,col=13,endLine=5,endColumn=23::"
    assert re.match(pattern, lines[1])
    assert "%0A" in lines[1]
    assert lines[0].startswith("::notice ")


def test_junit(found):
    suites = ElementTree.fromstring(found("junit"))
    assert (suites.tag, suites.get("failures")) == ("testsuites", "2")
    case = suites.find("testsuite[@name='with blank/score,1.py']/testcase")
    assert case is not None
    assert case.get("line") == "5"
    failure = case.find("failure")
    assert failure is not None
    assert failure.text is not None
    assert failure.text.startswith("line 5, column 13: ")


def test_junit_without_findings_has_a_case_that_passed(lint, tmp_path):
    (tmp_path / "right.py").write_text(RIGHT)
    suites = ElementTree.fromstring(lint("--output-format", "junit", ".")[1])
    assert suites.find("testsuite/testcase") is not None
    assert suites.find(".//failure") is None


@pytest.mark.parametrize("name", FORMATS)
def test_an_output_file_holds_what_would_be_printed(found, lint, tmp_path, name):
    printed = found(name)
    assert lint("--output-format", name, "-o", "out.txt", ".")[0] == 1
    written = (tmp_path / "out.txt").read_text(encoding="utf-8")
    assert printed.startswith(written)
    assert written


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_text_does_not_reach_the_reader_raw(lint, tmp_path, name):
    """Escape sequences, lone surrogates, bytes of no encoding, control characters and bidirectional marks in lines and names."""
    raw = b"# shape: A: (N, D); b: (N); c = A b + \xff \xe2\x80\xae \x1b[31m \x07 <&]]> %0A ::error:: \xf0\x9d\x94\xbc\n"
    (tmp_path / "a\x1b[31m\n.py").write_bytes(raw)
    out = lint("--output-format", name, ".")[1]
    assert "\x1b" not in out
    assert "\x07" not in out
    out.encode("utf-8")
    if name == "junit":
        ElementTree.fromstring(out)
    if name in ("json", "gitlab", "sarif"):
        json.loads(out)
    if name == "github":
        assert all(line.startswith("::") for line in out.splitlines())


def test_notebooks_name_cell_and_line(lint, tmp_path):
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["text"]},
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": ["# shape: A: (N, D); b: (N)\n", "x = 1"]},
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": ["y = 2\n", "# shape: c = A b"]},
    ]
    book = {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "n.ipynb").write_text(json.dumps(book, indent=1))
    code, out, _ = lint("--output-format", "concise", ".")
    assert code == 1
    assert "n.ipynb:cell 3:2:14: error[shape-mismatch]" in out
    row = json.loads(lint("--output-format", "json", ".")[1])[0]
    assert (row["cell"], row["location"]["line"]) == (3, 2)


def test_fixing_a_notebook_keeps_every_other_byte(lint, tmp_path):
    source = '  {"cell_type": "code","source": ["# shape: F, P, Q: (n, n)\\n", "# shape: P = FPF\' + Q\\u0020"], "x":  1.50e3}'
    raw = f'{{"cells": [\n{source}\n ],\t"metadata": {{}}, "nbformat":4 }}\r\n'
    path = tmp_path / "n.ipynb"
    path.write_bytes(raw.encode())
    assert "fixable" in lint(".")[1]
    lint("--fix", ".")
    assert path.read_bytes() == raw.replace("FPF'", "F P F'").encode()
