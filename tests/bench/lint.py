"""`shapecheck lint` beside a loop that only reads, ruff, flake8 and a bare interpreter: `python -m tests.bench.lint [FOLDER]`."""

from __future__ import annotations

import os
import sys
import sysconfig
import tempfile
from pathlib import Path

from tests.bench.clock import command, row

EXAMPLE = Path(__file__).parents[1] / "examples" / "kalman.py"
FILES = 6_000


def unannotated(folder: Path, source: Path) -> int:
    """Fills a folder with links to Python files that have no annotation, as many as there are up to `FILES`."""
    count = 0
    for at, folders, names in os.walk(source):
        folders[:] = sorted(set(folders) - {"__pycache__"})
        for name in sorted(names):
            path = Path(at) / name
            if count < FILES and name.endswith(".py") and not path.is_symlink() and b"shape:" not in path.read_bytes():
                target = folder / path.relative_to(source)
                target.parent.mkdir(parents=True, exist_ok=True)
                os.link(path, target) if os.stat(folder).st_dev == path.stat().st_dev else target.write_bytes(path.read_bytes())
                count += 1
    return count


def read_all(folder: Path) -> int:
    """The loop that everything is measured against: walk, open, read."""
    total = 0
    for at, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".py"):
                with open(os.path.join(at, name), "rb") as file:
                    total += len(file.read())
    return total


def main() -> None:
    """Prints all figures."""
    source = Path(sys.argv[1] if len(sys.argv) > 1 else sysconfig.get_path("purelib"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = unannotated(folder, source)
        size = read_all(folder)
        print(f"A tree of {count:,} Python files without annotations, {size / 1e6:.0f} MB")
        script = f"from tests.bench.lint import read_all; from pathlib import Path; read_all(Path({name!r}))"
        reading = command(["python", "-c", script], Path.cwd())
        row("a loop that only reads (as a process)", reading)
        mine = command(["shapecheck", "lint", "."], folder)
        row("shapecheck lint", mine, reading, "goal: at most 1.5")
        row("shapecheck lint -j 1", command(["shapecheck", "lint", "-j", "1", "."], folder), reading)
        ruff = command(["ruff", "check", "--no-cache", "."], folder, 2)
        row("ruff check --no-cache", ruff, mine, "goal: at least 10")
        row("  the same with one rule about comments", command(["ruff", "check", "--no-cache", "--select", "ERA", "."], folder, 2), mine)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bare.py").write_text("import math\n\n\ndef area(r):\n    return math.pi * r**2\n")
        (folder / "net.py").write_bytes(EXAMPLE.read_bytes())
        print("One file without annotations")
        bare = command(["python", "-c", "pass"], folder, 15)
        row("python -c pass", bare)
        row("shapecheck lint", command(["shapecheck", "lint", "bare.py"], folder, 15), bare, "goal: at most 3")
        row("ruff check", command(["ruff", "check", "--no-cache", "bare.py"], folder), bare)
        print(f"One file with annotations ({EXAMPLE.name})")
        flake8 = command(["flake8", "net.py"], folder)
        row("flake8", flake8)
        row("shapecheck lint --no-cache", command(["shapecheck", "lint", "--no-cache", "net.py"], folder), flake8, "goal: at most 1")
        (folder / "score.py").write_text("# shape: A: (N, D); x: (D)\n# shape: y = A x\n")
        wrong = "# shape: A: (N, D); x: (D); y: (N)\n# shape: q = y' A x\n# shape: dq/dA = x y'\n"
        (folder / "right.py").write_text(wrong.replace("x y'", "y x'"))
        (folder / "wrong.py").write_text(wrong)
        row("  claims that are right by normal form", command(["shapecheck", "lint", "--no-cache", "right.py"], folder, 9), flake8)
        row("  a wrong claim, and its fix verified by value", command(["shapecheck", "lint", "--no-cache", "wrong.py"], folder, 9), flake8)
        row("  shapes only", command(["shapecheck", "lint", "--no-cache", "score.py"], folder), flake8, "goal: at most 1")
        row("  a second time, from the cache", command(["shapecheck", "lint", "net.py"], folder), flake8)
        row("pyflakes", command(["pyflakes", "net.py"], folder), flake8)


if __name__ == "__main__":
    main()
