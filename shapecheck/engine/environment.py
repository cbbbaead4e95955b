"""What a block sees of the blocks before it, cut down to what it mentions, and how places in other blocks are told.

A block's result must not depend on where other blocks stand, so that it can be remembered: bindings from elsewhere
bear made-up places, negative ones, and `Import.sources` says what each stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from shapecheck.core.expression import Expression
from shapecheck.core.facts import Facts
from shapecheck.core.record import dataclass, field, fields, is_dataclass, replace
from shapecheck.core.regex import regex
from shapecheck.core.span import Span
from shapecheck.elaborate import dependence
from shapecheck.elaborate.scope import Scope
from shapecheck.elaborate.sheet import Binding
from shapecheck.engine.block import Block, mentioned
from shapecheck.engine.exports import Evidence, Exports
from shapecheck.engine.layered import Layered
from shapecheck.syntax.tree import Statement

V = TypeVar("V")
Derivative = tuple[Expression, tuple[Expression, ...]]

MOST_EVIDENCE = 40
REGION = 2**24
"""Each formula from elsewhere has its places in a region of its own, this far from the next."""

MOST_SCALARS = 200
"""Scalars from before among which a backward pass finds what it belongs to, the latest ones."""

DERIVING = regex(r"(?<!\S)d\S|[∂∇δ\u0304\u0305]|grad|bar")
"""What the names of derivatives, differentials and cotangents have about them."""

LONGEST_WORD = 40
FEW = 60


@dataclass(frozen=True, slots=True, eq=False)
class Environment:
    """All that is visible at one point of a document; compared by identity, one object for one content."""

    bindings: Layered[str, Binding] = field(default_factory=Layered)
    versions: Layered[Expression, Binding] = field(default_factory=Layered)
    scalars: Layered[str, bool] = field(default_factory=Layered)  # names that were ever bound to the formula of a number
    dimensions: Layered[str, bool] = field(default_factory=Layered)
    failed: Layered[str, bool] = field(default_factory=Layered)  # names whose definition did not fit: true as long as that is so
    stated: Layered[Expression, Expression] = field(default_factory=Layered)
    derivatives: Layered[Expression, Derivative] = field(default_factory=Layered)
    facts: Facts = field(default_factory=Facts)
    evidence: tuple[Evidence, ...] = ()
    begun: int = 0  # names bound before the innermost scope began come from those around it

    def inner(self) -> Environment:
        """What a scope inside this one begins with."""
        bindings = self.bindings.ground()
        return Environment(
            Layered(bindings),
            Layered(self.versions.ground()),
            Layered(self.scalars.ground()),
            Layered(self.dimensions.ground()),
            Layered(self.failed.ground()),
            Layered(self.stated.ground()),
            Layered(self.derivatives.ground()),
            self.facts,
            self.evidence,
            bindings.end,
        )

    def after(self, exports: Exports) -> Environment:
        new = exports.versions
        mended = [(binding.name, False) for binding in new if binding.name in self.failed]
        return Environment(
            bindings=self.bindings.grown((binding.name, binding) for binding in new),
            versions=self.versions.grown((binding.variable, binding) for binding in new),
            scalars=self.scalars.grown((binding.name, True) for binding in new if _is_scalar(binding) and binding.name not in self.scalars),
            dimensions=self.dimensions.grown((name, True) for name in sorted(exports.dimensions) if name not in self.dimensions),
            failed=self.failed.grown((*mended, *((name, True) for name in sorted(exports.failed)))),
            stated=self.stated.grown(exports.stated),
            derivatives=self.derivatives.grown(exports.derivatives),
            facts=exports.facts,
            evidence=(*self.evidence, *(item for item in exports.evidence if item not in self.evidence))[-4 * MOST_EVIDENCE :],
            begun=self.begun,
        )

    def is_outer(self, name: str) -> bool:
        return name in self.bindings and self.bindings.changed(name) < self.begun


def _is_scalar(binding: Binding) -> bool:
    return binding.value is not None and not binding.shape.rank


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
    names = _within(environment.bindings, text)
    if DERIVING.search(text):
        names.update(name for name in environment.scalars.latest(MOST_SCALARS) if _is_scalar(environment.bindings[name]))
    versions = _closure([environment.bindings[name] for name in names], environment.versions)
    later = {name: binding for name, binding in ahead.items() if name not in environment.bindings}
    versions |= {binding.variable: binding for binding in later.values()}
    ordered = list(versions.values())
    placed = {b.variable: replace(b, span=_code(place, len(ordered))) for place, b in enumerate(ordered)}
    bindings = {name: placed[environment.bindings[name].variable] for name in sorted(names, key=environment.bindings.place)}
    bindings |= {name: placed[binding.variable] for name, binding in later.items()}
    dimensions = frozenset(_within(environment.dimensions, text))
    scope = Scope(
        bindings,
        dimensions,
        environment.facts,
        outer=frozenset((*filter(environment.is_outer, names), *later)),
        failed=frozenset(name for name in _within(environment.failed, text) if environment.failed[name]),
        versions=placed,
        stated={key: environment.stated[key] for key in placed if key in environment.stated},
        derivatives={key: value for key, value in environment.derivatives.items() if str(key.data[0]) in text or key in placed},
    )
    shifted = tuple(shift(item.statement, -REGION * (len(evidence) - place)) for place, item in enumerate(evidence))
    key = (
        tuple(ordered),
        frozenset(bindings.items()),
        evidence,
        dimensions,
        tuple(environment.facts.values.items()),
        environment.facts.zeros,
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
    bound = len(sources)
    while bound and isinstance(sources[bound - 1], Evidence):
        bound -= 1
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


def _within(table: Layered[str, V], text: str) -> set[str]:
    """The names that are parts of a text, those inside its words too: `FPF` may be a product."""
    words = text.split()
    if len(table) <= FEW or any(len(word) > LONGEST_WORD for word in words):
        return {name for name in table if name in text}
    parts = {word[start:end] for word in words for start in range(len(word)) for end in range(start + 1, len(word) + 1)}
    return {part for part in parts if part in table}


def _closure(bindings: Iterable[Binding], versions: Layered[Expression, Binding]) -> dict[Expression, Binding]:
    """These bindings with everything that their values are made of, in the order of the document."""
    found: dict[Expression, Binding] = {}
    waiting = [binding.variable for binding in bindings]
    while waiting:
        variable = waiting.pop()
        binding = versions.get(variable)
        if binding is None or variable in found:
            continue
        found[variable] = binding
        waiting += binding.parameters
        if binding.value is not None:
            waiting += dependence.variables(binding.value)
    return {variable: found[variable] for variable in sorted(found, key=versions.place)}
