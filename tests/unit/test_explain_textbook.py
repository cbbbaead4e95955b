"""The derivation of every first derivative of tests/language/textbook.md: each line is a true claim, and few end early."""

from __future__ import annotations

import pytest

import shapecheck
from shapecheck.engine.explaining import explained
from tests.unit.deriving import parts
from tests.unit.test_explain import check_section
from tests.unit.test_fold_textbook import ROWS

FIRST = [row for row in ROWS if "," not in row[2]]
EARLY: list[str] = []


@pytest.mark.parametrize("place", range(len(FIRST)), ids=lambda place: f"{FIRST[place][0]} by {FIRST[place][2]}")
def test_row(place: int) -> None:
    formula, declarations, by, _, _ = FIRST[place]
    *definitions, last = parts(formula)
    known = "\n".join([*declarations.split("; "), *definitions])
    found = shapecheck.Sheet(known).gradient(last, by)
    for section in explained(found.sheet, found.of, found.wrt).sections:
        if section.note:
            EARLY.append(f"{formula} by {by}: {section.note}")
        check_section(known.replace("\n", "; "), section)


def test_few_end_early() -> None:
    assert len(EARLY) <= len(FIRST) // 20, EARLY
