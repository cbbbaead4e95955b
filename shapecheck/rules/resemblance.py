"""Names that resemble a name: what a typing slip may have meant."""

from __future__ import annotations

from collections.abc import Iterable

from shapecheck.core.diagnostic import Fix
from shapecheck.core.span import Edit, Span
from shapecheck.elaborate.sheet import Elaborated
from shapecheck.rules import prose
from shapecheck.rules.context import Context

SHORTEST = 4
"""Letters of a name that can be mistyped rather than another name."""


def close(name: str, known: Iterable[str], most: int = 2) -> list[str]:
    """The known names nearest to this one; those that differ in case only come first.

    A letter more or less is a slip in a word, but not in `m_t` beside `g_t`, nor in `β_2` beside `β_1`: stems of fewer letters than
    four, and names with the same stem, are different names.
    """
    from difflib import get_close_matches

    names = [other for other in dict.fromkeys(known) if other != name]
    same = [other for other in names if other.lower() == name.lower()]
    stem = _stem(name)
    others = [other for other in names if other not in same and _stem(other) != stem]
    rest = get_close_matches(name, others, n=most, cutoff=0.6) if len(stem) >= SHORTEST else []
    return [*same, *rest][:most]


def _stem(name: str) -> str:
    return name.partition("_")[0].rstrip("0123456789'")


def meant(name: str, span: Span, known: Iterable[str]) -> tuple[Fix, ...]:
    """One fix for each near name."""
    return tuple(Fix(f"did you mean {prose.quote(other)}?", (Edit(span, other),)) for other in close(name, known))


def fitting(fixes: Iterable[Fix], context: Context) -> tuple[Fix, ...]:
    """Those fixes with which the statement has no problem."""
    return tuple(fix for fix in fixes if _fits(context.attempt(fix.edits)))


def _fits(tried: Elaborated | None) -> bool:
    return tried is not None and not any(statement.problems for statement in tried.statements)
