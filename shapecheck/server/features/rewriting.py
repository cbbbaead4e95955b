"""A formula in another notation, sign by sign: what stands between the signs stays as it was typed.

Nothing is offered that would change what a statement means: the statement is read again, and must come to the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from shapecheck import elaborate, syntax
from shapecheck.core.settings import Settings
from shapecheck.core.span import Edit, Span, apply_edits
from shapecheck.elaborate.scope import Scope
from shapecheck.elaborate.sheet import Checked
from shapecheck.elaborate.walk import walk
from shapecheck.engine import Analysis, PlacedBlock
from shapecheck.syntax.spelling import GREEK, spell
from shapecheck.syntax.tree import Apply, Assertion, Bare, Declaration, Fact, Name, Node, Number, Relation, Sigma, Statement

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
LOWERED = {sign: plain for plain, sign in zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True)}
LATEX = {letter: f"\\{name}" for name, letter in reversed(GREEK.items())}
PLAIN_SIGNS = {"≡": "==", "≔": ":=", "←": "=", "⊙": ".*", "∘": ".*", "⊘": "./", "−": "-", "·": "*", "⋅": "*", "×": "*", "→": "->"}


def edits(analysis: Analysis, block: PlacedBlock, span: Span, notation: str) -> list[Edit]:
    """The edits that rewrite the statements at a place, or in it; none where nothing would change."""
    found: list[Edit] = []
    for number, checked in enumerate(block.result.statements):
        where = checked.statement.span.shift(block.start)
        if where.start <= span.end and span.start <= where.end:
            key = ("rewritten", block.result, number, notation)
            own = analysis.memo.get(key, lambda checked=checked: _of_statement(analysis, block, checked, notation))  # type: ignore[misc]
            found += (Edit(edit.span.shift(block.start), edit.text) for edit in own)
    return found


def _of_statement(analysis: Analysis, block: PlacedBlock, checked: Checked, notation: str) -> list[Edit]:
    """Edits within the block."""
    text, sign = block.result.block.text, _unicode if notation == "unicode" else _ascii
    wanted = sorted(set(_edits(checked.statement, text, sign)))
    wanted = [edit for edit in wanted if edit.span.of(text) != edit.text]
    if not wanted or not _is_same(checked, text, wanted, analysis.settings):
        return []
    return wanted


def _edits(statement: Statement, text: str, sign: Callable[[Node, str], Iterator[Edit]]) -> Iterator[Edit]:
    roots: tuple[Node, ...] = ()
    match statement:
        case Relation():
            roots = statement.sides
            for place, relation in zip(statement.operators, statement.relations, strict=True):
                typed = place.of(text)
                if sign is _unicode and relation == "==":
                    yield Edit(place, "≡")
                elif sign is _ascii and typed in PLAIN_SIGNS:
                    yield Edit(place, PLAIN_SIGNS[typed])
        case Assertion():
            roots = (statement.expression,)
        case Bare():
            roots = (statement.expression,)
        case Declaration():
            roots = statement.names
        case Fact():
            roots = (statement.left, statement.right)
        case _:
            return
    for root in roots:
        for node in walk(root):
            yield from sign(node, text)


def _unicode(node: Node, text: str) -> Iterator[Edit]:
    if isinstance(node, Name):
        typed = node.span.of(text)
        if typed.startswith("\\") and spell(typed) == node.key and re.fullmatch(r"\\[A-Za-z]+(?:_\w+)?", typed):
            yield Edit(node.span, node.key)
    elif isinstance(node, Apply):
        behind = Span(node.args[0].span.end, node.span.end)
        if node.op == "transpose" and len(behind.of(text).strip()) < 6:
            yield Edit(behind, "ᵀ")
        elif node.op == "power" and isinstance(node.args[1], (Number, Apply)):
            exponent = re.fullmatch(r"\^\{?\(?(-?\d+)\)?\}?", behind.of(text))
            if exponent is not None:
                yield Edit(behind, exponent[1].translate(RAISED))
        elif node.op == "inverse_transpose":
            yield Edit(behind, "⁻ᵀ")
        elif node.op in ("subtract", "negate") and node.operator.of(text) == "-":
            yield Edit(node.operator, "−")
    elif isinstance(node, Sigma):
        typed = node.operator.of(text)
        if typed.startswith("sum_"):
            yield Edit(node.operator, f"Σ_{typed[4:]}")


def _ascii(node: Node, text: str) -> Iterator[Edit]:
    if isinstance(node, Name):
        typed = node.span.of(text)
        plain = "".join(LATEX.get(letter, letter) for letter in typed)
        if not typed.isascii() and plain.isascii() and spell(plain) == node.key:
            yield Edit(node.span, plain)
        elif re.match(r"[∂δ]", typed):
            yield Edit(Span(node.span.start, node.span.start + 1), "d")
        elif typed[:1] == "∇":
            yield Edit(Span(node.span.start, node.span.start + 1), "grad")
    elif isinstance(node, Apply):
        behind = Span(node.args[0].span.end, node.span.end)
        typed = behind.of(text)
        if node.op == "transpose" and typed.strip() in ("ᵀ", "^⊤", "⊤"):
            yield Edit(behind, "'")
        elif node.op == "inverse_transpose":
            yield Edit(behind, "^-T")
        elif node.op == "power" and typed and not typed.isascii():
            yield Edit(behind, "^" + "".join(LOWERED.get(letter, "-" if letter == "⁻" else letter) for letter in typed))
        elif node.operator.of(text) in PLAIN_SIGNS:
            yield Edit(node.operator, PLAIN_SIGNS[node.operator.of(text)])
    elif isinstance(node, Sigma):
        typed = node.operator.of(text)
        if typed[:1] in "Σ∑":
            yield Edit(node.operator, f"sum{typed[1:]}")


def _is_same(checked: Checked, text: str, wanted: list[Edit], settings: Settings) -> bool:
    span = checked.statement.span
    before = [edit for edit in wanted if span.start <= edit.span.start and edit.span.end <= span.end]
    if "\n" in span.of(text):
        return False
    old, new = span.of(text), apply_edits(span.of(text), [Edit(edit.span.shift(-span.start), edit.text) for edit in before])
    return _meaning(old, checked, settings) == _meaning(new, checked, settings) is not None


def _meaning(text: str, checked: Checked, settings: Settings) -> object:
    """What a statement comes to; None where it does not parse."""
    statements = syntax.parse_statements(text)
    if len(statements) != 1 or type(statements[0]).__name__ == "Broken":
        return None
    found = elaborate.elaborate(statements, checked.before or Scope(), settings)
    (read,) = found.statements
    claims = [tuple(getattr(claim, part) for part in ("of", "right", "wrt", "left") if hasattr(claim, part)) for claim in read.claims]
    values = [(bound.name, bound.value, str(bound.shape)) for bound in read.bindings]
    return type(statements[0]).__name__, claims, values, read.expressions, len(read.problems)
