"""From the name of a rule to its page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from shapecheck import rules
from shapecheck.core.span import Span
from shapecheck.server.diagnostics import page
from shapecheck.server.wire import JSON

if TYPE_CHECKING:
    from shapecheck.server.server import Server

LISTED = re.compile(r"shape:[ \t]*(?:ignore|on|off)[ \t]*\[([^\]\r\n]*)\]")
WORD = re.compile(r"[a-z][a-z-]*")


def rule_at(text: str, offset: int) -> Span | None:
    """The name of a rule that a suppression lists at an offset."""
    start, end = text.rfind("\n", 0, offset) + 1, text.find("\n", offset)
    for listed in LISTED.finditer(text, start, end if end >= 0 else len(text)):
        for word in WORD.finditer(text, *listed.span(1)):
            if word.start() <= offset <= word.end() and word[0] in rules.names():
                return Span(*word.span())
    return None


def links(server: Server, params: lsp.DocumentLinkParams) -> list[JSON] | None:
    known = server.analysis(params.text_document.uri)
    if known is None:
        return None
    source, analysis = known
    part = source.part_of(params.text_document.uri)
    found = []
    for listed in LISTED.finditer(analysis.text):
        for word in WORD.finditer(analysis.text, *listed.span(1)):
            if word[0] in rules.names() and part is not None and part.start <= word.start() <= part.end:
                link: JSON = {"range": source.range(Span(*word.span())), "tooltip": rules.summary(word[0])}
                target = page(word[0])
                found.append(link | ({"target": target} if target is not None else {}))
    return found
