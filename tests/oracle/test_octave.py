"""Emitted MATLAB functions, run in Octave where it is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapecheck.calculus.context import Context
from shapecheck.calculus.evaluate import Assignment, value_of
from shapecheck.core.expression import Expression
from tests.oracle.formulas import CASES
from tests.unit import emitted, octave
from tests.unit.table_formulas import of_rows
from tests.unit.test_table import CHOSEN

pytestmark = pytest.mark.skipif(octave.PROGRAM is None, reason="Octave is not installed")


def test_all_formulas(tmp_path: Path) -> None:
    """Values and derivatives of rows, pairs and what people derive."""
    sources: dict[str, str] = {}
    at: dict[str, Assignment] = {}
    wanted: dict[str, tuple[tuple[Expression, ...], Context, str]] = {}
    for case in CASES:
        derived = case.derived()
        context = Context(derived.sheet.definitions, derived.sheet.properties, derived.sheet.facts)
        given, name = emitted.draw(derived.of, context), f"f{len(sources)}"
        assert given is not None
        sources[name], at[name] = derived.source("matlab", name=name, value=True), given
        wanted[name] = (derived.of, derived.expression), context, case.name
    for formula in (*of_rows(), *CHOSEN):
        given, name = emitted.draw(formula.expression, formula.context), f"f{len(sources)}"
        if given is not None:
            source, outputs = emitted.emitted("matlab", formula.expression, formula.by, formula.context)
            sources[name], at[name] = source.replace("= derivative(", f"= {name}("), given
            wanted[name] = outputs, formula.context, formula.name
    found = octave.run(tmp_path, sources, at)
    wrong = []
    for name, (outputs, context, title) in wanted.items():
        got = found.get(name, "nothing came back")
        if isinstance(got, str):
            wrong.append(f"{title}: {got}")
            continue
        for array, node in zip(got, outputs, strict=True):
            if not emitted.agrees(array, octave.as_stored(value_of(node, at[name], context.definitions))):
                wrong.append(f"{title}: {array}")
    assert not wrong, "\n".join(wrong[:20])
