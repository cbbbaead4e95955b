"""Every row of tests/language/textbook.md: the same value as the textbook's answer, and not longer."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import pytest

from shapecheck.notation import write
from tests.unit.deriving import agree, derive, typed

PAGE = Path(__file__).parent.parent / "language" / "textbook.md"


def rows() -> list[list[str]]:
    found = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 5 and cells[0] not in ("formula", "---"):
            found.append(cells)
    return found


ROWS = rows()
RATIOS: dict[int, float] = {}


def measure(text: str) -> int:
    return len(text.replace(" ", ""))


def test_there_are_enough_rows() -> None:
    assert len(ROWS) >= 150


@pytest.mark.parametrize("place", range(len(ROWS)), ids=lambda place: f"{ROWS[place][0]} by {ROWS[place][2]}")
def test_row(place: int) -> None:
    formula, declarations, by, answer, _ = ROWS[place]
    derived = derive(declarations, formula, by)
    theirs = typed(declarations, formula, answer)
    assert agree(derived.shown, theirs, derived.context), write(derived.shown)
    RATIOS[place] = measure(write(derived.shown)) / measure(write(theirs))
    assert RATIOS[place] <= 2, (write(derived.shown), write(theirs))


def test_median_length() -> None:
    for place in range(len(ROWS)):
        if place not in RATIOS:
            test_row(place)
    assert median(RATIOS.values()) <= 1.2


@pytest.mark.parametrize("notation", ["ascii", "unicode"])
@pytest.mark.parametrize("place", range(len(ROWS)), ids=lambda place: f"{ROWS[place][0]} by {ROWS[place][2]}")
def test_what_is_written_reads_back(place: int, notation: str) -> None:
    formula, declarations, by, _, _ = ROWS[place]
    derived = derive(declarations, formula, by)
    again = typed(declarations, formula, write(derived.shown, notation))
    assert agree(derived.shown, again, derived.context)
