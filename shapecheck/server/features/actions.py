"""Code actions: fixes of findings, what can be written from what is known, and ways to be left alone.

An action's edit is found when it is chosen, where the client can wait for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from shapecheck.core.diagnostic import Diagnostic
from shapecheck.core.span import Edit, Span
from shapecheck.engine import Analysis
from shapecheck.server import diagnostics
from shapecheck.server.features import writing
from shapecheck.server.source import Source
from shapecheck.server.wire import JSON

if TYPE_CHECKING:
    from shapecheck.server.server import Server

FIX_ALL = "source.fixAll.shapecheck"
HERE, ALL = 0.5, 5.0
"""Seconds of work that actions wait for fixes which are not known yet: for those at their place, for those of the whole document."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the client asks for: a part of a document, and the kinds of actions it wants.

    Some editors ask where the cursor is, and name all findings of its line (`named`).
    """

    source: Source
    analysis: Analysis
    uri: str
    span: Span
    kinds: tuple[str, ...]
    named: tuple[Span, ...] = ()

    def wants(self, kind: str) -> bool:
        return not self.kinds or any(kind == wanted or kind.startswith(f"{wanted}.") for wanted in self.kinds)


def actions(server: Server, params: lsp.CodeActionParams) -> list[JSON] | None:
    known = server.analysis(params.text_document.uri)
    if known is None:
        return None
    source, analysis = known
    uri = params.text_document.uri
    span = _span(source, uri, params.range)
    if span is None:
        return None
    kinds = tuple(getattr(kind, "value", kind) for kind in params.context.only or ())
    named = (_span(source, uri, one.range) for one in params.context.diagnostics if one.source in (None, diagnostics.NAME))
    whole = any(FIX_ALL.startswith(kind) and kind.startswith("source") for kind in kinds)
    known_here = server.settle(source, None if whole else span, ALL if whole else HERE)
    wish = Wish(source, known_here or analysis, uri, span, kinds, tuple(one for one in named if one is not None))
    if wish.named and not server.client.action_preferred and span == source.part_of(uri):
        # Kate's key for a quick fix names one finding, asks for the whole document, and does all that it is told of.
        return list(_fixes(server, replace(wish, span=wish.named[0], named=())))[:1] or None
    return [*_fixes(server, wish), *_written(server, wish), *_suppressions(server, wish), *_fix_all(server, wish)] or None


def _span(source: Source, uri: str, where: lsp.Range) -> Span | None:
    return source.span_in(uri, (where.start.line, where.start.character), (where.end.line, where.end.character))


def resolve(server: Server, params: lsp.CodeAction) -> Any:
    """The action with its edit; without one where the document has changed since it was offered."""
    if not isinstance(params.data, dict):
        return params  # whole already; Neovim asks all the same
    data = params.data
    kind = getattr(params.kind, "value", params.kind)
    action: JSON = {"title": params.title, "data": params.data} | ({"kind": kind} if kind else {})
    uri = data.get("uri")
    known = server.analysis(uri) if isinstance(uri, str) else None
    if known is not None and data.get("what") == "fix all":
        known = known[0], server.settle(known[0], None, ALL) or known[1]
    if known is not None and data.get("version") == _version(known[0], str(uri)):
        edits = _edits_of(data, *known)
        if edits:
            action["edit"] = server.edit(known[0], edits)
    return action


def _edits_of(data: JSON, source: Source, analysis: Analysis) -> list[Edit]:
    if data.get("what") == "fix all":
        return list(all_fixes(analysis, source.part_of(str(data["uri"]))))
    return writing.edits(analysis, data)


def _fixes(server: Server, wish: Wish) -> Iterator[JSON]:
    if not wish.wants("quickfix"):
        return
    for diagnostic in _here(wish):
        for place, fix in enumerate(diagnostic.fixes):
            yield {
                "title": fix.title[:1].upper() + fix.title[1:],
                "kind": "quickfix",
                "diagnostics": [diagnostics.item(server, wish.source, diagnostic)],
                "isPreferred": place == 0,
                "edit": server.edit(wish.source, fix.edits),
            }


def _written(server: Server, wish: Wish) -> Iterator[JSON]:
    """What can be written here: gradients, code, declarations, another notation."""
    for offer in writing.offers(wish.analysis, wish.span):
        if wish.wants(offer.kind):
            data = {**offer.data, "uri": wish.uri, "version": _version(wish.source, wish.uri)}
            action: JSON = {"title": offer.title, "kind": offer.kind}
            if offer.command:
                action["command"] = {"title": offer.title, "command": offer.command, "arguments": [data]}
            elif server.client.action_resolve:
                action["data"] = data
            else:
                edits = _edits_of(data, wish.source, wish.analysis)
                if not edits:
                    continue
                action["edit"] = server.edit(wish.source, edits)
            yield action


def _suppressions(server: Server, wish: Wish) -> Iterator[JSON]:
    if not wish.wants("quickfix"):
        return
    for rule in dict.fromkeys(diagnostic.rule for diagnostic in _here(wish)):
        first = next(diagnostic for diagnostic in _here(wish) if diagnostic.rule == rule)
        edit = writing.suppression(wish.analysis, first)
        if edit is not None:
            yield {
                "title": f"Ignore {rule} here",
                "kind": "quickfix",
                "diagnostics": [diagnostics.item(server, wish.source, first)],
                "isPreferred": False,
                "edit": server.edit(wish.source, [edit]),
            }


def _fix_all(server: Server, wish: Wish) -> Iterator[JSON]:
    if not (wish.wants(FIX_ALL) or "source.fixAll" in wish.kinds):
        return
    fixes = all_fixes(wish.analysis, wish.source.part_of(wish.uri))
    first = next(fixes, None)
    if first is not None:
        data = {"what": "fix all", "uri": wish.uri, "version": _version(wish.source, wish.uri)}
        action: JSON = {"title": "Fix all that shapecheck can", "kind": FIX_ALL}
        if server.client.action_resolve:
            yield action | {"data": data}
        else:
            yield action | {"edit": server.edit(wish.source, [first, *fixes])}


def all_fixes(analysis: Analysis, part: Span | None) -> Iterator[Edit]:
    """The first safe fix of every finding in a part of the text, of those that overlap only the first."""
    taken: list[Span] = []
    for diagnostic in analysis.diagnostics:
        fix = next((fix for fix in diagnostic.fixes if fix.applicability == "safe"), None)
        if fix is None or part is None or not part.start <= diagnostic.span.start <= part.end:
            continue
        if not any(edit.span.touches(span) or edit.span == span for edit in fix.edits for span in taken):
            taken += (edit.span for edit in fix.edits)
            yield from fix.edits


def _here(wish: Wish) -> list[Diagnostic]:
    def is_meant(span: Span) -> bool:
        return (span.start <= wish.span.end and wish.span.start <= span.end) or span in wish.named

    return [found for found in wish.analysis.diagnostics if is_meant(found.span)]


def _version(source: Source, uri: str) -> int | None:
    return next((part.version for part in source.parts if part.uri == uri), None)
