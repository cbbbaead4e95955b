"""`shapecheck/panel`: what a panel beside the text shows of the definition at a place.

Asked with a document, a position and perhaps the variable to derive by; answered with the formula and its shape, the gradient
by each variable, the steps to the chosen one, and that one in every notation. Formulas are given as text and as MathML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from shapecheck import notation
from shapecheck.core.expression import Expression, make
from shapecheck.elaborate.walk import walk
from shapecheck.engine import Analysis, questions
from shapecheck.engine.questions import Definition, Gradient
from shapecheck.server.features import places
from shapecheck.server.features.places import Place
from shapecheck.server.protocol import INVALID_PARAMS, Refused
from shapecheck.server.wire import JSON
from shapecheck.syntax.tree import Name, Relation

if TYPE_CHECKING:
    from shapecheck.explain.explanation import Explanation, Left
    from shapecheck.server.server import Server

NOTATIONS = ("ascii", "unicode", "latex", "numpy", "torch", "jax", "julia", "matlab")
OUTER = re.compile(r"<math\b[^>]*>|</math>")
LOOSE = re.compile(r"(</m\w+>)\s*([^<\s]+)\s*(?=<)")
"""A sign between two elements, in none of its own."""


def panel(server: Server, params: Any) -> JSON | None:
    """None where no definition is near."""
    uri, position, wanted = _asked(params)
    place = places.at(server, uri, position)
    if place is None:
        return None
    definition, claimed = _definition(place)
    if definition is None:
        return None
    variables = questions.variables(definition)
    found = [questions.gradient(place.analysis, definition, by) for by in variables]
    chosen = next((one for name in (wanted, claimed) for one in found if one.name == name), found[0] if found else None)
    return {
        "uri": uri,
        "range": place.source.range(definition.span),
        "name": definition.binding.name,
        "shape": _shape(str(definition.binding.shape)),
        "formula": _written(definition.value),
        "variables": [_variable(definition, by) for by in variables],
        "gradients": [_gradient(definition, one) for one in found],
        "by": chosen.name if chosen is not None else None,
        **(_steps(place.analysis, definition, chosen) if chosen is not None else {"sections": [], "remarks": [], "copies": {}}),
    }


def _asked(params: Any) -> tuple[str, lsp.Position, str]:
    """Parameters of a request that is our own come as they were sent."""

    def part(value: Any, name: str) -> Any:
        return value.get(name) if isinstance(value, dict) else getattr(value, name, None)

    uri, position = part(part(params, "textDocument"), "uri"), part(params, "position")
    line, character = part(position, "line"), part(position, "character")
    if not (isinstance(uri, str) and isinstance(line, int) and isinstance(character, int)):
        raise Refused("the parameters must be { textDocument: { uri }, position: { line, character }, by? }", INVALID_PARAMS)
    by = part(params, "by")
    return uri, lsp.Position(line, character), by if isinstance(by, str) else ""


def _definition(place: Place) -> tuple[Definition | None, str]:
    """The definition that is meant at a place, and the variable that a claim there derives by."""
    analysis, offset = place.analysis, place.offset
    found = questions.definition_at(analysis, offset)
    if found is not None:
        return found, ""
    here = analysis.at(offset)
    if here is not None and isinstance(here.checked.statement, Relation):
        named = [part for node in walk(here.checked.statement.sides[0]) if isinstance(node, Name) for part in _spoken_of(node.key)]
        claimed = [one for one in questions.definitions(analysis) if one.binding.name in named and one.block.scope == here.block.scope]
        if claimed:
            found = next((one for one in reversed(claimed) if one.span.start <= offset), claimed[0])
            variables = [str(by.data[0]) for by in questions.variables(found)]
            return found, next((name for name in named if name in variables), "")
    in_code = places.name_in_code(analysis, offset)
    if in_code is not None and (found := places.definition(analysis, in_code[1])) is not None:
        return found, ""
    block = next((block for block in analysis.blocks if block.start <= offset <= block.start + len(block.result.block.text)), None)
    near = [one for one in questions.definitions(analysis) if block is not None and one.block.number == block.number]
    return next((one for one in reversed(near) if one.span.start <= offset), near[0] if near else None), ""


def _spoken_of(name: str) -> Iterator[str]:
    """What a name on the left of a claim may be about: `∂B_jk` is about `B`."""
    for whole in (name, name[1:]):
        yield whole
        yield whole.rpartition("_")[0]


def _variable(definition: Definition, variable: Expression) -> JSON:
    properties = definition.block.result.elaborated.properties.get(variable, frozenset())
    return {"name": str(variable.data[0]), "shape": _shape(str(variable.shape)), "properties": sorted(properties)}


def _gradient(definition: Definition, found: Gradient) -> JSON:
    if found.expression is None:
        return {"by": found.name, "reason": found.reason}
    shape = str(found.shape) if found.shape is not None else ""
    return {"by": found.name, "shape": _shape(shape), "formula": _written(found.expression)}


def _steps(analysis: Analysis, definition: Definition, found: Gradient) -> JSON:
    from shapecheck.calculus import CannotDerive
    from shapecheck.engine.explaining import explained
    from shapecheck.explain import writing

    nothing: JSON = {"sections": [], "remarks": [], "copies": {}}
    if found.expression is None:
        return nothing
    elaborated = definition.block.result.elaborated
    try:
        explanation = explained(elaborated, definition.binding.variable, (found.by,), settings=analysis.settings)
    except CannotDerive:
        return nothing | {"copies": _copies(definition, found)}
    told = writing.data(explanation, "unicode")
    head = found.name.partition("_")[0]
    return {"sections": _sections(explanation, told, head), "remarks": told["remarks"], "copies": _copies(definition, found)}


def _sections(explanation: Explanation, told: JSON, changes: str) -> list[JSON]:
    """The sections as they are told, with MathML; the d of a differential stands upright before the letter of what changes."""
    from shapecheck.explain import writing

    sections: list[JSON] = told["sections"]
    for section, shown in zip(explanation.sections, sections, strict=True):
        for line, row in zip(section.lines, shown["lines"], strict=True):
            right = _bare(lambda line=line: writing.write(line.right, "mathml"))  # type: ignore[misc]
            right = right.replace(
                f"<mi>d{changes}</mi>", f'<mrow><mo form="prefix" lspace="0.2em" rspace="0em">d</mo><mi>{changes}</mi></mrow>'
            )
            left = _bare(lambda line=line: _left(line.left))  # type: ignore[misc]
            row["mathml"] = _math(f"<mrow>{left}<mo>=</mo>{right}</mrow>", f"{row['left']} = {row['right']}") if left and right else ""
    return sections


def _left(left: Left) -> str:
    """The left side of a line as MathML."""
    of, *by = (_entry(one, own) for one, own in _indexed(left))
    if left.kind == "value":
        return of
    if left.kind == "differential":
        return f'<mrow><mi mathvariant="normal">d</mi>{of}</mrow>'
    if left.kind == "stacked":
        return ""
    below = "".join(f"<mo>∂</mo>{one}" for one in by)
    return f"<mfrac><mrow><mo>∂</mo>{of}</mrow><mrow>{below}</mrow></mfrac>"


def _indexed(left: Left) -> Iterator[tuple[Expression, tuple[str, ...]]]:
    indices = left.indices or ((),) * (1 + len(left.wrt))
    yield from zip((left.of, *left.wrt), indices, strict=True)


def _entry(variable: Expression, indices: tuple[str, ...]) -> str:
    return OUTER.sub("", notation.write(make("entry", (variable,), data=indices) if indices else variable, "mathml"))


def _copies(definition: Definition, found: Gradient) -> JSON:
    """The chosen gradient in every notation that can write it."""
    from shapecheck.engine.formula import Formula
    from shapecheck.notation.code.realise import CannotWrite

    if found.expression is None:
        return {}
    formula = Formula(found.expression, definition.value, (found.by,), definition.block.result.elaborated)
    written: JSON = {}
    for name in NOTATIONS:
        try:
            written[name] = formula.write(name)
        except (CannotWrite, notation.TooLong):
            continue
    return written


def _written(expression: Expression) -> JSON:
    text = questions.shown(expression)
    return {"text": text, "mathml": _math(_bare(lambda: notation.write(expression, "mathml")), text)}


def _bare(write: Callable[[], str]) -> str:
    """What a writer gives without its frame; nothing where the formula is too long to be read."""
    try:
        return LOOSE.sub(r"\1<mo>\2</mo>", OUTER.sub("", write()))
    except notation.TooLong:
        return ""


def _math(inside: str, spoken: str) -> str:
    from html import escape

    return f'<math display="block" alttext="{escape(spoken)}">{inside}</math>' if inside else ""


def _shape(text: str) -> str:
    return "scalar" if text == "()" else text
