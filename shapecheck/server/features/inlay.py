"""Hints between the lines: shapes that were inferred, and a mark behind what is verified."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from shapecheck.core.span import Span
from shapecheck.elaborate.sheet import Binding
from shapecheck.engine import Analysis, PlacedBlock
from shapecheck.server.features import places
from shapecheck.server.source import Source
from shapecheck.server.wire import JSON, markdown, plain

if TYPE_CHECKING:
    from shapecheck.server.server import Server

TYPE = 1
PATIENCE = 0.04
"""Seconds that hints wait for verdicts: marks that come and go at every keystroke are worse than late ones."""
SAID = {"defined": "The shape of its value.", "inferred": "Not declared: this is what its use implies."}


def hints(server: Server, params: lsp.InlayHintParams) -> list[JSON] | None:
    known = server.analysis(params.text_document.uri)
    if known is None:
        return None
    source, analysis = known
    where = params.range
    span = source.span_in(params.text_document.uri, (where.start.line, where.start.character), (where.end.line, where.end.character))
    if span is None:
        return None
    wanted, found = server.configuration.options, list[JSON]()
    if wanted.inlay_verdicts:
        analysis = server.settle(source, span, PATIENCE) or analysis
    for block in analysis.blocks:
        if block.start <= span.end and span.start <= block.start + len(block.result.block.text):
            if wanted.inlay_shapes:
                found += _shapes(server, source, analysis, block)
            if wanted.inlay_verdicts:
                found += _verdicts(source, analysis, block)
    first, last = where.start, where.end
    return [hint for hint in found if (first.line, first.character) <= _place(hint) <= (last.line, last.character)]


def _place(hint: JSON) -> tuple[int, int]:
    return hint["position"]["line"], hint["position"]["character"]


def _shapes(server: Server, source: Source, analysis: Analysis, block: PlacedBlock) -> Iterator[JSON]:
    declared = {bound.name for bound in block.result.elaborated.scope.versions.values() if bound.kind == "declared"}
    for bound in _inferred(block):
        if bound.name not in declared:
            tooltip = SAID[bound.kind]
            yield {
                "position": source.range(bound.span.shift(block.start))["end"],
                "label": list(_label(source, analysis, bound)),
                "kind": TYPE,
                "tooltip": markdown(tooltip) if server.client.markdown else plain(tooltip)["value"],
                "paddingLeft": False,
                "paddingRight": False,
            }


def _inferred(block: PlacedBlock) -> Iterator[Binding]:
    """Names with a shape that nobody wrote down, each where it first stands in the block."""
    own = [bound for checked in block.result.statements if not checked.problems for bound in checked.bindings]
    seen: set[str] = set()
    for bound in sorted((*own, *block.result.elaborated.inferred), key=lambda bound: bound.span):
        if bound.kind in SAID and bound.span.start >= 0 and bound.name not in seen and not bound.parameters:
            seen.add(bound.name)
            yield bound


def _label(source: Source, analysis: Analysis, bound: Binding) -> Iterator[JSON]:
    """`: (N, D)`, each size leading to where it is first spoken of."""
    sizes = {mark.key: mark.span for mark in reversed(places.occurrences(source, analysis)) if mark.role == "dimension"}
    yield {"value": ": ("}
    for place, size in enumerate(bound.shape):
        part: dict[str, Any] = {"value": f", {size}" if place else size}
        if size in sizes:
            part["location"] = source.location(sizes[size])
        yield part
    yield {"value": ")"}


def _verdicts(source: Source, analysis: Analysis, block: PlacedBlock) -> Iterator[JSON]:
    for owner, judged in analysis.judged:
        if owner.number == block.number and judged.verdict.status == "right":
            end = judged.claim.right_node.span.shift(block.start).end
            where = source.range(Span(end, end))["end"]
            yield {"position": where, "label": "✓", "paddingLeft": True, "tooltip": "Verified by value."}
