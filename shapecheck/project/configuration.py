"""Configuration text into `Settings`: everything checked here, so that whoever holds a `Settings` can trust it."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from typing import Any

from shapecheck.core.settings import Option, Settings, describe

SEVERITIES = ("error", "warning", "info", "hint", "off")


class ConfigurationError(Exception):
    """A configuration that does not say what its author meant; the text names file, key and remedy."""


def load(path: str) -> Settings:
    """The settings of a `shapecheck.toml` or of the `[tool.shapecheck]` table of a `pyproject.toml`."""
    try:
        with open(path, "rb") as file:
            table = tomllib.load(file)
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: this is not TOML: {error}") from None
    if path.endswith("pyproject.toml"):
        tool = table.get("tool", {})
        table = tool.get("shapecheck", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise ConfigurationError(f"{path}: [tool.shapecheck] must be a table")
    return from_table(table, path)


def from_table(table: Mapping[str, Any], source: str) -> Settings:
    """Settings from keys and values as TOML or JSON gives them; `source` stands before every complaint."""
    options = {option.key: option for option in describe()}
    values: dict[str, Any] = {}
    for key, value in table.items():
        option = options.get(key)
        if option is None:
            raise ConfigurationError(f"{source}: unknown key `{key}`{_suggest(key, options)}")
        values[key.replace("-", "_")] = _checked(option, value, source)
    return Settings(**values)


def check_rules(settings: Settings, rules: tuple[str, ...], source: str) -> None:
    """Raises for a name that is no rule; apart because the rules' names are not needed where nothing is configured."""
    in_files = [name for names in settings.per_file_ignores.values() for name in names]
    for name in (*settings.select, *settings.ignore, *settings.severity, *in_files):
        if name not in rules and name != "all":
            raise ConfigurationError(f"{source}: unknown rule `{name}`{_suggest(name, rules)}")


def _checked(option: Option, value: Any, source: str) -> Any:
    where = f"{source}: `{option.key}`"
    if option.type == "boolean":
        if not isinstance(value, bool):
            raise ConfigurationError(f"{where} must be true or false, for example `{option.example}`")
        return value
    if option.type == "string":
        if value not in option.choices:
            hint = _suggest(value, option.choices) if isinstance(value, str) else ""
            raise ConfigurationError(f"{where} must be one of {', '.join(f'`{choice}`' for choice in option.choices)}{hint}")
        return value
    if option.type == "array":
        return _strings(value, where, option)
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"{where} must be a table, for example `{option.example}`")
    if option.key == "per-file-ignores":
        return {str(pattern): _strings(names, f'{where} of "{pattern}"', option) for pattern, names in value.items()}
    if option.key == "severity":
        for rule, level in value.items():
            if level not in SEVERITIES:
                hint = _suggest(level, SEVERITIES) if isinstance(level, str) else ""
                raise ConfigurationError(f"{where} of `{rule}` must be one of {', '.join(f'`{one}`' for one in SEVERITIES)}{hint}")
    elif not all(isinstance(one, str) for one in value.values()):
        raise ConfigurationError(f"{where} must map names to names, for example `{option.example}`")
    return {str(name).removeprefix("."): one for name, one in value.items()}


def _strings(value: Any, where: str, option: Option) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise ConfigurationError(f"{where} must be a list of strings, for example `{option.example}`")
    return tuple(value)


def _suggest(name: str, known: Any) -> str:
    close = difflib.get_close_matches(name.replace("_", "-"), list(known), 1, 0.6)
    return f"; did you mean `{close[0]}`?" if close else ""
