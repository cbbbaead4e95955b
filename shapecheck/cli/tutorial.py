"""`shapecheck tutorial`: from a formula in a comment to a gradient that is right, on a file of one's own."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shapecheck.cli.arguments import HELP, Misuse, Option, parse, usage
from shapecheck.cli.terminal import Paint, is_colored

FILE = "tutorial_score.py"
OPTIONS = (
    Option("--yes", "Do not wait for the Enter key.", short="-y"),
    Option("--color", "Whether to colour.", "WHEN", choices=("auto", "always", "never")),
)
EXAMPLE = """\
def score(A, B, w_a, w_b):
    # shape:
    #   A: (N, D)    B: (D, N)    w_a, w_b: (N)
    #   q = w_a' A B w_b
    #   dq/dB = w_a' A w_b
    return w_a @ A @ B @ w_b
"""
WHERE = "A: (N, D); B: (D, N); w_a, w_b: (N)"


@dataclass(frozen=True, slots=True)
class Step:
    """What is told, the command that is shown and run, and the exit code that it has."""

    told: str
    command: tuple[str, ...]
    code: int = 0


STEPS = (
    Step(
        "The comment under `# shape:` says what the shapes are, what q is, and what its gradient by B should be. The gradient was\n"
        "derived as if these were numbers: strike out B. Let us see what shapecheck says.",
        ("lint", FILE),
        1,
    ),
    Step(
        "A row of D numbers times a column of N: that cannot be. The `help` line names the right gradient, which was derived and\n"
        "compared by value on random matrices. How does it come about?",
        ("explain", "w_a' A B w_b", "--wrt", "B", "--where", WHERE, "--style", "differential"),
    ),
    Step("Each line is equal to the one above it. Now let shapecheck write it into the file.", ("lint", "--fix", FILE)),
    Step("And the same gradient as code:", ("grad", "w_a' A B w_b", "--wrt", "B", "--where", WHERE, "--to", "numpy")),
)
END = """\
That is all there is to it. From here:
  shapecheck lint .          checks everything below this folder
  shapecheck init            writes a commented configuration; with --pre-commit, the hook too
  shapecheck rule            lists the rules; with a name, explains it
Your editor shows the same while you type: see editors/README.md of the project.
"""


def run(argv: Sequence[str]) -> int:
    """The command with these arguments."""
    arguments = parse(argv, (*OPTIONS, HELP), "tutorial")
    if arguments.flag("--help"):
        sys.stdout.write(usage("shapecheck tutorial [OPTIONS]", f"Leads from a wrong gradient to a right one, in `{FILE}`.", OPTIONS))
        return 0
    if arguments.words:
        raise Misuse("`tutorial` works on a file of its own and takes no path")
    if os.path.exists(FILE):
        raise Misuse(f"`{FILE}` is there already; move it away, the tutorial writes it")
    waits = sys.stdin.isatty() and sys.stdout.isatty() and not arguments.flag("--yes")
    paint = Paint(is_colored(sys.stdout, arguments.text("--color", "auto")))
    if waits:
        sys.stdout.write(paint("Each command below runs when you press Enter; ^C ends the tour.", "dim") + "\n\n")
    return lead(paint, _wait if waits else _go_on)


def lead(paint: Paint, pause: Callable[[], bool]) -> int:
    """All steps, until `pause` says that it is enough; the file stays, to play with."""
    from shapecheck.cli import commands

    with open(FILE, "w", encoding="utf-8") as file:
        file.write(EXAMPLE)
    sys.stdout.write(f"This is {paint(FILE, 'bold')}, which I have just written:\n\n{EXAMPLE}\n")
    for step in STEPS:
        sys.stdout.write(f"{step.told}\n\n{paint('$ ' + _shown(step.command), 'bold')}\n")
        sys.stdout.flush()
        if not pause():
            return 0
        code = commands.run(step.command)
        if code != step.code:
            sys.stderr.write(
                f"shapecheck: the tutorial expected exit code {step.code} here, not {code}; is there a configuration around?\n"
            )
            return code or 1
        sys.stdout.write("\n")
    sys.stdout.write(END)
    return 0


def _shown(command: Sequence[str]) -> str:
    words = [word if word.replace("-", "").replace("_", "").replace(".", "").isalnum() else f'"{word}"' for word in command]
    return " ".join(("shapecheck", *words))


def _wait() -> bool:
    try:
        sys.stdin.readline()
    except KeyboardInterrupt:
        return False
    return True


def _go_on() -> bool:
    return True
