"""`shapecheck grad`: the derivative of a formula, in any notation."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import shapecheck
from shapecheck.cli import formula
from shapecheck.cli.arguments import HELP, Arguments, Misuse, Option, parse, usage
from shapecheck.cli.formula import Question, explain_error, question
from shapecheck.cli.terminal import Paint, is_colored
from shapecheck.engine.explaining import remarks
from shapecheck.engine.formula import left_side

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
VERIFIED = "Checked by value at random points with all sizes different."
EXAMPLE = """
JSON is a list with an object for each derivative: formula, wrt, order, shape, notation, result, notes (what was taken at
kinks) and remarks (one-hot vectors, look-alikes that fit and are wrong).

Examples:
  shapecheck grad "w_a' A B w_b" --wrt B --where "A: (N, D); B: (D, N); w_a, w_b: (N)"
  shapecheck grad "x' A y" --wrt x,y --order 2 --to unicode --where "A: (N, D); x: (N); y: (D)"
  shapecheck grad --at model.py:12 --to numpy --value
"""


def run(argv: Sequence[str]) -> int:
    """The command with these arguments."""
    arguments = parse(argv, (*OPTIONS, HELP), "grad")
    if arguments.flag("--help"):
        sys.stdout.write(usage("shapecheck grad FORMULA --wrt NAMES --where STATEMENTS", "Derives a formula.", OPTIONS, EXAMPLE))
        return 0
    color = arguments.text("--color", "auto")
    text = arguments.words[0] if arguments.words else ""
    try:
        asked = question(arguments, "grad")
        text = asked.formula
        _check_wishes(arguments)
        results = [(names, asked.sheet.gradient(asked.formula, names)) for names in asked.derivatives]
        if arguments.text("--format") == "json":
            rows = [_row(asked, names, result, arguments) for names, result in results]
            sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
        else:
            paint = Paint(is_colored(sys.stdout, color))
            blank = "\n\n" if arguments.text("--to") in CODES else ""
            sys.stdout.write(blank.join(_text(asked, names, result, arguments, paint) for names, result in results))
            if sys.stdout.isatty() and _notation(arguments) in ("unicode", "ascii"):
                sys.stdout.write(f"\n{paint(VERIFIED, 'dim')}\n")
    except shapecheck.Error as error:
        return explain_error(error, arguments, text)
    return 0


def _check_wishes(arguments: Arguments) -> None:
    if arguments.text("--to", "ascii") in CODES:
        name = arguments.text("--name", "f")
        if not name.isidentifier():
            raise Misuse(f"`{name}` is no name for a function")
        return
    for option in ("--value", "--name"):
        if option in arguments.values:
            raise Misuse(f"`{option}` is about code: it goes with `--to {'`, `--to '.join(CODES)}`")


def _notation(arguments: Arguments) -> str:
    default = "unicode" if sys.stdout.isatty() and arguments.text("--format") != "json" else "ascii"
    return arguments.text("--to", default)


def _written(result: shapecheck.Formula, names: Sequence[str], arguments: Arguments) -> str:
    notation = _notation(arguments)
    if notation not in CODES:
        return result.write(notation)
    joined = "_".join(name if name.isidentifier() else "" for name in dict.fromkeys(names)).strip("_")
    kind = "gradient" if len(names) == 1 else "hessian" if len(names) == 2 else "derivative"
    called = arguments.text("--name", f"{kind}_{joined}" if joined else kind)
    return result.source(notation, name=called, value=arguments.flag("--value"))


def _text(asked: Question, names: Sequence[str], result: shapecheck.Formula, arguments: Arguments, paint: Paint) -> str:
    """The bare result where one was asked for, so that it can be piped; several are told apart by their left sides."""
    notation = _notation(arguments)
    written = _written(result, names, arguments)
    if notation in CODES or notation == "mathml":
        return written.rstrip("\n") + "\n"
    if not sys.stdout.isatty() and len(asked.derivatives) == 1:
        return f"{written}\n"
    left, shape = paint(left_side(names, "∂" if notation == "unicode" else "d"), "cyan"), paint(f"{result.shape}", "dim")
    notes = _told(result, arguments) if sys.stdout.isatty() else result.notes
    told = _stacked(names, result, notation, paint) + "".join(f"  {paint(note, 'dim')}\n" for note in notes)
    return f"{left} = {paint(written, 'bold')}    {shape}\n{told}"


def _stacked(names: Sequence[str], result: shapecheck.Formula, notation: str, paint: Paint) -> str:
    """Of a matrix by a matrix also the matrix of the stacked columns."""
    found = result.stacked
    if found is None or notation == "latex":
        return ""
    sign = "∂" if notation == "unicode" else "d"
    left = f"{sign} vec/{' '.join(f'{sign} vec({name})' for name in names)}"
    return f"{paint(left, 'cyan')} = {paint(found.write(notation), 'bold')}    {paint(f'{found.shape}', 'dim')}\n"


def _told(result: shapecheck.Formula, arguments: Arguments) -> tuple[str, ...]:
    """What a person wants to know beside the result: one-hot vectors, kinks, look-alikes."""
    notation = "unicode" if _notation(arguments) == "unicode" else "ascii"
    return remarks(result.sheet, result.of, result.wrt, to=notation)


def _row(asked: Question, names: Sequence[str], result: shapecheck.Formula, arguments: Arguments) -> dict[str, object]:
    wrt: str | list[str] = names[0] if asked.order == 1 else list(names)
    row: dict[str, object] = {"formula": asked.formula, "wrt": wrt, "order": asked.order, "shape": list(result.shape)}
    row["notation"] = _notation(arguments)
    row["result"] = _written(result, names, arguments)
    stacked = result.stacked
    if stacked is not None and row["notation"] in TEXTS:
        row["stacked"] = stacked.write(_notation(arguments))
    row["notes"] = list(result.notes)
    row["remarks"] = list(remarks(result.sheet, result.of, result.wrt))
    return row
