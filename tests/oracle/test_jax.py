"""Emitted JAX functions, compiled: the derivative they return is that of the value they return."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

from shapecheck.calculus.context import Context
from shapecheck.calculus.evaluate import value_of
from tests.oracle import oracle
from tests.oracle.formulas import CASES, Case
from tests.unit import emitted
from tests.unit.table_formulas import Formula, of_rows

jax = oracle("jax")
jax.config.update("jax_enable_x64", True)
ROWS = tuple(of_rows())


def compiled(source: str) -> Any:
    call = emitted.function(source)
    sizes = [name for name, one in inspect.signature(call).parameters.items() if one.kind is inspect.Parameter.KEYWORD_ONLY]
    return call, jax.jit(call, static_argnames=sizes)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    derived = case.derived()
    at = emitted.draw(derived.of, Context(derived.sheet.definitions, derived.sheet.properties, derived.sheet.facts))
    assert at is not None
    plain, fast = compiled(derived.source("jax", value=True))
    given = emitted.arguments(plain, at)
    value, found = fast(**given)
    assert emitted.agrees(value, value_of(derived.of, at, derived.sheet.definitions))
    function = plain if case.order == 1 else emitted.function(Case(case.formula, case.by, case.declared).derived().source("jax"))
    pick = (lambda result: result[0]) if case.order == 1 else (lambda result: result)
    truth = jax.jit(jax.jacobian(lambda point: pick(function(**{**given, case.by: point}))))(np.asarray(given[case.by], dtype=float))
    assert np.allclose(np.squeeze(found), np.squeeze(truth), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("formula", ROWS, ids=lambda formula: formula.name)
def test_row(formula: Formula) -> None:
    at = emitted.draw(formula.expression, formula.context)
    assert at is not None
    source, outputs = emitted.emitted("jax", formula.expression, formula.by, formula.context)
    plain, fast = compiled(source)
    for node, array in zip(outputs, fast(**emitted.arguments(plain, at)), strict=True):
        assert emitted.agrees(array, value_of(node, at, {}))
