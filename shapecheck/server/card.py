"""What is shown about a place, for clients with Markdown and for those without."""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.core.expression import Expression
from shapecheck.elaborate.sheet import Binding
from shapecheck.engine import questions
from shapecheck.server import typeset
from shapecheck.server.wire import JSON, markdown, plain

Part = tuple[str, str, Sequence[Sequence[str]]]


def shape_of(thing: Expression | Binding) -> str:
    """`(N, D)`; a scalar is called so."""
    return str(thing.shape) if thing.shape.rank else "scalar"


class Card:
    """Paragraphs, code and tables, in the order in which they are put down. Formulas are in Unicode unless told otherwise."""

    def __init__(self, notation: str = "auto", theme: str = "") -> None:
        self._notation = "ascii" if notation == "ascii" else "unicode"
        self._theme = theme  # of typeset formulas; empty where they are text
        self._parts: list[Part] = []

    def __bool__(self) -> bool:
        return bool(self._parts)

    def write(self, expression: Expression) -> str:
        return questions.shown(expression, self._notation)

    def code(self, text: str) -> None:
        self._put("code", text)

    def formula(self, left: str, expression: Expression) -> None:
        """`left = expression`, as a picture where that is wanted and can be."""
        image = typeset.picture(expression, left, self._theme) if self._theme else None
        if image is not None:
            self._put("text", image)
        else:
            self.code(f"{left} = {self.write(expression)}")

    def cell(self, expression: Expression) -> str:
        """The expression for a table."""
        image = typeset.picture(expression, "", self._theme) if self._theme else None
        return image or self.write(expression)

    def say(self, text: str) -> None:
        if text:
            self._put("text", text)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self._put("table", "", (head, *rows))

    def _put(self, kind: str, text: str, rows: Sequence[Sequence[str]] = ()) -> None:
        if (kind, text, rows) not in self._parts:
            self._parts.append((kind, text, rows))

    def content(self, rich: bool) -> JSON:
        return markdown(self.markdown()) if rich else plain(self.plain())

    def markdown(self) -> str:
        return "\n\n".join(_markdown(*part) for part in self._joined())

    def plain(self) -> str:
        return "\n".join(text.replace("`", "") if kind == "text" else _aligned(rows) if rows else text for kind, text, rows in self._parts)

    def _joined(self) -> list[Part]:
        """Code that follows code is one block."""
        found: list[Part] = []
        for part in self._parts:
            if part[0] == "code" and found and found[-1][0] == "code":
                found[-1] = ("code", f"{found[-1][1]}\n{part[1]}", ())
            else:
                found.append(part)
        return found


def _markdown(kind: str, text: str, rows: Sequence[Sequence[str]]) -> str:
    if kind == "code":
        return f"```shape\n{text}\n```"
    if kind == "text":
        return text
    head, *body = rows
    lines = [" | ".join(head), " | ".join(":--" for _ in head)]
    lines += [" | ".join(_cell(cell) for cell in row) for row in body]
    return "\n".join(f"| {line} |" for line in lines)


def _cell(text: str) -> str:
    if text.startswith("!["):
        return text
    escaped = text.replace("|", "\\|")
    return f"`` {escaped} ``" if "`" in text else f"`{escaped}`"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    body = rows[1:]
    widths = [max(len(row[column]) for row in body) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in body)
