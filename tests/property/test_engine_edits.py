"""After any edits, what is remembered gives the same as reading the text anew."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck import engine
from shapecheck.engine import Analysis, Memo

TEXT = """\
# shape:
#   A: (N, D)   z: (N)
def a():
    # shape: y = A u
    # shape: w = u' C
    # shape: v = C k + y
    # shape:
    #   k: (M)
    #   t = u u
    x = f(y)  # shape: (N, D)
    # shape: s = x u
class T:
    def g(self):
        # shape: self.W: (N, D)
        pass
    def h(self):
        # shape: q = self.W u; L = q' q
        # shape: dL/du = self.W' q
        pass
"""
LINES = (
    "    # shape: y = A u\n",
    "    # shape: A: (D, N)\n",
    "    # shape: u: (D)\n",
    "def b():\n",
    "# shape: z = A A\n",
    "x = 1  # shape: (N, K)\n",
    "    # shape: ignore\n",
    "#   m = A' A\n",
    "# shape: where N = D\n",
)
INSERTED = st.tuples(st.integers(0, 10_000), st.one_of(st.sampled_from(LINES), st.sampled_from("AuxN D(),:=+'\n# 2𝔼\r")))
REMOVED = st.tuples(st.integers(0, 10_000), st.integers(1, 20))


def seen(analysis: Analysis) -> object:
    symbols = [(symbol.binding.name, symbol.binding.version, str(symbol.binding.shape), symbol.span) for symbol in analysis.symbols()]
    return analysis.diagnostics, symbols


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(INSERTED, REMOVED), min_size=1, max_size=12))
def test_edits(edits: list[tuple[int, str | int]]) -> None:
    memo, text = Memo(size=500), TEXT
    for place, change in edits:
        at = place % (len(text) + 1)
        text = text[:at] + (change + text[at:] if isinstance(change, str) else text[at + change :])
        assert seen(engine.verdicts(engine.analyse(text, "python", memo=memo))) == seen(engine.verdicts(engine.analyse(text, "python")))
