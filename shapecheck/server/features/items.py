"""Items of a completion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.core.span import Span
from shapecheck.server.features.context import Typed
from shapecheck.server.wire import JSON, markdown, plain

if TYPE_CHECKING:
    from shapecheck.server.server import Server

FUNCTION, VARIABLE, PROPERTY, KEYWORD, SNIPPET, ENUM, TYPE = 3, 6, 10, 14, 15, 20, 25


def item(typed: Typed, length: int, label: str, kind: int, sort: str, text: str | None = None, **more: Any) -> JSON:
    """An item that replaces the last characters before the cursor."""
    where = typed.source.range(Span(typed.offset - length, typed.offset))
    edit = {"range": where, "newText": label if text is None else text}
    return {"label": label, "kind": kind, "textEdit": edit, "sortText": sort, **more}


def documented(server: Server, text: str) -> JSON:
    return markdown(text) if server.client.completion_markdown else plain(text.replace("`", ""))
