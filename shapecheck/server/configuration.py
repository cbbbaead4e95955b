"""Which settings hold for a document: those of its project's file, and over them what the client was told.

Files are looked for as the command line does; a file that is wrong is told once and passed over.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from pygls.uris import to_fs_path

from shapecheck.core.settings import Settings
from shapecheck.project.walk import CONFIGURATIONS, Place, Places, below
from shapecheck.server import options
from shapecheck.server.options import Options

log = logging.getLogger(__name__)

SECTION = "shapecheck"
WATCHED = [f"**/{name}" for name in CONFIGURATIONS]


class Configuration:
    """`complain` shows the user what is wrong with a setting."""

    def __init__(self, complain: Callable[[str], None]) -> None:
        self._complain = complain
        self._given: dict[str, dict[str, Any]] = {}
        self._known: dict[str, Settings | None] = {}
        self._told: set[str] = set()
        self.options = Options()
        self.forget_files()

    def forget_files(self) -> None:
        """Configuration files are read again when they are next needed."""
        self._places = Places(self._load)
        self._known.clear()
        self._told.clear()

    def place(self, folder: str) -> Place:
        return self._places.of(folder)

    @property
    def places(self) -> Places:
        return self._places

    def give(self, given: Any, scope: str = "") -> None:
        """What the client's settings say, for all documents or for those below the folder `scope`."""
        table = given if isinstance(given, Mapping) else {}
        inner = table.get(SECTION, table.get("settings", table))
        table = inner if isinstance(inner, Mapping) else {}
        if not scope:
            self.options, complaints = options.read(table, Options())
            for complaint in complaints:
                self._say(f"{SECTION}: {complaint}")
        self._given[scope] = _settings_in(table)
        self._known.clear()

    def of(self, uri: str) -> Settings | None:
        """The settings for a document; None where it is not to be checked."""
        if uri not in self._known:
            if len(self._known) > 10_000:
                self._known.clear()
            self._known[uri] = self._find(uri)
        return self._known[uri]

    def _find(self, uri: str) -> Settings | None:
        path = path_of(uri)
        place = self._places.of(os.path.dirname(path)) if path else None
        settings = (place.settings if place is not None else None) or Settings()
        settings = self._with_given(settings, path)
        if path is None or place is None:
            return settings
        ignore = list(settings.ignore)
        if settings.per_file_ignores:
            from shapecheck.project.patterns import Patterns

            inside = below(path, place.root)
            for pattern, rules in settings.per_file_ignores.items():
                if Patterns([pattern]).covers(inside):
                    ignore += rules
        if "all" in ignore:
            return None
        return replace(settings, ignore=tuple(dict.fromkeys(ignore)), select=() if "all" in settings.select else settings.select)

    def _with_given(self, settings: Settings, path: str | None) -> Settings:
        scopes = [scope for scope in self._given if not scope or (path is not None and path.startswith(scope + os.sep))]
        given: dict[str, Any] = {}
        for scope in sorted(scopes, key=len):
            given |= self._given[scope]
        if not given:
            return settings
        from shapecheck import rules
        from shapecheck.project.configuration import ConfigurationError, check_rules, from_table

        for key, value in given.items():
            try:
                read = from_table({key: value}, "settings of the editor")
                check_rules(read, rules.names(), "settings of the editor")
            except ConfigurationError as error:
                self._say(str(error))
                continue
            name = key.replace("-", "_")
            settings = replace(settings, **{name: getattr(read, name)})
        return settings

    def _load(self, path: str) -> Settings:
        from shapecheck import rules
        from shapecheck.project.configuration import ConfigurationError, check_rules, load

        try:
            settings = load(path)
            check_rules(settings, rules.names(), path)
        except ConfigurationError as error:
            self._say(str(error))
            return Settings()
        return settings

    def _say(self, complaint: str) -> None:
        if complaint not in self._told:
            self._told.add(complaint)
            self._complain(complaint)


def _settings_in(table: Mapping[str, Any]) -> dict[str, Any]:
    """The project's settings among a client's; editors write `perFileIgnores` or `per-file-ignores`, and null for what is not set."""
    known = {one.name.replace("_", "-") for one in fields(Settings)}
    found = {}
    for key, value in table.items():
        name = re.sub(r"(?<=[a-z])([A-Z])", lambda letter: "-" + letter[0].lower(), str(key)).replace("_", "-")
        if name in known and value is not None:
            found[name] = value
    return found


def path_of(uri: str) -> str | None:
    """The absolute path of a `file:` uri."""
    try:
        path = to_fs_path(uri)
    except ValueError:
        return None
    return os.path.normpath(path) if path and "\0" not in path else None
