"""`shapecheck grad`: the derivative of a formula, in any notation."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import shapecheck
from shapecheck.cli import formula
from shapecheck.cli.arguments import HELP, Arguments, Option, parse, usage
from shapecheck.cli.formula import Question, explain_error, question
from shapecheck.cli.terminal import Paint, is_colored

TEXTS = ("unicode", "ascii", "latex", "mathml")
CODES = ("numpy", "torch", "jax", "julia", "matlab")
OPTIONS = (
    *formula.OPTIONS,
    Option("--to", "Notation of the result; code is a whole function.", "NOTATION", choices=(*TEXTS, *CODES)),
    Option("--name", "Name of the emitted function.", "NAME"),
    Option("--value", "Let the emitted function return value and gradient together."),
    Option("--format", "Text or JSON.", "FORMAT", choices=("text", "json")),
    Option("--color", "Whether to colour.", "WHEN", choices=("auto", "always", "never")),
)
EXAMPLE = """
Example:
  shapecheck grad "w_a' A B w_b" --wrt B --where "A: (N, D); B: (D, N); w_a, w_b: (N)"
"""


def run(argv: Sequence[str]) -> int:
    """The command with these arguments."""
    arguments = parse(argv, (*OPTIONS, HELP), "grad")
    if arguments.flag("--help"):
        sys.stdout.write(usage("shapecheck grad FORMULA --wrt NAMES --where STATEMENTS", "Derives a formula.", OPTIONS, EXAMPLE))
        return 0
    color = arguments.text("--color", "auto")
    try:
        asked = question(arguments, "grad")
        results = [(name, asked.sheet.gradient(asked.formula, name, order=asked.order)) for name in asked.variables]
        if arguments.text("--format") == "json":
            rows = [_row(name, result, arguments) for name, result in results]
            sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
        else:
            paint = Paint(is_colored(sys.stdout, color))
            sys.stdout.write("".join(_text(asked, name, result, arguments, paint) for name, result in results))
    except shapecheck.Error as error:
        return explain_error(error, arguments.words[0] if arguments.words else "", color)
    return 0


def _written(result: shapecheck.Formula, name: str, arguments: Arguments) -> str:
    notation = arguments.text("--to", "ascii")
    if notation not in CODES:
        return result.write(notation)
    called = arguments.text("--name", f"gradient_{name}" if name.isidentifier() else "gradient")
    return result.source(notation, name=called, value=True) if arguments.flag("--value") else result.source(notation, name=called)


def _text(asked: Question, name: str, result: shapecheck.Formula, arguments: Arguments, paint: Paint) -> str:
    """The bare result where one was asked for, so that it can be piped; several are told apart by their left sides."""
    written = _written(result, name, arguments)
    notation = arguments.text("--to", "ascii")
    if notation in CODES or notation == "mathml":
        return written.rstrip("\n") + "\n"
    shape = paint(f"{result.shape}", "dim")
    if not sys.stdout.isatty() and len(asked.variables) == 1:
        return f"{written}\n"
    left = f"d/d{name}" if asked.order == 1 else f"d{asked.order}/d{name}{asked.order}"
    return f"{paint(left, 'cyan')} = {paint(written, 'bold')}    {shape}\n"


def _row(name: str, result: shapecheck.Formula, arguments: Arguments) -> dict[str, object]:
    row: dict[str, object] = {"wrt": name, "shape": list(result.shape)}
    row["notation"] = arguments.text("--to", "ascii")
    row["result"] = _written(result, name, arguments)
    return row
