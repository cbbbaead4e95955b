"""Hostile text: a message or silence, soon, in bounded memory, and never a traceback; and every prefix of what people write."""

from __future__ import annotations

import pytest

from shapecheck.syntax import parse_statements
from shapecheck.syntax.machine import DEEPEST
from shapecheck.syntax.tree import Apply, Broken, Node
from tests.bounds import processor_time
from tests.unit import test_syntax_expressions as expressions
from tests.unit import test_syntax_statements as statements
from tests.unit.syntax_trees import nodes

HOSTILE = {
    "open brackets": "(" * 100_000,
    "nested brackets": "(" * 4_000 + "x" + ")" * 4_000,
    "square brackets": "[" * 9_000,
    "mixed brackets": "([{" * 3_000,
    "bars": "|" * 9_000,
    "double bars": "‖" * 9_000,
    "angles": "<" * 9_000,
    "factors": " ".join(["A"] * 10_000),
    "few factors": " ".join(["A"] * 4_000),
    "terms": "+".join(["a"] * 4_000),
    "signs": "-" * 9_000 + "x",
    "transposes": "A" + "'" * 9_000,
    "powers": "^".join(["x"] * 4_000),
    "functions": "log " * 2_400 + "x",
    "sums": "Σ_i " * 2_000 + "x_i",
    "accents": "\\hat{" * 1_000 + "x" + "}" * 1_000,
    "fractions": "\\frac{a}{" * 900 + "b" + "}" * 900,
    "10 MB": "A B " * 2_500_000,
    "NUL": "\0" * 9_000,
    "digits": "9" * 9_000,
    "exponent": "1e999999999",
    "huge power": "2^(10^9)",
    "subscripts": "x_{" * 3_000,
    "names": ",".join("a" * 4_000) + ": N",
    "colons": "a:" * 4_000,
    "declarations": "A: N   " * 1_400,
    "semicolons": ";" * 9_000,
    "rows": "[;" * 4_000,
    "blanks": " " * 9_990 + "x",
    "combining": "x" + "\u0302" * 9_000,
    "dots": "." * 9_000,
    "dotted": "a." * 4_000,
    "backslashes": "\\" * 9_000,
    "nablas": "∇" * 9_000,
    "superscripts": "x" + "ᵀ" * 9_000,
    "products of sizes": "A: " + "NxD" * 3_000,
    "layers": "x^{(" * 2_000,
}


ORDINARY = "y = A x + (B + C) z' - exp(A x)\n" * 300


@pytest.fixture(scope="module")
def ordinary() -> float:
    parse_statements("warm = up \\alpha")
    return processor_time(lambda: parse_statements(ORDINARY))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_no_longer_than_ordinary_text(name: str, ordinary: float) -> None:
    """None takes twice what formulas of the length do; five times that is no accident of the machine."""
    assert processor_time(lambda: parse_statements(HOSTILE[name]), enough=5 * ordinary) < 5 * ordinary


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(" * 150 + "x" + ")" * 150, "more than 100 brackets"),
        (" ".join(["A"] * 400), "more than 160 operations"),
        ("x + " * 4_000 + "x", "longer than 10,000 characters"),
        ("A" + "'" * 300, "more than 160 operations"),
    ],
)
def test_limits_are_told(text: str, message: str) -> None:
    (broken,) = parse_statements(text)
    assert isinstance(broken, Broken)
    assert message in broken.message


def test_trees_stay_shallow_enough_to_recurse() -> None:
    (bare,) = parse_statements(" + ".join(["x"] * (DEEPEST - 10)))

    def depth(node: Node) -> int:
        return 1 + max(map(depth, node.args)) if isinstance(node, Apply) else 1

    assert depth(next(nodes(bare))) == DEEPEST - 10


def test_a_long_list_is_no_deep_tree() -> None:
    (bare,) = parse_statements(f"[{', '.join(['x'] * 1_000)}]")
    assert not isinstance(bare, Broken)


WRITTEN = [
    *(text for text, _ in [*expressions.LEVELS, *expressions.OTHERS, *expressions.DERIVATIVES]),
    *(text for _, texts in [*expressions.SPELLINGS, *statements.DECLARATIONS] for text in texts),
    *(text for text, _ in [*statements.STATEMENTS, *statements.SPLITS]),
]


def test_every_prefix_and_suffix_is_answered() -> None:
    for text in WRITTEN:
        for cut in range(len(text) + 1):
            for part in (text[:cut], text[cut:]):
                for statement in parse_statements(part):
                    assert 0 <= statement.span.start <= statement.span.end <= len(part)


def test_nodes_lie_inside_their_parents() -> None:
    for text in WRITTEN:
        for statement in parse_statements(text):
            for node in nodes(statement):
                assert 0 <= node.span.start <= node.span.end <= len(text)
                for child in nodes(tuple(getattr(node, field) for field in node.__slots__)):
                    assert node.span.start <= child.span.start, (text, node, child)
                    assert child.span.end <= node.span.end, (text, node, child)
