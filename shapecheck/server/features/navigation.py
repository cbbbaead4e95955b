"""Where a name is made, where it is used, and another name for it: one thing however it is spelled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from shapecheck import engine, ops
from shapecheck.core.span import Edit, Span, apply_edits
from shapecheck.engine import occurrences as marking
from shapecheck.engine.occurrences import Occurrence
from shapecheck.server.features import places
from shapecheck.server.features.places import NAMED, Place
from shapecheck.server.protocol import INVALID_PARAMS, Refused
from shapecheck.server.wire import JSON
from shapecheck.syntax.spelling import spell

if TYPE_CHECKING:
    from shapecheck.server.server import Server

READ, WRITE = 2, 3
KEYWORDS = ("where", "dim", "scalar")
NAME = re.compile(r"(?:[^\W\d]|\\[A-Za-z]+|[\u0370-\u03ff])(?:\w|[\u0300-\u036f\u20d7₀-ₜ.]|\{|\}|\\)*'*$")


def definition(server: Server, params: lsp.DefinitionParams) -> list[JSON] | None:
    at = places.at(server, params.text_document.uri, params.position)
    if at is None:
        return None
    here, mark = at.analysis.at(at.offset), places.name_at(at.analysis, at.offset)
    if here is None or mark is None:
        found = places.name_in_code(at.analysis, at.offset)
        where = places.place_of(at.analysis, found[1], None) if found is not None else None
        return [at.source.location(where)] if where is not None else None
    spans: list[Span] = []
    if mark.role == "variable" and (bound := places.binding(at.analysis, mark, here)) is not None:
        where = places.place_of(at.analysis, bound, here)
        spans = [where] if where is not None else []
    if not spans and mark.role in NAMED:
        same = _same(at, mark)
        spans = [other.span for other in same if other.binds][:1] or [same[0].span]
    return [at.source.location(span) for span in spans] or None


def references(server: Server, params: lsp.ReferenceParams) -> list[JSON] | None:
    at = places.at(server, params.text_document.uri, params.position)
    mark = _mark(at)
    if at is None or mark is None:
        return None
    wanted = params.context.include_declaration
    return [at.source.location(other.span) for other in _same(at, mark) if wanted or not other.binds]


def highlight(server: Server, params: lsp.DocumentHighlightParams) -> list[JSON] | None:
    at = places.at(server, params.text_document.uri, params.position)
    mark = _mark(at)
    if at is None or mark is None:
        return None
    part = at.source.part_of(params.text_document.uri)
    here = [other for other in _same(at, mark) if part is not None and part.start <= other.span.start <= part.end]
    return [{"range": at.source.range(other.span), "kind": WRITE if other.binds else READ} for other in here]


def prepare_rename(server: Server, params: lsp.PrepareRenameParams) -> JSON | None:
    at = places.at(server, params.text_document.uri, params.position)
    mark = _mark(at)
    if at is None or mark is None or _is_of_code(at, mark):
        return None
    return {"range": at.source.range(mark.span), "placeholder": mark.span.of(at.analysis.text)}


def rename(server: Server, params: lsp.RenameParams) -> Any:
    """Every spelling of the name gets the new one. Raises Refused where that would mean something else."""
    at = places.at(server, params.text_document.uri, params.position)
    mark = _mark(at)
    if at is None or mark is None:
        raise Refused("there is no name to rename here")
    if _is_of_code(at, mark):
        raise Refused(f"`{mark.key}` is assigned by the code: rename it there")
    new = params.new_name.strip()
    key = spell(new)
    if not NAME.match(new) or key in KEYWORDS or (mark.role == "variable" and ops.named(key)):
        raise Refused(f"`{new}` is no name that can stand here", INVALID_PARAMS)
    if key != mark.key and any(other.key == key and other.role in NAMED and other.home == mark.home for other in _all(at)):
        raise Refused(f"`{new}` is something else already")
    edits = [Edit(other.span, new) for other in _same(at, mark)]
    if not _stays_the_same(server, at, mark, key, edits):
        raise Refused(f"`{new}` would mean something else here")
    return server.edit(at.source, edits)


def _stays_the_same(server: Server, at: Place, mark: Occurrence, key: str, edits: list[Edit]) -> bool:
    """Whether the text with the new name has it in all the places where the old one was."""
    analysis = at.analysis
    text = apply_edits(analysis.text, edits)
    again = engine.analyse_again(text, analysis.language, analysis.settings, server.memo, analysis)
    grown = {edit.span.start: len(edit.text) - (edit.span.end - edit.span.start) for edit in edits}
    wanted, moved = set(), 0
    for start in sorted(grown):
        wanted.add(start + moved)
        moved += grown[start]
    return wanted <= {other.span.start for other in marking.occurrences(again) if (other.role, other.key) == (mark.role, key)}


def _mark(at: Place | None) -> Occurrence | None:
    """The name at a place; in the code too, where an annotation speaks of it."""
    if at is None:
        return None
    mark = places.name_at(at.analysis, at.offset)
    if mark is None:
        found = places.name_in_code(at.analysis, at.offset)
        where = places.place_of(at.analysis, found[1], None) if found is not None else None
        mark = places.occurrence(at.analysis, where.start) if where is not None else None
    return mark if mark is not None and mark.role in NAMED else None


def _all(at: Place) -> tuple[Occurrence, ...]:
    return places.occurrences(at.source, at.analysis)


def _same(at: Place, mark: Occurrence) -> list[Occurrence]:
    return [other for other in _all(at) if other.symbol == mark.symbol]


def _is_of_code(at: Place, mark: Occurrence) -> bool:
    """Whether a comment behind code gave the name its shape: it is the code's own name."""
    targets = {block.start + target.start for block in at.analysis.blocks for target in block.result.block.targets}
    return any(other.span.start in targets for other in _same(at, mark))
