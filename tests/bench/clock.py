"""Timing: the best of several runs, because the machine is never alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

BIN = Path(sys.executable).parent


def best(work: Callable[[], object], runs: int = 5) -> float:
    """Seconds of the quickest of some runs."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def command(words: Sequence[str], cwd: Path, runs: int = 5) -> float | None:
    """Seconds that a command takes; None where it is not installed."""
    program = BIN / words[0]
    if not program.exists():
        return None
    call = [str(program), *words[1:]]
    with tempfile.TemporaryDirectory() as compiled:  # as installed programs have them, whatever this shell says
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = compiled

        def work() -> None:
            subprocess.run(call, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

        work()
        return best(work, runs)


def row(name: str, seconds: float | None, reference: float | None = None, goal: str = "") -> None:
    """Prints a figure, and how it compares."""
    if seconds is None:
        print(f"  {name:<52} not installed")
        return
    ratio = f"{seconds / reference:8.2f} x" if reference else " " * 10
    print(f"  {name:<52} {seconds * 1000:10.1f} ms {ratio}  {goal}")
