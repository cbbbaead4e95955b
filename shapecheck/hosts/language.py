"""What a row of the table says about a host language."""

from __future__ import annotations

from typing import Literal

from shapecheck.core.record import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """A block comment: patterns of its two signs. `{level}` in `close` is the number of `=` in Lua's long brackets."""

    open: str
    close: str
    nested: bool = False


SLASHES = Block(r"/\*", r"\*/")
NESTED_SLASHES = Block(r"/\*", r"\*/", nested=True)


@dataclass(frozen=True, slots=True)
class Language:
    """A host language: how it is recognised, what its comments and literals look like, what makes a scope.

    Patterns begin with a character (or class), never with a lookbehind or a group: the scanner's speed rests on it.
    They see `\\n` as the only line end, `.` matches it, and they must not backtrack (`*+`, `++`).
    """

    name: str  # as VS Code names it
    extensions: tuple[str, ...]
    sample: str  # a document in it, with one annotation `A: (N, D)`
    line: tuple[str, ...] = ()  # patterns of the sign that opens a line comment
    blocks: tuple[Block, ...] = ()
    literals: tuple[str, ...] = ()  # patterns of what may look like a comment and is none
    templates: bool = False  # `...${code}...` in backquotes
    docstrings: bool = False
    scopes: Literal["file", "indentation", "braces", "julia", "matlab", "lua", "fortran"] = "file"
    aliases: tuple[str, ...] = ()
    interpreters: tuple[str, ...] = ()
    file_names: tuple[str, ...] = ()
