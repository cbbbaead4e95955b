"""Turns of phrase that rules share: names in quotes, shapes as a reader of matrix formulas says them, reasons as notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shapecheck.core.diagnostic import Note, Operand
from shapecheck.core.shape import Shape
from shapecheck.elaborate.sheet import Reason, Side
from shapecheck.rules.context import Context
from shapecheck.syntax.tree import Node, Paren

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

BECAUSE = {
    "declared": "declared here",
    "defined": "defined here",
    "inferred": "inferred from its use here",
    "parameter": "a parameter here",
}


def quote(text: str) -> str:
    """Text in the document's words, marked as such."""
    return f"`{text}`"


def part(node: Node, context: Context) -> str:
    """A part of the statement as typed, in quotes, without brackets around the whole of it."""
    while isinstance(node, Paren):
        node = node.body
    return quote(context.typed(node.span))


def listing(words: Sequence[str], last: str = "or") -> str:
    """`a`, `a or b`, `a, b or c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""


def count(size: str, noun: str) -> str:
    """`D columns`, `1 column`."""
    return f"{size} {noun}" if size in ("1", "one") else f"{size} {noun}s"


def column(shape: Shape) -> str:
    """The shape as a factor of a product has it: a vector (N) is (N, 1)."""
    dims = tuple(shape)
    return f"({dims[0]}, 1)" if len(dims) == 1 else str(shape)


def operand(side: Side, context: Context, *, factor: bool = False) -> Operand:
    return Operand(context.typed(side.node.span), column(side.shape) if factor else str(side.shape), side.node.span)


def reasons(sides: Iterable[Side]) -> tuple[Note, ...]:
    """Why the names in these sides have their shapes, each said once, in the order of the document."""
    found = {reason.name: reason for side in sides for reason in side.reasons if "#" not in reason.name}
    return tuple(because(reason) for reason in sorted(found.values(), key=lambda reason: reason.span))


def because(reason: Reason) -> Note:
    return Note(f"{quote(reason.name)} is {reason.shape}: {BECAUSE.get(reason.kind, reason.kind)}", reason.span)
