"""Whether a document means its `shape:` comments for us: many say `shape:` in prose."""

from __future__ import annotations

from collections.abc import Iterable

from shapecheck.engine.block import names_in
from shapecheck.engine.result import Result
from shapecheck.syntax.tree import Assertion, Assigned, Bare, Broken, Declaration, Fact, Relation, ShapeLiteral, Statement


def is_ours(results: Iterable[Result]) -> bool:
    """Whether at least one indented block consists, for the greater part, of statements."""
    return any(result.block.kind == "block" and _speaks(result) for result in results)


def is_whole(result: Result) -> bool:
    """Whether a comment of one line is of the language by itself: no word of prose in it."""
    known = _known(result)
    if any(found.rule == "syntax-error" for found in result.diagnostics):
        return False
    return all(not isinstance(checked.statement, Broken | Bare) or _is_bare(checked.statement, known) for checked in result.statements)


def _speaks(result: Result) -> bool:
    known = _known(result)
    found = [checked.statement for checked in result.statements]
    good = sum(
        isinstance(item, Relation | Assertion | Fact) or (isinstance(item, Declaration) and item.shape is not None) or _is_bare(item, known)
        for item in found
    )
    return good > 0 and 2 * good >= len(found)


def _known(result: Result) -> frozenset[str]:
    """The names that something was said of."""
    return frozenset(result.elaborated.scope.bindings) - {binding.name for binding in result.elaborated.inferred}


def _is_bare(statement: Statement, known: frozenset[str]) -> bool:
    """A shape alone, or a formula of which some name is known: prose speaks of no declared names."""
    if not isinstance(statement, Bare):
        return isinstance(statement, Assigned)
    return isinstance(statement.expression, ShapeLiteral) or any(name.key in known for name in names_in(statement.expression))
