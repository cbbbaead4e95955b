"""Blocks of annotations, folded to the line of their word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from shapecheck.core.span import Span
from shapecheck.server.wire import JSON

if TYPE_CHECKING:
    from shapecheck.server.server import Server


def folding(server: Server, params: lsp.FoldingRangeParams) -> list[JSON] | None:
    known = server.analysis(params.text_document.uri)
    if known is None:
        return None
    source, analysis = known
    part = source.part_of(params.text_document.uri)
    found = []
    for block in analysis.blocks:
        span = Span(block.start, block.start + len(block.result.block.text))
        if part is not None and part.start <= span.start <= part.end:
            where = source.range(span)
            first, last = where["start"]["line"], where["end"]["line"]
            if last > first:
                found.append({"startLine": first, "endLine": last, "kind": "comment"})
    return found
