"""Carets stand right under what they mean, whatever the characters before them."""

from __future__ import annotations

import pytest

from shapecheck.cli.findings import Findings, Lines
from shapecheck.cli.snippet import Mark, snippet
from shapecheck.cli.terminal import Paint, columns, width
from shapecheck.core.span import Span
from shapecheck.project.document import Document


def shown(text: str, *marks: tuple[str, str, bool]) -> list[str]:
    spans = [Mark(Span(text.index(part), text.index(part) + len(part)), label, primary) for part, label, primary in marks]
    rows = snippet(Findings("x.py", Document(text), ()), spans, Paint(False), "red", 2)
    return [row[5:] for row in rows[1:]]


def test_one_mark():
    assert shown("q = a B c", ("B", "", True)) == ["q = a B c", "      ^"]


def test_the_last_label_stands_behind_the_others_below():
    assert shown("q = a B c", ("a", "(N)", True), ("B c", "(N, D)", True)) == ["q = a B c", "    ^ ^^^ (N, D)", "    |", "    (N)"]


def test_three_labels():
    rows = shown("a  b  c", ("a", "one", True), ("b", "two", False), ("c", "three", True))
    assert rows == ["a  b  c", "^  -  ^ three", "|  |", "|  two", "one"]


@pytest.mark.parametrize(
    ("text", "blanks"),
    [
        ("\tx = ERR", 8),
        ("a\tx = ERR", 8),
        ("行列 = ERR", 7),
        ("x̂ = ERR", 4),
        ("W̄ᵀ = ERR", 5),
        ("𝔼 = ERR", 4),
        ("🙂 = ERR", 5),
        ("a\u200bb = ERR", 5),
        ("\x1b = ERR", 4),
    ],
)
def test_carets_by_display_width(text, blanks):
    source, carets = shown(text, ("ERR", "", True))
    assert carets == " " * blanks + "^^^"
    assert sum(map(width, source.partition("ERR")[0])) == blanks


def test_wide_characters_get_wide_carets():
    assert shown("a 行列 b", ("行列", "", True)) == ["a 行列 b", "  ^^^^"]


def test_columns_of_tabs():
    assert columns("\ta\tb") == ("    a   b", [0, 4, 5, 8, 9])


def test_lines_that_belong_together_are_shown_together():
    text = "A: (N)\nx\nB: (M)\n1\n2\n3\nq = A B\n"
    rows = snippet(
        Findings("x.py", Document(text), ()),
        [Mark(Span(text.index("A B"), text.index("A B") + 3)), Mark(Span(0, 1), "one", False), Mark(Span(9, 10), "two", False)],
        Paint(False),
        "red",
        2,
    )
    assert [row.rstrip() for row in rows] == [
        "   |",
        " 1 | A: (N)",
        "   | - one",
        " 2 | x",
        " 3 | B: (M)",
        "   | - two",
        "...",
        " 7 | q = A B",
        "   |     ^^^",
    ]


def test_a_long_line_is_shown_around_the_mark():
    rows = shown("x" * 100_000 + " ERR " + "y" * 100_000, ("ERR", "", True))
    assert len(rows[0]) < 200
    assert rows[0].index("ERR") == rows[1].index("^^^")


def test_a_mark_over_lines():
    assert shown("q = A\n    B", ("A\n    B", "here", True)) == ["q = A", "    ^", "    B", "    ^ here"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end):
    lines = Lines(f"ab{end}c\x0cd\u2028e{end}")
    assert len(lines.starts) == 3
    assert lines.position(len("ab" + end)) == (2, 1, None)
    assert lines.span(1).of(lines.text) == "c\x0cd\u2028e"


def test_at_the_end_of_the_text():
    assert shown("abc", ("", "", True))[1].strip() == "^"
