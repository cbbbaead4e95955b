"""After any edits, what is remembered gives the same as reading the text anew."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck import engine
from shapecheck.core.settings import Settings
from shapecheck.engine import Analysis, Memo
from shapecheck.hosts import parts

PYTHON = """\
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
    # shape: p: (D)
    def g(self):
        # shape: self.W: (N, D)
        pass
    def h(self):
        # shape: q = self.W u; L = q' q
        # shape: dL/du = self.W' q

        # shape: m = self.W p + A b; b: (D)
        pass
    # shape: r = p' p
# shape: u: (D)
"""
CPP = """\
// shape: A: (N, D)
namespace n {
struct S {
  // shape: this.W: (N, D)
  void g() {
    // shape: q = this.W u + A u; L = q' q
    int a;
    // shape: dL/du = (this.W + A)' q
  }
};
// shape: u: (D)
void h() {
  x = f();  // shape: (N, D)
  if (a) {
    // shape: s = x u
  }
}
}
"""
MARKDOWN = """\
# Title

```shape
A: (N, D)
```

```python
def f():
    # shape: y = A u
    # shape: u: (D)
    pass
```

Text

shape:
    z = A w

```cpp
// shape: w: (D); v = z A
```
"""
JULIA = """\
module M
# shape: A: (N, D)
function f(x)
    # shape: y = A x
    if x
        # shape: x: (D)
    end
    # shape: L = y' y; dL/dx = 2 A' y
end

g(x) = 1  # shape: (N)
end
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
    "    def k(self):\n",
    "        # shape: self.W: (D, N)\n",
    "        y = 1\n",
    "    // shape: A: (D, N)\n",
    "{\n",
    "}\n",
    "end\n",
    "```\n",
    "\n",
)
INSERTED = st.tuples(st.integers(0, 10_000), st.one_of(st.sampled_from(LINES), st.sampled_from("AuxN D(),:=+'\n# 2𝔼\r")))
REMOVED = st.tuples(st.integers(0, 10_000), st.integers(1, 20))
EDITS = st.lists(st.one_of(INSERTED, REMOVED), min_size=1, max_size=12)
TEXTS = {"python": PYTHON, "cpp": CPP, "markdown": MARKDOWN, "julia": JULIA}


def seen(analysis: Analysis) -> object:
    symbols = [(symbol.binding.name, symbol.binding.version, str(symbol.binding.shape), symbol.span) for symbol in analysis.symbols()]
    return analysis.diagnostics, symbols, [(block.start, block.scope) for block in analysis.blocks], analysis.extract.scopes


def same_as_anew(language: str, edits: list[tuple[int, str | int]]) -> None:
    memo, text, last = Memo(size=500), TEXTS[language], None
    for place, change in edits:
        at = place % (len(text) + 1)
        text = text[:at] + (change + text[at:] if isinstance(change, str) else text[at + change :])
        last = engine.analyse_again(text, language, Settings(), memo, last)
        known = seen(engine.verdicts(last))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(parts, "WORTH_IT", 10**9)
            assert known == seen(engine.verdicts(engine.analyse(text, language)))


@settings(max_examples=15, deadline=None)
@given(EDITS)
def test_edits(edits: list[tuple[int, str | int]]) -> None:
    same_as_anew("python", edits)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["python", *TEXTS]), EDITS)
def test_edits_of_a_document_that_is_read_in_parts(language: str, edits: list[tuple[int, str | int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "WORTH_IT", 0)
        patch.setattr(parts, "SHORTEST", 40)
        same_as_anew(language, edits)
