"""What a terminal shows: colours, and how wide text is on it."""

from __future__ import annotations

import os
import unicodedata
from typing import TextIO

TAB = 4
_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}


class Paint:
    """Text in colour, or as it is."""

    def __init__(self, colored: bool) -> None:
        self.colored = colored

    def __call__(self, text: str, *styles: str) -> str:
        if not self.colored or not text:
            return text
        codes = ";".join(_CODES[style] for style in styles)
        return f"\x1b[{codes}m{text}\x1b[0m"


_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "magenta": "35", "cyan": "36"}
COLOR_OF = {"error": "red", "warning": "yellow", "info": "cyan", "hint": "green"}


def is_colored(stream: TextIO, when: str = "auto") -> bool:
    """Whether to colour: as asked, else FORCE_COLOR and NO_COLOR, else whether a terminal that can is there."""
    if when != "auto":
        return when == "always"
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0", "false"):
        return True
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb" and os.environ.get("CLICOLOR", "1") != "0"


def clean(text: str) -> str:
    """The text with nothing that could move the cursor, change colours or turn the direction of what follows."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_clean, text))


def _clean(char: str) -> str:
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if 0x7F <= code < 0xA0:
        return "␡" if code == 0x7F else "�"
    return "�" if code in _BIDI or 0xD800 <= code < 0xE000 else char


def columns(text: str) -> tuple[str, list[int]]:
    """A source line as it is shown, and the column at which each of its characters, and its end, stands.

    Tabs go to the next multiple of `TAB`; wide characters take two columns, combining ones none.
    """
    shown: list[str] = []
    places: list[int] = []
    column = 0
    for char in text:
        if char == "\t":
            places.append(column)
            blanks = TAB - column % TAB
            shown.append(" " * blanks)
            column += blanks
            continue
        places.append(column)
        shown.append(_clean(char))
        column += width(char)
    places.append(column)
    return "".join(shown), places


def width(char: str) -> int:
    """Columns that a character takes."""
    if char < "\u0300":
        return 0 if char == "\xad" else 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf") and ord(char) not in _BIDI:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
