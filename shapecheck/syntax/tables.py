"""The parser's tables, read once from `grammar/tables.json`: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

import json
import os.path
import re
from functools import cache

from shapecheck.core.record import dataclass

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_INSIDE = os.path.join(_PACKAGE, "grammar")
GRAMMAR = _INSIDE if os.path.isdir(_INSIDE) else os.path.join(os.path.dirname(_PACKAGE), "grammar")


@dataclass(frozen=True, slots=True)
class Tables:
    """`states[s]` maps a token's or rule's name to a state (>= 0) or to a reduction by `rules[-1 - value]`."""

    starts: dict[str, tuple[int, int]]
    rules: tuple[tuple[str, int, str], ...]  # origin, length, alias
    states: tuple[dict[str, int], ...]
    tokens: tuple[tuple[str, str], ...]
    prefix: frozenset[str]  # functions that apply to a factor without brackets
    functions: frozenset[str]


@cache
def tables() -> Tables:
    with open(os.path.join(GRAMMAR, "tables.json"), "rb") as file:
        data = json.loads(file.read())
    rows = data["rows"]
    return Tables(
        {name: (first, last) for name, (first, last) in data["starts"].items()},
        tuple((origin, length, alias) for origin, length, alias in data["rules"]),
        tuple(rows[row] for row in data["states"]),
        tuple((name, pattern) for name, pattern in data["tokens"]),
        frozenset(data["prefix"]),
        frozenset(data["functions"]),
    )


@cache
def scanner(latex: bool) -> re.Pattern[str]:
    """What finds the next token; names in LaTeX have a long pattern, compiled for texts with a backslash only."""
    wanted = [(name, pattern) for name, pattern in tables().tokens if latex or not name.startswith("LATEX_")]
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in wanted))
