"""Inverses, determinants and linear systems of one small matrix, by elimination; what is nearly singular is left to NumPy."""

from __future__ import annotations

import math
from typing import Any

from shapecheck.calculus.arrays.functions import eye
from shapecheck.calculus.arrays.loading import Beyond
from shapecheck.calculus.arrays.small import Small, within

LEAST = 1e-9
"""A pivot that is smaller than this part of the largest entry."""


def _eliminated(matrix: Small, right: Small | None = None) -> tuple[list[list[Any]], Any]:
    """The matrix beside the right sides made the identity; the solutions, and the determinant."""
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.values:
        raise Beyond
    side = matrix.shape[0]
    wide = side + (right.shape[1] if right is not None else 0)
    within(side * side * wide)
    rows = [list(matrix.values[k * side : (k + 1) * side]) for k in range(side)]
    if right is not None:
        count = right.shape[1]
        rows = [row + list(right.values[k * count : (k + 1) * count]) for k, row in enumerate(rows)]
    least = LEAST * max(map(abs, matrix.values))
    determinant: Any = 1.0
    for column in range(side):
        best = max(range(column, side), key=lambda k: abs(rows[k][column]))
        if not abs(rows[best][column]) > least:
            raise Beyond
        if best != column:
            rows[column], rows[best] = rows[best], rows[column]
            determinant = -determinant
        pivot = rows[column][column]
        determinant = determinant * pivot
        rows[column] = [value / pivot for value in rows[column]]
        own = rows[column]
        for k in range(column + 1 if right is None else 0, side):
            factor = rows[k][column]
            if k != column and factor:
                rows[k] = [value - factor * other for value, other in zip(rows[k], own, strict=True)]
    return rows, determinant


def solve(matrix: Small, right: Small) -> Small:
    if right.ndim != 2 or matrix.shape[-1] != right.shape[0]:
        raise Beyond
    rows, _ = _eliminated(matrix, right)
    return Small(right.shape, [value for row in rows for value in row[matrix.shape[0] :]])


def inv(matrix: Small) -> Small:
    if matrix.ndim != 2:
        raise Beyond
    return solve(matrix, eye(matrix.shape[0]))


def det(matrix: Small) -> Small:
    return Small((), (_eliminated(matrix)[1],))


def slogdet(matrix: Small) -> tuple[Small, Small]:
    determinant = _eliminated(matrix)[1]
    return Small((), (math.copysign(1.0, determinant),)), Small((), (math.log(abs(determinant)),))


def cond(matrix: Small) -> Small:
    """At least the condition number, and not much more."""
    found = _size(matrix) * _size(inv(matrix))
    if found > 1e5:
        raise Beyond
    return Small((), (found,))


def _size(matrix: Small) -> float:
    return math.sqrt(sum(abs(value) ** 2 for value in matrix.values))


def matrix_power(matrix: Small, exponent: int) -> Any:
    if matrix.ndim != 2 or exponent < 0:
        raise Beyond
    result: Any = eye(matrix.shape[0])
    for _ in range(exponent):
        result = result @ matrix
    return result


FUNCTIONS: dict[str, Any] = {"solve": solve, "inv": inv, "det": det, "slogdet": slogdet, "cond": cond, "matrix_power": matrix_power}
