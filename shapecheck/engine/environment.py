"""What a block sees of the blocks before it, cut down to what it mentions, and how places in other blocks are told.

A block's result must not depend on where other blocks stand, so that it can be remembered: bindings from elsewhere
bear made-up places, negative ones, and `Import.sources` says what each stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass, field, fields, is_dataclass, replace
from shapecheck.core.span import Span
from shapecheck.elaborate import dependence
from shapecheck.elaborate.scope import Scope
from shapecheck.elaborate.sheet import Binding
from shapecheck.engine.block import Block, mentioned
from shapecheck.engine.exports import Evidence, Exports
from shapecheck.syntax.tree import Statement

MOST_EVIDENCE = 40
REGION = 2**24
"""Each formula from elsewhere has its places in a region of its own, this far from the next."""

DERIVING = ("d", "∂", "∇", "δ", "\u0304", "\u0305", "grad", "bar")


@dataclass(frozen=True, slots=True, eq=False)
class Environment:
    """All that is visible at one point of a document; compared by identity, one object for one content."""

    scope: Scope = field(default_factory=Scope)
    evidence: tuple[Evidence, ...] = ()

    def inner(self) -> Environment:
        return Environment(self.scope.inner(), self.evidence)

    def after(self, exports: Exports) -> Environment:
        scope = self.scope
        bindings, versions = dict(scope.bindings), dict(scope.versions)
        for binding in exports.versions:
            versions[binding.variable] = binding
            bindings[binding.name] = binding
        own = {binding.name for binding in exports.versions}
        scope = replace(
            scope,
            bindings=bindings,
            versions=versions,
            outer=scope.outer - own,
            failed=(scope.failed - own) | exports.failed,
            dimensions=scope.dimensions | exports.dimensions,
            stated={**scope.stated, **dict(exports.stated)},
            derivatives={**scope.derivatives, **dict(exports.derivatives)},
            facts=exports.facts,
        )
        return Environment(scope, (*self.evidence, *exports.evidence)[-4 * MOST_EVIDENCE :])


@dataclass(frozen=True, slots=True)
class Import:
    """What one block is given. `key` is equal where everything in it is."""

    scope: Scope = field(compare=False)
    evidence: tuple[Statement, ...] = field(compare=False)
    sources: tuple[Expression | Evidence, ...]
    key: tuple[object, ...]


def imported(environment: Environment, block: Block, ahead: Mapping[str, Binding]) -> Import:
    """The part of an environment that a block mentions; `ahead` are names that are declared further down."""
    text = mentioned(block)
    evidence = _relevant(environment.evidence, text)
    if evidence:
        text = " ".join((text, *(item.mentions for item in evidence)))
    full = environment.scope
    names = {name for name in full.bindings if name in text}
    if any(sign in text for sign in DERIVING):
        names |= {name for name, binding in full.bindings.items() if binding.value is not None and not binding.shape.rank}
    versions = _closure((full.bindings[name] for name in names), full)
    versions |= {b.variable: b for name, b in ahead.items() if name not in full.bindings}
    ordered = list(versions.values())
    placed = {b.variable: replace(b, span=_code(place, len(ordered))) for place, b in enumerate(ordered)}
    bindings = {
        name: placed[full.bindings[name].variable] for name in full.bindings if full.bindings[name].variable in placed and name in names
    }
    bindings |= {name: placed[b.variable] for name, b in ahead.items() if name not in full.bindings}
    dimensions = frozenset(name for name in full.dimensions if name in text)
    scope = Scope(
        bindings,
        dimensions,
        full.facts,
        outer=full.outer & names | (ahead.keys() - full.bindings.keys()),
        failed=frozenset(name for name in full.failed if name in text),
        versions=placed,
        stated={key: value for key, value in full.stated.items() if key in placed},
        derivatives={key: value for key, value in full.derivatives.items() if str(key.data[0]) in text or key in placed},
    )
    shifted = tuple(shift(item.statement, -REGION * (len(evidence) - place)) for place, item in enumerate(evidence))
    key = (
        tuple(ordered),
        frozenset(bindings.items()),
        evidence,
        dimensions,
        tuple(full.facts.values.items()),
        full.facts.zeros,
        scope.outer,
        scope.failed,
        tuple(scope.stated.items()),
        tuple(scope.derivatives.items()),
    )
    return Import(scope, shifted, (*ordered_variables(ordered), *evidence), key)


def ordered_variables(bindings: Iterable[Binding]) -> tuple[Expression, ...]:
    return tuple(binding.variable for binding in bindings)


def source(span: Span, sources: tuple[Expression | Evidence, ...]) -> tuple[Expression | Evidence, Span]:
    """What a negative place stands for, and where in it."""
    evidence = sum(isinstance(item, Evidence) for item in sources)
    bound = len(sources) - evidence
    if span.start >= -2 * bound:
        return sources[bound + span.start // 2], Span(0, 0)
    region = (-span.start + REGION - 1) // REGION
    return sources[len(sources) - region], span.shift(REGION * region)


def shift(value: Any, offset: int) -> Any:
    """A tree with every place moved."""
    if isinstance(value, Span):
        return value.shift(offset)
    if isinstance(value, tuple):
        return tuple(shift(item, offset) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{part.name: shift(getattr(value, part.name), offset) for part in fields(value)})
    return value


def _code(place: int, count: int) -> Span:
    return Span(2 * (place - count), 2 * (place - count) + 1)


def _relevant(evidence: tuple[Evidence, ...], text: str) -> tuple[Evidence, ...]:
    """The formulas that share names with a text, directly or through others, the latest ones."""
    if not evidence:
        return ()
    words, chosen = set(text.split()), set[int]()
    for _ in range(len(evidence)):
        added = [place for place, item in enumerate(evidence) if place not in chosen and not words.isdisjoint(item.mentions.split())]
        if not added:
            break
        chosen.update(added)
        words.update(*(evidence[place].mentions.split() for place in added))
    return tuple(evidence[place] for place in sorted(chosen)[-MOST_EVIDENCE:])


def _closure(bindings: Iterable[Binding], scope: Scope) -> dict[Expression, Binding]:
    """These bindings with everything that their values are made of, in the scope's order."""
    found: set[Expression] = set()
    waiting = [binding.variable for binding in bindings]
    while waiting:
        variable = waiting.pop()
        binding = scope.versions.get(variable)
        if binding is None or variable in found:
            continue
        found.add(variable)
        waiting += binding.parameters
        if binding.value is not None:
            waiting += dependence.variables(binding.value)
    return {variable: binding for variable, binding in scope.versions.items() if variable in found}
