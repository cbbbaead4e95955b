"""Text -> its comments, literals and braces, in one pass of one pattern built from the language's row."""

from __future__ import annotations

import re
from functools import cache

from shapecheck.core.record import dataclass, field
from shapecheck.core.regex import regex
from shapecheck.hosts.language import Block, Language


@dataclass(frozen=True, slots=True)
class Comment:
    """`start`..`end` with its signs, `inner`..`inner_end` without the block's signs (a line comment keeps its own)."""

    start: int
    end: int
    inner: int
    inner_end: int
    block: bool


@dataclass(slots=True)
class Scanned:
    text: str
    comments: list[Comment] = field(default_factory=list)
    literals: list[tuple[int, int]] = field(default_factory=list)
    marks: list[tuple[int, str, int]] = field(default_factory=list)  # offset, one of `{ } ;`, number of comments before it
    is_in_template: bool = False  # at the end, in the code of a template
    _code: str | None = None

    def code(self) -> str:
        """The text with comments and literals blanked, every offset kept."""
        if self._code is None:
            self._code = _masked(self.text, self.literals, self.comments)
        return self._code


def newlines_only(text: str) -> str:
    """The text with `\\n` as its only line end, every other character at its place."""
    if "\r" not in text:
        return text
    return text.replace("\\\r\n", " \\\n").replace("\r\n", " \n").replace("\r", "\n")


@cache
def pattern_of(language: Language) -> re.Pattern[str]:
    # An empty group behind each alternative tells which one matched and leaves its first character to the fast search.
    alternatives = [f"(?:{literal})(?P<literal{i}>)" for i, literal in enumerate(language.literals)]
    blocks = [f"{block.open}(?P<block{i}>)" for i, block in enumerate(language.blocks)]
    lines = [rf"{sign}[^\n]*+(?P<line{i}>)" for i, sign in enumerate(language.line)]
    alternatives += [*blocks, *lines]
    if language.templates:
        alternatives.append("`(?P<template>)")
    if language.templates or language.scopes == "braces":
        alternatives.append("[{};](?P<mark>)")
    return re.compile("|".join(alternatives) or r"[^\s\S]", re.DOTALL | re.MULTILINE)


@cache
def _block_pattern(block: Block, level: int) -> re.Pattern[str]:
    close = block.close.replace("{level}", "=" * level)
    return re.compile(f"(?P<open>{block.open})|(?P<close>{close})" if block.nested else f"(?P<close>{close})", re.MULTILINE)


def _block_end(text: str, block: Block, start: int, inner: int) -> tuple[int, int]:
    """Where the comment's content ends, and where the comment does."""
    level = text.count("=", start, inner) if "{level}" in block.close else 0
    depth = 1
    for match in _block_pattern(block, level).finditer(text, inner):
        depth += -1 if match["close"] is not None else 1
        if not depth:
            return match.start(), match.end()
    return len(text), len(text)


_TEMPLATE = regex(r"`|\$\{|\\.", re.DOTALL)


def _template_part(text: str, position: int) -> tuple[int, bool]:
    """Where a template's text stops, and whether at a `${`."""
    for match in _TEMPLATE.finditer(text, position):
        if match[0] == "`":
            return match.end(), False
        if match[0] == "${":
            return match.end(), True
    return len(text), False


def scan(text: str, language: Language) -> Scanned:
    """All comments and literals of `text`, whose only line ends are `\\n`."""
    found = Scanned(text)
    position: int | None = 0
    open_templates: list[int] = []  # for each `${` around us, the braces opened since
    while position is not None:
        position = _scan_from(text, language, position, found, open_templates)
    found.is_in_template = bool(open_templates)
    return found


def _scan_from(text: str, language: Language, position: int, found: Scanned, open_templates: list[int]) -> int | None:
    """Scan until something needs its end searched for; its end is where to go on."""
    comments, literals, marks = found.comments, found.literals, found.marks
    for match in pattern_of(language).finditer(text, position):
        kind = match.lastgroup or ""
        start, end = match.span()
        if kind[0] == "l":
            if kind[1] == "i" and kind[2] == "t":
                literals.append((start, end))
            else:
                comments.append(Comment(start, end, start, end, False))
        elif kind == "mark":
            sign = match[0]
            if open_templates and sign != ";":
                open_templates[-1] += 1 if sign == "{" else -1
                if open_templates[-1] < 0:
                    open_templates.pop()
                    return _template(text, start, end, literals, open_templates)
            marks.append((start, sign, len(comments)))
        elif kind == "template":
            return _template(text, start, end, literals, open_templates)
        else:
            inner_end, after = _block_end(text, language.blocks[int(kind[5:])], start, end)
            comments.append(Comment(start, after, end, inner_end, True))
            return after
    return None


def _template(text: str, start: int, inner: int, literals: list[tuple[int, int]], open_templates: list[int]) -> int:
    end, at_code = _template_part(text, inner)
    literals.append((start, end))
    if at_code:
        open_templates.append(0)
    return end


def _masked(text: str, literals: list[tuple[int, int]], comments: list[Comment]) -> str:
    parts: list[str] = []
    position = 0
    for start, end in sorted([*literals, *((comment.start, comment.end) for comment in comments)]):
        parts += (text[position:start], " " * (end - start))
        position = end
    return "".join((*parts, text[position:]))
