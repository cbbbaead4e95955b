"""Names that are declared behind a type, as C and Java do: `MatrixXd P;`, `const float* Q,`, `float a[4], b[4];`, `MatrixXd A(n, m);`."""

from __future__ import annotations

import re

from shapecheck.core.regex import regex
from shapecheck.core.span import Span
from shapecheck.hosts.left_sides import items_of

_DECLARATOR = regex(
    r"(?:(?P<type>.*?[\w>\]*&][ \t*&]++)|[*&]++)?(?P<name>[^\W\d]\w*+)(?:[ \t]*+\[[^\[\]]*+\])*+[ \t]*+"
    r"(?P<made>\((?:[^()]++|\([^()]*+\))++\)|\{.*\})?[ \t]*+"
)
_PROTOTYPE = regex(r"\w[ \t]++[&*]*+[^\W\d]|\w[&*]++[ \t]*+(?:[^\W\d]|[,)])")
_TEMPLATE = regex(r"<[^<>]*+>")

NO_NAMES = frozenset(
    (
        *("return", "new", "delete", "throw", "goto", "case", "else", "default", "in", "not", "and", "or", "await", "yield"),
        *("import", "from", "package", "using", "print", "typeof", "lambda", "if", "for", "while", "do", "try", "finally"),
        *("except", "end", "begin", "class", "struct", "pass", "break", "continue", "assert", "raise", "with", "match", "def"),
    )
)


def behind_types(row: str) -> tuple[Span, ...]:
    """The names of the last declaration in the row."""
    end = len(row.rstrip(";,){ \t"))
    while row[end : end + 1] == ")" and row[:end].count("(") > row[:end].count(")"):
        end += 1
    start = _unclosed(row, end)
    blank = _blanked(_blanked(row[:end]))
    found: list[Span] = []
    for item in items_of(blank, start, end):
        match = _DECLARATOR.fullmatch(re.sub(r"[ \t]=[^=].*$", "", item.of(blank)))
        if match is None or not (found or match["type"]):
            return ()
        made = match["made"] or ""
        if made.startswith("(") and (start or _PROTOTYPE.search(made)):
            return ()
        if match["type"] and re.split(r"\W+", match["type"].rstrip(" \t*&"))[-1] in NO_NAMES:
            return ()
        found.append(Span(*match.span("name")).shift(item.start))
    return tuple(found)


def _blanked(row: str) -> str:
    return _TEMPLATE.sub(lambda found: "_" * len(found[0]), row)


def _unclosed(row: str, end: int) -> int:
    """Where the text behind the last bracket begins that is left open."""
    depth = 0
    for place in range(end - 1, -1, -1):
        depth += (row[place] in ")]}") - (row[place] in "([{")
        if depth < 0:
            return place + 1
    return 0
