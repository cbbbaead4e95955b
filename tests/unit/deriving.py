"""Declarations and formulas to derivatives, and the comparison of what was derived with what was typed."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from shapecheck.calculus.context import Context
from shapecheck.calculus.derivative import Derivative, derivative
from shapecheck.calculus.evaluate import value_of
from shapecheck.calculus.sample import assignments
from shapecheck.core.expression import Expression
from shapecheck.elaborate import elaborate
from shapecheck.elaborate.scope import Scope
from shapecheck.elaborate.sheet import Elaborated
from shapecheck.syntax import parse_statements


@dataclass(frozen=True)
class Derived:
    sheet: Elaborated
    context: Context
    result: Derivative

    @property
    def shown(self) -> Expression:
        """What is shown: matrix notation, columns stacked where there is no other."""
        return self.result.stacked if self.result.indexed and self.result.stacked is not None else self.result.expression


def parts(formula: str) -> list[str]:
    """Definitions, and last what is derived: what `;` separates outside of square brackets."""
    return [part.strip() for part in re.split(r";(?![^\[]*\])", formula)]


def read(declarations: str, formula: str, answer: str = "") -> Elaborated:
    """The last part of the formula is called `objective`; what is typed as the answer is called `answer`."""
    *definitions, last = parts(formula)
    lines = [*declarations.split("; "), *definitions, f"objective = {last}", *([f"answer = {answer}"] if answer else [])]
    sheet = elaborate(parse_statements("\n".join(line for line in lines if line)), Scope())
    problems = [problem for statement in sheet.statements for problem in statement.problems]
    assert not problems, (lines, problems)
    return sheet


def typed(declarations: str, formula: str, answer: str) -> Expression:
    """What an answer typed below the formula means."""
    return value_of_name(read(declarations, formula, answer), "answer")


def value_of_name(sheet: Elaborated, name: str) -> Expression:
    found = sheet.scope.bindings[name]
    assert found.value is not None
    return found.value


def derive(declarations: str, formula: str, by: str) -> Derived:
    sheet = read(declarations, formula)
    context = Context(sheet.definitions, sheet.properties, sheet.facts)
    variables = [sheet.scope.bindings[name.strip()].variable for name in by.split(",")]
    return Derived(sheet, context, derivative(value_of_name(sheet, "objective"), variables, context))


def agree(left: Expression, right: Expression, context: Context) -> bool:
    """Whether two expressions have the same value on general draws, axes of size 1 left out."""
    for assignment in assignments([left, right], context):
        values = [np.squeeze(value_of(side, assignment, context.definitions)) for side in (left, right)]
        if values[0].shape != values[1].shape or not np.allclose(values[0], values[1], rtol=1e-7, atol=1e-9):
            return False
    return True
