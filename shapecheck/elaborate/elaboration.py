"""One annotation: declarations first, then every formula in order, undeclared names read so that as much as possible fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shapecheck.core.record import replace
from shapecheck.core.settings import Settings
from shapecheck.elaborate import bare_sums, cotangents, covariances, declarations, flows, primes, programmed, search
from shapecheck.elaborate.outcome import DOUBT, NOTHING, Outcome
from shapecheck.elaborate.relations import relation
from shapecheck.elaborate.resolution import Resolution
from shapecheck.elaborate.scope import Frame, Scope
from shapecheck.elaborate.sheet import Binding, Checked, Elaborated, Problem
from shapecheck.elaborate.walk import counts_from_zero, is_programmed, uses_at, uses_dots, walk
from shapecheck.syntax.tree import (
    Assertion,
    Assigned,
    Bare,
    Broken,
    Declaration,
    DimensionDeclaration,
    Fact,
    Name,
    Node,
    Relation,
    Statement,
)


def elaborate(
    statements: Sequence[Statement],
    scope: Scope,
    settings: Settings | None = None,
    *,
    targets: Sequence[Name] = (),
    evidence: Sequence[Statement] = (),
    budget: int = search.BUDGET,
) -> Elaborated:
    """What the statements come to in this scope.

    `targets` are the names that the code on the same line assigns; `evidence` are formulas from before with undeclared names,
    read first and again, since what follows may say more about these; `budget` bounds the search for other readings.
    """
    everything = (*evidence, *statements)
    frame = Frame(scope, star=(settings or Settings()).star)
    frame.manner = scope.manner.union(_manner(statements, everything))
    frame.nearby = frame.star == "auto" and "at" in frame.manner
    frame.marked = frame.star == "auto" and "numpy" in frame.manner
    declared = {place: _declare(statement, frame) for place, statement in enumerate(everything) if _declares(statement)}
    formulas = [statement for place, statement in enumerate(everything) if place not in declared]
    found = iter(programmed.read_all(formulas, frame, lambda statement: _formula(statement, frame, targets), budget))
    checked = [declared[place] if place in declared else next(found) for place in range(len(everything))]
    return _finish(checked[len(evidence) :], frame)


def _manner(own: Sequence[Statement], everything: Sequence[Statement]) -> Iterator[str]:
    """Signs and words by which the statements show how others are to be read."""
    if any(uses_at(side) for statement in own for side in search.sides(statement)):
        yield "at"
    if any(uses_dots(side) for statement in own for side in search.sides(statement)):
        yield "dots"
    if any(is_programmed(side) for statement in everything for side in search.sides(statement)):
        yield "numpy"
    if any(counts_from_zero(side) for statement in everything for side in search.sides(statement)):
        yield "zero"


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


def _formula(statement: Statement, frame: Frame, targets: Sequence[Name]) -> Checked:
    before, known = frame.scope, len(frame.inferred)
    problems, typed = len(frame.problems), len(frame.typed)
    expanded = _expanded(statement, frame)
    frame.begin(*search.sides(expanded))
    _silence(search.sides(expanded), frame)
    outcome = _outcome(expanded, frame, targets)
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
    """With derivatives of functions, `σ'(z)`, written out, and products with a covariance `Σ_k` told from sums."""

    def rank(key: str) -> int | None:
        binding = frame.lookup(key)
        return None if binding is None else frame.solver.resolve(binding.shape).rank

    def expand(node: Node) -> Node:
        return primes.expand(bare_sums.expand(covariances.expand(node, rank), rank), frame.knows, frame.defines)

    match statement:
        case Relation():
            sides = tuple(map(expand, statement.sides))
            return statement if sides == statement.sides else replace(statement, sides=sides)
        case Bare() | Assertion():
            return replace(statement, expression=expand(statement.expression))
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


def _outcome(statement: Statement, frame: Frame, targets: Sequence[Name]) -> Outcome:
    match statement:
        case Relation():
            return relation(statement, frame)
        case Assigned():
            return Outcome(bindings=declarations.assign(statement, frame))
        case Assertion():
            return flows.assertion(statement, frame, targets)
        case Bare():
            return flows.bare(statement, frame)
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
    frame.scope = replace(_with_inferred(frame.scope, frame, len(frame.inferred)), manner=frame.manner)
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
