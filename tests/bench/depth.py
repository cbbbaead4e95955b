"""How the time of a derivative grows with depth: `python -m tests.bench.depth`."""

from __future__ import annotations

import time

from shapecheck import Sheet
from tests.unit.chains import DECLARED, composition, size


def main() -> None:
    """Prints seconds, nodes and lines of code for compositions of more and more layers. Goal: linear growth, up to 30 layers."""
    Sheet("v: (n)").gradient("v' v", "v")
    for layers in (1, 5, 10, 20, 30):
        start = time.perf_counter()
        found = Sheet(f"{DECLARED}; {composition(layers)}").gradient("c' last", "x")
        seconds = time.perf_counter() - start
        lines = found.source("numpy", value=True).count("\n")
        print(f"  {layers:3} layers {seconds * 1000:10.1f} ms   {size(found.expression):6} nodes   {lines:5} lines of code")


if __name__ == "__main__":
    main()
