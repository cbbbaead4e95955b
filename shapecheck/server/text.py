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
    """Mutable: `replace` keeps text and line starts in step."""

    text: str
    encoding: Encoding
    starts: list[int]

    @classmethod
    def of(cls, text: str, encoding: Encoding) -> Text:
        return cls(text, encoding, line_starts(text))

    def line_span(self, line: int) -> tuple[int, int]:
        """Offsets of the line's first character and of its end, the line break left out."""
        start = self.starts[line]
        end = self.starts[line + 1] if line + 1 < len(self.starts) else len(self.text)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return start, end

    def offset(self, line: int, character: int) -> int:
        """The code-point offset of a position."""
        if line >= len(self.starts):
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
        line = bisect_right(self.starts, offset) - 1
        before = self.text[self.starts[line] : offset]
        return line, units(before, self.encoding)

    def replace(self, start: int, end: int, new: str) -> None:
        """Put `new` where the offsets `start` to `end` are now."""
        start, end = min(start, end), max(start, end)
        # a line break can be made or split at the edges, so the lines on both sides are read again
        first = max(bisect_right(self.starts, start - 1) - 1, 0) if start else 0
        last = bisect_right(self.starts, end + 1)
        from_offset = self.starts[first]
        to_offset = self.starts[last] if last < len(self.starts) else len(self.text)
        self.text = self.text[:start] + new + self.text[end:]
        grown = len(new) - (end - start)
        inside = [from_offset + place for place in line_starts(self.text[from_offset : to_offset + grown])]
        if last < len(self.starts) and inside[-1] == self.starts[last] + grown:
            inside.pop()
        tail = self.starts[last:]
        self.starts = self.starts[:first] + inside + ([place + grown for place in tail] if grown else tail)


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
