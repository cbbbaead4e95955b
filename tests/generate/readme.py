"""The tables in the README: settings, rules and host languages, each between two marks."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from shapecheck import hosts, rules
from shapecheck.core.settings import describe

FILE = Path(__file__).parents[2] / "README.md"
TITLES = {
    "c": "C",
    "cpp": "C++",
    "cuda-cpp": "CUDA",
    "csharp": "C#",
    "FortranFreeForm": "Fortran (free form)",
    "FortranFixedForm": "Fortran (fixed form)",
    "javascript": "JavaScript",
    "javascriptreact": "JSX",
    "typescript": "TypeScript",
    "typescriptreact": "TSX",
    "latex": "LaTeX",
    "matlab": "MATLAB, Octave",
    "ocaml": "OCaml",
    "shellscript": "shell",
    "yaml": "YAML",
    "toml": "TOML",
    "jupyter": "Jupyter notebooks",
}


def settings_table() -> str:
    """A row a setting."""
    rows = ["| key | meaning | example |", "| --- | --- | --- |"]
    for option in describe():
        choices = f" One of {', '.join(f'`{choice}`' for choice in option.choices)}; default `{option.default}`." if option.choices else ""
        rows.append(f"| `{option.key}` | {option.about}{choices} | `{option.example}` |")
    return "\n".join(rows)


def rules_table() -> str:
    """A row a rule."""
    rows = ["| rule | severity | finds |", "| --- | --- | --- |"]
    rows += [f"| `{name}` | {rules.default_severity(name)} | {rules.summary(name)} |" for name in rules.names()]
    return "\n".join(rows)


def languages() -> str:
    """The host languages in one sentence."""
    names = sorted((TITLES.get(name, name.capitalize()) for name in hosts.LANGUAGES), key=str.lower)
    return ", ".join(names[:-1]) + f" and {names[-1]}."


PARTS: dict[str, Callable[[], str]] = {"settings": settings_table, "rules": rules_table, "languages": languages}


def renewed(text: str) -> str:
    """The README with its generated parts as they should be."""
    for name, make in PARTS.items():
        pattern = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text = pattern.sub(lambda found, make=make: found.group(1) + make() + "\n" + found.group(2), text)  # type: ignore[misc]
    return text
