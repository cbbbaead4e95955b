"""Highlighting of annotations by meaning: names, sizes, functions, operators, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from shapecheck.core.span import Span
from shapecheck.engine import Analysis
from shapecheck.server.features import TOKEN_MODIFIERS, TOKEN_TYPES, places
from shapecheck.server.publishing import result_id
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


def delta(server: Server, params: lsp.SemanticTokensDeltaParams) -> JSON | None:
    """What is different since the tokens that the client has, as one edit; all of them where those are not known."""
    uri = params.text_document.uri
    before = server.tokens.get(uri)
    now = _tokens(server, uri, None)
    if now is None or before is None or before["resultId"] != params.previous_result_id:
        return now
    old, new = before["data"], now["data"]
    start = next((place for place, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new)))
    most = min(len(old), len(new)) - start
    same = next((place for place in range(most) if old[-1 - place] != new[-1 - place]), most)
    if start == len(old) == len(new):
        return {"resultId": now["resultId"], "edits": []}
    edit = {"start": start, "deleteCount": len(old) - start - same, "data": new[start : len(new) - same]}
    return {"resultId": now["resultId"], "edits": [edit]}


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
    data = list(_encoded(source, analysis, span))
    if part is not None:
        return {"data": data}
    kept = server.tokens[uri] = {"resultId": result_id(data), "data": data}
    return kept


def _encoded(source: Source, analysis: Analysis, part: Span) -> Iterator[int]:
    wrong, functions = wrong_places(analysis), _functions(analysis)
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
        yield TOKEN_TYPES.index("function" if (mark.key, mark.block) in functions and mark.role == "variable" else TYPES[mark.role])
        is_wrong = any(claim.start <= span.start and span.end <= claim.end for claim in wrong)
        yield (1 << TOKEN_MODIFIERS.index("declaration") if mark.binds else 0) | (1 << TOKEN_MODIFIERS.index("wrong") if is_wrong else 0)
        line, character, last = place["line"], place["character"], span.end


def _functions(analysis: Analysis) -> set[tuple[str, int]]:
    """Names that stand for functions, by block."""
    known = ((block, bound) for block in analysis.blocks for bound in block.result.elaborated.scope.bindings.values())
    return {(bound.name, block.number) for block, bound in known if bound.parameters and bound.kind != "differential"}


def wrong_places(analysis: Analysis) -> list[Span]:
    """The right sides of claims that are wrong."""
    judged = [(block, item) for block, item in analysis.judged if item.verdict.status in WRONG]
    return [item.claim.right_node.span.shift(block.start) for block, item in judged]
