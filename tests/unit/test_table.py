"""Completeness of the operator table: every row through shape, value, derivatives and every notation; pairs; mutants.

By default a part of the pairs is taken, another one for each row; SHAPECHECK_ALL_PAIRS=1 takes all.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace

import numpy as np
import pytest

from shapecheck import notation
from shapecheck.calculus import differentiate
from shapecheck.calculus.context import CannotDerive
from shapecheck.calculus.derivative import derivative
from shapecheck.calculus.evaluate import value_of
from shapecheck.notation import code
from shapecheck.ops import ROWS
from shapecheck.ops.row import Row
from tests.unit import emitted
from tests.unit.table_formulas import Formula, of_rows, pairs

FORMULAS = tuple(of_rows())
PAIRS = tuple(pairs())
CHOSEN = PAIRS if os.environ.get("SHAPECHECK_ALL_PAIRS") else PAIRS[::13]


def each(formulas: tuple[Formula, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("formula", formulas, ids=lambda formula: formula.name)


def by_differences(formula: Formula, at: emitted.Assignment, of: object = None) -> np.ndarray:
    """Central differences of the value, of fourth order: independent of complex steps."""
    node = of or formula.expression
    base = np.asarray(at.arrays[formula.by])
    columns = []
    for place in np.ndindex(base.shape):
        sides = []
        for step in (-2e-4, -1e-4, 1e-4, 2e-4):
            moved = np.array(base)
            moved[place] += step
            sides.append(np.asarray(value_of(node, emitted.Assignment(at.sizes, {**at.arrays, formula.by: moved}), {})))  # type: ignore[arg-type]
        columns.append((sides[0] - 8 * sides[1] + 8 * sides[2] - sides[3]) / 12e-4)
    return np.stack(columns, axis=-1).reshape(columns[0].shape + base.shape)


def same(found: np.ndarray, expected: np.ndarray) -> bool:
    found, expected = np.squeeze(found), np.squeeze(expected)
    scale = max(1.0, float(np.abs(expected).max())) if expected.size else 1.0
    return found.shape == expected.shape and bool(np.allclose(found, expected, rtol=1e-5, atol=1e-6 * scale))


@each(FORMULAS)
def test_row(formula: Formula) -> None:
    """Shape and value agree, and the first and second derivative agree with differences."""
    at = emitted.draw(formula.expression, formula.context)
    assert at is not None
    value = value_of(formula.expression, at, {})
    assert value.shape == at.shape(formula.expression.shape)
    first = derivative(formula.expression, (formula.by,), formula.context).expression
    assert same(value_of(first, at, {}), by_differences(formula, at))
    if len(first.shape.dims) <= 2:
        second = derivative(formula.expression, (formula.by, formula.by), formula.context).expression
        assert same(value_of(second, at, {}), by_differences(formula, at, first))


@each(FORMULAS)
def test_row_in_code(formula: Formula) -> None:
    assert emitted.check("numpy", formula.expression, formula.by, formula.context) == ""
    for language in code.LANGUAGES:
        source, _ = emitted.emitted(language, formula.expression, formula.by, formula.context)
        assert "{" + formula.by.data[0] + "}" not in source
        assert not re.search(r"<\w+>", source), source


@pytest.mark.parametrize("key", ROWS)
def test_row_in_text(key: str) -> None:
    """Every notation for people writes every argument of a row."""
    for formula in FORMULAS:
        if formula.expression.op == key:
            for name in notation.TEXT:
                text = notation.write(formula.expression, name)
                assert all(str(argument.data[0]) in text for argument in formula.expression.args), (name, text)


@each(CHOSEN)
def test_pair(formula: Formula) -> None:
    """Two rows composed: the derivative agrees with differences, the code with the derivative."""
    at = emitted.draw(formula.expression, formula.context)
    if at is None:
        pytest.skip("has no values")
    try:
        found = derivative(formula.expression, (formula.by,), formula.context).expression
    except CannotDerive as problem:
        if "no values" in str(problem):
            pytest.skip("where one is defined the other is not")
        raise
    assert same(value_of(found, at, {}), emitted.by_steps(formula.expression, formula.by, at))
    assert emitted.check("numpy", formula.expression, formula.by, formula.context) == ""


def test_most_pairs_have_values() -> None:
    without = [formula.name for formula in CHOSEN if emitted.draw(formula.expression, formula.context) is None]
    assert len(without) <= len(CHOSEN) / 10, without


# mutants: a table with one mistake must not pass its own checks


def mutants(row: Row) -> list[tuple[str, Row]]:
    """The row with one mistake in its index form or derivative: the ways in which people get them wrong."""
    changes = []
    for field in ("derivative", "index"):
        text = getattr(row, field)
        if not text or text in ("0",):
            continue
        whole = "[" not in text and ";" not in text
        found = {
            "sign": f"-({text})" if whole else text.replace("= ", "= -1 ", 1).replace("= -1 -", "= ", 1),
            "a sign inside": text.replace(" - ", " + ", 1),
            "a factor 2 lost": text.replace("2 ", "", 1),
            "a factor 2 too many": f"2 * ({text})" if whole else text.replace("= ", "= 2 ", 1),
            "cube for square": text.replace(".^2", ".^3", 1),
            "a transpose dropped": re.sub(r"((?!I)\b\w+(?:\(\w\))?)\[(\w),(\w)\]", r"\1[\3,\2]", text, count=1),
            "factors swapped": text.replace("[i,k] B[j,l]", "[j,l] B[i,k]").replace("x[j] y[k]", "x[k] y[j]"),
            "arguments swapped": "; ".join(reversed(text.split("; "))),
        }
        changes += [(f"{field}: {what}", replace(row, **{field: changed})) for what, changed in found.items() if changed != text]
    return changes


MUTANTS = [(key, what, mutant) for key, row in ROWS.items() for what, mutant in mutants(row)]


@pytest.mark.parametrize(("key", "what", "mutant"), MUTANTS, ids=[f"{key}-{what}" for key, what, _ in MUTANTS])
def test_mutants_are_refused(key: str, what: str, mutant: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROWS, key, mutant)
    monkeypatch.setattr(differentiate, "_locals", {})
    for formula in FORMULAS:
        if formula.expression.op == key:
            try:
                derivative(formula.expression, (formula.by,), formula.context)
            except (CannotDerive, ValueError, KeyError):
                return
    pytest.fail(f"the table with {mutant.derivative or mutant.index!r} passes")
