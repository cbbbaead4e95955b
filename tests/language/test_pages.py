"""The pages of the rules and the language reference are documents too: their examples do what they say."""

from __future__ import annotations

from pathlib import Path

import pytest
from document import check
from specification import Example, Unmet, examples, run

from shapecheck import rules

REFERENCE = Path(__file__).parents[2] / "grammar" / "README.md"


def _pages() -> list[Example]:
    return [example for name in rules.names() for example in examples(rules.page(name), Path(f"{name}.md"))]


def _reference() -> list[Example]:
    return examples(REFERENCE.read_text(encoding="utf-8"), REFERENCE) if REFERENCE.exists() else []


@pytest.mark.parametrize("example", _pages(), ids=lambda example: f"{example.path.stem}:{example.line}")
def test_example_of_a_rule_page(example: Example) -> None:
    _run(example)


@pytest.mark.parametrize("example", _reference(), ids=lambda example: f"{example.name}:{example.line}")
def test_example_of_the_reference(example: Example) -> None:
    _run(example)


def _run(example: Example) -> None:
    unmet = ""
    try:
        run(example, check)
    except Unmet as error:
        unmet = str(error)
    if unmet:
        pytest.fail(unmet, pytrace=False)


def test_every_page_has_an_example_that_reports_its_rule() -> None:
    shown = {claim.text.partition("[")[2].partition("]")[0] for example in _pages() for claim in example.claims}
    assert set(rules.names()) - shown <= {"unverified-claim"}
