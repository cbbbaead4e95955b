"""Formulas as pictures, for clients that show those in Markdown; needs the package `ziamath` (the extra `typeset`)."""

from __future__ import annotations

import logging
from base64 import b64encode
from functools import cache, lru_cache
from typing import Any

from shapecheck import notation
from shapecheck.core.expression import Expression

log = logging.getLogger(__name__)

COLORS = {"dark": "#d4d4d4", "light": "#1f1f1f", "auto": "#808080"}
LONGEST = 400
SIZE = 17


def picture(expression: Expression, left: str, theme: str) -> str | None:
    """Markdown of an image of `left = expression`; None where it cannot be made."""
    latex = notation.write(expression, "latex")
    text = notation.write(expression, "unicode")
    whole = f"{left} = {latex}" if left else latex
    svg = _svg(whole, COLORS[theme]) if len(whole) <= LONGEST else None
    if svg is None:
        return None
    alt = text.replace("[", "(").replace("]", ")").replace("|", "∣")
    return f"![{alt}](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})"


@lru_cache(maxsize=500)
def _svg(latex: str, color: str) -> str | None:
    ziamath = _library()
    if ziamath is None:
        return None
    try:
        return str(ziamath.Latex(latex, size=SIZE, color=color).svg())
    except Exception as fault:
        log.info("%r cannot be typeset: %s", latex, fault)
        return None


@cache
def _library() -> Any:
    try:
        from importlib import import_module

        return import_module("ziamath")
    except ImportError:
        log.warning("formulas are not typeset: the package `ziamath` is missing (pip install 'shapecheck-lsp[typeset]')")
        return None
