"""Where a document may be cut in two, so that what is behind the cut can be read by itself: between statements, at the begin of a row.

What is proposed here may still lie in a literal, a comment or a bracket: reading the part before it tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from shapecheck.core.record import dataclass
from shapecheck.core.regex import regex
from shapecheck.hosts.language import Language
from shapecheck.hosts.rows import width


@dataclass(frozen=True, slots=True)
class Behind:
    """What is behind a cut: the column of its row, whether brackets that were left open before do not reach there (`begins_anew`, as a
    definition does), and whether it may go on with a comment of the row above."""

    column: int = 0
    begins_anew: bool = False
    may_be_comment: bool = True


@dataclass(frozen=True, slots=True)
class Cut:
    place: int
    behind: Behind = Behind()


_HEAD = regex(r"(?P<indent>[ \t]*+)(?:[#@][^\r\n]*+\r?\n(?P=indent))*+(?:async[ \t]++)?(?:def|class)[ \t]++\w")
_STATEMENT = regex(r"(?P<indent>[ \t]*+)(?![rRbBuUfF]{1,2}[\"'])[A-Za-z_]")
_CLOSING = regex(r"(?<=\n)[ \t]*+\}[ \t);,]*+\r?\n")
_MARKED = regex(r"[{};][ \t]*+(?:(?://|#)[^\n]*+|\r?)\n")
_END = regex(r"(?<=\n)[ \t]*+end\w*+[ \t;]*+\r?\n")
_BLANK = regex(r"(?<=\n)[ \t]*+\r?\n")
_BLANK_ABOVE_TEXT = regex(r"(?<=\n)[ \t]*+\r?\n(?=\S)")
_ANY = regex(r"\n")
_NO_COMMENT = regex(r"[ \t]*+(?:\w|[@{}\\\r\n]|$)")

_ROWS = {"braces": (_CLOSING, _MARKED), "file": (_BLANK, _ANY)}
_KEYWORDS = (_END, _ANY)


def cut_between(text: str, start: int, end: int, language: Language) -> Cut | None:
    """The best place for a cut in a stretch of the text."""
    if language.scopes == "indentation":
        return next(_python(text, start, end, _HEAD), None) or next(_python(text, start, end, _STATEMENT), None)
    patterns = (_BLANK_ABOVE_TEXT,) if language.name == "markdown" else _ROWS.get(language.scopes, _KEYWORDS)
    found = next((match for pattern in patterns if (match := pattern.search(text, start, end)) is not None), None)
    return _cut(text, found.end()) if found is not None else None


def cut_at(text: str, place: int, language: Language) -> Cut | None:
    """A cut at this place, if there is one."""
    if place == len(text):
        return Cut(place)
    if not text.endswith("\n", 0, place):
        return None
    if language.scopes == "indentation":
        return _python_cut(text, place, _HEAD) or _python_cut(text, place, _STATEMENT)
    if language.name == "markdown" and text[place].isspace():
        return None
    return _cut(text, place)


def _cut(text: str, place: int) -> Cut:
    return Cut(place, Behind(may_be_comment=_NO_COMMENT.match(text, place) is None))


def _python(text: str, start: int, end: int, pattern: re.Pattern[str]) -> Iterator[Cut]:
    for found in _ANY.finditer(text, start, end):
        cut = _python_cut(text, found.end(), pattern)
        if cut is not None:
            yield cut


def _python_cut(text: str, place: int, pattern: re.Pattern[str]) -> Cut | None:
    found = pattern.match(text, place)
    if found is None or text.endswith(("\\\n", "\\\r\n"), 0, place):
        return None
    is_comment = text.startswith("#", found.end("indent"))
    if is_comment and "#" in text[text.rfind("\n", 0, place - 1) + 1 : place]:
        return None
    return Cut(place, Behind(width(found["indent"]), pattern is _HEAD, is_comment))
