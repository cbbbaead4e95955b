"""Completion inside annotations: names with their shapes, functions, sizes, properties, signs by name, the right side of a claim."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from shapecheck import ops, rules
from shapecheck.core.span import Span
from shapecheck.elaborate.properties import NAMES as PROPERTIES
from shapecheck.elaborate.sheet import Binding
from shapecheck.engine import questions
from shapecheck.engine.questions import Definition
from shapecheck.server.features import context, places
from shapecheck.server.features.context import Typed
from shapecheck.server.features.hover import PROPERTIES as MEANINGS
from shapecheck.server.features.signs import SIGNS
from shapecheck.server.wire import JSON, markdown, plain
from shapecheck.syntax.spelling import spell

if TYPE_CHECKING:
    from shapecheck.server.server import Server

FUNCTION, VARIABLE, PROPERTY, UNIT, KEYWORD, SNIPPET, ENUM, TYPE = 3, 6, 10, 11, 14, 15, 20, 25
BUDGET = 0.05
"""Seconds for deriving what a skeleton of a claim would say."""

BY_NAME = re.compile(r"\\([A-Za-z]*|[\^_].?)$")
RULE = re.compile(r"shape:[ \t]*(?:ignore|off|on)[ \t]*\[[^\]]*?([a-z-]*)$")
SIZE = re.compile(r"(?::|∈|\bin)\s*(?:ℝ|R)?\^?[({\[][^)}\]]*?(\w*)$")
BEHIND_SHAPE = re.compile(r"[^\s:=]\s*:\s*(?:[(\[][^)\]]*[)\]]|scalar)(?:\s+\w+)*\s+(\w*)$")
RIGHT_SIDE = re.compile(r"(?:^|;|\s{3,})\s*(?:d|∂)\s*(\S+?)\s*/\s*(?:d|∂)\s*([^\s=/]+)\s*=\s*$")
START = re.compile(r"(?:^|;|\s{3,})\s*((?:d|∂)?[^\s=:;]*)$")
WORD = re.compile(r"(?:\w|[\u0300-\u036f\u20d7'.]|\\)*$")


def completion(server: Server, params: lsp.CompletionParams) -> JSON | None:
    uri, position = params.text_document.uri, params.position
    ignored = _rules(server, uri, position)
    if ignored is not None:
        return _answer(ignored)
    typed = context.typed(server, uri, position)
    return _answer(_items(server, typed)) if typed is not None else None


def _answer(items: Iterator[JSON]) -> JSON:
    return {"isIncomplete": False, "items": list(items)}


def _items(server: Server, typed: Typed) -> Iterator[JSON]:
    before = typed.before
    if (named := BY_NAME.search(before)) is not None:
        yield from _signs(typed, len(named[0]))
    elif (size := SIZE.search(before)) is not None:
        yield from _sizes(typed, len(size[1]))
    elif (claim := RIGHT_SIDE.search(before)) is not None:
        yield from _right_side(server, typed, claim[1], claim[2])
        yield from _names(server, typed, 0)
    elif (behind := BEHIND_SHAPE.search(before)) is not None and not _is_formula(before):
        yield from _properties(server, typed, len(behind[1]))
    else:
        start = START.search(before)
        if start is not None:
            yield from _claims(server, typed, start[1])
        word = WORD.search(before)
        yield from _names(server, typed, len(word[0]) if word is not None else 0)


def _is_formula(before: str) -> bool:
    return "=" in before.rpartition(";")[2]


def _item(typed: Typed, length: int, label: str, kind: int, text: str | None = None, **more: Any) -> JSON:
    """An item that replaces the last characters before the cursor."""
    where = typed.source.range(Span(typed.offset - length, typed.offset))
    edit = {"range": where, "newText": label if text is None else text}
    return {"label": label, "kind": kind, "textEdit": edit, **more}


def _rules(server: Server, uri: str, position: lsp.Position) -> Iterator[JSON] | None:
    """Names of rules in `ignore[…]`, which stands outside annotations too."""
    at = places.at(server, uri, position)
    if at is None:
        return None
    line = at.analysis.text.rfind("\n", 0, at.offset) + 1
    found = RULE.search(at.analysis.text, max(line, at.offset - 500), at.offset)
    if found is None:
        return None
    typed = Typed(at.source, at.analysis, at.offset, "", None)
    here = {diagnostic.rule for diagnostic in at.analysis.diagnostics if line <= diagnostic.span.start <= at.offset}
    return (
        _item(typed, len(found[1]), name, ENUM, detail=rules.summary(name), sortText=f"{0 if name in here else 1}{name}")
        for name in rules.names()
    )


def _signs(typed: Typed, length: int) -> Iterator[JSON]:
    for name, sign in SIGNS.items():
        yield _item(typed, length, f"\\{name}", KEYWORD, sign, detail=sign, filterText=f"\\{name}", sortText=f"{len(name):02}{name}")


def _sizes(typed: Typed, length: int) -> Iterator[JSON]:
    for size in _known_sizes(typed):
        yield _item(typed, length, size, TYPE, detail="size", sortText=f"0{size}")


def _known_sizes(typed: Typed) -> list[str]:
    marks = places.occurrences(typed.source, typed.analysis)
    scopes = typed.analysis.extract.scopes
    inside = {number for number, scope in enumerate(scopes) if scope.span.start <= typed.offset <= scope.span.end}
    return list(dict.fromkeys(mark.key for mark in marks if mark.role == "dimension" and mark.home in inside))


def _properties(server: Server, typed: Typed, length: int) -> Iterator[JSON]:
    for name in PROPERTIES:
        about = MEANINGS.get(name, "")
        yield _item(typed, length, name, PROPERTY, documentation=_documented(server, about), sortText=f"0{name}")


def _documented(server: Server, text: str) -> JSON:
    return markdown(text) if server.client.completion_markdown else plain(text.replace("`", ""))


def _names(server: Server, typed: Typed, length: int) -> Iterator[JSON]:
    for bound in _bindings(typed).values():
        words = " ".join(sorted(bound.properties))
        detail = f"{bound.shape}{' ' if words else ''}{words}"
        yield _item(typed, length, bound.name, FUNCTION if bound.parameters else VARIABLE, detail=detail, sortText=f"1{bound.name}")
    for row in ops.ROWS.values():
        snippet = f"{row.name}($0)" if server.client.snippets else row.name
        more: JSON = {"insertTextFormat": 2} if server.client.snippets else {}
        about = f"{row.about}\n\n`{row.signature}`" if row.signature else row.about
        label = f"{row.name}({', '.join(row.parameters)})"
        more |= {"documentation": _documented(server, about), "filterText": row.name, "detail": row.signature}
        yield _item(typed, length, label, FUNCTION, snippet, sortText=f"3{row.name}", **more)
    for size in _known_sizes(typed):
        yield _item(typed, length, size, TYPE, detail="size", sortText=f"4{size}")


def _bindings(typed: Typed) -> dict[str, Binding]:
    """The names that can be used here: those of the scopes around, the nearest above first."""
    scopes = typed.analysis.extract.scopes
    inside = {number for number, scope in enumerate(scopes) if scope.span.start <= typed.offset <= scope.span.end}
    if typed.block is not None:
        inside.add(typed.block.scope)
    found: dict[str, Binding] = {}
    for block in typed.analysis.blocks:
        if block.scope in inside:
            result = block.result
            for bound in result.elaborated.scope.versions.values():
                if bound.kind in ("declared", "defined") and (bound.span.start < 0 or block.start + bound.span.start < typed.offset):
                    found[bound.name] = bound
    return found


def _definitions(typed: Typed) -> list[Definition]:
    """Scalars that are defined above, the nearest first."""
    scope = typed.block.scope if typed.block is not None else None
    found = [one for one in questions.definitions(typed.analysis) if one.span.start < typed.offset]
    near = [one for one in found if scope is None or one.block.scope == scope]
    return [one for one in reversed(near) if not one.binding.shape.rank and questions.variables(one)]


def _claims(server: Server, typed: Typed, prefix: str) -> Iterator[JSON]:
    """`dq/dB = …` for every variable, with what is right."""
    if prefix and prefix[0] not in "d∂":
        return
    end = time.monotonic() + BUDGET
    for definition in _definitions(typed)[:3]:
        for by in questions.variables(definition):
            sign = "∂" if prefix.startswith("∂") else "d"
            head = f"{sign}{definition.binding.name}/{sign}{by.data[0]} = "
            if not head.startswith(prefix.replace(" ", "")):
                continue
            formula = None
            if questions.is_derived(typed.analysis, definition, by) or time.monotonic() < end:
                formula = questions.gradient(typed.analysis, definition, by).expression
            text = questions.typed(typed.analysis, definition, formula) if formula is not None else ""
            yield _item(typed, len(prefix), head + (text or "…"), SNIPPET, head + text, filterText=head, sortText=f"2{head}")


def _right_side(server: Server, typed: Typed, of: str, wrt: str) -> Iterator[JSON]:
    for definition in _definitions(typed):
        if definition.binding.name == spell(of):
            for by in questions.variables(definition):
                if by.data[0] == spell(wrt):
                    found = questions.gradient(typed.analysis, definition, by).expression
                    if found is not None:
                        text = questions.typed(typed.analysis, definition, found)
                        yield _item(typed, 0, text, SNIPPET, detail=f"the gradient of {of} by {wrt}", sortText="0", preselect=True)
            return
