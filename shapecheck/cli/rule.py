"""`shapecheck rule`: the page of a rule, or the list of all."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence

from shapecheck import rules
from shapecheck.cli.arguments import HELP, Misuse, Option, nearest, parse, usage
from shapecheck.cli.terminal import Paint, is_colored

_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
OPTIONS = (
    Option("--output-format", "Text or JSON.", "FORMAT", choices=("text", "json")),
    Option("--color", "Whether to colour.", "WHEN", choices=("auto", "always", "never")),
)


def run(argv: Sequence[str]) -> int:
    """The command with these arguments."""
    arguments = parse(argv, (*OPTIONS, HELP), "rule")
    if arguments.flag("--help"):
        sys.stdout.write(usage("shapecheck rule [NAME]", "Explains a rule, or lists them all.", OPTIONS))
        return 0
    names = arguments.words or list(rules.names())
    for name in names:
        if name not in rules.names():
            raise Misuse(f"unknown rule `{name}`{nearest(name, rules.names())}\n`shapecheck rule` lists them all.")
    if arguments.text("--output-format") == "json":
        rows = [
            {"name": name, "summary": rules.summary(name), "severity": rules.default_severity(name), "page": rules.page(name)}
            for name in names
        ]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
        return 0
    paint = Paint(is_colored(sys.stdout, arguments.text("--color", "auto")))
    if arguments.words:
        sys.stdout.write("\n".join(_page(name, paint) for name in names))
        return 0
    width = max(map(len, names))
    for name in names:
        sys.stdout.write(f"{paint(f'{name:<{width}}', 'bold')}  {rules.default_severity(name):<7}  {rules.summary(name)}\n")
    sys.stdout.write("\n`shapecheck rule NAME` shows a rule's page.\n")
    return 0


def _page(name: str, paint: Paint) -> str:
    """The page: headings, code and what is found in it set off on a terminal, Markdown elsewhere."""
    if not paint.colored:
        return f"# {name}\n\n{rules.page(name)}"
    rows, code = [paint(name, "bold", "cyan"), ""], ""
    for line in rules.page(name).splitlines():
        if line.startswith("```"):
            code = "" if code else line
        elif code:
            rows.append("    " + _code(line, code == "```diff", paint))
        elif line or rows[-1]:
            rows.append(paint(line.lstrip("# "), "bold") if line.startswith("#") else _LINK.sub(r"\1", line))
    return "\n".join(rows) + "\n"


def _code(line: str, is_diff: bool, paint: Paint) -> str:
    if is_diff and line[:1] in ("+", "-"):
        return paint(line, "green" if line[0] == "+" else "red")
    if line.lstrip().startswith("^"):
        return paint(line, "blue" if " help: " in line else "red")
    return paint(line, "cyan")
