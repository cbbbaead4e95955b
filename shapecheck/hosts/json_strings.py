"""The strings of a JSON text with their places: what an edit that keeps every other byte needs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shapecheck.core.record import dataclass
from shapecheck.core.regex import regex

_TOKEN = regex(r'"(?:[^"\\]++|\\.)*+"|[{}\[\],:]|[^\s"{}\[\],:]++', re.DOTALL)
_CONTENT = regex(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[^u])|[^\\]++|\\",
    re.DOTALL,
)
_SHORT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_DEEPEST = 6

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """`decoded` characters stand at `start`..`end` of the JSON text: either one by one, or one that is escaped."""

    start: int
    end: int
    decoded: str

    @property
    def escaped(self) -> bool:
        return self.end - self.start != len(self.decoded)


def json_strings(text: str) -> Iterator[tuple[Path, int, int]]:
    """Path, start and end of each string value near the root; stops where the text is not JSON."""
    around: list[list[str | int]] = []  # of each array its index, of each object its key
    kinds: list[str] = []
    key: str | None = None
    for match in _TOKEN.finditer(text):
        sign = match[0]
        if sign in "{[":
            around.append(["" if sign == "{" else 0])
            kinds.append(sign)
            key = None
        elif sign in "}]":
            if not kinds or kinds.pop() != ("{" if sign == "}" else "["):
                return
            around.pop()
        elif sign == ",":
            if kinds and kinds[-1] == "[":
                around[-1][0] = int(around[-1][0]) + 1
            key = None
        elif sign == ":":
            if not kinds or kinds[-1] != "{" or key is None:
                return
            around[-1][0] = key
        elif sign[0] == '"':
            if kinds and kinds[-1] == "{" and key is None:
                key = sign[1:-1]
            elif len(around) <= _DEEPEST:
                yield tuple(step[0] for step in around), match.start(), match.end()


def runs(text: str, start: int, end: int) -> Iterator[Run]:
    """The content of the string at `start`..`end`, quotes included, decoded."""
    for match in _CONTENT.finditer(text, start + 1, end - 1):
        yield Run(match.start(), match.end(), _decoded(match[0]))


def _decoded(content: str) -> str:
    if content[0] != "\\" or len(content) == 1:
        return content
    if len(content) == 2:
        return _SHORT.get(content[1], content[1])
    code = int(content[2:6], 16)
    if len(content) == 12:
        return chr(0x10000 + ((code - 0xD800) << 10) + (int(content[8:12], 16) - 0xDC00))
    return chr(code) if not 0xD800 <= code < 0xE000 else "\N{REPLACEMENT CHARACTER}"
