"""`shapecheck explain`: a derivation step by step, every step a true equality."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import shapecheck
from shapecheck.cli import formula
from shapecheck.cli.arguments import HELP, Option, parse, usage
from shapecheck.cli.formula import explain_error, question

STYLES = ("differential", "components")
OPTIONS = (
    *formula.OPTIONS,
    Option("--style", "By differentials or by components (default: both).", "STYLE", choices=STYLES),
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
    try:
        asked = question(arguments, "explain")
        styles = (arguments.text("--style"),) if "--style" in arguments.values else STYLES
        parts = []
        for name in asked.variables:
            result = asked.sheet.gradient(asked.formula, name, order=asked.order)
            parts += [result.explain(style).rstrip("\n") for style in styles]
        sys.stdout.write("\n\n".join(parts) + "\n")
    except shapecheck.Error as error:
        return explain_error(error, arguments.words[0] if arguments.words else "", arguments.text("--color", "auto"))
    return 0
