"""The subcommands: one row each, loaded when called."""

from __future__ import annotations

import sys

from shapecheck.cli.arguments import Misuse, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "lint": ("shapecheck.cli.lint", "Check the formulas in the comments of files."),
    "grad": ("shapecheck.cli.grad", "Derive a formula by a variable."),
    "explain": ("shapecheck.cli.explain", "Show a derivation step by step."),
    "rule": ("shapecheck.cli.rule", "Explain a rule, or list them all."),
    "server": ("shapecheck.cli.serve", "Start the language server."),
    "tutorial": ("shapecheck.cli.tutorial", "Lead from a wrong gradient to a right one."),
    "init": ("shapecheck.cli.init", "Write a commented configuration."),
    "completion": ("shapecheck.cli.completion", "Print a completion script for a shell."),
}


def run(argv: Sequence[str]) -> int:
    """Hands the command line to its subcommand."""
    if not argv:
        sys.stderr.write(overview())
        return 2
    name, *rest = argv
    if name in ("-h", "--help", "help"):
        if name == "help" and rest:
            return run([rest[0], "--help"])
        sys.stdout.write(overview())
        return 0
    if name in ("-V", "--version", "version"):
        from shapecheck.cli.version import describe

        sys.stdout.write(describe())
        return 0
    if name not in COMMANDS:
        kind = "option" if name.startswith("-") else "command"
        hint = nearest(name, (*COMMANDS, "--version", "--help"))
        if not hint and kind == "command" and ("/" in name or "." in name):
            hint = f"; did you mean `shapecheck lint {name}`?"
        elif not hint and any(word in COMMANDS for word in rest):
            hint = "; options stand behind the command"
        raise Misuse(f"unknown {kind} `{name}`{hint}\nTry `shapecheck --help`.")
    from importlib import import_module

    return int(import_module(COMMANDS[name][0]).run(rest))


def overview() -> str:
    """The help text of the whole command."""
    rows = "\n".join(f"  {name:<11} {about}" for name, (_, about) in COMMANDS.items())
    return (
        "Checks the matrix formulas in source comments: shapes, gradients, backward passes.\n\n"
        f"Usage: shapecheck COMMAND [OPTIONS]\n\nCommands:\n{rows}\n\n"
        "Options:\n  --version   Show the version and where it runs from.\n  -h, --help  Show this text.\n\n"
        "`shapecheck COMMAND --help` says more of each. Begin with `shapecheck lint FILE`.\n"
    )
