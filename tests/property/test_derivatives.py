"""Derivatives of random expressions: each agrees with differences, with its own written form, and with autograd where there is one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck.calculus import CannotDerive, Context, derivative
from shapecheck.calculus import evaluate_order as graph
from shapecheck.calculus.differentiate import differentiate
from shapecheck.calculus.evaluate import value_of
from shapecheck.calculus.lower import Lowering
from shapecheck.calculus.sample import assignments
from shapecheck.calculus.verify import close, jacobian, squeezed, term_value
from shapecheck.core.expression import Expression, make
from tests.property.random_expressions import PROPERTIES, SCALAR, SQUARE, VARIABLES, VECTOR, draw

CONTEXT = Context(properties=PROPERTIES)
SEEDS = st.integers(min_value=0, max_value=10**9)


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_an_expression_and_its_index_form_have_the_same_value(seed: int) -> None:
    expression, _ = draw(seed)
    term = Lowering(CONTEXT)(expression)
    for assignment in _assignments(expression):
        value = squeezed(value_of(expression, assignment, {}), expression.shape)
        assert close(value, term_value(graph.schedule(term), assignment), 1e-7, 1e-3)


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_a_derivative_agrees_with_differences_in_every_entry(seed: int) -> None:
    expression, variable = draw(seed, depth=4)
    try:
        found = derivative(expression, (variable,), CONTEXT)
    except CannotDerive:
        return
    for assignment in _assignments(expression):
        try:
            expected = jacobian(expression, variable, assignment, CONTEXT)
            value = value_of(found.expression, assignment, {})
        except np.linalg.LinAlgError:
            continue
        assert found.expression.shape.rank <= found.shape.rank
        assert close(squeezed(value, found.expression.shape), expected, 1e-6, 1e-3)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_second_derivatives_of_scalars_are_symmetric(seed: int) -> None:
    expression, variable = draw(seed, depth=3, wanted=SCALAR)
    lowering = Lowering(CONTEXT, general=(variable,))
    leaf = lowering.leaf(variable)
    hessian = differentiate(differentiate(lowering(expression), leaf), leaf)
    count = leaf.order
    for assignment in _assignments(expression):
        try:
            value = term_value(graph.schedule(hessian), assignment)
        except np.linalg.LinAlgError:
            continue
        turned = np.transpose(value, (*range(count, 2 * count), *range(count)))
        assert close(value, turned, 1e-6, 1e-2)


def test_few_expressions_cannot_be_derived() -> None:
    refused: list[int] = []
    for seed in range(300):
        expression, variable = draw(seed, depth=4)
        try:
            derivative(expression, (variable,), CONTEXT)
        except CannotDerive as reason:
            if "no values were found" not in str(reason):
                refused.append(seed)
    print(f"{len(refused)} of 300 cannot be derived: {refused}")
    assert len(refused) <= 6


def test_a_composition_of_thirty_layers_is_derived_in_linear_time() -> None:
    """Neither the terms nor the work per layer grow with depth."""
    counts = {}
    for depth in (10, 20, 30):
        value: Expression = VARIABLES[VECTOR][0]
        for layer in range(depth):
            weight = make("variable", shape=SQUARE, data=(f"W{layer}", 0))
            value = make("tanh", (make("matmul", (weight, value), VECTOR),), VECTOR)
        loss = make("norm", (value,), SCALAR)
        lowering = Lowering(CONTEXT)
        gradient = differentiate(lowering(loss), lowering.leaf(VARIABLES[VECTOR][0]))
        counts[depth] = sum(len(node.args) + 1 for node in graph.schedule(gradient))
    assert counts[30] - counts[20] <= 1.3 * (counts[20] - counts[10])


def test_autograd_agrees() -> None:
    torch = pytest.importorskip("torch")
    from tests.property.autograd import evaluate

    compared = 0
    for seed in range(400):
        expression, variable = draw(seed, depth=4, wanted=SCALAR)
        try:
            found = derivative(expression, (variable,), CONTEXT)
        except CannotDerive:
            continue
        for assignment in _assignments(expression):
            tensors = {
                node: torch.tensor(array, dtype=torch.float64, requires_grad=node is variable) for node, array in assignment.arrays.items()
            }
            value = evaluate(expression, tensors, assignment)
            if value is None:
                continue
            value.backward()
            gradient = tensors[variable].grad
            if gradient is None or not torch.isfinite(gradient).all():
                continue
            mine = squeezed(value_of(found.expression, assignment, {}), found.expression.shape)
            assert close(mine, squeezed(gradient.numpy(), variable.shape), 1e-6, 1e-4), (seed, expression)
            compared += 1
    assert compared > 200


def _assignments(expression: Expression) -> list:  # type: ignore[type-arg]
    try:
        return list(assignments([expression], CONTEXT, 2))
    except CannotDerive:
        return []
