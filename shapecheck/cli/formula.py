"""What `grad` and `explain` have in common: a formula, what is declared of it, and the variables to derive by."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

import shapecheck
from shapecheck.cli.arguments import Arguments, Misuse, Option
from shapecheck.cli.findings import Findings
from shapecheck.cli.formats.full import finding
from shapecheck.cli.terminal import Paint, is_colored
from shapecheck.core.diagnostic import Diagnostic
from shapecheck.project.document import Document, decode

OPTIONS = (
    Option("--wrt", "Derive by these variables (default: all that are declared).", "NAMES", many=True),
    Option("--where", "Statements that declare the variables: 'A: (N, D); x: (D)'.", "STATEMENTS"),
    Option("--at", "Take the formula and its declarations from a line of a file.", "FILE:LINE"),
    Option("--order", "First or second derivative.", "N", choices=("1", "2", "3", "4")),
)


@dataclass(frozen=True)
class Question:
    """A formula in its sheet, and the variables asked for."""

    sheet: shapecheck.Sheet
    formula: str
    variables: tuple[str, ...]
    order: int


def question(arguments: Arguments, command: str) -> Question:
    """The question that the command line asks."""
    order = int(arguments.text("--order", "1"))
    if "--at" in arguments.values:
        sheet, formula = _at(arguments.text("--at"))
        if arguments.words:
            raise Misuse("a formula and `--at` exclude each other")
    else:
        if len(arguments.words) != 1:
            hint = f"shapecheck {command} \"x' A x\" --wrt x --where 'A: (n, n); x: (n)'"
            raise Misuse("one formula is needed (in quotes), for example\n  " + hint)
        sheet, formula = shapecheck.Sheet(""), arguments.words[0]
    if "--where" in arguments.values:
        sheet.add(arguments.text("--where"))
    variables = arguments.many("--wrt")
    if not variables:
        variables = tuple(sheet.variables(formula))
        if not variables:
            raise Misuse("by which variable? Give it with `--wrt`")
    return Question(sheet, formula, variables, order)


def _at(place: str) -> tuple[shapecheck.Sheet, str]:
    path, _, line = place.rpartition(":")
    if not path or not line.isdecimal():
        raise Misuse(f"`--at` takes a file and a line, `model.py:12`, not `{place}`")
    if not os.path.isfile(path):
        raise Misuse(f"there is no file `{path}`")
    from shapecheck import engine
    from shapecheck.hosts import language_of

    with open(path, "rb") as file:
        text = decode(file.read()).text
    try:
        return engine.sheet_at(text, language_of(path) or "python", int(line))
    except LookupError as error:
        raise Misuse(f"{place}: {error}") from None


def explain_error(error: shapecheck.Error, text: str, color: str) -> int:
    """Shows what is wrong with a formula as `lint` would, and returns the exit code."""
    diagnostic: Diagnostic = error.diagnostic
    paint = Paint(is_colored(sys.stderr, color))
    findings = Findings("<formula>", Document(text), (diagnostic,))
    sys.stderr.write(finding(findings, diagnostic, paint) + "\n")
    return 1
