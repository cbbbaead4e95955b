"""Scopes by braces. A scope begins with the header before its brace, so that parameters are inside; a function's with
the documentation right above it (`/** */`, `///`, `#'`), which declares the names of that function alone."""

from __future__ import annotations

from shapecheck.core.regex import regex
from shapecheck.core.span import Span
from shapecheck.hosts.annotation import Scope
from shapecheck.hosts.scan import Comment, Scanned
from shapecheck.hosts.scopes import Scoped

_NAMED = regex(r"\b(?:class|struct|namespace|fn|func|fun|function|interface|trait|impl|mod|enum|object|extension)\s++(\w++)")
_CALLED = regex(r"(~?\w++)\s*+(?:<[^<>]*+>\s*+)?\(")
_ASSIGNED = regex(r"(\w++)\s*+(?:<-|:?=)")
_NOT_NAMES = frozenset(("if", "for", "while", "switch", "catch", "return", "match", "function", "func", "else", "foreach", "using", "lock"))
_DOCUMENTATION = ("/**", "///", "/*!", "//!", "#'")
_HOLDS_FUNCTIONS = regex(r"\b(?:class|struct|namespace|interface|trait|impl|mod|enum|object|extension|extern|record)\b")
_CLASS = regex(r"\b(?:class|struct)\b")
_LONGEST_HEADER = 1000
_DEEPEST = 200


def brace_scopes(text: str, scanned: Scanned) -> Scoped:
    starts, ends, names, parents = [0], [len(text)], [""], [-1]
    holds_functions, objects = [True], [""]
    around = [0]
    statement = comments_before = too_deep = 0
    for offset, sign, comments in scanned.marks:
        if sign == "{" and len(around) > _DEEPEST:
            too_deep += 1
        elif sign == "}" and too_deep:
            too_deep -= 1
        elif sign == "{":
            attached, code = _header_start(text, scanned.comments, comments_before, statement, offset)
            header = text[max(code, offset - _LONGEST_HEADER) : offset]
            names.append(_name(header))
            inside = _HOLDS_FUNCTIONS.search(header) is not None
            starts.append(attached if names[-1] and holds_functions[around[-1]] and not inside else code)
            ends.append(len(text))
            holds_functions.append(inside)
            objects.append("this." if inside and _CLASS.search(header) else "")
            parents.append(around[-1])
            around.append(len(starts) - 1)
        elif sign == "}" and around[-1]:
            ends[around.pop()] = offset + 1
        statement, comments_before = offset + 1, comments
    scopes = [
        Scope(None if parent < 0 else parent, Span(start, end), name, this)
        for start, end, name, parent, this in zip(starts, ends, names, parents, objects, strict=True)
    ]
    left = tuple("class {\n" if objects[number] else "namespace {\n" if holds_functions[number] else "{\n" for number in around[1:])
    whole_statements = bool(statement) and not too_deep and _is_blank(text, scanned.comments[comments_before:], statement)
    return Scoped(scopes, left if whole_statements else None, tuple(around[1:]))


def _is_blank(text: str, comments: list[Comment], start: int) -> bool:
    """Whether nothing but comments that document nothing stands up to the end."""
    for comment in comments:
        if text[start : comment.start].strip() or text.startswith(_DOCUMENTATION, comment.start):
            return False
        start = comment.end
    return not text[start:].strip()


def _header_start(text: str, comments: list[Comment], first: int, start: int, brace: int) -> tuple[int, int]:
    """Where the header of a brace begins: with the documentation right above it, no blank line between, and without."""
    attached, comment_end = -1, start
    while True:
        while start < brace and text[start].isspace():
            start += 1
        apart = text.count("\n", comment_end, start) > 1
        if first < len(comments) and comments[first].start == start:
            if apart or attached < 0:
                attached = start if text.startswith(_DOCUMENTATION, start) else -1
            start = comment_end = comments[first].end
        elif text.startswith("#", start) and not text.startswith("#[", start):
            line_end = text.find("\n", start, brace)  # a line of the preprocessor is of no header
            start = comment_end = line_end if line_end >= 0 else brace
            attached = -1
            continue
        elif first >= len(comments) or comments[first].start > start:
            return (attached if attached >= 0 and not apart else start), start
        first += 1


def _name(header: str) -> str:
    for pattern in (_NAMED, _ASSIGNED, _CALLED):
        match = pattern.search(header)
        if match and match[1] not in _NOT_NAMES:
            return match[1]
    return ""
