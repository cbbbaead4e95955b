"""Ever larger parts of a formula around a place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from shapecheck.core.span import Span
from shapecheck.elaborate.walk import walk
from shapecheck.engine import Analysis
from shapecheck.server.source import Source
from shapecheck.server.wire import JSON
from shapecheck.syntax.tree import Assertion, Assigned, Bare, Declaration, Fact, Node, Relation, Statement

if TYPE_CHECKING:
    from shapecheck.server.server import Server


def selection(server: Server, params: lsp.SelectionRangeParams) -> list[JSON] | None:
    known = server.analysis(params.text_document.uri)
    if known is None:
        return None
    source, analysis = known
    offsets = [source.offset(params.text_document.uri, place.line, place.character) for place in params.positions]
    return [_chain(source, analysis, offset if offset is not None else 0) for offset in offsets]


def _chain(source: Source, analysis: Analysis, offset: int) -> JSON:
    spans = sorted({span for span in _around(analysis, offset) if span.start <= offset <= span.end}, key=lambda span: span.start - span.end)
    nested: list[Span] = []
    for span in spans:
        if not nested or (nested[-1].start <= span.start and span.end <= nested[-1].end):
            nested.append(span)
    found: JSON = {"range": source.range((nested or [Span(offset, offset)])[0])}
    for span in nested[1:]:
        found = {"range": source.range(span), "parent": found}
    return found


def _around(analysis: Analysis, offset: int) -> Iterator[Span]:
    for block in analysis.blocks:
        span = Span(block.start, block.start + len(block.result.block.text))
        if span.start <= offset <= span.end:
            yield span
            yield from (piece.shift(block.start) for piece in block.result.block.pieces)
            for checked in block.result.statements:
                yield checked.statement.span.shift(block.start)
                for root in _roots(checked.statement):
                    yield from (node.span.shift(block.start) for node in walk(root))


def _roots(statement: Statement) -> tuple[Node, ...]:
    match statement:
        case Relation():
            return statement.sides
        case Assertion() | Bare():
            return (statement.expression,)
        case Declaration() | Assigned():
            return (*statement.names, *((statement.shape, *statement.shape.dims) if statement.shape is not None else ()))
        case Fact():
            return (statement.left, statement.right)
        case _:
            return ()
