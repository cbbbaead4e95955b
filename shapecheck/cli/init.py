"""`shapecheck init`: a commented configuration, made from the descriptions of the settings."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from shapecheck.cli.arguments import HELP, Misuse, Option, parse, usage
from shapecheck.core.settings import describe
from shapecheck.core.version import VERSION

OPTIONS = (
    Option("--pre-commit", "Add the hook to .pre-commit-config.yaml too."),
    Option("--force", "Overwrite a configuration that is there."),
)
HOOK = """\
repos:
  - repo: local
    hooks:
      - id: shapecheck
        name: shapecheck
        entry: shapecheck lint --force-exclude
        language: python
        additional_dependencies: ["shapecheck-lsp=={version}"]
        types: [text]
        require_serial: true
"""


def run(argv: Sequence[str]) -> int:
    """The command with these arguments."""
    arguments = parse(argv, (*OPTIONS, HELP), "init")
    if arguments.flag("--help"):
        sys.stdout.write(usage("shapecheck init [OPTIONS]", "Writes a commented shapecheck.toml into the current folder.", OPTIONS))
        return 0
    if arguments.words:
        raise Misuse("`init` writes into the current folder and takes no path")
    path = "shapecheck.toml"
    if os.path.exists(path) and not arguments.flag("--force"):
        raise Misuse(f"`{path}` is there already; `--force` overwrites it")
    with open(path, "w", encoding="utf-8") as file:
        file.write(template())
    sys.stdout.write(f"Wrote {path}.\n")
    if arguments.flag("--pre-commit"):
        sys.stdout.write(_hook())
    return 0


def template() -> str:
    """Every setting with its description, commented out at its default or an example."""
    parts = ["# Settings of shapecheck. Uncomment what you want to change; what is missing has its default."]
    for option in describe():
        choices = f" One of {', '.join(option.choices)}." if option.choices else ""
        parts.append(f"# {option.about}{choices}\n# {option.example}")
    return "\n\n".join(parts) + "\n"


def _hook() -> str:
    path = ".pre-commit-config.yaml"
    text = HOOK.format(version=VERSION)
    if os.path.exists(path):
        return f"{path} is there already; add this to its `repos`:\n\n" + text.removeprefix("repos:\n")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return f"Wrote {path}.\n"
