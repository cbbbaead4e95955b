"""Completion inside annotations: names with their shapes, functions, sizes, properties, signs by name, the right side of a claim.

What is typed decides by its end which kind of thing can come next; the first entry of `PLACES` that fits has the word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from unicodedata import combining

from lsprotocol import types as lsp

from shapecheck import ops, rules
from shapecheck.elaborate.properties import NAMES as PROPERTIES
from shapecheck.elaborate.sheet import Binding
from shapecheck.server.card import shape_of
from shapecheck.server.features import claiming, context, places
from shapecheck.server.features.context import Typed
from shapecheck.server.features.hover import PROPERTIES as MEANINGS
from shapecheck.server.features.items import ENUM, FUNCTION, KEYWORD, PROPERTY, TYPE, VARIABLE, documented, item
from shapecheck.server.features.signs import SIGNS
from shapecheck.server.wire import JSON

if TYPE_CHECKING:
    from shapecheck.server.server import Server

BEGIN = r"(?:^|;|\s{3,})\s*"
RULE = re.compile(r"shape:[ \t]*(?:ignore|off|on)[ \t]*\[[^\]]*?([a-z-]*)$")
WORD = re.compile(r"(?:\w|[\u0300-\u036f\u20d7'.]|\\)*$")
STATEMENTS = {"where": "What is known of sizes: `where D = 2N`.", "dim": "Names of sizes: `dim N, D`."}
SILENCES = {
    "ignore": "Nothing is said of this line.",
    "ignore[": "These rules say nothing of this line.",
    "off": "Nothing is said from here on.",
    "on": "Findings are told again from here on.",
}


def completion(server: Server, params: lsp.CompletionParams) -> JSON | None:
    uri, position = params.text_document.uri, params.position
    ignored = _rules(server, uri, position)
    if ignored is not None:
        return _answer(ignored)
    typed = context.typed(server, uri, position)
    if typed is None:
        return None
    for place, propose in PLACES:
        found = place.search(typed.before)
        if found is not None:
            items = propose(server, typed, found)
            if items is not None:
                return _answer(items, again=propose is _signs)
    return _answer(_anything(server, typed))


def _answer(items: Iterator[JSON], *, again: bool = False) -> JSON:
    found = sorted(items, key=lambda item: str(item["sortText"]))
    return {"isIncomplete": again or any(one["label"].endswith(claiming.NOT_YET) for one in found), "items": found}


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
        item(typed, len(found[1]), name, ENUM, f"{0 if name in here else 1}{name}", detail=rules.summary(name)) for name in rules.names()
    )


def _signs(server: Server, typed: Typed, found: re.Match[str]) -> Iterator[JSON]:
    """Those whose names begin so; all where none does."""
    begun = [name for name in SIGNS if name.startswith(found[1])] or list(SIGNS)
    for name in begun:
        sign = SIGNS[name]
        shown = f"◌{sign}" if combining(sign[0]) else sign
        yield item(typed, len(found[0]), f"\\{name}", KEYWORD, f"{len(name):02}{name}", sign, detail=shown, filterText=f"\\{name}")


def _sizes(server: Server, typed: Typed, found: re.Match[str]) -> Iterator[JSON]:
    for size in _known_sizes(typed):
        yield item(typed, len(found[1]), size, TYPE, f"0{size}", detail="size")


def _sizes_behind_code(server: Server, typed: Typed, found: re.Match[str]) -> Iterator[JSON] | None:
    return _sizes(server, typed, found) if typed.behind_code else None


def _known_sizes(typed: Typed) -> list[str]:
    marks = places.occurrences(typed.source, typed.analysis)
    inside = _scopes(typed)
    return list(dict.fromkeys(mark.key for mark in marks if mark.role == "dimension" and mark.home in inside))


def _scopes(typed: Typed) -> set[int]:
    scopes = typed.analysis.extract.scopes
    inside = {number for number, scope in enumerate(scopes) if scope.span.start <= typed.offset <= scope.span.end}
    return inside | ({typed.block.scope} if typed.block is not None else set())


def _shapes(server: Server, typed: Typed, found: re.Match[str]) -> Iterator[JSON] | None:
    """Behind `name:` the shapes that others have, behind an expression its own."""
    if "=" in found[1]:
        return None
    return _known_shapes(typed, found[2], claiming.shape(typed, found[1]))


def _known_shapes(typed: Typed, word: str, first: str = "") -> Iterator[JSON]:
    known = [str(one.shape) for one in _bindings(typed).values() if one.shape.rank]
    shapes = [shape for shape in dict.fromkeys((first, *known, "scalar")) if shape not in ("", f"({word})") and "?" not in shape]
    return (item(typed, len(word), shape, TYPE, f"{place:03}", detail="shape") for place, shape in enumerate(shapes))


def _shapes_behind_code(server: Server, typed: Typed, found: re.Match[str]) -> Iterator[JSON] | None:
    """The shape of what the code assigns; or how to be silent about it."""
    if not typed.behind_code:
        return None
    return (one for items in (_known_shapes(typed, found[1]), _silences(server, typed, found[1])) for one in items)


def _silences(server: Server, typed: Typed, word: str) -> Iterator[JSON]:
    for name, about in SILENCES.items():
        yield item(typed, len(word), name, KEYWORD, f"6{name}", documentation=documented(server, about))


def _properties(server: Server, typed: Typed, found: re.Match[str]) -> Iterator[JSON] | None:
    if "=" in typed.before.rpartition(";")[2]:
        return None
    taken = found[0].split()
    names = [name for name in PROPERTIES if name not in taken[:-1]]
    return (
        item(typed, len(found[1]), name, PROPERTY, f"0{name}", documentation=documented(server, MEANINGS.get(name, ""))) for name in names
    )


def _right_side(server: Server, typed: Typed, found: re.Match[str]) -> Iterator[JSON] | None:
    right = claiming.right_side(typed, found[1], found[2])
    return (one for items in (right, _names(server, typed, found[2])) for one in items) if right else None


def _anything(server: Server, typed: Typed) -> Iterator[JSON]:
    start = START.search(typed.before)
    if start is not None:
        claims = claiming.skeletons(typed, start[1])
        yield from claims
        if claims and not start[1].isalpha() and start[1]:
            return
        word = start[1]
        for name, about in STATEMENTS.items():
            yield item(typed, len(word), name, KEYWORD, f"5{name}", f"{name} ", documentation=documented(server, about))
        if not typed.before.strip() or (typed.before.strip() == word and typed.block is None):
            yield from _silences(server, typed, word)
    found = WORD.search(typed.before)
    yield from _names(server, typed, found[0] if found is not None else "")


def _names(server: Server, typed: Typed, word: str) -> Iterator[JSON]:
    length = len(WORD.search(word)[0])  # type: ignore[index]
    for bound in _bindings(typed).values():
        words = " ".join(sorted(bound.properties))
        detail = f"{shape_of(bound)}{' ' if words else ''}{words}"
        yield item(typed, length, bound.name, FUNCTION if bound.parameters else VARIABLE, f"1{bound.name}", detail=detail)
    for row in ops.ROWS.values():
        snippet = f"{row.name}($0)" if server.client.snippets else row.name
        more: JSON = {"insertTextFormat": 2} if server.client.snippets else {}
        about = f"{row.about}\n\n`{row.signature}`" if row.signature else row.about
        label = f"{row.name}({', '.join(row.parameters)})"
        more |= {"documentation": documented(server, about), "filterText": row.name, "detail": row.signature}
        yield item(typed, length, label, FUNCTION, f"3{row.name}", snippet, **more)
    for size in _known_sizes(typed):
        yield item(typed, length, size, TYPE, f"4{size}", detail="size")


def _bindings(typed: Typed) -> dict[str, Binding]:
    """The names that can be used here: those of the scopes around, the nearest above first; without those of this statement."""
    inside = _scopes(typed)
    found: dict[str, Binding] = {}
    for block in typed.analysis.blocks:
        if block.scope in inside:
            result = block.result
            current = [checked for checked in result.statements if _is_at(checked, typed.offset - block.start)]
            here = {bound.name for checked in current for bound in checked.bindings}
            for bound in result.elaborated.scope.versions.values():
                is_above = bound.span.start < 0 or block.start + bound.span.start < typed.offset
                if bound.kind in ("declared", "defined") and is_above and not (bound.name in here and bound.kind == "defined"):
                    found[bound.name] = bound
    return found


def _is_at(checked: Any, offset: int) -> bool:
    span = checked.statement.span
    return bool(span.start <= offset <= span.end)


Propose = Callable[["Server", Typed, re.Match[str]], Iterator[JSON] | None]
START = re.compile(BEGIN + r"((?:d|∂)?[^\s=:;]*)$")
PLACES: tuple[tuple[re.Pattern[str], Propose], ...] = (
    (re.compile(r"\\([A-Za-z]*|[\^_].?)$"), _signs),
    (re.compile(r"(?::|∈|\bin)\s*(?:ℝ|R)?\^?[({\[][^)}\]]*?(\w*)$"), _sizes),
    (re.compile(r"^[(\[][^)\]]*?(\w*)$"), _sizes_behind_code),
    (re.compile(r"^\s*(\w*)$"), _shapes_behind_code),
    (re.compile(BEGIN + r"(?:where|dim)\b[^;]*?(\w*)$"), _sizes),
    (re.compile(r"[^\s:=]\s*:\s*(?:[(\[][^)\]]*[)\]]|scalar)(?:\s+\w+)*\s+(\w*)$"), _properties),
    (re.compile(BEGIN + r"([^\s:;][^:;]*?)\s*(?::|->|→)\s*(\w*)$"), _shapes),
    (re.compile(BEGIN + r"([^\s=;][^=;]*?)\s*(?<![=:<>])=\s*((?:[^=;:\s]|(?<=\S)\s(?=\S)|\s(?=$))*)$"), _right_side),
)
