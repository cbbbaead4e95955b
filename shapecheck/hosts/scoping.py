"""Which way of scoping a language has."""

from __future__ import annotations

from shapecheck.hosts.annotation import Scope
from shapecheck.hosts.braces import brace_scopes
from shapecheck.hosts.indentation import indentation_scopes
from shapecheck.hosts.keywords import keyword_scopes
from shapecheck.hosts.language import Language
from shapecheck.hosts.scan import Scanned
from shapecheck.hosts.scopes import file_scope


def scopes_of(text: str, scanned: Scanned, language: Language) -> list[Scope]:
    """The scopes of `text`, the file first, each before those inside it."""
    if language.scopes == "file":
        return [file_scope(text)]
    if language.scopes == "indentation":
        return indentation_scopes(text, scanned)
    if language.scopes == "braces":
        return brace_scopes(text, scanned)
    return keyword_scopes(scanned.code(), language.scopes)
