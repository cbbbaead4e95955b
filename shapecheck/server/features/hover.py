"""Hover: what a name, a sign, a part of a formula or a claim is, and where its shape comes from."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from shapecheck import ops, rules
from shapecheck.core.span import Span
from shapecheck.elaborate import dependence
from shapecheck.elaborate.sheet import Binding, IdentityClaim, Typed
from shapecheck.engine import Analysis, Here, questions
from shapecheck.engine.occurrences import Occurrence
from shapecheck.engine.questions import Definition
from shapecheck.ops.row import Row
from shapecheck.server.card import Card, shape_of
from shapecheck.server.features import claims, dimensions, links, operators, places
from shapecheck.server.features.places import Place
from shapecheck.server.source import Source
from shapecheck.server.wire import JSON
from shapecheck.syntax.tree import Apply, Call

if TYPE_CHECKING:
    from shapecheck.server.server import Server

BY_INDEX = re.compile(r"(\[[^\]]*\]) / (\[[^\]]*\]) = (.*)")
LONGEST = 60
"""Characters of a derivative of more than two axes, in a table."""

ORIGINS = {"declared": "declared", "defined": "defined", "inferred": "inferred from its first use", "parameter": "a parameter, as used"}
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
    span = _inside(card, at.source, at.analysis, at.offset) or _in_code(card, at.source, at.analysis, at.offset) or _rule(card, at)
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
    mark = places.occurrence(analysis, offset) if product is None else None
    statement = here.checked.statement.span.shift(here.block.start)
    if mark is not None and _marked(card, source, analysis, here, mark):
        claims.mark(card, source, analysis, here)
        return mark.span
    if here.typed is not None and not _is_left_side(here):
        _part(card, analysis, here)
        claims.mark(card, source, analysis, here)
        return here.span
    if offset < statement.end or here.typed is not None:
        claims.whole(card, source, analysis, here)
    return statement


def _marked(card: Card, source: Source, analysis: Analysis, here: Here, mark: Occurrence) -> bool:
    """Whether something is known of the name that stands here."""
    match mark.role:
        case "function":
            _function(card, mark.key)
        case "dimension":
            dimensions.size(card, source, analysis, mark)
        case "property":
            _property(card, mark.key)
        case "variable" if (bound := places.binding(analysis, mark, here)) is not None:
            _name(card, source, analysis, here, mark, bound)
    return bool(card)


def _is_left_side(here: Here) -> bool:
    """Whether the whole left side of a claim is meant, which says of what the claim is and has no shape of its own."""
    return (
        here.claim is not None
        and not isinstance(here.claim, IdentityClaim)
        and here.typed is not None
        and (here.typed.span == here.claim.left_node.span or _is_derived_call(here))
    )


def _is_derived_call(here: Here) -> bool:
    """On `df(x)` of a claim `df(x)/dx`: the sign of the differential is no part of the call."""
    assert here.claim is not None
    assert here.typed is not None
    return isinstance(here.typed.node, Call) and here.typed.span.start == here.claim.left_node.span.start


def _name(card: Card, source: Source, analysis: Analysis, here: Here, mark: Occurrence, binding: Binding) -> None:
    definition = places.definition(analysis, binding)
    whole = here.typed.expression if here.typed is not None and not mark.whole else None
    if whole is not None and here.typed is not None and str(whole.shape) != str(binding.shape):
        card.code(f"{here.typed.span.of(here.block.result.block.text)}: {shape_of(whole)}")
    _bound(card, source, analysis, here, binding, definition)


def _bound(card: Card, source: Source, analysis: Analysis, here: Here | None, binding: Binding, definition: Definition | None) -> None:
    words = " ".join(sorted(binding.properties))
    called = f"({', '.join(str(item.data[0]) for item in binding.parameters)})" if binding.parameters else ""
    card.code(f"{binding.name}{called}: {shape_of(binding)}{' ' if words else ''}{words}")
    where = places.place_of(analysis, binding, here)
    said = ORIGINS.get(binding.kind, "")
    card.say(f"{said}{places.line_of(source, where)}" if said else "")
    for word in sorted(binding.properties & {"onehot"}):
        card.say(f"{binding.name} is one-hot: {PROPERTIES[word][0].lower()}{PROPERTIES[word][1:]}")
    if definition is not None and not dependence.is_opaque(definition.value):
        card.formula(f"{binding.name}{called}", definition.value)
        if binding.shape.rank <= 1:
            gradients(card, analysis, definition)
            for remark in questions.remarks(analysis, definition):
                card.say(remark)


def gradients(card: Card, analysis: Analysis, definition: Definition) -> None:
    """A row for each variable of a definition."""
    rows, long, open_ones = [], [], []
    for by in questions.variables(definition):
        found = questions.gradient(analysis, definition, by)
        left = f"∂{definition.binding.name}/∂{found.name}"
        if found.expression is None:
            open_ones.append(f"{left}: {found.reason}")
        elif found.expression.shape.rank > 2 and len(card.write(found.expression)) > LONGEST:
            long.append(f"`{left}` {found.shape}")
        else:
            rows.append((left, card.cell(found.expression), shape_of(found.expression)))
    if rows:
        card.table(("gradient", "formula", "shape"), rows)
    if long:
        card.say(f"{', '.join(long)}; too long for this place: the derivation has {'it' if len(long) == 1 else 'them'}.")
    for reason in open_ones:
        card.say(reason)


def _part(card: Card, analysis: Analysis, here: Here) -> None:
    assert here.typed is not None
    where = here.block.result.written.context(here.checked, None, analysis.settings)
    texts = {typed.expression: where.typed(typed.span) for typed in here.checked.typed if here.typed.span.contains(typed.span)}
    card.code(f"{where.typed(here.typed.span)}: {shape_of(here.typed.expression)}")
    card.say(operators.sentence(_in_brackets(here, here.typed), texts))


def _in_brackets(here: Here, typed: Typed) -> Typed:
    """What stands inside, where the part is one in brackets."""
    same = [one for one in here.checked.typed if one.expression is typed.expression and typed.span.contains(one.span)]
    return next((one for one in same if isinstance(one.node, Apply)), typed) if not isinstance(typed.node, Apply | Call) else typed


def _function(card: Card, name: str) -> None:
    for row in ops.named(name):
        card.code(f"{row.name}({', '.join(row.parameters)}): {row.signature}")
        card.say(row.about)
        if row.derivative:
            card.say(_derivative(row))
        elif row.index:
            card.say(f"Linear in each argument; by indices: `{row.index}`")
        if row.kink:
            card.say(f"At its kink the derivative is taken as: {row.kink}.")


def _derivative(row: Row) -> str:
    """By indices with both sides: what the row calls `[i] / [j]` is that of entry i by entry j."""
    if row.kind == "elementwise":
        return f"Derivative, entry by entry: `{row.derivative}`"
    call = f"{row.name}({', '.join(row.parameters)})"
    said = []
    for parameter, formula in zip(row.parameters, row.derivative.split("; "), strict=False):
        found = BY_INDEX.fullmatch(formula)
        value, by, right = found.groups() if found is not None else ("", "", formula)
        said.append(f"`∂{call}{value.replace('[]', '')}/∂{parameter}{by} = {right}`")
    return f"Derivative: {', '.join(said)}"


def _property(card: Card, word: str) -> None:
    from shapecheck.elaborate.properties import meaning

    for name in sorted(meaning(word) or ()):
        card.code(name)
        card.say(PROPERTIES.get(name, ""))


def _rule(card: Card, at: Place) -> Span | None:
    """On the name of a rule in a suppression."""
    found = links.rule_at(at.analysis.text, at.offset)
    if found is None:
        return None
    card.code(found.of(at.analysis.text))
    card.say(rules.summary(found.of(at.analysis.text)))
    return found


def _in_code(card: Card, source: Source, analysis: Analysis, offset: int) -> Span | None:
    """On a name of the code that an annotation of its scope speaks of."""
    found = places.name_in_code(analysis, offset)
    if found is None:
        return None
    span, binding = found
    _bound(card, source, analysis, None, binding, places.definition(analysis, binding))
    return span
