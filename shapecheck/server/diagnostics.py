"""Findings as the protocol has them."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shapecheck.core.diagnostic import Diagnostic, Fix
from shapecheck.engine import Analysis
from shapecheck.server.source import Source
from shapecheck.server.wire import JSON, SEVERITIES, UNNECESSARY

if TYPE_CHECKING:
    from shapecheck.server.server import Server

NAME = "shapecheck"
UNUSED = {"unused-declaration", "unused-suppression"}


def items(server: Server, source: Source) -> dict[str, list[JSON]]:
    """The findings of each document of a source, as far as they are known; computed once for an analysis."""
    analysis = source.analysis
    if analysis is None:
        return {}
    return source.known(analysis, "diagnostics", lambda: _items(server, source, analysis))


def _items(server: Server, source: Source, analysis: Analysis) -> dict[str, list[JSON]]:
    found: dict[str, list[JSON]] = {}
    for diagnostic in analysis.diagnostics:
        place = source.document_at(diagnostic.span.start)
        if place is not None:
            found.setdefault(place[0].uri, []).append(item(server, source, diagnostic))
    return found


def item(server: Server, source: Source, diagnostic: Diagnostic) -> JSON:
    with_related = server.client.related_information
    told = [note.message for note in diagnostic.notes if note.span is None or not with_related]
    found: dict[str, Any] = {
        "range": source.range(diagnostic.span),
        "severity": SEVERITIES[diagnostic.severity],
        "code": diagnostic.rule,
        "source": NAME,
        "message": "\n".join((diagnostic.message, *told)),
    }
    link = page(diagnostic.rule)
    if link is not None:
        found["codeDescription"] = {"href": link}
    if diagnostic.rule in UNUSED:
        found["tags"] = [UNNECESSARY]
    if with_related:
        notes = [(note.message, note.span) for note in diagnostic.notes if note.span is not None]
        if notes:
            found["relatedInformation"] = [{"location": source.location(span), "message": message} for message, span in notes]
    if diagnostic.fixes:
        found["data"] = {"fixes": [fix(source, one, preferred=place == 0) for place, one in enumerate(diagnostic.fixes)]}
    return found


def fix(source: Source, one: Fix, *, preferred: bool) -> JSON:
    """A fix as a client may show it without asking."""
    changes = {document.uri: edits for document, edits in source.edits(one.edits)}
    return {"title": one.title, "preferred": preferred, "safe": one.applicability == "safe", "changes": changes}


@cache
def page(rule: str) -> str | None:
    """A link to the rule's page, which is the text at the head of its module; None where that is in no file."""
    spec = find_spec(f"shapecheck.rules.{rule.replace('-', '_')}")
    if spec is None or spec.origin is None or not Path(spec.origin).is_file():
        return None
    return Path(spec.origin).as_uri()
