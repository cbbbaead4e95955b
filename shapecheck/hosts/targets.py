"""The name that code assigns or declares, for a shape in a comment behind it."""

from __future__ import annotations

import re
from bisect import bisect_right

from shapecheck.core.regex import regex
from shapecheck.core.span import Span
from shapecheck.hosts.source import Source

_OPERATOR = regex(r"[(\[{]|[)\]}]|==|!=|<=|>=|=>|=~|~=|===|:=|<<?-|(?:\*\*|//|>>|<<|\.[*/+^-]|[-+*/@%&|^])?=|;")
_COMPARISONS = frozenset(("==", "!=", "<=", ">=", "=>", "=~", "~=", "==="))
_BRACKET = regex(r"[(\[{]|[)\]}]")
_LAST_NAME = regex(r"((?:[^\W\d]\w*+\.)*+[^\W\d]\w*+)[ \t]*+$")
_TYPED_NAME = regex(r"(?:[^\W\d]\w*+[ \t]++)*?((?:[^\W\d]\w*+\.)*+[^\W\d]\w*+)[ \t]*+\??::?(?!:)")
_LOOP = regex(r"[ \t]*+(?:async[ \t]++)?for[ \t]++([^\W\d]\w*+)[ \t]++in\b")
_DEF_BEFORE = regex(r"\b(?:def|fn|func|fun|function|constructor)\s++[\w.]*+\s*+(?:<[^<>]*+>|\[[^\[\]]*+\])?\s*+$")
_PARAMETER = regex(r"(?:.*[(,])?[ \t]*+\*{0,2}([^\W\d]\w*+)[ \t]*+(?::[^,]*+|=[^,]*+)*+,?[ \t]*+$")
_PYTHON_HEADER = regex(r"[ \t]*+(?:if|elif|else|for|while|with|try|except|finally|case)\b.*:(?=[^:]*$)")
_FORTRAN = regex(r".*::[ \t]*+([^\W\d]\w*+)[ \t]*+(?:\([^()]*+\))?[ \t]*+$")

_COLON_TYPES = frozenset(("python", "rust", "typescript", "typescriptreact", "kotlin", "swift", "julia", "ocaml", "haskell"))
_NAME_AFTER_TYPE = frozenset(("c", "cpp", "cuda-cpp", "java", "csharp"))
_FUNCTIONAL_WORDS = {"haskell": frozenset(("let", "where")), "ocaml": frozenset(("let", "rec", "and", "val", "mutable"))}
_NO_NAMES = frozenset(
    (
        *("return", "new", "delete", "throw", "goto", "case", "else", "default", "in", "not", "and", "or", "await", "yield"),
        *("import", "from", "package", "using", "print", "typeof", "lambda", "if", "for", "while", "do", "try", "finally"),
        *("except", "end", "begin", "class", "struct", "pass", "break", "continue", "assert", "raise", "with", "match", "def"),
    )
)
_LONGEST_ROW = 400
_FARTHEST_BRACKET = 2000
_MOST_ROWS = 8


def target_of(source: Source, number: int) -> Span | None:
    """Where the name stands that the code before comment `number` on its row gives a value."""
    code = source.code()
    end = source.comments[number].start
    start = source.rows.start(source.rows.row(end))
    language = source.language.name
    if end - start > _LONGEST_ROW:
        return None
    statement = _statement_start(source, code, start, end)
    if statement is None:
        return None
    start, end = statement
    row = code[start:end].rstrip()
    if row.endswith((",", "(", "[")) or language == "python":
        found = _in_brackets(source, start, row)
    else:
        found = _assigned(row, language) or _declared(row, language)
    return None if found is None or found.of(row) in _NO_NAMES else found.shift(start)


def _statement_start(source: Source, code: str, start: int, end: int) -> tuple[int, int] | None:
    """The part of the statement's first row that tells what it assigns: rows that begin by closing a bracket go back to it."""
    for _ in range(_MOST_ROWS):
        row = code[start:end]
        indent = len(row) - len(row.lstrip())
        if row[indent : indent + 1] not in (")", "]", "}"):
            opening = _closed_here(source, row, start, end)
            if opening is None and source.language.name == "python" and code.endswith("\\\n", 0, start):
                start, end = source.rows.start(source.rows.row(start - 1)), start - 2
                continue
            if opening is None:
                return start, end
        else:
            opening = _opening_of(source, start + indent)
            if opening is None or code[opening] == "{":
                return None
        start, end = source.rows.start(source.rows.row(opening)), opening
    return None


def _closed_here(source: Source, row: str, start: int, end: int) -> int | None:
    """A round or square bracket from a row above that this row closes, none being left open behind it."""
    if sum(map(row.count, ")]")) <= sum(map(row.count, "([")):
        return None
    opening = _opening_of(source, start)
    behind = _opening_of(source, end)
    closed = opening is not None and source.code()[opening] != "{" and (behind is None or behind < opening)
    return opening if closed else None


def _opening_of(source: Source, closer: int) -> int | None:
    """The innermost bracket that is open; none that was left open before the last function or class began."""
    around: list[int] = []
    scope = bisect_right(source.scopes, closer, key=lambda scope: scope.span.start) - 1
    first = source.scopes[scope].span.start if source.language.scopes == "indentation" else 0
    for match in _BRACKET.finditer(source.code(), max(first, closer - _FARTHEST_BRACKET), closer):
        if match[0] in "([{":
            around.append(match.start())
        elif around:
            around.pop()
    return around[-1] if around else None


def _in_brackets(source: Source, start: int, row: str) -> Span | None:
    """A row that may be one of several in brackets: a parameter of a header, else what it would be outside."""
    code, language = source.code(), source.language.name
    opening = _opening_of(source, start + len(row))
    if opening is None or code[opening] == "{":
        return _assigned(row, language) or _declared(row, language)
    if code[opening] == "(" and _DEF_BEFORE.search(code[max(0, opening - 200) : opening]):
        match = _PARAMETER.fullmatch(row)
        return Span(*match.span(1)) if match else None
    if language in _NAME_AFTER_TYPE and code[opening] == "(":
        return _declared(row, language)
    return _assigned(row, language) if start <= opening else None


def _assigned(row: str, language: str) -> Span | None:
    """The left side of the row's last statement, if it is one name."""
    depth = begin = 0
    found: Span | None = None
    decided = False
    for match in _OPERATOR.finditer(row):
        sign = match[0]
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif depth > 0 or sign in _COMPARISONS:
            continue
        elif sign == ";":
            if row[match.end() :].strip():
                begin, found, decided = match.end(), None, False
        elif not decided:
            found, decided = _left_name(row, begin, match.start(), language), True
    return found


def _left_name(row: str, begin: int, end: int, language: str) -> Span | None:
    header = _PYTHON_HEADER.match(row, begin, end) if language == "python" else None
    begin = header.end() if header else begin
    left = row[begin:end]
    if language in _COLON_TYPES:
        typed = _TYPED_NAME.match(left.lstrip())
        if typed:
            return Span(*typed.span(1)).shift(begin + len(left) - len(left.lstrip()))
    name = _LAST_NAME.search(left)
    if name is None:
        return None
    before = left[: name.start()]
    if "," in re.sub(r"<[^<>]*+>", "", re.sub(r"<[^<>]*+>", "", before)) or before.rstrip().endswith(".") or before.endswith(("]", ")")):
        return None
    words = before.split()
    allowed = _FUNCTIONAL_WORDS.get(language)
    if (allowed is not None and not allowed.issuperset(words)) or (words and language == "python"):
        return None
    return Span(*name.span(1)).shift(begin)


def _declared(row: str, language: str) -> Span | None:
    """A name that is declared without a value: `x: Tensor`, `MatrixXd P;`, `const float* Q,`, `real :: a(n)`."""
    loop = _LOOP.match(row) if language == "python" else None
    if loop:
        return Span(*loop.span(1))
    if language.startswith("Fortran"):
        match = _FORTRAN.fullmatch(row)
        return Span(*match.span(1)) if match else None
    if language in _COLON_TYPES:
        indent = len(row) - len(row.lstrip())
        typed = _TYPED_NAME.match(row[indent:])
        if typed is None or typed[1] in _NO_NAMES or not row[indent + typed.end() :].strip():
            return None
        return Span(*typed.span(1)).shift(indent)
    return _behind_type(row) if language in _NAME_AFTER_TYPE else None


def _behind_type(row: str) -> Span | None:
    """The last name of the row where a type stands before it."""
    end = len(row.rstrip(";,){ \t"))
    while row[:end].endswith("]") and "[" in row[:end]:
        end = row.rindex("[", 0, end)
    name = _LAST_NAME.search(row[:end])
    if name is None:
        return None
    before = row[: name.start()]
    stripped = before.rstrip(" \t*&")
    words = re.split(r"\W+", stripped[-_LONGEST_ROW:])
    if stripped == before or not re.search(r"[\w>\]]$", stripped) or words[-1] in _NO_NAMES or "." in name[1]:
        return None
    return Span(*name.span(1))
