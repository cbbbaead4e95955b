"""Python's scopes from its `def`, `class` and indentation alone: code that does not parse has scopes too."""

from __future__ import annotations

import re
from bisect import bisect_left

from shapecheck.core.record import dataclass
from shapecheck.core.regex import regex
from shapecheck.core.span import Span
from shapecheck.hosts.annotation import Scope
from shapecheck.hosts.rows import width
from shapecheck.hosts.scan import Scanned
from shapecheck.hosts.scopes import Scoped

_STATEMENT = regex(r"^([ \t\f]*+)(?:(?:async[ \t]++)?(def|class)[ \t]++(\w++)|[^\s#)\]}])", re.MULTILINE)
_SURELY_STATEMENTS = ("@", "import ", "from ")


@dataclass(slots=True)
class _Open:
    indent: int
    parent: int
    start: int
    name: str
    number: int
    object: str = ""
    end: int = -1


def balance(code: str) -> int:
    """Brackets opened less brackets closed."""
    return sum(map(code.count, "([{")) - sum(map(code.count, ")]}"))


def indentation_scopes(text: str, scanned: Scanned, column: int) -> Scoped:
    """Code that follows the text would begin at the column."""
    file = _Open(-1, -1, 0, "", 0, "", len(text))
    scopes, around = [file], [file]
    counted = depth = 0  # how many brackets of the innermost scope are open, up to where they were counted
    literals, literal = scanned.literals, 0
    comment_starts = [comment.start for comment in scanned.comments]
    code_before = 0
    for match in _STATEMENT.finditer(text):
        start = match.start()
        indent, word, name = match.groups()
        while literal < len(literals) and literals[literal][1] <= start:
            literal += 1
        if literal < len(literals) and literals[literal][0] < start:
            continue
        columns = width(indent.rpartition("\f")[2])
        if name is None and columns > around[-1].indent:
            code_before = start
            continue
        if text.endswith("\\\n", 0, start) and not (literal and literals[literal - 1][1] == start):
            continue
        if not name and not text.startswith(_SURELY_STATEMENTS, start + len(indent)):
            depth = max(depth + balance(scanned.code()[counted:start]), 0)
            counted = start
            if depth:
                continue
        _close(text, around, columns, start, _gap(text, scanned, comment_starts, code_before, start))
        if name:
            opened = _Open(columns, around[-1].number, start, name, len(scopes), "self." if word == "class" else "")
            scopes.append(opened)
            around.append(opened)
        counted, depth = start, 0
        code_before = start
    _close(text, around, column, len(text), _gap(text, scanned, comment_starts, code_before, len(text)))
    for scope in around:
        scope.end = len(text)
    found = [Scope(None if one.parent < 0 else one.parent, Span(one.start, one.end), one.name, one.object) for one in scopes]
    left = tuple(f"{' ' * scope.indent}{'class' if scope.object else 'def'} _:\n" for scope in around[1:])
    return Scoped(found, left, tuple(scope.number for scope in around[1:]), counted, depth)


def _gap(text: str, scanned: Scanned, comment_starts: list[int], after: int, before: int) -> list[tuple[int, int]]:
    """Comments on rows of their own between two statements: where the row starts, and the comment's column."""
    found = []
    for index in range(bisect_left(comment_starts, after), bisect_left(comment_starts, before)):
        comment = scanned.comments[index]
        line = comment.start
        while line > 0 and text[line - 1] in " \t\f":
            line -= 1
        if line == 0 or text[line - 1] == "\n":
            found.append((line, width(text[line : comment.start].rpartition("\f")[2])))
    return found


def _close(text: str, around: list[_Open], columns: int, position: int, gap: list[tuple[int, int]]) -> None:
    """End the scopes that a statement at `position` is outside of, each before the first comment that is outside too."""
    place = 0
    while around[-1].indent >= columns:
        scope = around.pop()
        while place < len(gap) and gap[place][1] > scope.indent:
            place += 1
        scope.end = max(gap[place][0] if place < len(gap) else position, scope.start)
