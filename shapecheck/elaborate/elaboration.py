"""One annotation: declarations first, then every formula in order, undeclared names read so that as much as possible fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shapecheck.core.settings import Settings
from shapecheck.elaborate import cotangents, declarations, flows, primes, ranks
from shapecheck.elaborate.outcome import DOUBT, NOTHING, Outcome
from shapecheck.elaborate.relations import relation
from shapecheck.elaborate.resolution import Resolution
from shapecheck.elaborate.scope import Frame, Mark, Scope
from shapecheck.elaborate.sheet import Binding, Checked, Elaborated, Problem
from shapecheck.elaborate.walk import uses_at, walk
from shapecheck.syntax.tree import Assertion, Bare, Broken, Declaration, DimensionDeclaration, Fact, Name, Node, Relation, Statement

HINTS = frozenset({"ambiguous-name", "ambiguous-product"})
"""Rules whose problems say how something was read, not that it does not fit."""

BUDGET = 1500
"""Statements that may be read again, over all the readings tried for one annotation."""


def elaborate(
    statements: Sequence[Statement],
    scope: Scope,
    settings: Settings | None = None,
    *,
    target: Name | None = None,
    evidence: Sequence[Statement] = (),
) -> Elaborated:
    """What the statements come to in this scope.

    `target` is the name that the code on the same line assigns; `evidence` are formulas from before with undeclared names,
    read first and again, since what follows may say more about these.
    """
    frame = Frame(scope, star=(settings or Settings()).star)
    frame.nearby = frame.star == "auto" and any(uses_at(side) for statement in statements for side in _sides(statement))
    everything = (*evidence, *statements)
    declared = {place: _declare(statement, frame) for place, statement in enumerate(everything) if _declares(statement)}
    checked = _best(everything, declared, frame, target)
    return _finish(checked[len(evidence) :], frame)


@dataclass(slots=True)
class _Start:
    """Where a frame can be taken back to."""

    mark: Mark
    scope: Scope

    @staticmethod
    def of(frame: Frame) -> _Start:
        return _Start(frame.mark(), frame.scope)

    def restore(self, frame: Frame) -> None:
        frame.rollback(self.mark)
        frame.scope = self.scope
        frame.special.clear()


def _declares(statement: Statement) -> bool:
    return isinstance(statement, Declaration | DimensionDeclaration | Fact)


def _declare(statement: Statement, frame: Frame) -> Checked:
    before = frame.scope
    problems, typed = len(frame.problems), len(frame.typed)
    bindings: tuple[Binding, ...] = ()
    match statement:
        case DimensionDeclaration():
            declarations.dimensions(statement, frame)
        case Fact():
            declarations.fact(statement, frame)
        case Declaration():
            bindings = declarations.declare(statement, frame)
    return Checked(statement, bindings, typed=tuple(frame.typed[typed:]), problems=tuple(frame.problems[problems:]), before=before)


def _best(statements: Sequence[Statement], declared: dict[int, Checked], frame: Frame, target: Name | None) -> list[Checked]:
    """The reading in which the first statement that fails by the conventions fits, if there is one; then so for the next."""
    start = _Start.of(frame)
    checked = _read(statements, declared, frame, target)
    budget = BUDGET
    failing = _failing(checked, declared, -1)
    while failing is not None and frame.inferred and budget > 0:
        chosen, used = _mended(statements, declared, frame, target, start, checked, failing)
        budget -= used
        start.restore(frame)
        frame.ranks = chosen
        checked = _read(statements, declared, frame, target)
        failing = _failing(checked, declared, failing)
    return checked


def _failing(checked: Sequence[Checked], declared: dict[int, Checked], behind: int) -> int | None:
    return next((place for place, item in enumerate(checked) if place > behind and _fails(item) and place not in declared), None)


def _fails(checked: Checked) -> bool:
    return any(problem.rule not in HINTS for problem in checked.problems)


def _mended(
    statements: Sequence[Statement],
    declared: dict[int, Checked],
    frame: Frame,
    target: Name | None,
    start: _Start,
    checked: Sequence[Checked],
    failing: int,
) -> tuple[dict[str, int], int]:
    """Ranks under which a failing statement fits and none before it newly fails, else those there were; and what it cost."""
    chosen, used = frame.ranks, 0
    current = {name: frame.inferred[name].shape.rank for name in _involved(failing, checked, frame)}
    for reading in ranks.readings(current):
        used += failing + 1
        if used > BUDGET:
            break
        start.restore(frame)
        frame.ranks = {**chosen, **reading}
        again = _read(statements[: failing + 1], declared, frame, target)
        if all(not _fails(now) or (_fails(was) and place != failing) for place, (now, was) in enumerate(zip(again, checked, strict=False))):
            return frame.ranks, used
    return chosen, used


def _involved(failing: int, checked: Sequence[Checked], frame: Frame) -> list[str]:
    """Undeclared names: those of the failing statement first, then those of the statements before it, the nearest first."""
    found: dict[str, None] = {}
    for item in reversed(checked[: failing + 1]):
        found |= dict.fromkeys(key for key in _names(item.statement) if key in frame.inferred)
    return list(found)


def _names(statement: Statement) -> list[str]:
    return [part.key for node in _sides(statement) for part in walk(node) if isinstance(part, Name)]


def _sides(statement: Statement) -> tuple[Node, ...]:
    match statement:
        case Relation():
            return statement.sides
        case Bare() | Assertion():
            return (statement.expression,)
        case _:
            return ()


def _read(statements: Sequence[Statement], declared: dict[int, Checked], frame: Frame, target: Name | None) -> list[Checked]:
    return [declared[place] if place in declared else _formula(item, frame, target) for place, item in enumerate(statements)]


def _formula(statement: Statement, frame: Frame, target: Name | None) -> Checked:
    before, known = frame.scope, len(frame.inferred)
    problems, typed = len(frame.problems), len(frame.typed)
    sides = _sides(statement)
    frame.begin(*sides)
    _silence(sides, frame)
    outcome = _outcome(_expanded(statement, frame), frame, target)
    frame.special.clear()
    return Checked(
        statement,
        outcome.bindings,
        outcome.claims,
        outcome.expressions,
        tuple(frame.typed[typed:]),
        tuple(frame.problems[problems:]),
        _with_inferred(before, frame, known) if len(frame.problems) > problems else None,
    )


def _expanded(statement: Statement, frame: Frame) -> Statement:
    """With derivatives of functions, `σ'(z)`, written out."""
    match statement:
        case Relation():
            sides = tuple(primes.expand(side, frame.knows) for side in statement.sides)
            return statement if sides == statement.sides else replace(statement, sides=sides)
        case Bare():
            return replace(statement, expression=primes.expand(statement.expression, frame.knows))
        case _:
            return statement


def _silence(sides: tuple[Node, ...], frame: Frame) -> None:
    """The differential or cotangent of a name whose definition failed is as little known as the name."""
    failed = frame.scope.failed
    if failed:
        for name in (part for side in sides for part in walk(side) if isinstance(part, Name)):
            read = None if frame.knows(name.key) else cotangents.read(name.key, lambda key: key in failed or frame.knows(key))
            if read is not None and read.variable in failed:
                frame.scope = frame.scope.fail(name.key)


def _with_inferred(scope: Scope, frame: Frame, count: int) -> Scope:
    """The scope with the first undeclared names bound, as far as they are known."""
    for binding in list(frame.inferred.values())[:count]:
        if binding.name not in scope.bindings:
            scope = scope.bind(binding)
    return scope


def _outcome(statement: Statement, frame: Frame, target: Name | None) -> Outcome:
    match statement:
        case Relation():
            return relation(statement, frame)
        case Assertion():
            return flows.assertion(statement, frame, target)
        case Bare():
            return flows.bare(statement, frame, target)
        case Broken():
            frame.problems.append(Problem("syntax-error", "", statement.at, facts={"message": statement.message}))
    return NOTHING


def _without_doubts(checked: Checked) -> Checked:
    """Doubts are for the choice between readings only."""
    if any(problem.rule == DOUBT for problem in checked.problems):
        return replace(checked, problems=tuple(problem for problem in checked.problems if problem.rule != DOUBT))
    return checked


def _finish(checked: list[Checked], frame: Frame) -> Elaborated:
    """Everything with the sizes that were found, and inferred names made part of the scope."""
    frame.scope = _with_inferred(frame.scope, frame, len(frame.inferred))
    resolution = Resolution(frame.solver)
    checked = [_without_doubts(item) for item in checked]
    scope = resolution.scope(frame.scope)
    return Elaborated(
        statements=tuple(map(resolution.checked, checked)),
        scope=scope,
        definitions=scope.definitions(),
        properties={variable: binding.properties for variable, binding in scope.versions.items() if binding.properties},
        facts=scope.facts,
        derivatives=dict(scope.derivatives),
        inferred=tuple(resolution.binding(binding) for binding in frame.inferred.values()),
    )
