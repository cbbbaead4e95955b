"""Scopes of languages whose functions end with a word. Where the words do not pair up, the file is the only scope."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from shapecheck.core.record import dataclass
from shapecheck.core.regex import regex
from shapecheck.core.span import Span
from shapecheck.hosts.annotation import Scope
from shapecheck.hosts.scopes import Scoped, file_scope

_BRACKETS = r"(?P<open>[(\[{])|(?P<close>[)\]}])"
_BEHIND = r"(?![\w!])"


@dataclass(frozen=True, slots=True)
class Words:
    """`scopes` open a scope, `opens` anything else that the words `ends` end; in brackets only `bracketed` do."""

    pattern: re.Pattern[str]
    scopes: frozenset[str]
    ends: re.Pattern[str]
    bracketed: frozenset[str]


# Per language: what must stand before a word, the words that `end` ends, those of them that are scopes, the words that end, and the words
# that open something in brackets too.
_TABLE = {
    "julia": (
        r"\b(?<![.:@!])",
        r"function|macro|module|baremodule|struct|begin|quote|let|for|while|if|try|do|(?:abstract|primitive)[ \t]++type",
        "function macro module baremodule let do",
        "end",
        "function begin let do quote try while",
    ),
    "matlab": (
        r"\b(?<![.@])",
        r"function|if|parfor|for|while|switch|try|spmd|unwind_protect|classdef|do"
        r"|(?:methods|properties|events|enumeration|arguments)(?=[ \t]*+(?:\([^\n]*)?$)",
        "function",
        r"until|end(?:function|if|parfor|for|while|switch|classdef|_try_catch|_unwind_protect|methods|properties|events|enumeration)?",
        "",
    ),
    "lua": (r"\b(?<![.:])", "function|do|if|repeat", "function", "end|until", "function do if repeat"),
}


@cache
def _words(language: str) -> Words:
    before, words, scopes, ends, bracketed = _TABLE[language]
    pattern = regex(rf"{_BRACKETS}|{before}(?P<word>{words}|{ends}){_BEHIND}", re.MULTILINE)
    return Words(pattern, frozenset(scopes.split()), regex(ends), frozenset(bracketed.split()))


_FORTRAN = regex(
    r"^[ \t]*+(?:(?P<end>end)[ \t]*+(?:(?:subroutine|function|program|(?:sub)?module|procedure)\b[ \t]*+\w*+)?[ \t]*+$"
    r"|(?!end)(?:[\w(),=*: \t]*?[ \t])?(?P<word>subroutine|function|program|(?:sub)?module)[ \t]++(?!procedure\b)"
    r"(?P<name>\w++)[ \t]*+(?:\(|$))",
    re.MULTILINE | re.IGNORECASE,
)
_NAME = regex(r"[ \t]++(?:[^\n=(]*?=[ \t]*+)?([^\W\d][\w.!:]*+)")


def keyword_scopes(code: str, language: str) -> list[Scope]:
    """Scopes of `code`, whose comments and literals are blanked."""
    if language == "fortran":
        found = _fortran(code)
    else:
        words = _words(language)
        found = _paired(code, words)
        if found is None and language == "matlab":
            found = _unended(code, words)
    return _nested(code, found or [])


def keyword_scopes_so_far(code: str, language: str) -> Scoped:
    """Scopes of the beginning of a document, those that are open at its end among them."""
    words = _words(language)
    pairs = _pairs(code, words)
    if pairs is None or any(word in "([{" for word, _ in pairs.around):
        return Scoped([file_scope(code)], None)
    named = [(start, len(code), _name_behind(code, start + len(word))) for word, start in pairs.around if word in words.scopes]
    scopes = _nested(code, sorted([*pairs.found, *named]))
    starts = {start for start, _, _ in named}
    still_open = tuple(number for number, scope in enumerate(scopes) if number and scope.span.start in starts)
    return Scoped(scopes, tuple(f"{word}\n" for word, _ in pairs.around), still_open)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """`found` has start, end and name of each scope, `around` what is not ended, each with its start."""

    found: list[tuple[int, int, str]]
    around: list[tuple[str, int]]


def _paired(code: str, words: Words) -> list[tuple[int, int, str]] | None:
    """Start, end and name of each scope, or None where openers and ends do not pair up."""
    pairs = _pairs(code, words)
    return None if pairs is None or pairs.around else sorted(pairs.found)


def _pairs(code: str, words: Words) -> _Pairs | None:
    """None where something ends that was not opened."""
    found: list[tuple[int, int, str]] = []
    around: list[tuple[str, int]] = []
    for match in words.pattern.finditer(code):
        inside = bool(around) and around[-1][0] in "([{"
        if match["open"]:
            around.append((match["open"], match.start()))
        elif match["close"]:
            if not inside:
                return None
            around.pop()
        elif words.ends.fullmatch(match["word"]):
            if inside:
                continue
            if not around:
                return None
            word, start = around.pop()
            if word in words.scopes:
                found.append((start, match.end(), _name_behind(code, start + len(word))))
        elif not inside or (match["word"] in words.bracketed and around[-1][0] != "["):
            around.append((match["word"], match.start()))
    return _Pairs(found, around)


def _unended(code: str, words: Words) -> list[tuple[int, int, str]] | None:
    """MATLAB's other style: functions without `end`, each up to the next."""
    without = re.sub(r"^([ \t]*+)function\b", r"\1        ", code, flags=re.MULTILINE)
    if _paired(without, words) is None:
        return None
    starts = [match.start() for match in re.finditer(r"^[ \t]*+function\b", code, re.MULTILINE)]
    return [(start, end, _name_behind(code, code.index("function", start) + 8)) for start, end in pairwise([*starts, len(code)])]


def _fortran(code: str) -> list[tuple[int, int, str]] | None:
    found: list[tuple[int, int, str]] = []
    around: list[tuple[int, str]] = []
    for match in _FORTRAN.finditer(code):
        if match["end"] is None:
            around.append((match.start(), match["name"]))
        elif around:
            start, name = around.pop()
            found.append((start, match.end(), name))
        else:
            return None
    return None if around else sorted(found)


def _name_behind(code: str, offset: int) -> str:
    match = _NAME.match(code, offset, offset + 200)
    return match[1] if match else ""


def _nested(code: str, found: list[tuple[int, int, str]]) -> list[Scope]:
    scopes = [file_scope(code)]
    around = [0]
    for start, end, name in found:
        while around[-1] and scopes[around[-1]].span.end <= start:
            around.pop()
        scopes.append(Scope(around[-1], Span(start, end), name))
        around.append(len(scopes) - 1)
    return scopes
