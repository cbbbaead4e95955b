"""Markdown: fenced code in its own language, ```shape fences, HTML comments, and `shape:` sections in prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shapecheck.core.record import dataclass, replace
from shapecheck.core.regex import regex
from shapecheck.core.span import Span
from shapecheck.hosts.annotation import Annotation, Extract, Scope, Suppression
from shapecheck.hosts.comments import string_lines
from shapecheck.hosts.docstrings import sections
from shapecheck.hosts.rows import Rows

_FENCE = regex(r"^[ \t>]*+(?P<sign>```++|~~~++)(?P<info>[^\n`]*+)$", re.MULTILINE)
_WORD = regex(r"[\w+#.-]++")
_SECTION = regex(r"^[ \t]*+shape:[ \t]*+$", re.MULTILINE)
STATEMENT_FENCES = frozenset(("shape", "shapecheck"))


@dataclass(frozen=True, slots=True)
class Fence:
    """Fenced code: its language as written, and the span of its content."""

    language: str
    word: Span
    content: Span
    is_closed: bool


def fences(text: str) -> Iterator[Fence]:
    """The fences of `text`, whose only line ends are `\\n`. One that is not closed reaches to the end."""
    opened: re.Match[str] | None = None
    for match in _FENCE.finditer(text):
        if opened is None:
            opened = match
        elif match["sign"].startswith(opened["sign"]) and not match["info"].strip():
            yield _fence(opened, match.start(), True)
            opened = None
    if opened is not None:
        yield _fence(opened, len(text), False)


def _fence(opened: re.Match[str], end: int, is_closed: bool) -> Fence:
    word = _WORD.search(opened["info"])
    start = min(opened.end() + 1, end)
    place = opened.start("info")
    span = Span(place + word.start(), place + word.end()) if word else Span(place, place)
    return Fence(word[0] if word else "", span, Span(start, end), is_closed)


def without_fences(text: str, found: list[Fence]) -> str:
    """The prose: what is fenced is blank."""
    parts: list[str] = []
    position = 0
    for fence in found:
        parts += (text[position : fence.content.start], re.sub(r"[^\n]", " ", fence.content.of(text)))
        position = fence.content.end
    return "".join((*parts, text[position:]))


def statement_fence(text: str, rows: Rows, fence: Fence) -> Annotation | None:
    """A ```shape fence: its lines are statements of the document's own scope."""
    lines = string_lines(text, fence.content.start, fence.content.end, rows)
    pieces = tuple(Span(line.start, line.end) for line in lines if line.start < line.end)
    return Annotation("block", fence.word, pieces, 0) if pieces else None


def prose_sections(prose: str, rows: Rows, inside: list[tuple[int, int]]) -> Iterator[Annotation]:
    """`shape:` alone on a line above an indented section, outside of HTML comments (`inside`)."""
    if not _SECTION.search(prose):
        return
    for head, section in sections(prose, string_lines(prose, 0, len(prose), rows)):
        if not any(start <= head.start < end for start, end in inside):
            pieces = tuple(Span(line.start, line.end) for line in section)
            yield Annotation("block", Span(head.start, head.start + len("shape:")), pieces, 0)


def moved(extract: Extract, offset: int, first_scope: int) -> tuple[list[Scope], list[Annotation], list[Suppression]]:
    """A fence's findings as the document's: its file scope is a child of the document's scope."""
    scopes = [
        replace(scope, parent=0 if scope.parent is None else scope.parent + first_scope, span=scope.span.shift(offset))
        for scope in extract.scopes
    ]
    annotations = [
        Annotation(
            found.kind,
            found.word.shift(offset),
            tuple(piece.shift(offset) for piece in found.pieces),
            found.scope + first_scope,
            tuple(target.shift(offset) for target in found.targets),
        )
        for found in extract.annotations
    ]
    silenced = [replace(found, span=found.span.shift(offset), covers=found.covers.shift(offset)) for found in extract.suppressions]
    return scopes, annotations, silenced
