"""Scopes by braces. A scope begins with the header before its brace, so that parameters are inside."""

from __future__ import annotations

import re

from shapecheck.core.span import Span
from shapecheck.hosts.annotation import Scope
from shapecheck.hosts.scan import Comment, Scanned

_NAMED = re.compile(r"\b(?:class|struct|namespace|fn|func|fun|function|interface|trait|impl|mod|enum|object|extension)\s++(\w++)")
_CALLED = re.compile(r"(~?\w++)\s*+(?:<[^<>]*+>\s*+)?\(")
_ASSIGNED = re.compile(r"(\w++)\s*+(?:<-|:?=)")
_NOT_NAMES = frozenset(("if", "for", "while", "switch", "catch", "return", "match", "function", "func", "else", "foreach", "using", "lock"))
_LONGEST_HEADER = 1000
_DEEPEST = 200


def brace_scopes(text: str, scanned: Scanned) -> list[Scope]:
    starts, ends, names, parents = [0], [len(text)], [""], [-1]
    around = [0]
    statement = comments_before = too_deep = 0
    for offset, sign, comments in scanned.marks:
        if sign == "{" and len(around) > _DEEPEST:
            too_deep += 1
        elif sign == "}" and too_deep:
            too_deep -= 1
        elif sign == "{":
            starts.append(_header_start(text, scanned.comments, comments_before, statement, offset))
            ends.append(len(text))
            names.append(_name(text[starts[-1] : offset][-_LONGEST_HEADER:]))
            parents.append(around[-1])
            around.append(len(starts) - 1)
        elif sign == "}" and around[-1]:
            ends[around.pop()] = offset + 1
        statement, comments_before = offset + 1, comments
    return [
        Scope(None if parent < 0 else parent, Span(start, end), name)
        for start, end, name, parent in zip(starts, ends, names, parents, strict=True)
    ]


def _header_start(text: str, comments: list[Comment], first: int, start: int, brace: int) -> int:
    """The first code between the last statement's end and the brace."""
    while True:
        while start < brace and text[start].isspace():
            start += 1
        if first < len(comments) and comments[first].start == start:
            start = comments[first].end
        elif first >= len(comments) or comments[first].start > start:
            return start
        first += 1


def _name(header: str) -> str:
    for pattern in (_NAMED, _ASSIGNED, _CALLED):
        match = pattern.search(header)
        if match and match[1] not in _NOT_NAMES:
            return match[1]
    return ""
