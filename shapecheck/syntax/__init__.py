"""Text of annotations to trees: nothing is resolved, only grouped, and every node knows its place.

`parse` never raises: what cannot be read becomes a `Broken` that says what was expected, and the next statement is read
as if nothing had happened. The language is written down in `grammar/annotation.lark` (for Lark, which makes the LALR
tables ahead of time) and explained in `grammar/README.md`. Begin with `tree.py`; the way of the text is `lines` (what
is a statement), `scan` (raw tokens), `context` (tokens by what stands around them), `machine` (tables), `build` (tree).
"""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.core.span import Span
from shapecheck.syntax.assigned import names_at, read_behind
from shapecheck.syntax.lines import stretches
from shapecheck.syntax.statements import NotAFormula, read_expression, read_statements
from shapecheck.syntax.tree import Node, Statement

__all__ = ["NotAFormula", "names_at", "parse", "parse_expression", "parse_statements", "parse_trailing"]


def parse(text: str, pieces: Sequence[Span]) -> tuple[Statement, ...]:
    """The statements in these pieces of a document, one piece a comment line; spans are offsets into `text`."""
    return tuple(statement for part, offset in stretches(text, pieces) for statement in read_statements(part, offset))


def parse_trailing(text: str, pieces: Sequence[Span], targets: Sequence[Span]) -> tuple[Statement, ...]:
    """The same for a comment behind code that gives the names at `targets` their values: shapes alone (`(N)`, `N x D`, `[N, D] symmetric`,
    `(B, T), (B, T, C)`) are those of the names, and come as `Assigned`.
    """
    return tuple(read_behind(tuple(stretches(text, pieces)), names_at(text, targets)))


def parse_statements(text: str) -> tuple[Statement, ...]:
    """The statements of a text of its own, line by line."""
    pieces: list[Span] = []
    start = 0
    for line in text.split("\n"):
        pieces.append(Span(start, start + len(line)))
        start += len(line) + 1
    return parse(text, pieces)


def parse_expression(text: str) -> Node:
    """The one expression that the text is; raises NotAFormula, whose `broken` says where and why it is none."""
    return read_expression(text)
