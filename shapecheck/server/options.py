"""What a client can configure of the server itself, beside the project's settings; named and described in one place.

The keys are those of an editor: `shapecheck.inlayHints.shapes`, `shapecheck.codeLens`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any


def _option(default: Any, key: str, about: str, *choices: str) -> Any:
    return field(default=default, metadata={"key": key, "about": about, "choices": choices})


@dataclass(frozen=True, slots=True)
class Options:
    """Every option with its default."""

    inlay_shapes: bool = _option(True, "inlayHints.shapes", "Show inferred shapes behind definitions and undeclared names.")
    inlay_verdicts: bool = _option(True, "inlayHints.verdicts", "Show a check mark behind claims that are verified.")
    code_lens: bool = _option(False, "codeLens", "Offer the gradients above the definition of a scalar.")
    semantic_tokens: bool = _option(True, "semanticTokens", "Highlight names, dimensions, functions and operators of annotations.")
    workspace: bool = _option(False, "workspaceDiagnostics", "Report the findings of all files of the workspace, not only of open ones.")
    typeset: bool = _option(False, "typesetHover", "Show formulas as typeset pictures in hovers (needs the extra `typeset`).")
    theme: str = _option("auto", "theme", "The colour of typeset formulas: that of a `light` or a `dark` theme.", "auto", "light", "dark")
    notation: str = _option("auto", "notation", "How formulas are written: as around them, or always so.", "auto", "ascii", "unicode")
    log_level: str = _option("warning", "logLevel", "What is told to the log.", "error", "warning", "info", "debug")


def describe() -> Iterator[dict[str, Any]]:
    """Every option as an editor's settings page needs it."""
    for one in fields(Options):
        kind = "boolean" if isinstance(one.default, bool) else "string"
        about = {"key": one.metadata["key"], "type": kind, "default": one.default, "about": one.metadata["about"]}
        yield about | ({"choices": one.metadata["choices"]} if one.metadata["choices"] else {})


def read(given: Mapping[str, Any], plain: Options) -> tuple[Options, list[str]]:
    """The options that a client's settings ask for, and what is wrong with them; keys that are not known are not ours."""
    values: dict[str, Any] = {}
    complaints: list[str] = []
    for one in fields(Options):
        value = _value(given, one.metadata["key"])
        if value is None:
            continue
        choices = one.metadata["choices"]
        if isinstance(one.default, bool) and one.name.startswith("inlay") and isinstance(value, dict):
            continue
        if type(value) is not type(one.default) or (choices and value not in choices):
            wanted = f"one of {', '.join(choices)}" if choices else "true or false"
            complaints.append(f"`{one.metadata['key']}` must be {wanted}")
            continue
        values[one.name] = value
    return replace(plain, **values), complaints


def _value(given: Mapping[str, Any], key: str) -> Any:
    """`a.b` as a key of its own or as a table in a table; `inlayHints: false` holds for all below."""
    if key in given:
        return given[key]
    found: Any = given
    for step in key.split("."):
        if isinstance(found, bool):
            return found
        if not isinstance(found, Mapping) or step not in found:
            return None
        found = found[step]
    return found
