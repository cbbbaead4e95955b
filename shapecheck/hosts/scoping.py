"""Which way of scoping a language has."""

from __future__ import annotations

from shapecheck.hosts.annotation import Scope
from shapecheck.hosts.indentation import indentation_scopes
from shapecheck.hosts.language import Language
from shapecheck.hosts.scan import Scanned
from shapecheck.hosts.scopes import file_scope


def scopes_of(text: str, scanned: Scanned, language: Language) -> list[Scope]:
    if language.scopes == "indentation":
        return indentation_scopes(text, scanned)
    return [file_scope(text)]
