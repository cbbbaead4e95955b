"""Positions in the client's units, and edits that keep text and line starts in step."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shapecheck.server.text import Encoding, Text, line_starts, units

PIECES = st.lists(st.sampled_from(["a", "é", "𝔼", "\r", "\n", "\r\n", "x̂", "\u2028", "\f", "\x85", "ω"]), max_size=20).map("".join)
UNHURRIED = settings(deadline=None, suppress_health_check=list(HealthCheck))
ENCODINGS: list[Encoding] = ["utf-8", "utf-16", "utf-32"]


@UNHURRIED
@given(PIECES, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 6), PIECES), max_size=6))
def test_edits_keep_the_line_starts_of_a_fresh_reading(text: str, edits: list[tuple[int, int, str]]) -> None:
    document = Text.of(text, "utf-16")
    for start, length, new in edits:
        start = min(start, len(document.text))
        end = min(start + length, len(document.text))
        expected = document.text[:start] + new + document.text[end:]
        document.replace(start, end, new)
        assert document.text == expected
        assert document.starts == line_starts(expected)


@UNHURRIED
@given(PIECES, st.sampled_from(ENCODINGS))
def test_every_offset_outside_a_line_break_survives_the_way_to_the_client_and_back(text: str, encoding: Encoding) -> None:
    document = Text.of(text, encoding)
    for line in range(len(document.starts)):
        start, end = document.line_span(line)
        for offset in range(start, end + 1):
            assert document.position(offset) == (line, units(text[start:offset], encoding))
            assert document.offset(*document.position(offset)) == offset


@pytest.mark.parametrize(
    ("encoding", "character", "offset"),
    [("utf-8", 4, 1), ("utf-16", 2, 1), ("utf-32", 1, 1), ("utf-8", 2, 0), ("utf-16", 1, 0), ("utf-16", 99, 3)],
)
def test_a_character_outside_the_basic_plane_counts_as_its_encoding_says(encoding: Encoding, character: int, offset: int) -> None:
    assert Text.of("𝔼AB\nC", encoding).offset(0, character) == offset


def test_a_position_past_the_text_is_its_end() -> None:
    assert Text.of("ab\ncd", "utf-16").offset(9, 0) == 5
    assert Text.of("ab\r\ncd", "utf-16").offset(0, 9) == 2
