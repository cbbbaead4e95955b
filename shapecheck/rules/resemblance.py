"""Names that resemble a name: what a typing slip may have meant."""

from __future__ import annotations

from collections.abc import Iterable

from shapecheck.core.diagnostic import Fix
from shapecheck.core.span import Edit, Span
from shapecheck.elaborate.sheet import Elaborated
from shapecheck.rules import prose
from shapecheck.rules.context import Context


def close(name: str, known: Iterable[str], most: int = 2) -> list[str]:
    """The known names nearest to this one; those that differ in case only come first."""
    from difflib import get_close_matches

    names = [other for other in dict.fromkeys(known) if other != name]
    same = [other for other in names if other.lower() == name.lower()]
    rest = get_close_matches(name, [other for other in names if other not in same], n=most, cutoff=0.6 if len(name) > 2 else 0.8)
    return [*same, *rest][:most]


def meant(name: str, span: Span, known: Iterable[str]) -> tuple[Fix, ...]:
    """One fix for each near name."""
    return tuple(Fix(f"did you mean {prose.quote(other)}?", (Edit(span, other),)) for other in close(name, known))


def fitting(fixes: Iterable[Fix], context: Context) -> tuple[Fix, ...]:
    """Those fixes with which the statement has no problem."""
    return tuple(fix for fix in fixes if _fits(context.attempt(fix.edits)))


def _fits(tried: Elaborated | None) -> bool:
    return tried is not None and not any(statement.problems for statement in tried.statements)
