"""What `grad` and `explain` have in common: a formula, what is declared of it, and the variables to derive by."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import shapecheck
from shapecheck.cli.arguments import Arguments, Misuse, Option
from shapecheck.cli.findings import Findings
from shapecheck.cli.formats.full import finding
from shapecheck.cli.terminal import Paint, is_colored
from shapecheck.core.diagnostic import Diagnostic
from shapecheck.project.document import Document

OPTIONS = (
    Option("--wrt", "Derive by these variables.", "NAMES", many=True),
    Option("--where", "Statements that declare the variables: 'A: (N, D); x: (D)'.", "STATEMENTS"),
    Option("--order", "Order of the derivative.", "N", choices=("1", "2", "3", "4")),
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
    if len(arguments.words) != 1:
        hint = f"shapecheck {command} \"x' A x\" --wrt x --where 'A: (n, n); x: (n)'"
        raise Misuse("one formula is needed (in quotes), for example\n  " + hint)
    (formula,) = arguments.words
    sheet = shapecheck.Sheet(arguments.text("--where"))
    variables = arguments.many("--wrt")
    if not variables:
        raise Misuse("by which variable? Give it with `--wrt`")
    return Question(sheet, formula, variables, order)


def explain_error(error: shapecheck.Error, text: str, color: str) -> int:
    """Shows what is wrong with a formula as `lint` would, and returns the exit code."""
    if error.diagnostic.span.end > len(text):  # it lies in the declarations
        sys.stderr.write(f"shapecheck: {error}\n")
        return 1
    diagnostic: Diagnostic = error.diagnostic
    paint = Paint(is_colored(sys.stderr, color))
    findings = Findings("<formula>", Document(text), (diagnostic,))
    sys.stderr.write(finding(findings, diagnostic, paint) + "\n")
    return 1
