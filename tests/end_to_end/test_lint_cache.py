"""The result cache: quicker, and never wrong, whatever is done to it."""

from __future__ import annotations

import json
import os

import pytest

from shapecheck import engine
from tests.end_to_end.conftest import FIXABLE, FIXED, WRONG


@pytest.fixture
def asked(monkeypatch):
    """Counts how often the engine is asked."""
    calls = []
    check = engine.check

    def counting(text, language, settings=None):
        calls.append(text)
        return check(text, language, settings)

    monkeypatch.setattr(engine, "check", counting)
    return calls


def entries(tmp_path):
    return sorted((tmp_path / ".shapecheck_cache").glob("*.json"))


def test_a_second_run_asks_nothing_and_says_the_same(lint, tmp_path, asked):
    (tmp_path / "score.py").write_text(WRONG)
    first = lint(".")
    assert len(asked) == 1
    assert lint(".") == first
    assert len(asked) == 1
    assert (tmp_path / ".shapecheck_cache" / ".gitignore").read_text() == "*\n"
    assert (tmp_path / ".shapecheck_cache" / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_text_settings_and_program_are_part_of_the_key(lint, tmp_path, asked, monkeypatch):
    from shapecheck.cli import cache

    (tmp_path / "score.py").write_text(WRONG)
    lint(".")
    (tmp_path / "score.py").write_text(WRONG + "# more\n")
    lint(".")
    lint("--ignore", "shape-mismatch", ".")
    monkeypatch.setattr(cache, "build", lambda: "another")
    lint(".")
    assert len(asked) == 4


def test_no_cache_leaves_no_trace(lint, tmp_path, asked):
    (tmp_path / "score.py").write_text(WRONG)
    lint("--no-cache", ".")
    lint("--no-cache", ".")
    assert len(asked) == 2
    assert os.listdir(tmp_path) == ["score.py"]


HOSTILE = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"key": "another", "diagnostics": []}',
    b'{"diagnostics": 5}',
    b"\x80\x04\x95",
]


@pytest.mark.parametrize("content", HOSTILE)
def test_a_spoilt_entry_is_as_none(lint, tmp_path, content):
    (tmp_path / "score.py").write_text(WRONG)
    first = lint(".")
    (entry,) = entries(tmp_path)
    entry.write_bytes(content)
    assert lint(".") == first


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("span", [0, 10**9]),
        ("span", [-5, 3]),
        ("span", [True, 3]),
        ("span", "ab"),
        ("severity", "fatal"),
        ("message", 5),
        ("fixes", [["t", [[0, 10**12, "x"]], "safe"]]),
        ("fixes", [["t", [[0, 1, "x"]], "always"]]),
        ("notes", [["n", [3]]]),
        ("operands", [[1, 2, 3]]),
    ],
)
def test_an_entry_with_a_value_that_cannot_be_is_as_none(lint, tmp_path, place, value):
    (tmp_path / "score.py").write_text(WRONG)
    first = lint(".")
    (entry,) = entries(tmp_path)
    content = json.loads(entry.read_text())
    content["diagnostics"][0][place] = value
    entry.write_text(json.dumps(content))
    assert lint(".") == first


def test_fixes_never_come_from_the_cache(lint, tmp_path):
    path = tmp_path / "predict.py"
    path.write_text(FIXABLE)
    lint(".")
    (entry,) = entries(tmp_path)
    content = json.loads(entry.read_text())
    content["diagnostics"][0]["fixes"] = [["harmless", [[0, 1, "import os; "]], "safe"]]
    entry.write_text(json.dumps(content))
    lint("--fix", ".")
    assert path.read_text() == FIXED


def test_a_cache_that_is_a_link_is_not_written_to(lint, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "score.py").write_text(WRONG)
    (tmp_path / ".shapecheck_cache").symlink_to(tmp_path / "elsewhere")
    assert lint(".")[0] == 1
    assert os.listdir(tmp_path / "elsewhere") == []


def test_a_file_in_its_place_is_left_alone(lint, tmp_path):
    (tmp_path / "score.py").write_text(WRONG)
    (tmp_path / ".shapecheck_cache").write_text("mine")
    assert lint(".")[0] == 1
    assert (tmp_path / ".shapecheck_cache").read_text() == "mine"


def test_old_entries_go_when_there_are_too_many(tmp_path):
    from shapecheck.cli.cache import prune

    for number in range(20):
        path = tmp_path / f"{number}.json"
        path.write_text("")
        os.utime(path, (number, number))
    prune(str(tmp_path), most=10)
    assert sorted(int(path.stem) for path in tmp_path.glob("*.json")) == list(range(10, 20))


def test_nothing_is_ever_unpickled():
    from pathlib import Path

    import shapecheck

    for path in Path(shapecheck.__file__).parent.rglob("*.py"):
        assert "pickle" not in path.read_text(encoding="utf-8"), path
