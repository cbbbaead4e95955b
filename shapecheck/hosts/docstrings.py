"""Python's docstrings: which strings are, and the `shape:` sections in them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from shapecheck.core.regex import regex
from shapecheck.hosts.comments import CommentLine, string_lines
from shapecheck.hosts.source import Source
from shapecheck.hosts.statements import looks_like_statement

_OPENING = regex(r"[rRuU]?(\"\"\"|'''|\"|')")
_WORD_ALONE = regex(r"shape:[ \t]*+$", re.MULTILINE)
_HEADER_SIGN = regex(r"[(\[{]|[)\]}]|:")
_LONGEST_HEADER = 20_000


def docstring_lines(source: Source, offsets: list[int]) -> Iterator[list[CommentLine]]:
    """The lines of each docstring that one of `offsets` lies in."""
    starts = [start for start, _ in source.literals]
    seen = -1
    for offset in offsets:
        number = bisect_right(starts, offset) - 1
        if number <= seen or number < 0 or offset >= source.literals[number][1]:
            continue
        seen = number
        start, end = source.literals[number]
        if not _WORD_ALONE.search(source.text, start, end):
            continue
        while start > 0 and source.text[start - 1].isalpha() and source.literals[number][0] - start < 2:
            start -= 1
        opening = _OPENING.match(source.text, start, end)
        if opening is None or not _is_first_statement(source, start):
            continue
        quotes = opening[1]
        closed = source.text.endswith(quotes, opening.end(), end)
        yield string_lines(source.text, opening.end(), end - len(quotes) if closed else end, source.rows)


def _is_first_statement(source: Source, start: int) -> bool:
    """Whether only a header's colon, or nothing at all, is before the string."""
    code = source.code()
    position = start
    while position > 0 and code[position - 1].isspace():
        position -= 1
    if position == 0:
        return start == 0 or not any(end <= start for _, end in source.literals[:1])
    if code[position - 1] != ":":
        return False
    scope = source.scopes[source.scope_index.at(position - 1)]
    return scope.parent is not None and _header_end(code, scope.span.start, position) == position - 1


def _header_end(code: str, start: int, limit: int) -> int:
    """The colon that ends the header of a `def` or `class`."""
    depth = 0
    if limit - start > _LONGEST_HEADER:
        return -1
    for sign in _HEADER_SIGN.finditer(code, start, limit):
        if sign[0] == ":":
            if not depth:
                return sign.start()
        else:
            depth += 1 if sign[0] in "([{" else -1
    return -1


def sections(text: str, lines: list[CommentLine]) -> Iterator[tuple[CommentLine, list[CommentLine]]]:
    """Each line `shape:` alone, with the indented lines below it, where those are statements."""
    place = 0
    while place < len(lines):
        line = lines[place]
        place += 1
        if text[line.start : line.end] != "shape:":
            continue
        section = deeper(lines[place:], line.opens)
        place += len(section)
        filled = [inside for inside in section if inside.start < inside.end]
        if filled and looks_like_statement(text[filled[0].start : filled[0].end]):
            yield line, filled


def deeper(lines: list[CommentLine], depth: int) -> list[CommentLine]:
    """The lines up to the first that has content and is not deeper."""
    stop = next((i for i, line in enumerate(lines) if line.start < line.end and line.depth <= depth), len(lines))
    return lines[:stop]
