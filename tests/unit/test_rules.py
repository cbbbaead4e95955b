"""The doors of the rules: found by themselves, each with a page that says what it should."""

from __future__ import annotations

import subprocess
import sys

import pytest

import shapecheck
from shapecheck import rules
from shapecheck.rules import resemblance

REQUIRED = (
    *("syntax-error", "shape-mismatch", "not-square", "undeclared-name", "conflicting-declaration", "shape-assertion", "update-shape"),
    *("ambiguous-name", "unknown-function", "unused-declaration", "unused-suppression", "unknown-property"),
    *("gradient-shape", "gradient-layout", "gradient-value", "differential-value", "backprop-value", "identity-value", "unverified-claim"),
)
HEADINGS = ["## What it does", "## Why", "## Example", "## How to fix"]


@pytest.mark.parametrize("name", REQUIRED)
def test_every_rule_is_there(name: str) -> None:
    assert name in rules.names()


@pytest.mark.parametrize("name", rules.names())
def test_a_page_says_what_why_and_how(name: str) -> None:
    page = rules.page(name)
    assert page.splitlines()[0] == rules.summary(name)
    assert [line for line in page.splitlines() if line.startswith("## ")] == HEADINGS
    assert "```" in page
    assert "See also: [" in page


@pytest.mark.parametrize("name", rules.names())
def test_links_between_pages_lead_to_rules(name: str) -> None:
    links = rules.page(name).rpartition("See also:")[2]
    named = [part.partition("]")[0] for part in links.split("[")[1:]]
    assert named
    assert set(named) <= set(rules.names()) - {name}


@pytest.mark.parametrize("name", rules.names())
def test_a_summary_is_one_sentence(name: str) -> None:
    summary = rules.summary(name)
    assert summary.endswith(".")
    assert len(summary) <= 100
    assert "\n" not in summary


@pytest.mark.parametrize("name", rules.names())
def test_severities_are_those_of_diagnostics(name: str) -> None:
    assert rules.default_severity(name) in ("error", "warning", "info", "hint")


def test_what_is_no_rule_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        rules.page("context")


def test_names_are_known_without_importing_a_rule() -> None:
    program = (
        "import sys; from shapecheck import rules; rules.names(); print([m for m in sys.modules if m.startswith('shapecheck.rules.')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=20)
    assert done.stdout.strip() == "[]"


def test_edits_that_cannot_be_made_together_cost_no_finding() -> None:
    found = shapecheck.check("# shape:\n#   A: (D)    𝐁: (D, N)\n#   dq/dB = AB'\n")
    assert "shape-mismatch" in {item.rule for item in found}


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("wieghts", ["weights", "w"], ["weights"]),
        ("a", ["A", "b"], ["A"]),
        ("g_t", ["m_t", "θ_t"], []),
        ("beta_2", ["beta_1"], []),
        ("x_{k+1}", ["x_k"], []),
    ],
)
def test_a_name_is_mistaken_for_one_that_a_slip_makes_of_it(name: str, known: list[str], meant: list[str]) -> None:
    assert resemblance.close(name, known) == meant
