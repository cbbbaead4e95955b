"""What a block hands on to later blocks, without places: an edit that leaves this equal leaves them as they are."""

from __future__ import annotations

from shapecheck.core.expression import Expression
from shapecheck.core.facts import Facts
from shapecheck.core.record import dataclass, field, replace
from shapecheck.core.span import Span
from shapecheck.elaborate import dependence
from shapecheck.elaborate.scope import Scope
from shapecheck.elaborate.sheet import Binding, Checked, Elaborated
from shapecheck.engine.block import Block, is_formula, names_in
from shapecheck.syntax.tree import Statement

NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A formula with undeclared names: read again with what later formulas say of them."""

    mentions: str
    statement: Statement


@dataclass(frozen=True, slots=True)
class Exports:
    versions: tuple[Binding, ...]  # new versions of names, in order; the last of a name is current
    failed: frozenset[str]
    dimensions: frozenset[str]
    stated: tuple[tuple[Expression, Expression], ...]
    derivatives: tuple[tuple[Expression, tuple[Expression, tuple[Expression, ...]]], ...]
    evidence: tuple[Evidence, ...]
    facts_key: tuple[object, ...]
    facts: Facts = field(compare=False)


NO_EXPORTS = Exports((), frozenset(), frozenset(), (), (), (), (), Facts())


def exports(block: Block, elaborated: Elaborated, before: Scope) -> Exports:
    scope: Scope = elaborated.scope
    soft = _soft(elaborated)
    new = [binding for variable, binding in scope.versions.items() if before.versions.get(variable) != binding]
    current = [binding for name, binding in scope.bindings.items() if before.bindings.get(name) != binding]
    kept = dict.fromkeys(binding for binding in (*new, *current) if binding.name not in soft and not _is_open(binding))
    variables = {binding.variable for binding in kept} | before.versions.keys()
    return Exports(
        versions=tuple(replace(binding, span=NOWHERE) for binding in kept),
        failed=scope.failed - before.failed,
        dimensions=scope.dimensions - before.dimensions,
        stated=tuple(pair for pair in scope.stated.items() if pair[0] not in before.stated and pair[0] in variables),
        derivatives=tuple(pair for pair in scope.derivatives.items() if pair[0] not in before.derivatives and not soft),
        evidence=_evidence(block, elaborated.statements, soft),
        facts_key=(tuple(scope.facts.values.items()), scope.facts.zeros),
        facts=scope.facts,
    )


def _soft(elaborated: Elaborated) -> frozenset[str]:
    """The undeclared names, and those defined with them."""
    variables = {binding.variable for binding in elaborated.inferred}
    if not variables:
        return frozenset()
    soft = {binding.name for binding in elaborated.inferred}
    for binding in elaborated.scope.versions.values():
        if binding.value is not None and not variables.isdisjoint(dependence.ancestors(binding.value, elaborated.definitions)):
            soft.add(binding.name)
    return frozenset(soft)


def _is_open(binding: Binding) -> bool:
    """Whether a size of it is still to be found."""
    return binding.variable.open or (binding.value is not None and binding.value.open) or any(dim.is_open for dim in binding.shape.dims)


def _evidence(block: Block, statements: tuple[Checked, ...], soft: frozenset[str]) -> tuple[Evidence, ...]:
    if not soft or block.kind == "trailing":
        return ()
    found = []
    for checked in statements:
        if is_formula(checked.statement) and not checked.problems:
            names = dict.fromkeys(name.key for name in names_in(checked.statement))
            if not soft.isdisjoint(names):
                found.append(Evidence(" ".join(names), checked.statement))
    return tuple(found)
