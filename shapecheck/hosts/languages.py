"""The table of host languages."""

from __future__ import annotations

from shapecheck.hosts.language import Language
from shapecheck.hosts.languages_braces import BRACES
from shapecheck.hosts.languages_markup import MARKUP
from shapecheck.hosts.languages_script import SCRIPTS

LANGUAGES: dict[str, Language] = {row.name: row for row in (*SCRIPTS, *BRACES, *MARKUP)}

_BY_NAME = {name: row for row in LANGUAGES.values() for name in (*(e.lstrip(".") for e in row.extensions), *row.aliases, row.name)}
_BY_EXTENSION = {extension: row.name for row in LANGUAGES.values() for extension in row.extensions}
_BY_FILE_NAME = {name: row.name for row in LANGUAGES.values() for name in row.file_names}
_BY_INTERPRETER = {name: row.name for row in LANGUAGES.values() for name in row.interpreters}


def language_named(name: str) -> Language | None:
    """The row with this name, alias or extension (without its dot)."""
    return _BY_NAME.get(name) or _BY_NAME.get(name.lower())


def language_of(path_name: str, first_line: str = "") -> str | None:
    """The language of a file by its name, else by the interpreter that its first line calls."""
    name = path_name.replace("\\", "/").rpartition("/")[2]
    if name in _BY_FILE_NAME:
        return _BY_FILE_NAME[name]
    stem, dot, extension = name.rpartition(".")
    if dot and stem:
        found = _BY_EXTENSION.get("." + extension) or _BY_EXTENSION.get("." + extension.lower())
        if found:
            return found
    return _by_interpreter(first_line) if first_line.startswith("#!") else None


def _by_interpreter(first_line: str) -> str | None:
    for word in first_line[2:].replace("/", " ").split():
        found = _BY_INTERPRETER.get(word.rstrip("0123456789."))
        if found:
            return found
    return None
