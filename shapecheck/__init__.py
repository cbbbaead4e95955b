"""Checks the matrix formulas in source comments: shapes, gradients, backward passes.

`check` reads a document; a `Sheet` holds declarations in memory and answers questions about formulas. Nothing is loaded
before it is asked for.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it; `typing` would cost as much as the rest of a run that finds nothing
if TYPE_CHECKING:
    from typing import Any

    from shapecheck.core.diagnostic import Diagnostic, Fix, Note, Operand
    from shapecheck.core.settings import Settings
    from shapecheck.core.shape import Shape
    from shapecheck.core.span import Edit, Span
    from shapecheck.engine.errors import CannotDerive, Error, ShapeError
    from shapecheck.engine.formula import Formula
    from shapecheck.engine.worksheet import Sheet

__all__ = [
    "CannotDerive",
    "Diagnostic",
    "Edit",
    "Error",
    "Fix",
    "Formula",
    "Note",
    "Operand",
    "Settings",
    "Shape",
    "ShapeError",
    "Sheet",
    "Span",
    "__version__",
    "check",
]

_HOMES = {
    "CannotDerive": "engine.errors",
    "Diagnostic": "core.diagnostic",
    "Edit": "core.span",
    "Error": "engine.errors",
    "Fix": "core.diagnostic",
    "Formula": "engine.formula",
    "Note": "core.diagnostic",
    "Operand": "core.diagnostic",
    "Settings": "core.settings",
    "Shape": "core.shape",
    "ShapeError": "engine.errors",
    "Sheet": "engine.worksheet",
    "Span": "core.span",
}


def check(text: str, language: str = "python", settings: Settings | None = None) -> list[Diagnostic]:
    """All findings of a document in a host language, in its order; spans are code-point offsets into the text."""
    from shapecheck import engine

    return engine.check(text, language, settings)


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is not None:
        from importlib import import_module

        value = getattr(import_module(f"shapecheck.{home}"), name)
    elif name == "__version__":
        from shapecheck.core.version import VERSION as value
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
