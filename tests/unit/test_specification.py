"""The runner of the specification must fail where a document does not do what its fence says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "language"))

from specification import Checked, Unmet, examples, run, take_claims

from shapecheck.core.diagnostic import Diagnostic, Fix
from shapecheck.core.span import Edit, Span

WRONG = Diagnostic("shape-mismatch", "error", "`A` has D columns", Span(0, 3), fixes=(Fix("transpose", (Edit(Span(1, 1), "'"),), "safe"),))


def _check(text: str, language: str, settings: dict[str, object]) -> Checked:
    return Checked([WRONG] if text.startswith("A x") else [], lambda span: "(N)" if span == Span(2, 3) else "")


def _run(markdown: str) -> None:
    (example,) = examples(markdown, Path("test.md"))
    run(example, _check)


def _fence(*lines: str, language: str = "shape") -> str:
    return "\n".join([f"```{language}", *lines, "```", ""])


GOOD = _fence("A x", "^^^ error[shape-mismatch]: has D columns", "^^^ help: transpose", "  ^ (N)") + _fence(
    "-A x", "+A' x", language="diff"
)


def test_what_is_as_said_passes() -> None:
    _run(GOOD)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("^^^ error", "^^  error"),
        ("error[", "warning["),
        ("shape-mismatch", "not-square"),
        ("has D columns", "has N columns"),
        ("help: transpose", "help: swap"),
        ("(N)", "(D)"),
        ("^^^ error[shape-mismatch]: has D columns\n", ""),
        ("+A' x", "+A x'"),
    ],
)
def test_what_is_not_as_said_fails(old: str, new: str) -> None:
    assert old in GOOD
    with pytest.raises(Unmet):
        _run(GOOD.replace(old, new))


def test_a_fix_that_mends_nothing_fails() -> None:
    broken = Diagnostic("shape-mismatch", "error", "no", Span(0, 1), fixes=(Fix("nothing", (Edit(Span(3, 3), " "),)),))
    (example,) = examples(_fence("A x", "^ error[shape-mismatch]"), Path("test.md"))
    with pytest.raises(Unmet, match="does not mend"):
        run(example, lambda text, language, settings: Checked([broken], lambda span: ""))


def test_carets_count_columns_and_not_code_points() -> None:
    text, (claim,) = take_claims("𝔼 x̂ y\n    ^ (N)\n", 1)
    assert text == "𝔼 x̂ y\n"
    assert claim.span.of(text) == "y"


def test_two_claims_on_one_line() -> None:
    _, claims = take_claims("# A (N, D) x + x\n# ^ (N, D)   ^ (D)\n", 1)
    assert [claim.text for claim in claims] == ["(N, D)", "(D)"]


def test_carets_beyond_their_line_are_a_mistake() -> None:
    with pytest.raises(Unmet, match="beyond"):
        take_claims("# A x\n# ^^^^ (N)\n", 1)
