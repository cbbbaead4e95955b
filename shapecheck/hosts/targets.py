"""The names that code assigns or declares, for a shape in a comment behind it."""

from __future__ import annotations

from bisect import bisect_right

from shapecheck.core.regex import regex
from shapecheck.core.span import Span
from shapecheck.hosts.declarators import NO_NAMES, behind_types
from shapecheck.hosts.left_sides import COLON_TYPES, TYPED_NAME, assigned, items_of, looped
from shapecheck.hosts.source import Source

_OPERATOR = regex(r"[(\[{]|[)\]}]|==|!=|<=|>=|=>|=~|~=|===|:=|<<?-|(?:\*\*|//|>>|<<|\.[*/+^-]|[-+*/@%&|^])?=|;")
_COMPARISONS = frozenset(("==", "!=", "<=", ">=", "=>", "=~", "~=", "==="))
_CHAINED = frozenset(("=", "<-"))
_BRACKET = regex(r"[(\[{]|[)\]}]")
_NAME = regex(r"[ \t]*+((?:[^\W\d]\w*+\.)*+[^\W\d]\w*+)[ \t]*+")
_WALRUS = regex(r"([^\W\d]\w*+)[ \t]*+:=")
_DEF_BEFORE = regex(r"\b(?:def|fn|func|fun|function|constructor)\s++[\w.]*+\s*+(?:<[^<>]*+>|\[[^\[\]]*+\])?\s*+$")
_PARAMETER = regex(r"(?:(?:mut|var|val|public|private|readonly|_)[ \t]++)*+\*{0,2}([^\W\d]\w*+)[ \t]*+\??(?::.*+|=.*+)?")
_GO_PARAMETER = regex(r"([^\W\d]\w*+)(?:[ \t]++[\w.*\[\]]++)?")
_PYTHON_HEADER = regex(r"[ \t]*+(?:if|elif|else|for|while|with|try|except|finally|case)\b.*:(?=[^:]*$)")
_FORTRAN = regex(r".*::[ \t]*+")
_FORTRAN_NAME = regex(r"([^\W\d]\w*+)[ \t]*+(?:\(.*\))?")

_NAME_AFTER_TYPE = frozenset(("c", "cpp", "cuda-cpp", "java", "csharp"))
_OBJECTS = frozenset(("self", "cls"))
_LONGEST_ROW = 400
FARTHEST_BRACKET = 2000
_MOST_ROWS = 8


def targets_of(source: Source, number: int) -> tuple[Span, ...]:
    """Where the names stand that the code before comment `number` on its row gives a value."""
    code = source.code()
    end = source.comments[number].start
    start = source.rows.start(source.rows.row(end))
    language = source.language.name
    if end - start > _LONGEST_ROW:
        return ()
    statement = _statement_start(source, code, start, end)
    if statement is None:
        return ()
    start, end = statement
    row = code[start:end].rstrip()
    if row.endswith((",", "(", "[")) or language == "python":
        found = _in_brackets(source, start, row)
    else:
        found = _assigned(row, language) or _declared(row, language)
    return tuple(span.shift(start) for span in found if span.of(row) not in NO_NAMES)


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
    for match in _BRACKET.finditer(source.code(), max(first, closer - FARTHEST_BRACKET), closer):
        if match[0] in "([{":
            around.append(match.start())
        elif around:
            around.pop()
    return around[-1] if around else None


def _in_brackets(source: Source, start: int, row: str) -> tuple[Span, ...]:
    """A row that may be one of several in brackets: parameters of a header, else what it would be outside."""
    code, language = source.code(), source.language.name
    opening = _opening_of(source, start + len(row))
    if opening is None or code[opening] == "{":
        return _assigned(row, language) or _declared(row, language)
    if code[opening] == "(" and _DEF_BEFORE.search(code[max(0, opening - 200) : opening]):
        return _parameters(row, opening + 1 - start, language)
    if language in _NAME_AFTER_TYPE and code[opening] == "(":
        return _declared(row, language)
    return _assigned(row, language) if start <= opening else ()


def _parameters(row: str, begin: int, language: str) -> tuple[Span, ...]:
    """Those on the row; on that of the header itself only the last, the others may be of other kinds."""
    pattern = _GO_PARAMETER if language == "go" else _PARAMETER
    found: list[Span] = []
    for item in items_of(row, max(begin, 0), len(row)):
        match = pattern.fullmatch(item.of(row))
        if match is None:
            if item.of(row).strip("*/&"):
                return ()
        elif match[1] not in _OBJECTS:
            found.append(Span(*match.span(1)).shift(item.start))
    return tuple(found[-1:] if begin > 0 else found)


def _assigned(row: str, language: str) -> tuple[Span, ...]:
    """The names on the left of the row's last statement; of a chain `a = b = value` those of all sides."""
    depth = begin = decided = 0
    found: tuple[Span, ...] = ()
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
                begin, found, decided = match.end(), (), 0
        elif not decided:
            start = _behind_header(row, begin, match.start(), language)
            found, decided = assigned(row, start, match.start(), language), match.end() if sign in _CHAINED else len(row)
        elif sign in _CHAINED and (name := _NAME.fullmatch(row, decided, match.start())):
            found, decided = (*found, Span(*name.span(1))), match.end()
        else:
            decided = len(row)
    if not decided and language == "python":
        walrus = _WALRUS.findall(row)
        return tuple(Span(*named.span(1)) for named in _WALRUS.finditer(row)) if len(walrus) == 1 else ()
    return found


def _behind_header(row: str, begin: int, end: int, language: str) -> int:
    header = _PYTHON_HEADER.match(row, begin, end) if language == "python" else None
    return header.end() if header else begin


def _declared(row: str, language: str) -> tuple[Span, ...]:
    """Names that are declared without a value: `x: Tensor`, `MatrixXd P;`, `const float* Q,`, `real :: a(n)`."""
    loop = looped(row) if language == "python" else ()
    if loop:
        return loop
    if language.startswith("Fortran"):
        return _of_fortran(row)
    if language in COLON_TYPES:
        indent = len(row) - len(row.lstrip())
        typed = TYPED_NAME.match(row[indent:])
        if typed is None or typed[1] in NO_NAMES or not row[indent + typed.end() :].strip():
            return ()
        return (Span(*typed.span(1)).shift(indent),)
    return behind_types(row) if language in _NAME_AFTER_TYPE else ()


def _of_fortran(row: str) -> tuple[Span, ...]:
    """`real(8) :: a(n, m), b(n, m)`."""
    head = _FORTRAN.match(row)
    items = list(items_of(row, head.end(), len(row))) if head else []
    names = [(item, _FORTRAN_NAME.fullmatch(item.of(row))) for item in items]
    return tuple(Span(*name.span(1)).shift(item.start) for item, name in names if name) if all(name for _, name in names) else ()
