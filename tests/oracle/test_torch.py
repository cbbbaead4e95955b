"""Emitted PyTorch functions: the derivative they return is that of the value they return."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shapecheck.calculus.evaluate import value_of
from tests.oracle import oracle
from tests.oracle.formulas import CASES, Case
from tests.unit import emitted
from tests.unit.table_formulas import Formula, of_rows
from tests.unit.test_table import CHOSEN

torch = oracle("torch")
ROWS = tuple(of_rows())


def tensor(array: Any, dtype: Any = None) -> Any:
    return torch.tensor(np.asarray(array), dtype=dtype or torch.float64)


def by_autograd(call: Any, given: dict[str, Any], name: str) -> Any:
    def value(point: Any) -> Any:
        return call(**{**given, name: point})[0]

    return torch.autograd.functional.jacobian(value, given[name])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    derived = case.derived()
    at = emitted.draw(derived.of, derived_context(derived))
    assert at is not None
    call = emitted.function(derived.source("torch", value=True))
    given = emitted.arguments(call, at, tensor)
    value, found = call(**given)
    assert emitted.agrees(value, value_of(derived.of, at, derived.sheet.definitions))
    (name,) = {str(variable.data[0]) for variable in derived.wrt}
    if case.order == 1:
        truth = by_autograd(call, given, name)
    else:
        first = emitted.function(Case(case.formula, case.by, case.declared).derived().source("torch", value=True))
        truth = by_autograd(lambda **all_: first(**all_)[::-1], given, name)
    assert np.allclose(np.squeeze(found), np.squeeze(truth), rtol=1e-7, atol=1e-9)


def derived_context(derived: Any) -> Any:
    from shapecheck.calculus.context import Context

    return Context(derived.sheet.definitions, derived.sheet.properties, derived.sheet.facts)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_precision_and_device_are_those_of_the_arguments(case: Case) -> None:
    derived = case.derived()
    at = emitted.draw(derived.of, derived_context(derived))
    assert at is not None
    call = emitted.function(derived.source("torch", value=True))
    single = call(**emitted.arguments(call, at, lambda array: tensor(array, torch.float32)))
    double = call(**emitted.arguments(call, at, tensor))
    numbers = emitted.arguments(call, at, lambda array: tensor(array) if np.ndim(array) else float(array))
    for one, other, third in zip(single, double, call(**numbers), strict=True):
        assert one.dtype == torch.float32
        assert np.allclose(one, other, rtol=1e-2, atol=1e-2 * float(other.abs().max()))
        assert third.shape == other.shape
    if not any(word in derived.source("torch") for word in ("linalg", "kron")):
        far = call(**emitted.arguments(call, at, lambda array: tensor(array).to("meta")))
        assert all(part.device.type == "meta" for part in far)


@pytest.mark.parametrize("formula", ROWS, ids=lambda formula: formula.name)
def test_row(formula: Formula) -> None:
    compare(formula)


@pytest.mark.parametrize("formula", CHOSEN, ids=lambda formula: formula.name)
def test_pair(formula: Formula) -> None:
    compare(formula)


def compare(formula: Formula) -> None:
    at = emitted.draw(formula.expression, formula.context)
    if at is None:
        pytest.skip("has no values")
    call = emitted.function(emitted.emitted("torch", formula.expression, formula.by, formula.context)[0])
    given = emitted.arguments(call, at, tensor)
    value, found = call(**given)
    assert emitted.agrees(value, value_of(formula.expression, at, {}))
    name = str(formula.by.data[0])
    if name in given and not formula.name.endswith("both"):
        truth = by_autograd(call, given, name)
        assert np.allclose(np.squeeze(found), np.squeeze(truth), rtol=1e-6, atol=1e-7 * max(1.0, float(truth.abs().max())))
