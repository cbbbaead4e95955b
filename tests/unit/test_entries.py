"""Single entries of terms, and formulas by entries that read back in the sheet in which they were derived."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from shapecheck import Sheet
from shapecheck.calculus import leaves
from shapecheck.calculus.entries import at
from shapecheck.calculus.evaluate_order import schedule
from shapecheck.calculus.functions import map_
from shapecheck.calculus.product import ONE, add, constant_value, einsum, identity
from shapecheck.calculus.verify import term_value
from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.dimension import integer
from shapecheck.core.term import Term

THREE = integer(3)
UNITS = [leaves.basis(place, THREE) for place in (1, 2, 3)]
SELECTING: list[Term] = [
    leaves.levi(),
    identity(THREE),
    leaves.embed(THREE, integer(2), UNIT),
    add([(ONE, UNITS[0]), (ONE * 2, map_("exp", (UNITS[2],)))], (THREE,)),
    einsum(ONE, [(leaves.levi(), (0, 1, 2)), (UNITS[1], (2,))], (1, 0)),
    einsum(ONE, [(leaves.levi(), (0, 1, 2)), (leaves.levi(), (0, 3, 4)), (UNITS[2], (4,))], (1, 2, 3)),
    einsum(ONE, [(leaves.embed(THREE, UNIT, integer(2)), (0, 1)), (UNITS[0], (2,))], (0, 2)),
    einsum(ONE, [(leaves.embed(THREE, integer(2), UNIT), (0, 1)), (leaves.basis(2, integer(2)), (1,))], (0, 0)),
]


@pytest.mark.parametrize("term", SELECTING, ids=lambda term: term.order_key)
def test_entries_are_those_of_the_value(term: Term) -> None:
    from shapecheck.calculus.assignment import Assignment

    sizes = [dimension.constant or 0 for dimension in term.dims]
    assignment = Assignment({}, {})
    whole = term_value(schedule(term), assignment)
    for places in itertools.product(*[(*range(size), None) for size in sizes]):
        taken = at(term, places)
        wanted = whole[tuple(slice(None) if place is None else place for place in places)]
        assert np.allclose(term_value(schedule(taken), assignment), wanted), places
        if None not in places and "exp" not in term.order_key:
            assert constant_value(taken) is not None


@pytest.mark.parametrize(
    ("declared", "formula", "by", "written"),
    [
        ("x: (3)", "x_1 x_2 x_3", "x", "[x_2 x_3, x_1 x_3, x_1 x_2]'"),
        ("x: (3); x_1: (3)", "x[1]^2", "x", "[2 e_1' x; 0; 0]"),
        ("x: (3); A: (3, 3)", "x_1 A x", "x", "x_1 A + A x e_1'"),
        ("x: (3); v: ()", "[x_1 + v cos(x_3); x_2 + v sin(x_3); x_3]", "x", "[1, 0, -v sin(x_3); 0, 1, v cos(x_3); 0, 0, 1]"),
        ("x: (3)", "[x[0]/x[2]; x[1]/x[2]]", "x", "[1/x_3, 0, -x_1/x_3^2; 0, 1/x_3, -x_2/x_3^2]"),
        ("A: (2, 2)", "A[0, 0] A[1, 1] - A[0, 1] A[1, 0]", "A", "[A_22, -A_21; -A_12, A_11]"),
        ("A, B: (3, 3); x: (3)", "[(A x); (B x)]", "x", "[A; B]"),
        ("A, B: (3, 3); f: ()", "[f A; f B]", "f", "[A; B]"),
    ],
)
def test_answers_read_back(declared: str, formula: str, by: str, written: str) -> None:
    sheet = Sheet(declared)
    found = sheet.gradient(formula, by)
    assert found.write() == written
    assert str(sheet.shape(found.write())) == str(found.shape)
    assert not [said for said in sheet.check(f"d({formula})/d{by} = {found.write()}") if said.severity == "error"]
