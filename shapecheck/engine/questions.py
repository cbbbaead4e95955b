"""What an editor asks about a definition: its gradients, how the user would write them, and where they would stand."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence

from shapecheck import notation
from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass
from shapecheck.core.regex import regex
from shapecheck.core.shape import Shape
from shapecheck.core.span import Edit, Span
from shapecheck.elaborate import dependence
from shapecheck.elaborate.sheet import Binding, Checked
from shapecheck.engine.analysis import Analysis
from shapecheck.engine.document import PlacedBlock
from shapecheck.engine.result import Result
from shapecheck.rules import spelling

MOST = 10
"""Variables of a definition that are derived by."""

LONGEST = 400
"""Characters of a formula that are shown."""

ONE_LINE_COMMENT = regex(r"[ \t]*(?:/\*|\(\*|\{-|--\[\[|<!--|%\{|\"|')")
COMMENT_END = regex(r"\*/|-->|\*\)|-\}|\]\]|\"\"\"|'''")


@dataclass(frozen=True, slots=True)
class Definition:
    """A name that a statement defines."""

    block: PlacedBlock
    checked: Checked
    binding: Binding
    value: Expression

    @property
    def span(self) -> Span:
        """The whole statement in the document."""
        return self.checked.statement.span.shift(self.block.start)


@dataclass(frozen=True, slots=True)
class Gradient:
    """The derivative of a definition by one variable; None where `reason` says why there is none."""

    by: Expression
    expression: Expression | None
    shape: Shape | None = None
    reason: str = ""
    kinks: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return str(self.by.data[0])


def definitions(analysis: Analysis) -> Iterator[Definition]:
    """Every name with a value, in the order of the document; no functions."""
    return (found for block in analysis.blocks for found in definitions_in(block))


def definitions_in(block: PlacedBlock) -> Iterator[Definition]:
    """Those of one annotation."""
    return (found for found in _in((block,)) if not found.binding.parameters)


def definition_of(analysis: Analysis, bound: Binding) -> Definition | None:
    """The statement that defines this version of a name, or this function."""
    for block in analysis.blocks:
        for checked in block.result.statements:
            for binding in checked.bindings:
                if binding.value is bound.value and binding.variable is bound.variable and bound.value is not None:
                    return Definition(block, checked, binding, bound.value) if binding.span.start >= 0 else None
    return None


def _in(blocks: Iterable[PlacedBlock]) -> Iterator[Definition]:
    for block in blocks:
        for checked in block.result.statements:
            for binding in checked.bindings:
                if binding.value is not None and binding.span.start >= 0:
                    yield Definition(block, checked, binding, binding.value)


def definition_at(analysis: Analysis, offset: int) -> Definition | None:
    """The definition whose statement stands at an offset."""
    around = [block for block in analysis.blocks if block.start <= offset <= block.start + len(block.result.block.text)]
    here = (found for block in around for found in definitions_in(block))
    return next((found for found in here if found.span.start <= offset <= found.span.end), None)


def variables(definition: Definition) -> tuple[Expression, ...]:
    """What it can be derived by: what it is written with, then what that is made of; each in the order of the document."""
    elaborated = definition.block.result.elaborated
    direct = dependence.variables(definition.value)
    deeper = dependence.ancestors(definition.value, elaborated.definitions) - direct
    order = {variable: place for place, variable in enumerate(elaborated.scope.versions)}
    found = [*sorted(direct, key=lambda item: _rank(item, order)), *sorted(deeper, key=lambda item: _rank(item, order))]
    return tuple(item for item in found if "integer" not in elaborated.properties.get(item, ()))[:MOST]


def _rank(variable: Expression, order: dict[Expression, int]) -> tuple[int, str]:
    return order.get(variable, len(order)), str(variable.data[0])


def gradient(analysis: Analysis, definition: Definition, by: Expression) -> Gradient:
    """Derived and verified when it is first asked for."""
    found: Gradient = analysis.memo.get(_key(analysis, definition, by), lambda: _derived(definition, by, analysis))
    return found


def remarks(analysis: Analysis, definition: Definition) -> tuple[str, ...]:
    """What is worth knowing beside the gradients of a definition."""
    key = ("remarks", definition.value, _context(analysis, definition), analysis.settings.layout)
    found: tuple[str, ...] = analysis.memo.get(key, lambda: _remarks(definition, analysis))
    return found


def _remarks(definition: Definition, analysis: Analysis) -> tuple[str, ...]:
    from shapecheck.engine.explaining import brief as told

    found: dict[str, None] = {}
    for by in variables(definition):
        derived = gradient(analysis, definition, by)
        if derived.expression is not None:
            said = told(definition.block.result.elaborated, definition.value, (by,), derived.kinks, analysis.settings)
            found |= dict.fromkeys(said)
    return tuple(found)


def is_derived(analysis: Analysis, definition: Definition, by: Expression) -> bool:
    return _key(analysis, definition, by) in analysis.memo


def _key(analysis: Analysis, definition: Definition, by: Expression) -> Hashable:
    """By what is known of the names, so that the same formula in other annotations is derived once."""
    return "gradient", definition.value, by, _context(analysis, definition), analysis.settings.layout


def _context(analysis: Analysis, definition: Definition) -> Hashable:
    result = definition.block.result
    found: Hashable = analysis.memo.get(("known", result), lambda: _known(result))
    return found


def _known(result: Result) -> Hashable:
    found = result.elaborated
    return (
        frozenset(found.definitions.items()),
        frozenset(found.properties.items()),
        frozenset(found.facts.values.items()),
        found.facts.zeros,
        found.numbered,
    )


def _derived(definition: Definition, by: Expression, analysis: Analysis) -> Gradient:
    from shapecheck import calculus

    elaborated = definition.block.result.elaborated
    context = calculus.Context(
        elaborated.definitions, elaborated.properties, elaborated.facts, analysis.settings.layout, elaborated.numbered
    )
    try:
        found = calculus.derivative(definition.value, (by,), context)
    except calculus.CannotDerive as reason:
        return Gradient(by, None, reason=str(reason))
    return Gradient(by, found.expression, found.shape, kinks=tuple(found.kinks))


def shown(expression: Expression, how: str = "unicode") -> str:
    """The expression for reading; shortened where it is very long."""
    text = notation.write(expression, how)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def typed(analysis: Analysis, definition: Definition, expression: Expression) -> str:
    """The expression as the user writes formulas."""
    result = definition.block.result
    return spelling.write(expression, result.written.context(definition.checked, result.elaborated, analysis.settings))


def claim_of(analysis: Analysis, definition: Definition, found: Gradient) -> str | None:
    """The statement that claims this gradient, in the user's hand."""
    if found.expression is None:
        return None
    result = definition.block.result
    context = result.written.context(definition.checked, result.elaborated, analysis.settings)
    sign = "∂" if spelling.notation(context) == "unicode" or "∂" in result.block.text else "d"
    names = spelling.style(context).names
    name, by = (names.get(key, key) for key in (definition.binding.name, found.name))
    return f"{sign}{name}/{sign}{by} = {typed(analysis, definition, found.expression)}"


def code(analysis: Analysis, definition: Definition, by: Sequence[Expression], library: str) -> list[str]:
    """Lines of Python that compute gradients: assignments, or functions where they need functions of their own."""
    from shapecheck.notation.code import emit, statements
    from shapecheck.notation.code.realise import CannotWrite

    found = [gradient(analysis, definition, variable) for variable in by]
    names = [_in_code(f"d{definition.binding.name}_d{one.name}") for one in found]
    outputs = {name: one.expression for name, one in zip(names, found, strict=True) if one.expression is not None}
    values = definition.block.result.elaborated.definitions
    lines = [f"# {name}: {one.reason}" for name, one in zip(names, found, strict=True) if one.expression is None]
    if not outputs:
        return lines
    try:
        written = statements(outputs, library, definitions=values)
        if written is None:
            sources = [emit((expression,), library, name=name, definitions=values) for name, expression in outputs.items()]
            written = tuple(line for source in sources for line in source.splitlines())
    except CannotWrite as reason:
        written = (f"# {reason}",)
    return [*lines, *written]


def notations(expression: Expression) -> dict[str, str]:
    """The expression in every text notation."""
    return {name: notation.write(expression, name) for name in notation.TEXT}


def programs(definition: Definition, found: Gradient) -> dict[str, str]:
    """Source of a function that computes a gradient, by language; those that have a form for it."""
    from shapecheck.notation.code import LANGUAGES, emit
    from shapecheck.notation.code.realise import CannotWrite

    values = definition.block.result.elaborated.definitions
    sources = {}
    for language in LANGUAGES if found.expression is not None else ():
        try:
            assert found.expression is not None
            name = _in_code(f"d{definition.binding.name}_d{found.name}")
            sources[language] = emit((found.expression,), language, name=name, definitions=values)
        except CannotWrite:
            continue
    return sources


def explanation(analysis: Analysis, definition: Definition, by: Expression) -> str:
    """How a gradient is found, as Markdown."""
    found = gradient(analysis, definition, by)
    name, of = found.name, definition.binding.name
    parts = [f"# The derivative of {of} by {name}", f"```shape\n{of} = {shown(definition.value)}\n```"]
    shapes = sorted(dependence.variables(definition.value), key=lambda item: str(item.data[0]))
    parts.append("\n".join(f"- `{item.data[0]}: {item.shape}`" for item in shapes))
    if found.expression is None:
        from shapecheck.engine.reproduction import command

        again = command(definition.value, (name,), definition.block.result.elaborated)
        return "\n\n".join((*parts, f"Cannot derive: {found.reason}", f"To report it:\n```sh\n{again}\n```")) + "\n"
    parts += [f"```shape\n∂{of}/∂{name} = {shown(found.expression)}\n```", f"Its shape is {found.shape}; it is verified by value."]
    return "\n\n".join((*parts, _steps(definition, by))) + "\n"


def _steps(definition: Definition, by: Expression) -> str:
    """The derivation; nothing where it cannot be told."""
    from shapecheck import calculus
    from shapecheck.engine.explaining import explanation as steps

    try:
        return steps(definition.block.result.elaborated, definition.value, (by,), "both", "markdown")
    except calculus.CannotDerive:
        return ""


def _in_code(name: str) -> str:
    return name if name.isidentifier() else re.sub(r"\W", "_", name)


def below(analysis: Analysis, definition: Definition, statements: Sequence[str]) -> Edit:
    """The edit that puts statements below a definition, in the same comment where that goes."""
    text, span = analysis.text, definition.span
    start = _line_start(text, span.start)
    end = _line_end(text, span.end)
    pieces = [piece.shift(definition.block.start) for piece in definition.block.result.block.pieces]
    piece = next((piece for piece in pieces if piece.start <= span.start <= piece.end), span)
    margin = text[start : piece.start]
    behind = text[span.end : end]
    kind = definition.block.result.block.kind
    if kind == "trailing":
        found = re.match(r"[ \t]*", margin)
        sign = re.search(r"(\S+)[ \t]*shape:[ \t]*$", margin)
        if sign is None or sign[1] in ("/*", "(*", "{-", "--[["):
            return Edit(Span(span.end, span.end), "".join(f"; {one}" for one in statements))
        margin = f"{found[0] if found else ''}{sign[1]} shape: "
    elif kind == "line" and (ONE_LINE_COMMENT.match(margin) or COMMENT_END.search(behind)):
        return Edit(Span(span.end, span.end), "".join(f"; {one}" for one in statements))
    newline = _newline(text, end)
    if COMMENT_END.search(behind):
        end = span.end
    return Edit(Span(end, end), "".join(f"{newline}{margin}{one}" for one in statements))


def under_comment(analysis: Analysis, definition: Definition, lines: Sequence[str]) -> Edit:
    """The edit that puts lines of code below the comment of a definition."""
    text = analysis.text
    pieces = definition.block.result.block.pieces
    last = max((piece.end for piece in pieces), default=0) + definition.block.start
    end = _line_end(text, last)
    closing = re.compile(r"[ \t]*(?:\r?\n[ \t]*)?(?:\*/|-->|\*\)|\"\"\"|''')[^\r\n]*").match(text, last)
    if closing is not None:
        end = max(end, closing.end())
    start = _line_start(text, definition.block.start)
    indent = re.match(r"[ \t]*", text[start:])
    newline = _newline(text, end)
    margin = indent[0] if indent is not None else ""
    return Edit(Span(end, end), "".join(f"{newline}{margin}{line}" if line else newline for line in lines))


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _line_end(text: str, offset: int) -> int:
    found = re.compile(r"[^\r\n]*").match(text, offset)
    return found.end() if found is not None else offset


def _newline(text: str, offset: int) -> str:
    """The line break that the text has here, or else has first."""
    found = re.compile(r"\r\n|\n|\r").match(text, offset) or re.search(r"\r\n|\n|\r", text)
    return found[0] if found is not None else "\n"
