"""Formulas parsed and checked per second, cold and memoised: `python -m tests.bench.formulas`."""

from __future__ import annotations

import gc
import itertools
import time

from shapecheck import engine

SIZES = "A: (N, D)    B: (D, N)    C: (N, N)    v, w: (N)    x: (D)    λ: scalar"
PARTS = (
    "A x",
    "B v",
    "v' A x",
    "C w + v",
    "A B w",
    "tr(A B) v",
    "λ C v",
    "B' x",
    "(A B + C) w",
    "v' C w",
    "exp(A x)",
    "A' v ⊙ x",
    "inv(C) v",
)


def document(count: int) -> str:
    """Blocks of ten different formulas each, no two blocks alike."""
    numbers = itertools.count()
    blocks = []
    for _ in range(count // 10):
        lines = [f"#   {SIZES}"]
        lines += [f"#   r{(n := next(numbers))} = {n + 2} ({PARTS[n % len(PARTS)]})" for _ in range(10)]
        blocks.append("\n".join(["# shape:", *lines, ""]))
    return "\n".join(blocks)


def main() -> None:
    """Prints both figures."""
    gc.set_threshold(100_000)  # as the command does
    engine.check("# shape: A: (N, D); x: (D); y = A x\n", "python")
    count = 3_000
    text = document(count)
    memo = engine.Memo(100_000)
    for name, goal in (("cold", 3_000), ("memoised", 100_000)):
        start = time.perf_counter()
        analysis = engine.verdicts(engine.analyse(text, "python", None, memo))
        seconds = time.perf_counter() - start
        assert not [one for one in analysis.diagnostics if one.severity == "error"]
        print(f"  {count:,} formulas, {name:<10} {count / seconds:12,.0f} a second   goal: {goal:,}")


if __name__ == "__main__":
    main()
