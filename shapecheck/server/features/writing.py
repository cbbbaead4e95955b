"""What the server can write into a document: gradients, code, declarations, formulas in another notation, suppressions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from shapecheck.core.diagnostic import Diagnostic
from shapecheck.core.span import Edit, Span
from shapecheck.engine import Analysis, PlacedBlock, questions
from shapecheck.engine.questions import Definition
from shapecheck.server.features import rewriting

LIBRARIES = {"numpy": "NumPy", "torch": "PyTorch", "jax": "JAX"}
EXPLAIN = "shapecheck.explain"


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be written, by its data; or a command that is run with them."""

    title: str
    kind: str
    data: dict[str, Any] = field(default_factory=dict)
    command: str = ""


def offers(analysis: Analysis, span: Span) -> Iterator[Offer]:
    """What can be written at a place."""
    definition = questions.definition_at(analysis, span.start)
    if definition is not None and definition.binding.shape.rank == 0:
        yield from _gradients(analysis, definition)
    elif definition is not None:
        yield from _explanations(definition)
    blocks = [block for block in analysis.blocks if _touches(block, span)]
    if len(blocks) == 1 and declarations(blocks[0]):
        yield Offer("Write the inferred declarations", "refactor.rewrite", {"what": "declare", "at": blocks[0].start})
    for notation, title in (("unicode", "Unicode"), ("ascii", "ASCII")):
        if any(rewriting.edits(analysis, block, span, notation) for block in blocks):
            yield Offer(f"Rewrite in {title}", "refactor.rewrite", {"what": "rewrite", "at": span.start, "end": span.end, "to": notation})


def _gradients(analysis: Analysis, definition: Definition) -> Iterator[Offer]:
    name, at = definition.binding.name, definition.span.start
    names = [str(by.data[0]) for by in questions.variables(definition)]
    for by in names:
        yield Offer(f"Insert the gradient of {name} by {by}", "refactor", {"what": "gradient", "at": at, "by": [by]})
    if len(names) > 1:
        yield Offer(f"Insert the gradients of {name} by all its variables", "refactor", {"what": "gradient", "at": at, "by": names})
    if analysis.language == "python":
        for library, title in LIBRARIES.items():
            yield Offer(
                f"Insert the gradients of {name} as {title} code", "refactor", {"what": "code", "at": at, "by": names, "to": library}
            )
    yield from _explanations(definition)


def _explanations(definition: Definition) -> Iterator[Offer]:
    name = definition.binding.name
    for by in questions.variables(definition):
        data = {"at": definition.span.start, "by": str(by.data[0])}
        yield Offer(f"Explain the derivative of {name} by {by.data[0]}", "refactor", data, EXPLAIN)


def edits(analysis: Analysis, data: dict[str, Any]) -> list[Edit]:
    """What an offer writes."""
    at = data.get("at")
    if not isinstance(at, int):
        return []
    span = Span(at, data["end"] if isinstance(data.get("end"), int) else at)
    match data.get("what"):
        case "gradient":
            return gradient(analysis, at, data.get("by"))
        case "code":
            return code(analysis, at, data.get("by"), data.get("to"))
        case "declare":
            block = next((block for block in analysis.blocks if _covers(block, span)), None)
            return [ahead(analysis, block, "; ".join(declarations(block)))] if block is not None else []
        case "rewrite":
            blocks = [block for block in analysis.blocks if _touches(block, span)]
            return [edit for block in blocks for edit in rewriting.edits(analysis, block, span, str(data.get("to")))]
        case _:
            return []


def gradient(analysis: Analysis, at: int, names: Any) -> list[Edit]:
    definition = questions.definition_at(analysis, at)
    if definition is None or not isinstance(names, list):
        return []
    wanted = [by for by in questions.variables(definition) if str(by.data[0]) in names]
    claims = [questions.claim_of(analysis, definition, questions.gradient(analysis, definition, by)) for by in wanted]
    found = [claim for claim in claims if claim is not None]
    return [questions.below(analysis, definition, found)] if found else []


def code(analysis: Analysis, at: int, names: Any, library: Any) -> list[Edit]:
    """The gradients as assignments; as a function where they need functions of their own."""
    definition = questions.definition_at(analysis, at)
    if definition is None or not isinstance(names, list) or library not in LIBRARIES:
        return []
    wanted = [by for by in questions.variables(definition) if str(by.data[0]) in names]
    lines = questions.code(analysis, definition, wanted, library) if wanted else []
    return [questions.under_comment(analysis, definition, lines)] if lines else []


def declarations(block: PlacedBlock) -> list[str]:
    """A declaration for each undeclared name whose shape was inferred, as far as it is known."""
    from shapecheck.engine.telling import undeclared_name

    found: dict[str, None] = {}
    for binding in block.result.elaborated.inferred:
        declaration = undeclared_name(binding).facts.get("declaration")
        if declaration and binding.name not in block.result.known:
            found[str(declaration)] = None
    return list(found)


def ahead(analysis: Analysis, block: PlacedBlock, statements: str) -> Edit:
    """The edit that puts statements ahead of the block's first one."""
    result = block.result
    edit = result.written.context(result.statements[0], result.elaborated, analysis.settings).ahead(statements)
    return Edit(edit.span.shift(block.start), edit.text)


def suppression(analysis: Analysis, diagnostic: Diagnostic) -> Edit | None:
    """The edit that silences a finding on its line; a list of rules that stands there already is made longer."""
    text, span = analysis.text, diagnostic.span
    start = max(text.rfind("\n", 0, span.start), text.rfind("\r", 0, span.start)) + 1
    line = _rest_of_line().match(text, start)
    end = line.end() if line is not None else span.end
    known = re.search(r"shape: ignore\[([^\]]*)\]", text[start:end])
    if known is not None:
        place = start + known.end() - 1
        return Edit(Span(place, place), f", {diagnostic.rule}" if known[1].strip() else diagnostic.rule)
    block = next((block for block in analysis.blocks if _covers(block, span)), None)
    if block is None:
        return None
    pieces = [piece.shift(block.start) for piece in block.result.block.pieces]
    piece = next((piece for piece in pieces if piece.start <= span.start <= piece.end), None)
    if piece is None:
        return None
    sign = re.search(r"(#|//|%|--|!|;)\S*[ \t]*$", text[start : piece.start])
    return Edit(Span(piece.end, piece.end), f"  {sign[1] if sign is not None else '--'} shape: ignore[{diagnostic.rule}]")


@cache
def _rest_of_line() -> re.Pattern[str]:
    return re.compile(r"[^\r\n]*")


def _touches(block: PlacedBlock, span: Span) -> bool:
    return block.start <= span.end and span.start <= block.start + len(block.result.block.text)


def _covers(block: PlacedBlock, span: Span) -> bool:
    end = block.start + len(block.result.block.text)
    return block.start <= span.start <= end
