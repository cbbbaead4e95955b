"""What the Python interface raises; each error carries the diagnostic that says it all."""

from __future__ import annotations

from shapecheck.core.diagnostic import Diagnostic, Note
from shapecheck.core.span import Span


class Error(Exception):
    """Something in a sheet is not right; `diagnostic` says what, where and how to mend it."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class ShapeError(Error):
    """A formula does not fit, or does not parse, or uses a name that is not known."""


class CannotDerive(Error):
    """A derivative that cannot be given, or did not agree with its own numeric check. Nothing is guessed."""


def cannot_derive(message: str, text: str, report: str) -> CannotDerive:
    """`report` says how to have it mended."""
    return CannotDerive(Diagnostic("cannot-derive", "error", message, Span(0, len(text)), (Note(report),)))


def shape_error(message: str, text: str, rule: str = "undeclared-name") -> ShapeError:
    return ShapeError(Diagnostic(rule, "error", message, Span(0, len(text))))
