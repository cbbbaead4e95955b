"""Which way of scoping a language has."""

from __future__ import annotations

from shapecheck.hosts.braces import brace_scopes
from shapecheck.hosts.indentation import indentation_scopes
from shapecheck.hosts.keywords import keyword_scopes, keyword_scopes_so_far
from shapecheck.hosts.language import Language
from shapecheck.hosts.scan import Scanned
from shapecheck.hosts.scopes import Scoped, file_scope


def scopes_of(text: str, scanned: Scanned, language: Language, column: int | None) -> Scoped:
    """The scopes of `text`, the file first, each before those inside it; code that follows begins at the column (None: nothing follows)."""
    if language.scopes == "file":
        return Scoped([file_scope(text)])
    if language.scopes == "indentation":
        return indentation_scopes(text, scanned, column or 0)
    if language.scopes == "braces":
        return brace_scopes(text, scanned)
    if column is None or language.scopes == "fortran":
        return Scoped(keyword_scopes(scanned.code(), language.scopes), None)
    return keyword_scopes_so_far(scanned.code(), language.scopes)
