"""Hover: what a name, a sign, a part of a formula or a claim is, and where its shape comes from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from shapecheck import ops
from shapecheck.core.expression import Expression
from shapecheck.core.span import Span
from shapecheck.elaborate.sheet import Binding
from shapecheck.engine import Analysis, Here, questions
from shapecheck.engine.occurrences import Occurrence
from shapecheck.engine.questions import Definition
from shapecheck.rules import verdicts
from shapecheck.server.card import Card
from shapecheck.server.features import places
from shapecheck.server.source import Source
from shapecheck.server.wire import JSON

if TYPE_CHECKING:
    from shapecheck.server.server import Server

ORIGINS = {"declared": "declared", "defined": "defined", "inferred": "inferred from its first use", "parameter": "a parameter, as used"}
VERDICTS = {
    "right": "✓ verified: equal for all values, on random matrices of general shape",
    "shape": "✗ the right side has another shape",
    "layout": "✗ the right value in the other layout: its transpose is meant",
    "value": "✗ not equal",
    "unverified": "not verified",
}
PROPERTIES = {
    "symmetric": "Equal to its transpose.",
    "posdef": "Symmetric and positive definite.",
    "diagonal": "Zero off the diagonal.",
    "orthogonal": "Its transpose is its inverse.",
    "lower": "Zero above the diagonal.",
    "upper": "Zero below the diagonal.",
    "onehot": "One entry is 1, all others are 0: a product with it picks a row or a column.",
    "unit": "Of length 1.",
    "positive": "Every entry is positive.",
    "integer": "Every entry is an integer: nothing is derived by it.",
}


def hover(server: Server, params: lsp.HoverParams) -> JSON | None:
    at = places.at(server, params.text_document.uri, params.position)
    if at is None:
        return None
    options = server.configuration.options
    card = Card(options.notation, options.theme if options.typeset and server.client.markdown else "")
    span = _inside(card, at.source, at.analysis, at.offset) or _in_code(card, at.source, at.analysis, at.offset)
    if span is None or not card:
        return None
    return {"contents": card.content(server.client.markdown), "range": at.source.range(span)}


def _inside(card: Card, source: Source, analysis: Analysis, offset: int) -> Span | None:
    """In an annotation; the place that the answer is about."""
    here = analysis.at(offset)
    if here is None:
        return None
    product = places.product(here, analysis, offset)
    here = replace(here, typed=product, span=product.span.shift(here.block.start)) if product is not None else here
    mark = places.occurrence(source, analysis, offset) if product is None else None
    if mark is not None and mark.role == "function":
        _function(card, mark.key)
    elif mark is not None and mark.role == "dimension":
        _dimension(card, source, analysis, mark)
    elif mark is not None and mark.role == "property":
        _property(card, mark.key)
    elif mark is not None and mark.role == "variable" and (binding := places.binding(analysis, mark, here)) is not None:
        _name(card, source, analysis, here, mark, binding)
    elif here.typed is not None and (here.claim is None or not _on_left(here, offset)):
        _part(card, analysis, here)
        _verdict(card, source, here, brief=True)
        return here.span
    else:
        _verdict(card, source, here)
        return here.checked.statement.span.shift(here.block.start) if card else None
    if card and here.claim is not None:
        _verdict(card, source, here, brief=mark.role != "variable" or not _on_left(here, offset))
    return mark.span


def _on_left(here: Here, offset: int) -> bool:
    """Whether the place is on a claim's left side, or on the sign behind it."""
    return here.claim is not None and offset - here.block.start < here.claim.right_node.span.start


def _name(card: Card, source: Source, analysis: Analysis, here: Here, mark: Occurrence, binding: Binding) -> None:
    definition = places.definition(analysis, binding)
    whole = here.typed.expression if here.typed is not None and not mark.whole else None
    if whole is not None and here.typed is not None and str(whole.shape) != str(binding.shape):
        card.code(f"{here.typed.span.of(here.block.result.block.text)}: {whole.shape}")
    _bound(card, source, analysis, here, binding, definition)


def _bound(card: Card, source: Source, analysis: Analysis, here: Here | None, binding: Binding, definition: Definition | None) -> None:
    words = " ".join(sorted(binding.properties))
    card.code(f"{binding.name}: {binding.shape if binding.shape.rank else 'scalar'}{' ' if words else ''}{words}")
    where = places.place_of(analysis, binding, here)
    said = ORIGINS.get(binding.kind, "")
    card.say(f"{said}{places.line_of(source, where)}" if said else "")
    for word in sorted(binding.properties & {"onehot"}):
        card.say(f"{binding.name} is one-hot: {PROPERTIES[word][0].lower()}{PROPERTIES[word][1:]}")
    if definition is not None:
        card.formula(binding.name, definition.value)
        if binding.shape.rank <= 1:
            gradients(card, analysis, definition)
            for remark in questions.remarks(analysis, definition):
                card.say(remark)


def gradients(card: Card, analysis: Analysis, definition: Definition) -> None:
    """A row for each variable of a definition."""
    rows, open_ones = [], []
    for by in questions.variables(definition):
        found = questions.gradient(analysis, definition, by)
        if found.expression is not None:
            rows.append((f"∂{definition.binding.name}/∂{found.name}", card.cell(found.expression), str(found.shape)))
        else:
            open_ones.append(f"∂{definition.binding.name}/∂{found.name}: {found.reason}")
    if rows:
        card.table(("gradient", "formula", "shape"), rows)
    for reason in open_ones:
        card.say(reason)


def _part(card: Card, analysis: Analysis, here: Here) -> None:
    assert here.typed is not None
    expression: Expression = here.typed.expression
    text = " ".join(here.block.result.written.context(here.checked, None, analysis.settings).typed(here.typed.span).split())
    card.code(f"{text}: {expression.shape if expression.shape.rank else 'scalar'}")


def _verdict(card: Card, source: Source, here: Here, *, brief: bool = False) -> None:
    if here.judged is None:
        if here.claim is not None and not brief:
            card.say("not verified yet")
        return
    verdict = here.judged.verdict
    how = verdicts.how(verdict)
    card.say(VERDICTS[verdict.status] + (f": {how}" if how and verdict.status != "right" else ""))
    if verdict.formula is not None and not brief and here.claim is not None:
        left = " ".join(here.claim.left_node.span.of(here.block.result.block.text).split())
        card.formula(left, verdict.formula)
    for note in verdict.notes if not brief else ():
        card.say(note)


def _function(card: Card, name: str) -> None:
    for row in ops.named(name):
        card.code(f"{row.name}({', '.join(row.parameters)}): {row.signature}")
        card.say(row.about)
        if row.derivative:
            card.say(f"Derivative: `{row.derivative}`" if row.kind != "elementwise" else f"Derivative, entry by entry: `{row.derivative}`")
        elif row.index:
            card.say(f"Linear in each argument; by indices: `{row.index}`")
        if row.kink:
            card.say(row.kink)


def _property(card: Card, word: str) -> None:
    from shapecheck.elaborate.properties import meaning

    for name in sorted(meaning(word) or ()):
        card.code(name)
        card.say(PROPERTIES.get(name, ""))


def _dimension(card: Card, source: Source, analysis: Analysis, mark: Occurrence) -> None:
    card.code(f"dim {mark.key}")
    same = [other for other in places.occurrences(source, analysis) if other.symbol == mark.symbol]
    shapes: dict[str, None] = {}
    for block in analysis.blocks:
        for binding in block.result.elaborated.scope.versions.values():
            if binding.kind == "declared" and any(mark.key in dim.names() for dim in binding.shape.dims):
                shapes[f"{binding.name}: {binding.shape}"] = None
    if same and shapes:
        card.say("A size, of " + ", ".join(f"`{shape}`" for shape in list(shapes)[:6]) + ("…" if len(shapes) > 6 else ""))


def _in_code(card: Card, source: Source, analysis: Analysis, offset: int) -> Span | None:
    """On a name of the code that an annotation of its scope speaks of."""
    found = places.name_in_code(analysis, offset)
    if found is None:
        return None
    span, binding = found
    _bound(card, source, analysis, None, binding, places.definition(analysis, binding))
    return span
