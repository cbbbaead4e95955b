"""A document as the client edits it: text, line starts, and positions in the client's units.

Lines end at `\\n`, `\\r\\n` and `\\r` only, as the protocol says (Language Server Protocol 3.17, text documents); a
form feed or U+2028 is an ordinary character. Positions past the end of a line or of the text are clamped.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

Encoding = Literal["utf-8", "utf-16", "utf-32"]
LINE_END = re.compile(r"\r\n|\n|\r")


def line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in LINE_END.finditer(text))]


@dataclass(slots=True)
class Text:
    """Mutable: `replace` keeps text and line starts in step.

    Line starts from number `_moved` on are `_by` further than `_starts` says: typing at one place moves no numbers.
    """

    text: str
    encoding: Encoding
    _starts: list[int]
    _moved: int = 0
    _by: int = 0

    @classmethod
    def of(cls, text: str, encoding: Encoding) -> Text:
        return cls(text, encoding, line_starts(text))

    @property
    def starts(self) -> list[int]:
        """Where each line begins."""
        return [*self._starts[: self._moved], *(start + self._by for start in self._starts[self._moved :])]

    def _start(self, line: int) -> int:
        return self._starts[line] + self._by if line >= self._moved else self._starts[line]

    def _line_after(self, offset: int) -> int:
        """The number of the first line that begins behind an offset."""
        count = len(self._starts)
        if self._moved < count and offset >= self._starts[self._moved] + self._by:
            return bisect_right(self._starts, offset - self._by, self._moved)
        return bisect_right(self._starts, offset, 0, min(self._moved, count))

    def line_span(self, line: int) -> tuple[int, int]:
        """Offsets of the line's first character and of its end, the line break left out."""
        start = self._start(line)
        end = self._start(line + 1) if line + 1 < len(self._starts) else len(self.text)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return start, end

    def offset(self, line: int, character: int) -> int:
        """The code-point offset of a position."""
        if line >= len(self._starts):
            return len(self.text)
        start, end = self.line_span(max(line, 0))
        if character <= 0:
            return start
        content = self.text[start:end]
        if self.encoding == "utf-32" or content.isascii():
            return min(start + character, end)
        return start + _code_points(content, character, self.encoding)

    def position(self, offset: int) -> tuple[int, int]:
        """The line and character, in the client's units, of a code-point offset."""
        offset = min(max(offset, 0), len(self.text))
        line = self._line_after(offset) - 1
        before = self.text[self._start(line) : offset]
        return line, units(before, self.encoding)

    def replace(self, start: int, end: int, new: str) -> None:
        """Put `new` where the offsets `start` to `end` are now."""
        start, end = min(start, end), max(start, end)
        # a line break can be made or split at the edges, so the lines on both sides are read again
        first = max(self._line_after(start - 1) - 1, 0) if start else 0
        last = self._line_after(end + 1)
        from_offset = self._start(first)
        to_offset = self._start(last) if last < len(self._starts) else len(self.text)
        self.text = self.text[:start] + new + self.text[end:]
        grown = len(new) - (end - start)
        inside = [from_offset + place for place in line_starts(self.text[from_offset : to_offset + grown])]
        if last < len(self._starts) and inside[-1] == self._start(last) + grown:
            inside.pop()
        self._move(last)
        self._by += grown
        self._starts[first:last] = inside
        self._moved = first + len(inside)

    def _move(self, line: int) -> None:
        """Make `line` the first of those that are moved."""
        if self._by and line < self._moved:
            self._starts[line : self._moved] = [start - self._by for start in self._starts[line : self._moved]]
        elif self._by and line > self._moved:
            self._starts[self._moved : line] = [start + self._by for start in self._starts[self._moved : line]]
        self._moved = line


def units(text: str, encoding: Encoding) -> int:
    """How many units of the encoding the text takes."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(character > "\uffff" for character in text)


def _code_points(content: str, count: int, encoding: Encoding) -> int:
    """How many characters of `content` lie before `count` units; a position inside a character is before it."""
    used = 0
    for place, character in enumerate(content):
        used += units(character, encoding)
        if used > count:
            return place
    return len(content)
