"""Turns `grammar/annotation.lark` into `grammar/tables.json`: Lark's LALR tables and token patterns as plain data.
Also writes the table of functions into `grammar/README.md`.

Run `python -m shapecheck.syntax.generate` after a change to the grammar or to the operator table. Only this module needs Lark.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from lark import Lark, logger
from lark.parsers.lalr_analysis import Shift

from shapecheck import ops
from shapecheck.syntax.tables import GRAMMAR

FOLDER = Path(GRAMMAR)
_BEGIN, _END = "<!-- functions -->", "<!-- end of functions -->"
STARTS = ("declaration", "assigned", "dimensions", "fact", "formula", "expression")


class Ambiguous(ValueError):
    """The grammar has a conflict that LALR(1) cannot settle."""


class _Conflicts(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if "Shift/Reduce" in message:
            self.found.append(message)


def tables() -> dict[str, Any]:
    """Everything that is needed to scan and parse: states, rules, patterns, and the words that are prefix functions."""
    text = (FOLDER / "annotation.lark").read_text(encoding="utf-8")
    conflicts = _Conflicts()
    level, handlers = logger.level, logger.handlers
    logger.setLevel(logging.DEBUG)
    logger.handlers = [conflicts]
    try:
        parser = Lark(text, parser="lalr", lexer="basic", start=list(STARTS), debug=True)
    finally:
        logger.setLevel(level)
        logger.handlers = handlers
    if conflicts.found:
        raise Ambiguous("\n".join(conflicts.found))
    return {
        **_automaton(parser),
        "tokens": _tokens(text),
        "prefix": _prefix_words(),
        "functions": sorted(name for name in ops.names() if len(name) > 1),
    }


def _automaton(parser: Lark) -> dict[str, Any]:
    """Rows of actions: a number from 0 on shifts to (or, for a rule's name, goes to) that state, -1 - r reduces by rule r."""
    table = parser.parser.parser._parse_table
    number = _numbered(table)
    rules: dict[tuple[str, int, str], int] = {}
    rows: dict[str, int] = {}
    states: list[int] = []
    for state in number:
        row: dict[str, int] = {}
        for symbol, (action, argument) in sorted(table.states[state].items()):
            if action is Shift:
                row[symbol] = number[argument]
            else:
                rule = (argument.origin.name, len(argument.expansion), argument.alias or "")
                row[symbol] = -1 - rules.setdefault(rule, len(rules))
        states.append(rows.setdefault(json.dumps(row), len(rows)))
    starts = {name: [number[table.start_states[name]], number[table.end_states[name]]] for name in STARTS}
    return {"starts": starts, "rules": list(rules), "states": states, "rows": [json.loads(row) for row in rows]}


def _numbered(table: Any) -> dict[Any, int]:
    """The states in the order in which a walk from the starts meets them, so that equal grammars give equal tables."""
    number = {table.start_states[name]: index for index, name in enumerate(STARTS)}
    waiting = list(number)
    for state in waiting:
        for _, (action, target) in sorted(table.states[state].items(), key=lambda item: item[0]):
            if action is Shift and target not in number:
                number[target] = len(number)
                waiting.append(target)
    return number


def _tokens(text: str) -> list[tuple[str, str]]:
    """Names and patterns of what the scanner looks for, in the order in which it tries."""
    found = Lark(text, parser=None, lexer="basic", start=list(STARTS)).terminals
    wanted = [terminal for terminal in found if not terminal.name.startswith("_") and terminal.pattern is not None]
    wanted.sort(key=lambda terminal: (-terminal.priority, terminal.name))
    return [(terminal.name, terminal.pattern.to_regexp()) for terminal in wanted]


def _prefix_words() -> list[str]:
    """Names that apply to the factor behind them without brackets. Single letters are variables more often."""
    words = {word for row in ops.ROWS.values() if row.prefix for word in (row.name, *row.aliases)}
    return sorted(word for word in words if len(word) > 1)


def reference(page: str) -> str:
    """The language reference with its table of functions as the operator table has it."""
    lines = ["| function | without brackets | meaning |", "| --- | --- | --- |"]
    for row in sorted(ops.ROWS.values(), key=lambda row: (row.name.lower(), row.key)):
        others = f" (also {', '.join(f'`{name}`' for name in row.aliases)})" if row.aliases else ""
        lines.append(f"| `{row.name}({', '.join(row.parameters)})`{others} | {'yes' if row.prefix else ''} | {row.about} |")
    head, _, rest = page.partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    return f"{head}{_BEGIN}\n{chr(10).join(lines)}\n{_END}{tail}"


def main() -> None:
    text = json.dumps(tables(), ensure_ascii=False, separators=(",", ":"))
    (FOLDER / "tables.json").write_text(text + "\n", encoding="utf-8")
    page = FOLDER / "README.md"
    page.write_text(reference(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
