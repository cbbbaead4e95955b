"""Comment lines to stretches of text with one or more statements: remarks cut off, `;` split, continued lines joined."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from shapecheck.core.regex import regex
from shapecheck.core.span import Span
from shapecheck.syntax.statements import LONGEST

_SIGNS = regex(r";|[\[\]()]|#|//|--(?![->])|—|/\*|\*/|%(?!\*%|[xo]%)|!(?!=)|<-|\\%")
_OPERATOR_END = regex(
    r"(?:[+\-−@=·⋅×⊙∘⊘⊗≡≔←→∈([{<⟨/,\\]|(?<!\^)\*|[-=]>|%\*%|\\(?:cdot|times|odot|otimes|in|to|frac|left)|\.\.\.|…|\\\\)\s*$"
)
_OPERATOR_START = regex(
    r"\s*(?:[+−@=·⋅×⊙∘⊘⊗:≡≔←→∈]|\*(?!/)|/(?![/*])|-(?!-\s)|\.[*/^]|\^|\\(?:cdot|times|odot|otimes|equiv|to|top)(?![A-Za-z])|%\*%|[)\]}])"
)
_BULLET = regex(r"\s*[-*•]\s+[^\s:=()]+(?:\s*,\s*[^\s:=()]+)*\s*(?::(?!=)|∈)")
_RELATION = regex(r"[(\[{]|[)\]}]|(?<![-=<>!])=(?!>)|[≡≔←]")
_DECLARED = regex(r"\s*[^\s:=()\[\]+*/@-]+(?:\s*,\s*[^\s:=()\[\]+*/@-]+)*\s*(?::(?!=)|∈|\\in\b)")
_REMAINDER = regex(r"\s*where\s+[\w*+\s]+%\s*\w+\s*={1,3}\s*0")
_COMMA_END = regex(r"[,;]\s*$")


def stretches(text: str, pieces: Sequence[Span]) -> Iterator[tuple[str, int]]:
    """Text and offset of each stretch between signs that end a statement. What lies between joined lines is blanked."""
    waiting: list[Span] = []
    depth = 0
    for piece in pieces:
        line = text[piece.start : piece.end] if piece.end - piece.start <= LONGEST else ""
        if not line:
            yield from _joined(text, waiting)
            waiting, depth = [], 0
            if piece.end > piece.start:
                yield text[piece.start : piece.end], piece.start
            continue
        parts = _parts(line)
        if not parts:
            yield from _joined(text, waiting)
            waiting, depth = [], 0
            continue
        goes_on = bool(waiting) and _joins(text[waiting[0].start : waiting[-1].end], line, depth)
        if waiting and (not goes_on or waiting[-1].end - waiting[0].start > 2 * LONGEST):
            yield from _joined(text, waiting)
            waiting, depth = [], 0
        for index, (start, end) in enumerate(parts):
            if index:
                yield from _joined(text, waiting)
                waiting, depth = [], 0
            waiting.append(Span(piece.start + start, piece.start + end))
        depth = max(0, depth + _depth(line[parts[-1][0] : parts[-1][1]]))
    yield from _joined(text, waiting)


def _joined(text: str, spans: list[Span]) -> Iterator[tuple[str, int]]:
    if not spans:
        return
    parts: list[str] = []
    position = spans[0].start
    for span in spans:
        parts += (" " * (span.start - position), text[span.start : span.end])
        position = span.end
    joined = (
        re.sub(r"(?:\.\.\.|…)(?=\s{2,})|\\(?=\s{2,}[-+*@/=])", lambda mark: " " * len(mark[0]), "".join(parts))
        if len(spans) > 1
        else parts[1]
    )
    yield joined, spans[0].start


def _joins(before: str, line: str, depth: int) -> bool:
    """Whether a line goes on with what stands before it; a line with a relation of its own follows no operator, which was left hanging."""
    if _goes_on(before[-40:], depth):
        return depth > 0 or not _is_whole(line)
    if not _continues(line, depth):
        return False
    return depth > 0 or line.lstrip()[:1] in "=:-→≡≔←" or _DECLARED.match(before[:400]) is None


def _is_whole(line: str) -> bool:
    """Whether a line declares, or relates two sides."""
    if _DECLARED.match(line):
        return True
    depth = 0
    for sign in _RELATION.finditer(line):
        if sign[0] in "([{":
            depth += 1
        elif sign[0] in ")]}":
            depth -= 1
        elif depth == 0:
            return True
    return False


def _goes_on(line: str, depth: int) -> bool:
    """Whether a line ends as if more were to come; a comma only inside brackets."""
    if _COMMA_END.search(line):
        return depth > 0
    return _OPERATOR_END.search(line) is not None


def _continues(line: str, depth: int) -> bool:
    """Whether a line begins as the rest of the one before it."""
    if _OPERATOR_START.match(line) is None or _BULLET.match(line) is not None:
        return False
    return depth > 0 or line.lstrip()[:1] not in ")]}"


def _depth(part: str) -> int:
    return sum(part.count(mark) for mark in "([{") - sum(part.count(mark) for mark in ")]}")


def _parts(line: str) -> list[tuple[int, int]]:
    """The stretches of a line between `;`, without its remark and without blanks at the ends."""
    cuts: list[int] = []
    inside: list[tuple[str, int]] = []
    end = len(line)
    for sign in _SIGNS.finditer(line):
        mark, start = sign[0], sign.start()
        if mark in "[(":
            inside.append((mark, len(cuts)))
        elif mark in "])":
            if inside:
                bracket, before = inside.pop()
                if bracket == "[" and mark == "]":
                    del cuts[before:]
        elif mark == ";":
            cuts.append(start)
        elif _is_remark(mark, line, start, bool(inside)):
            end = start
            break
    if cuts and inside and not line[cuts[-1] + 1 : end].strip():
        bracket, before = inside[-1]
        if bracket == "[":
            del cuts[before:]  # the rows of a block go on in the next line
    bounds = [-1, *(cut for cut in cuts if cut < end), end]
    found: list[tuple[int, int]] = []
    for left, right in pairwise(bounds):
        part = line[left + 1 : right]
        if part.strip():
            lead = len(part) - len(part.lstrip())
            found.append((left + 1 + lead, left + 1 + len(part.rstrip())))
    return found


def _is_remark(mark: str, line: str, start: int, inside: bool) -> bool:
    """Whether this sign begins a remark, and is not an operator."""
    before, behind = line[:start], line[start + len(mark) :]
    blank_before = not before or before[-1].isspace()
    blank_behind = not behind or behind[0].isspace()
    match mark:
        case "#" | "/*" | "*/":
            return True
        case "//":
            return blank_before and not inside and (blank_behind or before.endswith("  ")) and not before.lstrip().startswith("where ")
        case "--" | "—":
            return blank_before and blank_behind
        case "%" | "!":
            return blank_before and not (mark == "%" and _REMAINDER.match(line) is not None)
        case "<-":
            return before.endswith("  ") and any(sign in before for sign in "=:")
        case _:
            return False
