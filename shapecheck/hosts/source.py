"""A document taken apart: comments and scopes, and the lines of its comments on demand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from shapecheck.hosts.annotation import Scope
from shapecheck.hosts.comments import CommentLine, block_comment, line_comment
from shapecheck.hosts.indentation import balance
from shapecheck.hosts.language import Language
from shapecheck.hosts.rows import Rows
from shapecheck.hosts.scan import newlines_only, scan
from shapecheck.hosts.scopes import ScopeIndex
from shapecheck.hosts.scoping import scopes_of


class Source:
    """Offsets here are those of the document: only line ends were made alike."""

    __slots__ = ("_lines", "_scanned", "_starts", "comments", "language", "literals", "rows", "scope_index", "scoped", "scopes", "text")

    def __init__(self, text: str, language: Language, column: int | None = None) -> None:
        """Code that follows the text begins at the column; None where nothing follows."""
        self.text = newlines_only(text)
        self.language = language
        self._scanned = scanned = scan(self.text, language)
        self.comments = scanned.comments
        self.literals = scanned.literals
        self.rows = Rows(self.text)
        self.scoped = scopes_of(self.text, scanned, language, column)
        self.scopes: list[Scope] = self.scoped.scopes
        self.scope_index = ScopeIndex(self.scopes)
        self._starts = [comment.start for comment in scanned.comments]
        self._lines: dict[int, list[CommentLine]] = {}

    def code(self) -> str:
        """The document with comments and literals blanked."""
        return self._scanned.code()

    @property
    def is_in_template(self) -> bool:
        """Whether the text ends in the code of a template."""
        return self._scanned.is_in_template

    @property
    def balance_at_end(self) -> int:
        """Brackets that are open at the end of the text, in a language where scopes are by indentation."""
        return self.scoped.depth + balance(self.code()[self.scoped.counted :])

    def comment_at(self, offset: int) -> int | None:
        """The number of the comment that `offset` lies in."""
        number = bisect_right(self._starts, offset) - 1
        return number if number >= 0 and offset < self.comments[number].end else None

    def lines(self, number: int) -> list[CommentLine]:
        if number not in self._lines:
            comment = self.comments[number]
            self._lines[number] = (
                block_comment(self.text, comment, self.rows)
                if comment.block
                else [line_comment(self.text, comment, self.rows.row(comment.start))]
            )
        return self._lines[number]

    def alone(self, number: int) -> bool:
        """Whether nothing stands before the comment on its row."""
        start = self.comments[number].start
        while start > 0 and self.text[start - 1] in " \t\f":
            start -= 1
        return start == 0 or self.text[start - 1] == "\n"

    def following(self, number: int, place: int) -> Iterator[CommentLine]:
        """Comment lines on the rows right below line `place` of comment `number`, comments of the same kind alone on their rows."""
        block = self.comments[number].block
        lines = self.lines(number)
        row = lines[place].row
        yield from lines[place + 1 :]
        row = lines[-1].row
        for after in range(number + 1, len(self.comments)):
            if self.comments[after].block != block or not self.alone(after):
                return
            lines = self.lines(after)
            if lines[0].row != row + 1:
                return
            yield from lines
            row = lines[-1].row
