"""Emitted functions, run: source and an assignment in, the returned arrays out."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapecheck.calculus.context import CannotDerive, Context
from shapecheck.calculus.derivative import derivative
from shapecheck.calculus.evaluate import Assignment, schedule, value_of
from shapecheck.calculus.sample import assignments
from shapecheck.calculus.verify import directional
from shapecheck.core.expression import Expression
from shapecheck.notation import code

Array = NDArray[Any]
Convert = Callable[[Array], Any]


def function(source: str, name: str = "derivative") -> Callable[..., Any]:
    """The function that a source in Python defines."""
    space: dict[str, Any] = {}
    exec(source, space)
    found: Callable[..., Any] = space[name]
    return found


def arguments(call: Callable[..., Any], at: Assignment, convert: Convert = np.asarray) -> dict[str, Any]:
    """The arrays and sizes of an assignment that a function asks for."""
    arrays = {node.data[0]: array for node, array in at.arrays.items()}
    sizes = {str(atom): size for atom, size in at.sizes.items()}
    given: dict[str, Any] = {}
    for name, parameter in inspect.signature(call).parameters.items():
        given[name] = sizes[name] if parameter.kind is inspect.Parameter.KEYWORD_ONLY else convert(arrays[name])
    return given


def agrees(found: Any, expected: Array, tolerance: float = 1e-6) -> bool:
    array = np.asarray(found)
    scale = max(1.0, float(np.abs(expected).max())) if expected.size else 1.0
    return array.shape == expected.shape and bool(np.allclose(array, expected, rtol=tolerance, atol=tolerance * scale / 10))


def draw(expression: Expression, context: Context) -> Assignment | None:
    """Values for a formula; None where it has none (an inverse of what is always singular, a logarithm of what is never positive)."""
    try:
        return next(iter(assignments([expression], context, 1)))
    except CannotDerive:
        return None


def emitted(language: str, expression: Expression, variable: Expression, context: Context) -> tuple[str, tuple[Expression, Expression]]:
    """Source of a function that returns the value and the derivative, and these two as expressions."""
    outputs = expression, derivative(expression, (variable,), context).expression
    return code.emit(outputs, language, definitions=context.definitions), outputs


def check(language: str, expression: Expression, variable: Expression, context: Context, convert: Convert = np.asarray) -> str:
    """ "" where the emitted function returns what the expressions are worth, else what is wrong."""
    at = draw(expression, context)
    if at is None:
        return ""
    source, outputs = emitted(language, expression, variable, context)
    call = function(source)
    found = call(**arguments(call, at, convert))
    for node, array in zip(outputs, found, strict=True):
        expected = value_of(node, at, context.definitions)
        if not agrees(array, expected):
            return f"{np.asarray(array)} for {expected}\n{source}"
    return ""


def by_steps(expression: Expression, variable: Expression, at: Assignment) -> Array:
    """The derivative by complex steps of the value (or central differences), one direction for each entry."""
    nodes = schedule([expression], {})
    shape = at.arrays[variable].shape
    columns = []
    for place in np.ndindex(shape):
        direction = np.zeros(shape)
        direction[place] = 1.0
        columns.append(np.asarray(directional(nodes, at, variable, direction, {})))
    return np.stack(columns, axis=-1).reshape(columns[0].shape + shape)
