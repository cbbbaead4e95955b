"""What features ask about the place of a request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from shapecheck.core.span import Span
from shapecheck.elaborate.sheet import Binding, Typed
from shapecheck.engine import Analysis, Here, questions
from shapecheck.engine import occurrences as marking
from shapecheck.engine.occurrences import Occurrence
from shapecheck.engine.questions import Definition
from shapecheck.hosts import language_named
from shapecheck.hosts.parts import Joined
from shapecheck.hosts.scan import newlines_only, scan
from shapecheck.server.source import Source
from shapecheck.syntax.tree import Apply

if TYPE_CHECKING:
    from shapecheck.server.server import Server

NAMED = ("variable", "dimension")
CODE_NAME = re.compile(r"[^\W\d][\w\u0300-\u036f]*(?:\.[^\W\d]\w*)*")


@dataclass(frozen=True, slots=True)
class Place:
    source: Source
    analysis: Analysis
    offset: int


def at(server: Server, uri: str, position: lsp.Position) -> Place | None:
    """The place that a client's position means; None where its document is not open or not checked."""
    known = server.analysis(uri)
    if known is None:
        return None
    source, analysis = known
    offset = source.offset(uri, position.line, position.character)
    return Place(source, analysis, offset) if offset is not None else None


def occurrences(source: Source, analysis: Analysis) -> tuple[Occurrence, ...]:
    """Computed once for an analysis."""
    return source.known(analysis, "occurrences", lambda: marking.occurrences(analysis))


def occurrence(analysis: Analysis, offset: int) -> Occurrence | None:
    """What is at an offset; behind a name still counts where nothing else begins."""
    touching = marking.touching(analysis, offset)
    inside = [found for found in touching if offset < found.span.end]
    chosen = inside or [found for found in touching if found.role not in ("operator", "number")] or touching
    return min(chosen, key=lambda found: found.span.end - found.span.start, default=None)


def name_at(analysis: Analysis, offset: int) -> Occurrence | None:
    """The name that a cursor is in or behind; what it is in where that is no name."""
    touching = marking.touching(analysis, offset)
    inside = [found for found in touching if offset < found.span.end]
    named = [found for found in inside if found.role in NAMED] or [found for found in touching if found.role in NAMED]
    return min(named, key=lambda found: found.span.end - found.span.start) if named else occurrence(analysis, offset)


def binding(analysis: Analysis, mark: Occurrence, here: Here) -> Binding | None:
    """What a name means where it stands: the version that the formula uses."""
    for bound in here.checked.bindings:
        if bound.name == mark.key and bound.span.shift(here.block.start) == mark.span:
            return bound
    elaborated = here.block.result.elaborated
    versions = elaborated.scope.versions
    if here.typed is not None and here.typed.expression.op == "variable" and here.typed.expression.data[0] == mark.key:
        used: Binding | None = versions.get(here.typed.expression)
        if used is not None:
            return used
    before = here.checked.before
    known: Binding | None = before.bindings.get(mark.key) if before is not None else None
    current: Binding | None = elaborated.scope.bindings.get(mark.key)
    inferred: dict[str, Binding] = {bound.name: bound for bound in elaborated.inferred}
    return known or current or inferred.get(mark.key)


def product(here: Here, analysis: Analysis, offset: int) -> Typed | None:
    """The product whose sign is the blank at an offset."""
    if not analysis.text[offset : offset + 1].isspace():
        return None
    place = offset - here.block.start
    around = [typed for typed in here.checked.typed if typed.span.start < place < typed.span.end]
    found = min(around, key=lambda typed: typed.span.end - typed.span.start, default=None)
    if found is None or not isinstance(found.node, Apply) or found.node.op != "juxtapose":
        return None
    left, right = found.node.args
    return found if left.span.end <= place < right.span.start else None


def place_of(analysis: Analysis, bound: Binding, here: Here | None) -> Span | None:
    """Where a binding was made."""
    if here is not None:
        return bound.span.shift(here.block.start) if bound.span.start >= 0 else analysis.declaration(here.block, bound)
    made: Span | None = None
    for symbol in analysis.symbols():
        if symbol.binding == bound:
            return symbol.span
        if symbol.binding.variable is bound.variable:
            made = symbol.span
    return made


def line_of(source: Source, span: Span | None) -> str:
    """` on line 3`, in words for a reader; nothing where the place is not known."""
    if span is None:
        return ""
    found = source.document_at(span.start)
    if found is None:
        return ""
    document, start = found
    line = f" on line {document.text.position(span.start - start)[0] + 1}"
    return f"{line} of cell {source.parts.index(document) + 1}" if source.is_notebook else line


def definition(analysis: Analysis, bound: Binding) -> Definition | None:
    """The statement that defines this version of a name."""
    return questions.definition_of(analysis, bound)


def name_in_code(analysis: Analysis, offset: int) -> tuple[Span, Binding] | None:
    """The name of the host's code at an offset, where an annotation of its scope binds it: the version nearest above."""
    line = analysis.text.rfind("\n", 0, offset) + 1
    end = analysis.text.find("\n", offset)
    end = len(analysis.text) if end < 0 else end
    if end - line > 2000 or not analysis.blocks:
        return None
    for match in CODE_NAME.finditer(analysis.text, line, end):
        if match.start() <= offset <= match.end():
            whole, first = match[0], match[0].partition(".")[0]
            names = (whole, first) if offset <= match.start() + len(first) and first not in ("self", "this") else (whole,)
            for name in names:
                bound = _bound_in_code(analysis, offset, name)
                if bound is not None and not _in_comment(analysis, offset):
                    return Span(match.start(), match.start() + len(name)), bound
    return None


def _bound_in_code(analysis: Analysis, offset: int, name: str) -> Binding | None:
    scopes = analysis.extract.scopes
    inside = [number for number, scope in enumerate(scopes) if scope.span.start <= offset <= scope.span.end]
    scope: int | None = min(inside, key=lambda number: (scopes[number].span.end - scopes[number].span.start, -number), default=0)
    while scope is not None:
        here = [(block, bound) for block in analysis.blocks if block.scope == scope for bound in _own(block.result, name)]
        if here:
            above = [bound for block, bound in here if block.start + bound.span.start <= offset]
            return above[-1] if above else here[0][1]
        scope = scopes[scope].parent
    return None


def _own(result: Any, name: str) -> list[Binding]:
    own = [bound for checked in result.statements for bound in checked.bindings]
    return [bound for bound in own if bound.name == name and bound.kind in ("declared", "defined")]


def _in_comment(analysis: Analysis, offset: int) -> bool:
    """Whether a place is in a comment or a literal; of a long document only the part around it is looked at."""
    row = language_named(analysis.language)
    if row is None:
        return False
    text, start = analysis.text, 0
    if isinstance(analysis.extract, Joined):
        text, start = next((part.text, begin) for part, begin, _ in reversed(analysis.extract.parts) if begin <= offset)
    scanned = scan(newlines_only(text), row)
    place = offset - start
    inside = any(comment.start <= place <= comment.end for comment in scanned.comments)
    return inside or any(begin < place < end for begin, end in scanned.literals)
