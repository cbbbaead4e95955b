"""The formula that a line of a document holds, in the light of everything that is declared around it."""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass, field, replace
from shapecheck.core.settings import Settings
from shapecheck.core.span import Span
from shapecheck.elaborate import dependence
from shapecheck.elaborate.scope import Scope
from shapecheck.elaborate.sheet import Checked, GradientClaim
from shapecheck.engine.analysis import Analysis
from shapecheck.engine.block import Block
from shapecheck.engine.document import PlacedBlock
from shapecheck.engine.worksheet import Sheet
from shapecheck.syntax.tree import Bare, Relation


@dataclass(frozen=True, slots=True)
class PlacedFormula:
    """A formula as text with the sheet in which it is understood, and the variables that one would derive it by:
    those of a claim if the line is one, else those that the formula has."""

    text: str
    variables: tuple[str, ...]
    lines: range  # of the document, from 1
    sheet: Sheet = field(compare=False, repr=False)


def formulas(analysis: Analysis) -> Iterator[PlacedFormula]:
    """Every formula of a document that can be derived: definitions, claims of gradients, bare expressions."""
    for block in analysis.blocks:
        for checked in block.result.statements:
            if not checked.problems:
                found = _formula(block, checked, analysis)
                if found is not None:
                    yield found


def _formula(block: PlacedBlock, checked: Checked, analysis: Analysis) -> PlacedFormula | None:
    claim = next((claim for claim in checked.claims if isinstance(claim, GradientClaim)), None)
    statement = checked.statement
    value: Expression | None = None
    if claim is not None:
        text, value = _claimed(claim.of), claim.of
        variables = tuple(dict.fromkeys(str(variable.data[0]) for variable in claim.wrt))
    elif isinstance(statement, Relation):
        value = next((binding.value for binding in checked.bindings if binding.value is not None and not binding.parameters), None)
        text, variables = _text(block.result.block, statement.sides[1].span), _variables(value)
    elif isinstance(statement, Bare) and checked.expressions:
        value = checked.expressions[0]
        text, variables = _text(block.result.block, statement.span), _variables(value)
    if value is None:
        return None
    first, last = (_line(analysis.text, block.start + offset) for offset in (statement.span.start, statement.span.end))
    scope = _as_used(block.result.elaborated.scope, value)
    return PlacedFormula(text, variables, range(first, last + 1), Sheet.within(scope, analysis.settings))


def _as_used(scope: Scope, value: Expression) -> Scope:
    """The scope with those versions of names that the formula means, though later lines may give new ones."""
    used = {str(node.data[0]): scope.versions[node] for node in dependence.variables(value) if node in scope.versions}
    return replace(scope, bindings={**scope.bindings, **used})


def _claimed(expression: Expression) -> str:
    if expression.op == "variable":
        return str(expression.data[0])
    from shapecheck import notation

    return notation.write(expression, "ascii")


def _variables(expression: Expression | None) -> tuple[str, ...]:
    """The names in a formula, in the order in which they occur."""
    found: dict[str, None] = {}
    seen, waiting = set[Expression](), [expression] if expression is not None else []
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting.extend(reversed(node.args))
            if node.op == "variable":
                found[str(node.data[0])] = None
    return tuple(found)


def _text(block: Block, span: Span) -> str:
    """What stands at a place, without comment signs between its lines."""
    pieces = block.pieces or (Span(0, len(block.text)),)
    parts = [block.text[max(piece.start, span.start) : min(piece.end, span.end)] for piece in pieces]
    return " ".join(part.strip() for part in parts if part.strip())


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def formulas_of(text: str, language: str, settings: Settings | None = None) -> tuple[PlacedFormula, ...]:
    """The formulas of a document, in its order."""
    from shapecheck import engine

    return tuple(formulas(engine.analyse(text, language, settings)))
