"""Short ways to elaborate statements and to look at what came of them."""

from __future__ import annotations

from shapecheck import elaborate, syntax
from shapecheck.core.expression import Expression
from shapecheck.elaborate.scope import Scope
from shapecheck.elaborate.sheet import Binding, Claim, Elaborated, Problem


def read(text: str, scope: Scope | None = None) -> Elaborated:
    return elaborate.elaborate(syntax.parse_statements(text), scope or Scope())


def problems(text: str) -> list[tuple[str, str]]:
    return [(problem.rule, problem.kind) for problem in problems_of(read(text))]


def problems_of(elaborated: Elaborated) -> list[Problem]:
    return [problem for checked in elaborated.statements for problem in checked.problems]


def claims(text: str) -> list[Claim]:
    return [claim for checked in read(text).statements for claim in checked.claims]


def shapes(text: str) -> dict[str, str]:
    """The shape of every name, newest version."""
    return {name: str(binding.shape) for name, binding in read(text).scope.bindings.items()}


def binding(text: str, name: str) -> Binding:
    found: Binding = read(text).scope.bindings[name]
    return found


def names(*expressions: Expression) -> tuple[str, ...]:
    return tuple(str(expression.data[0]) for expression in expressions)
