"""What `grad` and `explain` have in common: a formula, what is declared of it, and the variables to derive by."""

from __future__ import annotations

import sys
from itertools import combinations_with_replacement

import shapecheck
from shapecheck import hosts
from shapecheck.cli.arguments import Arguments, Misuse, Option
from shapecheck.cli.findings import Findings
from shapecheck.cli.formats.full import finding
from shapecheck.cli.terminal import Paint, is_colored
from shapecheck.core.diagnostic import Diagnostic
from shapecheck.core.record import dataclass
from shapecheck.engine.formulas import PlacedFormula, formulas_of
from shapecheck.project.document import Document, decode

OPTIONS = (
    Option("--wrt", "Derive by these variables.", "NAMES", many=True),
    Option("--where", "Statements that declare the variables: 'A: (N, D); x: (D)'.", "STATEMENTS"),
    Option("--at", "Take the formula, and what is declared of it, from the annotation at this line.", "FILE:LINE"),
    Option("--order", "Order of the derivative.", "N", choices=("1", "2", "3")),
)


class Undeclarable(shapecheck.ShapeError):
    """What is wrong stands in the declarations, not in the formula."""


@dataclass(frozen=True)
class Question:
    """A formula in its sheet, and the variables asked for; `derivatives` are those by each of them, mixed ones included."""

    sheet: shapecheck.Sheet
    formula: str
    variables: tuple[str, ...]
    order: int

    @property
    def derivatives(self) -> tuple[tuple[str, ...], ...]:
        return tuple(combinations_with_replacement(self.variables, self.order))


def question(arguments: Arguments, command: str) -> Question:
    """The question that the command line asks."""
    order = int(arguments.text("--order", "1"))
    variables = arguments.many("--wrt")
    at = arguments.text("--at")
    if at and arguments.words:
        raise Misuse("give a formula or `--at`, not both")
    if at:
        found = formula_at(at)
        sheet, formula, variables = found.sheet, found.text, variables or found.variables
    else:
        if len(arguments.words) != 1:
            hint = f"shapecheck {command} \"x' A x\" --wrt x --where 'A: (n, n); x: (n)'"
            raise Misuse("one formula is needed (in quotes), for example\n  " + hint)
        formula, sheet = arguments.words[0], shapecheck.Sheet()
    try:
        sheet.add(arguments.text("--where"))
    except shapecheck.ShapeError as error:
        raise Undeclarable(error.diagnostic) from error
    if not variables:
        raise Misuse("by which variable? Give it with `--wrt`")
    return Question(sheet, formula, tuple(dict.fromkeys(variables)), order)


def formula_at(place: str) -> PlacedFormula:
    """The formula at FILE:LINE."""
    path, _, number = place.rpartition(":")
    if not path or not number.isdigit():
        raise Misuse(f"`--at` wants FILE:LINE, not `{place}`")
    try:
        with open(path, "rb") as file:
            raw = file.read()
    except OSError as error:
        raise Misuse(f"{path}: {error.strerror}") from error
    language = hosts.language_of(path, raw[:200].split(b"\n")[0].decode("ascii", "replace"))
    if language is None:
        raise Misuse(f"{path}: its language is unknown")
    known = formulas_of(decode(raw).text, language)
    found = next((formula for formula in known if int(number) in formula.lines), None)
    if found is None:
        lines = ", ".join(str(formula.lines.start) for formula in known[:8]) + (", …" if len(known) > 8 else "")
        where = f"there are some at {lines}" if known else "nor has the file any other"
        raise Misuse(f"{path} has no formula that fits at line {number}; {where}")
    return found


def explain_error(error: shapecheck.Error, arguments: Arguments, text: str) -> int:
    """Shows what is wrong with a formula as `lint` would, and returns the exit code."""
    diagnostic: Diagnostic = error.diagnostic
    paint = Paint(is_colored(sys.stderr, arguments.text("--color", "auto")))
    name = "<formula>"
    if isinstance(error, Undeclarable):
        name, text = "<where>", arguments.text("--where")
    elif diagnostic.rule == "undeclared-name":
        asked = (variable for variable in arguments.many("--wrt") if f"`{variable}`" in diagnostic.message)
        name, text = "<wrt>", next(asked, text)
    findings = Findings(name, Document(text), (diagnostic,))
    sys.stderr.write(finding(findings, diagnostic, paint) + "\n")
    return 1
