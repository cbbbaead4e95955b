"""The names that annotations bind: of a document as a tree, of the workspace as a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from shapecheck.core.span import Span
from shapecheck.elaborate.sheet import Binding
from shapecheck.engine import Analysis, PlacedBlock
from shapecheck.server.protocol import DEFERRED
from shapecheck.server.source import Source
from shapecheck.server.wire import JSON

if TYPE_CHECKING:
    from shapecheck.server.server import Server

NAMESPACE, FUNCTION, VARIABLE, CONSTANT = 3, 12, 13, 14
MOST = 1000


def document_symbols(server: Server, params: lsp.DocumentSymbolParams) -> list[JSON] | None:
    uri = params.text_document.uri
    known = server.analysis(uri)
    if known is None:
        return None
    source, analysis = known
    part = source.part_of(uri)
    found = []
    for block in analysis.blocks:
        span = Span(block.start, block.start + len(block.result.block.text))
        inner = [(bound, span_) for bound, span_ in bound_in(block) if span.start <= span_.start <= span.end]
        if part is None or not part.start <= span.start <= part.end or not inner:
            continue
        if not server.client.symbol_tree:
            found += [_flat(source, analysis, block, bound, where) for bound, where in inner]
            continue
        scope = analysis.extract.scopes[block.scope].name
        word = Span(block.start, min(block.start + len("shape:"), span.end))
        found.append(
            {
                "name": f"shape: {scope}" if scope else "shape",
                "kind": NAMESPACE,
                "range": source.range(span),
                "selectionRange": source.range(word),
                "children": [_child(source, bound, where, span, _around(block, where)) for bound, where in inner],
            }
        )
    return found


def bound_in(block: PlacedBlock) -> Iterator[tuple[Binding, Span]]:
    """The names that a block binds itself, in its order."""
    for checked in block.result.statements:
        for bound in checked.bindings:
            if bound.span.start >= 0 and bound.kind != "differential":
                yield bound, bound.span.shift(block.start)


def _around(block: PlacedBlock, where: Span) -> Span:
    """The statement that a name is bound in, where it binds no other."""
    for checked in block.result.statements:
        span = checked.statement.span.shift(block.start)
        if span.contains(where):
            return span if len(checked.bindings) == 1 else where
    return where


def _child(source: Source, bound: Binding, where: Span, block: Span, statement: Span) -> JSON:
    inside = Span(max(where.start, block.start), min(where.end, block.end))
    whole = Span(max(statement.start, block.start), min(statement.end, block.end)).cover(inside)
    return {
        "name": bound.name,
        "detail": str(bound.shape),
        "kind": kind(bound),
        "range": source.range(whole),
        "selectionRange": source.range(inside),
    }


def kind(bound: Binding) -> int:
    return FUNCTION if bound.parameters else VARIABLE


def _flat(source: Source, analysis: Analysis, block: PlacedBlock, bound: Binding, where: Span) -> JSON:
    found: dict[str, Any] = {"name": bound.name, "kind": kind(bound), "location": source.location(where)}
    scope = analysis.extract.scopes[block.scope].name
    return found | ({"containerName": scope} if scope else {})


def workspace_symbols(server: Server, params: lsp.WorkspaceSymbolParams) -> Any:
    identity, _ = server.protocol.request
    server.begin(_search(server, identity, params.query.lower()))
    return DEFERRED


def _search(server: Server, identity: Any, query: str) -> Iterator[None]:
    """Open documents first, then the workspace's files, one a step."""
    found: list[JSON] = []
    for source in server.files.sources():
        analysis = server.read(source) if source is not None else None
        if source is not None and analysis is not None:
            for block in analysis.blocks:
                found += [_flat(source, analysis, block, bound, where) for bound, where in bound_in(block) if query in bound.name.lower()]
        if len(found) >= MOST:
            break
        if not server.protocol.is_pending(identity):
            return
        yield
    server.protocol.answer(identity, found[:MOST])
