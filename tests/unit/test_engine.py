"""Documents: scopes, what blocks see of each other, suppressions, prose, and the memo."""

from __future__ import annotations

import pytest

import shapecheck
from shapecheck import engine
from shapecheck.core.settings import Settings
from shapecheck.engine.memo import Memo

SCORE = """\
def score(A, B, w_a, w_b):
    # shape:
    #   A: (N, D)    B: (D, N)    w_a, w_b: (N)
    #   q = w_a' A B w_b
    #   r = w_a' A w_b
    q = w_a @ A @ B @ w_b
"""


def rules(text: str, language: str = "python", settings: Settings | None = None) -> list[tuple[str, str]]:
    """Rule and marked text of each finding that is more than a hint."""
    found = engine.analyse(text, language, settings).diagnostics
    return [(one.rule, one.span.of(text)) for one in found if one.severity in ("error", "warning")]


def test_a_finding_stands_where_it_belongs() -> None:
    assert rules(SCORE) == [("shape-mismatch", "w_a' A w_b")]
    (found,) = [one for one in engine.analyse(SCORE, "python").diagnostics if one.severity == "error"]
    assert {note.span.of(SCORE) for note in found.notes if note.span} == {"A", "w_b"}


def test_later_comments_see_earlier_ones_and_functions_are_apart() -> None:
    text = SCORE + "    # shape: s = B w_b; t = A w_b\n\ndef other():\n    # shape: t = A w_b\n    pass\n"
    assert rules(text) == [("shape-mismatch", "w_a' A w_b"), ("shape-mismatch", "A w_b")]


def test_notes_lead_to_other_comments() -> None:
    text = SCORE + "    # shape: t = A w_b\n"
    found = engine.analyse(text, "python").diagnostics[-1]
    assert [note.span.of(text) for note in found.notes if note.span] == ["A", "w_b"]


def test_inner_scopes_see_outer_ones_and_may_shadow() -> None:
    text = """\
# shape:
#   A: (N, D)    x: (D)
#   y = A x
def f():
    # shape: z = A x
    # shape: A: (K, K)
    # shape: u = A x
    pass
# shape: v = A x
"""
    assert rules(text) == [("shape-mismatch", "A x")]


def test_a_declaration_further_down_counts() -> None:
    text = "def f():\n    # shape: y = A x\n    # shape:\n    #   A: (N, D)   x: (N)\n    #   z = A' x\n    pass\n"
    assert rules(text) == [("shape-mismatch", "A x")]


def test_attributes_are_known_to_all_methods() -> None:
    text = """\
class Filter:
    def __init__(self):
        # shape:
        #   self.F: (n, n)   self.P: (n, n)   self.H: (m, n)
        #   S = self.H self.P self.H'
        pass

    def predict(self):
        # shape: self.P = self.F self.P self.F'

    def update(self):
        # shape: y = self.F self.H
        pass
"""
    assert rules(text) == [("shape-mismatch", "self.F self.H")]


def test_undeclared_names_are_read_jointly_over_comments() -> None:
    text = "# shape: A: (N, D); y = A z\n# shape: B: (N, K)\n# shape: C = A z + B\n# shape:\n#   w = A z\n"
    assert rules(text) == []


def test_trailing_shapes_are_versions() -> None:
    text = "# shape:\n#   x: (N, D)\n#   w: (D)\n#   a = x w\nx = x.T  # shape: (D, N)\n# shape: b = x w\n"
    assert rules(text) == [("shape-mismatch", "x w")]


@pytest.mark.parametrize(
    "text",
    [
        "# shape: tuple of ints\n",
        "x = 1  # shape: (B, T) or so\n",
        "# shape: same as the input, (N, D)\n",
        'def f():\n    """Do it.\n\n    shape: tuple of ints\n        the shape.\n    """\n',
        "y = f(x)  # shape: (batch, time)\ny = y.T  # shape: (time, batch)\n",
    ],
)
def test_prose_is_silent(text: str) -> None:
    assert engine.check(text, "python") == []


def test_prose_counts_where_the_language_is_spoken() -> None:
    text = SCORE.replace("    #   r = w_a' A w_b\n", "") + "    # shape: tuple of (\n"
    assert [rule for rule, _ in rules(text)] == ["syntax-error"]


def test_suppressions_silence_and_idle_ones_are_told() -> None:
    text = SCORE.replace("r = w_a' A w_b", "r = w_a' A w_b  shape: ignore[shape-mismatch]")
    assert [one.rule for one in engine.check(text, "python") if one.severity != "hint"] == []
    idle = SCORE.replace("q = w_a' A B w_b", "q = w_a' A B w_b  shape: ignore")
    assert "unused-suppression" in [one.rule for one in engine.check(idle, "python")]


def test_rules_are_selected_ignored_and_weighed() -> None:
    assert rules(SCORE, settings=Settings(ignore=("shape-mismatch",))) == []
    assert rules(SCORE, settings=Settings(select=("not-square",))) == []
    assert rules(SCORE, settings=Settings(severity={"shape-mismatch": "off"})) == []
    (found,) = engine.analyse(SCORE, "python", Settings(severity={"shape-mismatch": "warning"}, select=("shape-mismatch",))).diagnostics
    assert found.severity == "warning"


def test_unused_declarations_look_at_the_whole_scope() -> None:
    text = "# shape:\n#   A: (N, D)   B: (D, N)   C: (N, N)   d: (N)\n#   q = A B\ndef f():\n    # shape: r = q d\n    pass\n"
    found = [one.span.of(text) for one in engine.analyse(text, "python").diagnostics if one.rule == "unused-declaration"]
    assert found == ["C"]


def test_at_finds_what_stands_at_a_place() -> None:
    analysis = engine.analyse(SCORE, "python")
    here = analysis.at(SCORE.index("w_a' A B"))
    assert here is not None
    assert here.typed is not None
    assert here.span.of(SCORE) == "w_a"
    assert str(here.typed.expression.shape) == "(N)"
    assert analysis.at(SCORE.index("return") if "return" in SCORE else 2) is None


def test_symbols_are_in_the_order_of_the_text() -> None:
    names = [symbol.binding.name for symbol in engine.analyse(SCORE, "python").symbols()]
    assert names == ["A", "B", "w_a", "w_b", "q"]


def test_results_do_not_depend_on_what_stands_above() -> None:
    memo = Memo()
    first = engine.analyse(SCORE, "python", memo=memo)
    moved = engine.analyse("import numpy\n\n" + SCORE, "python", memo=memo)
    assert moved.blocks[0].result is first.blocks[0].result
    assert [one.span.start - 14 for one in moved.diagnostics] == [one.span.start for one in first.diagnostics]


def test_blocks_stay_as_they_are_where_exports_stay_equal() -> None:
    text = "# shape:\n#   A: (N, D)   x: (D)\n#   y = A x\n" + "".join(f"# shape: z{n} = A x\n" for n in range(20))
    memo = Memo()
    first = engine.analyse(text, "python", memo=memo)
    spaced = engine.analyse(text.replace("y = A x", "y =  A x"), "python", memo=memo)
    assert all(one.result is other.result for one, other in zip(first.blocks[1:], spaced.blocks[1:], strict=True))
    unrelated = engine.analyse(text.replace("x: (D)", "x: (D)   u: (K)"), "python", memo=memo)
    assert all(one.result is other.result for one, other in zip(first.blocks[1:], unrelated.blocks[1:], strict=True))
    changed = engine.analyse(text.replace("x: (D)", "x: (N)"), "python", memo=memo)
    assert all(one.result is not other.result for one, other in zip(first.blocks[1:], changed.blocks[1:], strict=True))


def test_memo_or_not_gives_the_same() -> None:
    memo = Memo(size=8)
    for text in (SCORE, SCORE + "    # shape: t = A w_b\n", SCORE):
        assert engine.analyse(text, "python", memo=memo).diagnostics == engine.analyse(text, "python").diagnostics
    assert len(memo) <= 8


@pytest.mark.parametrize(
    "text", ["", "\0", "# shape:", "# shape: \n", "# shape:\n#   (\n", "# shape: " + "(" * 5000, "# shape: " + "A " * 5000]
)
def test_hostile_text_gives_findings_or_silence(text: str) -> None:
    engine.check(text, "python")


def test_a_derivative_of_what_does_not_fit_is_silent() -> None:
    text = "# shape: C: (p, q); a: (p); b: (q); S: (p, p)\n# shape: r = a' S a\n# shape: n = b' C a\n# shape: dn/da = C b\n"
    assert [found.rule for found in shapecheck.check(text, "python")] == ["shape-mismatch"]
