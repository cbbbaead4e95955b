"""What stands below a definition tells which mending of it is meant: the one with which its uses fit."""

from __future__ import annotations

from shapecheck.elaborate.sheet import Elaborated
from shapecheck.elaborate.walk import walk
from shapecheck.rules.context import Context
from shapecheck.syntax.tree import Assertion, Bare, Name, Relation, Statement

LOOKED_AT = 6
"""Statements below that are tried."""

_TOLD = frozenset({"shape-mismatch", "update-shape", "not-square", "gradient-shape", "shape-assertion"})


def contradicts(tried: Elaborated, context: Context) -> bool:
    """Whether a statement below that uses the name does not fit with the definition as it was tried."""
    from shapecheck import elaborate

    statement = context.statement
    if context.elaborated is None or not isinstance(statement, Relation) or not isinstance(statement.sides[0], Name):
        return False
    name, users = statement.sides[0].key, list[Statement]()
    places = [place for place, checked in enumerate(context.elaborated.statements) if checked.statement is statement]
    for checked in context.elaborated.statements[places[0] + 1 :] if places else ():
        below = checked.statement
        if isinstance(below, Relation) and isinstance(below.sides[0], Name) and below.sides[0].key == name:
            users += [below] if _uses(below, name) else []
            break
        if _uses(below, name) and not checked.problems and len(users) < LOOKED_AT:
            users.append(below)
    if not users:
        return False
    found = elaborate.elaborate(users, tried.scope, context.settings, budget=0)
    return any(problem.rule in _TOLD for checked in found.statements for problem in checked.problems)


def _uses(statement: Statement, name: str) -> bool:
    sides = statement.sides[1:] if isinstance(statement, Relation) else ()
    sides = (statement.expression,) if isinstance(statement, Bare | Assertion) else sides
    return any(isinstance(part, Name) and part.key == name for side in sides for part in walk(side))
