"""Claims completed with what is right: whole ones while their left side is typed, and the right sides of begun ones."""

from __future__ import annotations

import time
from collections.abc import Iterator

from shapecheck import elaborate, syntax
from shapecheck.engine import PlacedBlock, questions
from shapecheck.engine.expecting import expected
from shapecheck.engine.questions import Definition
from shapecheck.server.features.context import Typed
from shapecheck.server.features.items import SNIPPET, item
from shapecheck.server.wire import JSON
from shapecheck.syntax.tree import Bare

NOT_YET = "…"
BUDGET = 0.05
"""Seconds for deriving what a skeleton of a claim would say."""
FORMS = {
    "d2": "d2{of}/d{by}2",
    "∂²": "∂²{of}/∂{by}²",
    "hess_": "hess_{by} {of}",
    "grad_": "grad_{by} {of}",
    "∇_": "∇_{by} {of}",
    "∇²": "∇²_{by} {of}",
}
"""Other ways to write a derivative, by how they begin."""
TWICE = ("d2", "∂²", "hess_", "∇²")
MOST = 3
"""Definitions whose gradients are offered."""


def skeletons(typed: Typed, prefix: str) -> list[JSON]:
    """`dq/dB = …` for every variable, with what is right."""
    if prefix == "∇" or any(prefix.startswith(start[: max(len(prefix), 2)]) for start in FORMS):
        return list(_in_other_forms(typed, prefix))
    return list(_skeletons(typed, prefix)) if not prefix or prefix[0] in "d∂" else []


def _in_other_forms(typed: Typed, prefix: str) -> Iterator[JSON]:
    """Second derivatives by vectors, and gradients by name."""
    end = time.monotonic() + BUDGET
    for start, form in FORMS.items():
        for definition in _definitions(typed)[:MOST] if start.startswith(prefix) or prefix.startswith(start) else ():
            for place, by in enumerate(questions.variables(definition)):
                left = form.format(of=definition.binding.name, by=by.data[0])
                if not left.startswith(prefix) or (start in TWICE and by.shape.rank > 1):
                    continue
                right = right_side(typed, left, "") if time.monotonic() < end else []
                text = str(right[0]["label"]) if right else ""
                yield item(typed, len(prefix), f"{left} = {text or NOT_YET}", SNIPPET, f"0{place:02}", f"{left} = {text}", filterText=left)


def _skeletons(typed: Typed, prefix: str) -> Iterator[JSON]:
    end = time.monotonic() + BUDGET
    sign = "∂" if prefix.startswith("∂") else "d"
    for definition in _definitions(typed)[:MOST]:
        for place, by in enumerate(questions.variables(definition)):
            head = f"{sign}{definition.binding.name}/{sign}{by.data[0]} = "
            if not head.startswith(prefix):
                continue
            formula = None
            if questions.is_derived(typed.analysis, definition, by) or time.monotonic() < end:
                formula = questions.gradient(typed.analysis, definition, by).expression
            text = questions.typed(typed.analysis, definition, formula) if formula is not None else ""
            order = f"{0 if prefix else 2}{place:02}"
            yield item(typed, len(prefix), head + (text or NOT_YET), SNIPPET, order, head + text, filterText=head)


def _definitions(typed: Typed) -> list[Definition]:
    """Scalars that are defined above, the nearest first."""
    scope = typed.block.scope if typed.block is not None else None
    found = [one for one in questions.definitions(typed.analysis) if one.span.start < typed.offset]
    near = [one for one in found if scope is None or one.block.scope == scope]
    return [one for one in reversed(near) if not one.binding.shape.rank and questions.variables(one)]


def right_side(typed: Typed, left: str, begun: str) -> list[JSON]:
    """What a claim should say, while its right side is empty or begins so."""
    block = typed.block
    if block is None or not _is_certain(block, typed.offset - block.start):
        return []
    found = expected(typed.analysis, block.result, left, None)
    if found is None or not found.text.startswith(begun):
        return []
    return [item(typed, len(begun), found.text, SNIPPET, "0", detail=left, preselect=True, filterText=found.text)]


def _is_certain(block: PlacedBlock, offset: int) -> bool:
    """Whether names mean here what they mean at the end of the annotation: none gets a new value further down."""
    later = [bound for checked in block.result.statements if checked.statement.span.start > offset for bound in checked.bindings]
    return not any(bound.version for bound in later)


def shape(typed: Typed, text: str) -> str:
    """The shape of an expression that an assertion is about; nothing where it is none, or only a name."""
    if typed.block is None:
        return ""
    statements = syntax.parse_statements(text)
    if len(statements) != 1 or not isinstance(statements[0], Bare) or text.strip().isidentifier():
        return ""
    (checked,) = elaborate.elaborate(statements, typed.block.result.elaborated.scope, typed.analysis.settings).statements
    found = [expression.shape for expression in checked.expressions]
    return str(found[0]) if found and not checked.problems else ""
