"""The arguments of the function that is being typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from shapecheck import ops
from shapecheck.ops.row import Row
from shapecheck.server.features import context
from shapecheck.server.wire import JSON, markdown, plain

if TYPE_CHECKING:
    from shapecheck.server.server import Server


def signature(server: Server, params: lsp.SignatureHelpParams) -> JSON | None:
    typed = context.typed(server, params.text_document.uri, params.position)
    call = context.call_around(typed.before) if typed is not None else None
    rows = ops.named(call[0]) if call is not None else ()
    if call is None or not rows:
        return None
    rich = server.client.signature_markdown
    number = call[1]
    fitting = next((place for place, row in enumerate(rows) if number < len(row.parameters)), 0)
    return {
        "signatures": [_signature(row, call[0], rich) for row in rows],
        "activeSignature": fitting,
        "activeParameter": min(number, max(len(rows[fitting].parameters) - 1, 0)),
    }


def _signature(row: Row, name: str, rich: bool) -> JSON:
    about = f"{row.about} {row.signature}" if row.signature else row.about
    return {
        "label": f"{name}({', '.join(row.parameters)})",
        "documentation": markdown(f"{row.about}\n\n`{row.signature}`") if rich else plain(about),
        "parameters": [{"label": parameter} for parameter in row.parameters],
    }
