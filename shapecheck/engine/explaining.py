"""Derivations of derivatives as text, and the remarks that hover shows beside one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.core.expression import Expression
from shapecheck.core.settings import Settings
from shapecheck.elaborate.sheet import Elaborated

if TYPE_CHECKING:
    from shapecheck.calculus import Context
    from shapecheck.explain import Explanation

FORMS = ("ascii", "unicode", "latex", "markdown")


def explanation(
    sheet: Elaborated,
    of: Expression,
    wrt: Sequence[Expression],
    style: str = "both",
    form: str = "markdown",
    settings: Settings | None = None,
) -> str:
    """How the derivative of `of` by `wrt` comes about, every step checked by value.

    `style` is "differential", "components" or "both", `form` "ascii", "unicode", "latex" or "markdown". Raises
    ValueError for another one, and `calculus.CannotDerive` where there is no derivative.
    """
    from shapecheck.explain import writing

    if form not in FORMS:
        raise ValueError(f"no form {form!r}; there are {', '.join(FORMS)}")
    found = explained(sheet, of, wrt, style, settings)
    return writing.markdown(found) if form == "markdown" else writing.plain(found, form)


def explanation_data(
    sheet: Elaborated, of: Expression, wrt: Sequence[Expression], style: str = "both", to: str = "ascii"
) -> dict[str, Any]:
    """The same as plain values."""
    from shapecheck.explain import writing

    return writing.data(explained(sheet, of, wrt, style), to)


def explained(
    sheet: Elaborated, of: Expression, wrt: Sequence[Expression], style: str = "both", settings: Settings | None = None
) -> Explanation:
    from shapecheck.explain import explain
    from shapecheck.explain.deriving import STYLES

    styles = STYLES if style == "both" else (style,)
    return explain(of, wrt, _context(sheet, settings), styles, taken=sheet.scope.bindings)


def remarks(
    sheet: Elaborated, of: Expression, wrt: Sequence[Expression], settings: Settings | None = None, *, to: str = "ascii"
) -> tuple[str, ...]:
    """What is worth knowing beside a derivative: one-hot vectors, kinks, answers that fit and are wrong."""
    from shapecheck import explain

    return explain.remarks(of, wrt, _context(sheet, settings), to=to)


def brief(sheet: Elaborated, of: Expression, wrt: Sequence[Expression], kinks: Sequence[str], settings: Settings) -> tuple[str, ...]:
    """The same without what is said of wrong answers; `kinks` are those of the derivative."""
    from shapecheck import explain

    return explain.brief(of, wrt, _context(sheet, settings), kinks)


def _context(sheet: Elaborated, settings: Settings | None) -> Context:
    from shapecheck import calculus

    return calculus.Context(sheet.definitions, sheet.properties, sheet.facts, (settings or Settings()).layout, sheet.numbered)
