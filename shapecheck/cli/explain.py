"""`shapecheck explain`: a derivation step by step, every step a true equality."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence

import shapecheck
from shapecheck.cli import formula
from shapecheck.cli.arguments import HELP, Arguments, Option, parse, usage
from shapecheck.cli.formula import Question, explain_error, question
from shapecheck.cli.terminal import Paint, is_colored
from shapecheck.engine.explaining import explanation_data

STYLES = ("differential", "components", "both")
OPTIONS = (
    *formula.OPTIONS,
    Option("--style", "By differentials, by components, or both ways (default).", "STYLE", choices=STYLES),
    Option("--to", "Notation of the formulas.", "NOTATION", choices=("ascii", "unicode", "latex")),
    Option("--format", "Text, Markdown or JSON.", "FORMAT", choices=("text", "markdown", "json")),
    Option("--color", "Whether to colour.", "WHEN", choices=("auto", "always", "never")),
)
EXAMPLE = """
Example:
  shapecheck explain "w_a' A B w_b" --wrt B --where "A: (N, D); B: (D, N); w_a, w_b: (N)"
"""


def run(argv: Sequence[str]) -> int:
    """The command with these arguments."""
    arguments = parse(argv, (*OPTIONS, HELP), "explain")
    if arguments.flag("--help"):
        sys.stdout.write(usage("shapecheck explain FORMULA --wrt NAME --where STATEMENTS", "Shows a derivation.", OPTIONS, EXAMPLE))
        return 0
    text = arguments.words[0] if arguments.words else ""
    color = arguments.text("--color", "auto")
    try:
        asked = question(arguments, "explain")
        text = asked.formula
        found = [asked.sheet.gradient(asked.formula, names) for names in asked.derivatives]
        sys.stdout.write(_json(asked, found, arguments) if arguments.text("--format") == "json" else _text(found, arguments, color))
    except shapecheck.Error as error:
        return explain_error(error, arguments, text)
    return 0


def _notation(arguments: Arguments) -> str:
    default = "unicode" if sys.stdout.isatty() and arguments.text("--format") != "json" else "ascii"
    return arguments.text("--to", default)


def _text(found: Sequence[shapecheck.Formula], arguments: Arguments, color: str) -> str:
    form = "markdown" if arguments.text("--format") == "markdown" else _notation(arguments)
    parts = [result.explain(arguments.text("--style", "both"), form=form) for result in found]
    paint = Paint(is_colored(sys.stdout, color))
    whole = "\n".join(parts)
    if form in ("markdown", "latex") or paint("x", "bold") == "x":
        return whole
    return "".join(_painted(whole, paint))


def _painted(whole: str, paint: Paint) -> Iterator[str]:
    """Headings bold, reasons dim: what is to be read first stands out. The lines of a section have their `=` in one column."""
    equals = -1
    for line in whole.splitlines():
        if not line.startswith(" "):
            yield paint(line, "bold") + "\n"
            equals = -1
            continue
        if equals < 0:
            equals = line.find(" = ")
        is_formula = equals >= 0 and line[equals : equals + 3] == " = "
        yield (line if is_formula else paint(line, "dim")) + "\n"


def _json(asked: Question, found: Sequence[shapecheck.Formula], arguments: Arguments) -> str:
    to, style = _notation(arguments), arguments.text("--style", "both")
    rows = [
        {
            "formula": asked.formula,
            "wrt": [str(variable.data[0]) for variable in result.wrt],
            "result": result.write(to),
            **explanation_data(result.sheet, result.of, result.wrt, style, to),
        }
        for result in found
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
