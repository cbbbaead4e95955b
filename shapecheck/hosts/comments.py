"""Comments and docstrings as lines of content, signs and margins left out."""

from __future__ import annotations

from shapecheck.core.record import dataclass, replace
from shapecheck.core.regex import regex
from shapecheck.core.span import Span
from shapecheck.hosts.rows import Rows, width
from shapecheck.hosts.scan import Comment


@dataclass(frozen=True, slots=True)
class Ignore:
    """A `shape: ignore[rules]` at a line's end."""

    span: Span
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommentLine:
    """`start`..`end` is the content without blanks around it; `depth` its columns behind the sign or margin.

    What opens a block here takes lines deeper than `opens`.
    """

    start: int
    end: int
    row: int
    depth: int
    opens: int
    ignore: Ignore | None = None


# Signs are doubled (`##`, `///`), or marked as documentation (`//!`, `#:`, `-- |`).
_SIGN = regex(r"(?:#++[:!']?|//++[!<]?|%++|--++(?: ?[|^])?|!++[<>]?|[cC*]|;++)?+([ \t]*+)")
_BLOCK_SIGN = regex(r"[*!|#=-]*+<?([ \t]*+)")
_PRAGMA = regex(  # a word to another tool, with a comment of its own behind it: `# type: ignore  # shape: (N, D)`
    r"@?(?:type: ?ignore|noqa|pylint:|pragma:|fmt:|ruff:|mypy:|pyright:|isort:|NOLINT|eslint-|ts-|prettier-)[^#%!]*?"
    r"(?:#++|//++|%++|!++)[ \t]*+(?=shape:)"
)
_BLANKS = regex(r"[ \t]*+")
_STAR = regex(r"[ \t]*+\*([ \t]*+)")
_IGNORE = regex(r"shape:[ \t]*+ignore(?:[ \t]*+\[([^\]\n]*+)\])?[ \t]*+(?:$|(?=--|[#%!]|//))")
_FORMULA = regex(r"[=:@*+∈≡←→(\[']")  # what tells `A B + c shape: ignore` from a sentence about it
_OPENERS = ("#", "//", "%", "--", "!", "/*", "(*", "{-", ";")


def line_comment(text: str, comment: Comment, row: int) -> CommentLine:
    match = _SIGN.match(text, comment.start, comment.end)
    assert match is not None  # every part of it is optional
    depth = width(match[1])
    start = match.end()
    if (pragma := _PRAGMA.match(text, start, comment.end)) is not None:
        start = pragma.end()
    line = _line(text, start, comment.end, row, depth, depth)
    if line.ignore is None or line.start < line.end:
        return line
    return replace(line, ignore=Ignore(Span(comment.start, line.ignore.span.end), line.ignore.rules))


def block_comment(text: str, comment: Comment, rows: Rows) -> list[CommentLine]:
    """One line a row of the comment. With ` * ` margins depth counts behind them, else behind the column of the opening sign."""
    first = rows.row(comment.start)
    last = rows.row(comment.inner_end)
    match = _BLOCK_SIGN.match(text, comment.inner, min(rows.end(first), comment.inner_end))
    assert match is not None
    depth = width(match[1])
    if first == last:
        return [_line(text, match.end(), comment.inner_end, first, depth, depth)]
    inside = [(max(rows.start(row), comment.inner), min(rows.end(row), comment.inner_end)) for row in range(first + 1, last + 1)]
    starred = all(_STAR.match(text, start, end) or not text[start:end].strip() for start, end in inside)
    sign_width = comment.inner - comment.start
    column = width(text[max(rows.start(first), comment.start - 400) : comment.start]) + sign_width
    lines = [_line(text, match.end(), inside[0][0] - 1, first, depth, depth if starred else -sign_width)]
    for offset, (start, end) in enumerate(inside):
        match = (_STAR.match(text, start, end) if starred else None) or _BLANKS.match(text, start, end)
        assert match is not None
        behind = width(match[1]) if match.lastindex else width(match[0]) - column
        lines.append(_line(text, match.end(), end, first + 1 + offset, behind, behind))
    return lines


def string_lines(text: str, start: int, end: int, rows: Rows) -> list[CommentLine]:
    """The rows of a docstring's content, which is `start`..`end`."""
    lines = []
    for row in range(rows.row(start), rows.row(end) + 1):
        begin = max(rows.start(row), start)
        match = _BLANKS.match(text, begin, min(rows.end(row), end))
        assert match is not None
        depth = width(match[0]) if begin == rows.start(row) else width(text[max(rows.start(row), begin - 400) : begin]) - 3
        lines.append(_line(text, match.end(), min(rows.end(row), end), row, depth, depth))
    return lines


def _line(text: str, start: int, end: int, row: int, depth: int, opens: int) -> CommentLine:
    """The line, cut before an `ignore` of its own."""
    while end > start and text[end - 1] in " \t":
        end -= 1
    word = text.rfind("shape:", start, end)
    match = _IGNORE.match(text, word, end) if word >= 0 else None
    if match is None:
        return CommentLine(start, end, row, depth, opens)
    sign = word
    while sign > start and text[sign - 1] in " \t":
        sign -= 1
    opener = next((opener for opener in _OPENERS if text.endswith(opener, start, sign)), "")
    if word > start and not opener and not (match[1] or word - sign > 1 or _FORMULA.search(text, start, sign)):
        return CommentLine(start, end, row, depth, opens)
    sign -= len(opener)
    while opener and sign > start and text[sign - 1] == opener[0]:
        sign -= 1
    found = Ignore(Span(sign, match.end()), tuple(rule.strip() for rule in (match[1] or "").split(",") if rule.strip()))
    cut = sign if word > start else word
    while cut > start and text[cut - 1] in " \t":
        cut -= 1
    return CommentLine(start, cut, row, depth, opens, found)
