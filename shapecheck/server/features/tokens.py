"""Highlighting of annotations by meaning: names, sizes, functions, operators, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from shapecheck.core.span import Span
from shapecheck.engine import Analysis
from shapecheck.server.features import TOKEN_MODIFIERS, TOKEN_TYPES, places
from shapecheck.server.source import Source
from shapecheck.server.text import units
from shapecheck.server.wire import JSON

if TYPE_CHECKING:
    from shapecheck.server.server import Server

TYPES = {
    "variable": "variable",
    "dimension": "typeParameter",
    "function": "function",
    "index": "parameter",
    "operator": "operator",
    "number": "number",
    "keyword": "keyword",
    "property": "property",
}
WRONG = ("shape", "layout", "value")


def full(server: Server, params: lsp.SemanticTokensParams) -> JSON | None:
    return _tokens(server, params.text_document.uri, None)


def within(server: Server, params: lsp.SemanticTokensRangeParams) -> JSON | None:
    return _tokens(server, params.text_document.uri, params.range)


def _tokens(server: Server, uri: str, part: lsp.Range | None) -> JSON | None:
    known = server.analysis(uri)
    if known is None:
        return None
    source, analysis = known
    span = source.part_of(uri)
    if part is not None:
        span = source.span_in(uri, (part.start.line, part.start.character), (part.end.line, part.end.character))
    if span is None or not server.configuration.options.semantic_tokens:
        return {"data": []}
    return {"data": list(_encoded(source, analysis, span))}


def _encoded(source: Source, analysis: Analysis, part: Span) -> Iterator[int]:
    wrong = wrong_places(analysis)
    encoding = source.parts[0].text.encoding
    line = character = last = 0
    for mark in places.occurrences(source, analysis):
        span = mark.span
        if span.start < max(part.start, last) or span.end > part.end or span.end <= span.start:
            continue
        text = span.of(analysis.text)
        if "\n" in text or "\r" in text:
            continue
        place = source.range(span)["start"]
        yield place["line"] - line
        yield place["character"] - (character if place["line"] == line else 0)
        yield units(text, encoding)
        yield TOKEN_TYPES.index(TYPES[mark.role])
        is_wrong = any(claim.start <= span.start and span.end <= claim.end for claim in wrong)
        yield (1 << TOKEN_MODIFIERS.index("declaration") if mark.binds else 0) | (1 << TOKEN_MODIFIERS.index("wrong") if is_wrong else 0)
        line, character, last = place["line"], place["character"], span.end


def wrong_places(analysis: Analysis) -> list[Span]:
    """The right sides of claims that are wrong."""
    judged = [(block, item) for block, item in analysis.judged if item.verdict.status in WRONG]
    return [item.claim.right_node.span.shift(block.start) for block, item in judged]
