"""Hostile files through the real command: an answer within a bound of processor time, in bounded memory, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAD = "# shape: A: (N, D); x: (D)\n"
SCALAR = "# shape: y = "
FILES: dict[str, tuple[str, float]] = {
    "100,000 brackets": (HEAD + SCALAR + "(" * 100_000 + "\n", 0.3),
    "10,000 factors": (HEAD + SCALAR + " ".join(["A"] * 10_000) + "\n", 0.3),
    "10 MB in an annotation": (HEAD + SCALAR + "A x " * 2_500_000 + "\n", 1.0),
    "10 MB of code in a line": (HEAD + "y = " + "1 + " * 2_500_000 + "1\n", 1.0),
    "a huge power": (HEAD + SCALAR + "2^(10^9)\n", 0.3),
    "sizes that explode": ("# shape: A: (" + "*".join(f"(a{n}+b{n})" for n in range(60)) + ", D)\n", 0.3),
    "invalid UTF-8": ("# shape: A: (N, D)\n# shape: y = A \udcff\udcfe x\n" * 300, 0.5),
    "NUL": (HEAD + "# shape: y = A \0 x\n\0\0\0" * 1000, 0.5),
    "1 MB of braces": (HEAD + "{" * 1_000_000, 0.5),
    "1 MB of quotes": (HEAD + '"' * 1_000_000, 1.0),
    "a thousand scopes in each other": ("".join(" " * n + f"def f{n}(x):  # shape: x: N\n" for n in range(1000)), 2.0),
    "statements that all fail": ("# shape:\n#   A: (N, D)\n" + "".join(f"#   A A = b{n} c{n} d{n} A A\n" for n in range(60)), 10.0),
    "names that nobody declares": ("# shape: " + "; ".join(f"y{n} = a{n} b{n} c{n} d{n}" for n in range(100)) + "\n", 10.0),
}
SCRIPT = """
import resource, sys
from shapecheck.cli import main
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
code = main(["lint", "--no-cache", "--output-format", "concise", sys.argv[1]])
used = resource.getrusage(resource.RUSAGE_SELF)
status = open("/proc/self/status").read()  # ru_maxrss would count what the parent had before it became this process
peak = int(status.split("VmHWM:")[1].split()[0])
print("used", used.ru_utime + used.ru_stime, peak // 1024)
sys.exit(code)
"""


def lint(folder: Path, text: str) -> tuple[float, int]:
    """Seconds of processor time and megabytes."""
    path = folder / "hostile.py"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(path)], capture_output=True, text=True, env=environment, timeout=120)
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    _, seconds, megabytes = done.stdout.splitlines()[-1].split()
    return float(seconds), int(megabytes)


@pytest.fixture(scope="module")
def least(tmp_path_factory: pytest.TempPathFactory) -> float:
    """What a file with nothing hostile takes on this machine."""
    folder = tmp_path_factory.mktemp("least")
    return min(lint(folder, HEAD)[0] for _ in range(3))


@pytest.mark.parametrize("kind", FILES)
def test_the_command_answers_soon(kind: str, tmp_path: Path, least: float) -> None:
    text, bound = FILES[kind]
    seconds, megabytes = lint(tmp_path, text)
    assert seconds < 3 * least + 2 * bound
    assert megabytes < 400
