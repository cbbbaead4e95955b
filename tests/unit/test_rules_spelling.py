"""Results are written in the hand of the statement that they mend."""

from __future__ import annotations

import pytest

from shapecheck import elaborate, syntax
from shapecheck.elaborate.scope import Scope
from shapecheck.rules import spelling
from shapecheck.rules.context import Context

DECLARED = "A, S: (N, N); x: (N)\n"


def _written(statement: str, result: str) -> str:
    text = DECLARED + statement
    elaborated = elaborate.elaborate(syntax.parse_statements(text), Scope())
    checked = elaborated.statements[-1]
    (expression,) = elaborate.elaborate(syntax.parse_statements(DECLARED + result), Scope()).statements[-1].expressions
    return spelling.write(expression, Context(text, checked.statement, checked.before, elaborated=elaborated))


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("q = x' A x", "(A' + S) x"),
        ("q = xᵀ A x", "(Aᵀ + S) x"),
        ("q = x.T @ A @ x", "(A.T + S) @ x"),
        ("q = x^T*A*x", "(A^T + S)*x"),
        ("q = x' * A * x", "(A' + S) * x"),
        ("q = xᵀ·A·x", "(Aᵀ + S)·x"),
        ("∂q/∂x = A x", "(A' + S) x"),
        ("y = 2*x", "(A' + S)*x"),
        ("y = S^T x", "(A^T + S) x"),
    ],
)
def test_transposes_and_products_are_typed_as_the_statement_types_them(statement: str, expected: str) -> None:
    assert _written(statement, "(A' + S) x") == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("y = inv(A) x", "inv(S) x - A x"),
        ("y = A^-1 x", "S^-1 x - A x"),
        ("y = A⁻¹ x", "S⁻¹ x − A x"),
        ("y = A⁻¹ x - x", "S⁻¹ x - A x"),
        ("y = A x", "inv(S) x - A x"),
    ],
)
def test_inverses_and_signs(statement: str, expected: str) -> None:
    assert _written(statement, "inv(S) x - A x") == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [("y = A .* S", "A .* S"), ("y = A ⊙ S", "A ⊙ S"), ("y = A ∘ S", "A ∘ S"), ("y = A @ S", "A * S"), ("y = A S", "A .* S")],
)
def test_entry_by_entry(statement: str, expected: str) -> None:
    assert _written(statement, "A .* S") == expected


def test_signs_come_from_the_statements_around_where_the_own_has_none() -> None:
    text = DECLARED + "q = x.T @ A @ x\ny = x"
    elaborated = elaborate.elaborate(syntax.parse_statements(text), Scope())
    checked = elaborated.statements[-1]
    (expression,) = elaborate.elaborate(syntax.parse_statements(DECLARED + "A' S"), Scope()).statements[-1].expressions
    assert spelling.write(expression, Context(text, checked.statement, checked.before, elaborated=elaborated)) == "A.T @ S"
