"""What is said of a size: what has it, and what is known of it."""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.core.span import Span
from shapecheck.elaborate.walk import walk
from shapecheck.engine import Analysis, PlacedBlock
from shapecheck.engine.occurrences import Occurrence
from shapecheck.server.card import Card
from shapecheck.server.features import places
from shapecheck.server.source import Source
from shapecheck.syntax.tree import Fact, Name

MOST = 6


def size(card: Card, source: Source, analysis: Analysis, mark: Occurrence) -> None:
    card.code(f"dim {mark.key}")
    numbers = {other.block for other in places.occurrences(source, analysis) if other.symbol == mark.symbol}
    blocks = [block for block in analysis.blocks if block.number in numbers]
    shapes = list(dict.fromkeys(shape for block in blocks for shape in _of_this_size(block, mark.key)))
    if shapes:
        card.say("A size, of " + ", ".join(f"`{shape}`" for shape in shapes[:MOST]) + ("…" if len(shapes) > MOST else ""))
    for block in blocks:
        for span in _facts(block, mark.key):
            card.say(f"`{' '.join(span.of(analysis.text).split())}`{places.line_of(source, span)}")


def _of_this_size(block: PlacedBlock, name: str) -> Iterator[str]:
    for checked in block.result.statements:
        for bound in checked.bindings:
            if bound.kind == "declared" and any(name in dim.names() for dim in bound.shape.dims):
                yield f"{bound.name}: {bound.shape}"


def _facts(block: PlacedBlock, name: str) -> Iterator[Span]:
    for checked in block.result.statements:
        fact = checked.statement
        if isinstance(fact, Fact):
            named = {node.key for side in (fact.left, fact.right) for node in walk(side) if isinstance(node, Name)}
            if name in named:
                yield fact.span.shift(block.start)
