"""Rows of a text by offset."""

from __future__ import annotations

import re
from bisect import bisect_right


class Rows:
    """Where each row of a text starts. The text's only line ends are `\\n`."""

    __slots__ = ("starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def row(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def start(self, row: int) -> int:
        return self.starts[row]

    def end(self, row: int) -> int:
        """Where the row's text ends, its line end excluded."""
        return self.starts[row + 1] - 1 if row + 1 < len(self.starts) else len(self.text)


def width(blanks: str) -> int:
    """Columns that leading blanks take, tabs at every eighth."""
    return len(blanks) if "\t" not in blanks else len(blanks.expandtabs(8))
