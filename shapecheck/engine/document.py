"""A document's blocks in order, each with what it sees of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass
from shapecheck.core.settings import Settings
from shapecheck.core.span import Span
from shapecheck.elaborate.sheet import Binding
from shapecheck.engine.block import Block, defined_first, mentioned
from shapecheck.engine.chains import Chains
from shapecheck.engine.environment import Environment, Import, imported, source
from shapecheck.engine.exports import Evidence
from shapecheck.engine.later import Later, declared_in
from shapecheck.engine.memo import Memo
from shapecheck.engine.result import Result, check_block
from shapecheck.engine.sections import Section, sections
from shapecheck.hosts.annotation import Extract
from shapecheck.hosts.parts import Joined


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block's result where it stands in the document."""

    number: int
    start: int
    scope: int
    result: Result


def read(text: str, extract: Extract | Joined, settings: Settings, memo: Memo) -> tuple[PlacedBlock, ...]:
    """Every annotation, checked."""
    found = list(sections(text, extract, memo))
    later = Later(found, extract.parents, memo)
    chains = Chains(extract.parents, extract.objects, memo)
    placed: list[PlacedBlock] = []
    for section in found:
        results = _read_section(section, chains, later, settings, memo)
        for (block, start, scope), result in zip(section.cuts, results, strict=True):
            assert result.block is block
            placed.append(PlacedBlock(len(placed), start + section.offset, section.numbers[scope], result))
    return tuple(placed)


def _read_section(section: Section, chains: Chains, later: Later, settings: Settings, memo: Memo) -> Sequence[Result]:
    """The blocks of a section, which are known by what they see of the scopes around them; what those get to know of them is said again."""

    def compute() -> Sequence[Result]:
        return _check_section(section, chains, later, settings, memo)

    if section.part is None:
        return compute()
    environment = chains.environment(section.numbers[section.part.around.scopes])
    key = ("section", section.part, environment, later.said(section), settings.layout, settings.star)
    is_known = key in memo
    results = memo.get(key, compute)
    if is_known:
        for place, scope in section.heard:
            if scope in section.lasting:
                chains.add(section.numbers[scope], results[place])
            else:
                chains.add_of_object(section.numbers[scope], results[place])
    return results


def _check_section(section: Section, chains: Chains, later: Later, settings: Settings, memo: Memo) -> Sequence[Result]:
    results = list[Result]()
    for block, _, inner in section.cuts:
        scope = section.numbers[inner]
        environment = chains.environment(scope)
        names = memo.get(("names", block), lambda block=block: _unexplained(block, memo))  # type: ignore[misc]
        result = _check(block, environment, later.of(names, scope, environment), settings, memo)
        chains.add(scope, result)
        results.append(result)
    return tuple(results)


def _check(block: Block, environment: Environment, ahead: tuple[Binding, ...], settings: Settings, memo: Memo) -> Result:
    """First by identity of the environment, then by the content of what the block sees of it."""

    def by_content() -> Result:
        given: Import = imported(environment, block, {binding.name: binding for binding in ahead})
        key = (block, given.key, settings.layout, settings.star)
        return memo.get(key, lambda: check_block(block, given, settings))

    return memo.get((block, environment, ahead, settings.layout, settings.star), by_content)


def _unexplained(block: Block, memo: Memo) -> tuple[str, ...]:
    """The names that a block mentions and neither declares nor defines itself, before it uses them."""
    own = {binding.name for binding in declared_in(block, memo)} | defined_first(block)
    return tuple(name for name in mentioned(block).split() if name not in own)


def declared_at(blocks: Sequence[PlacedBlock], memo: Memo) -> dict[tuple[int, object], Span]:
    """Where each version of a name, and each formula that is read again, stands in the document, by scope of the host."""
    found: dict[tuple[int, object], Span] = {}
    for placed in blocks:
        result, scope, start = placed.result, placed.scope, placed.start
        for item, span in memo.get(("made", result), lambda result=result: _made(result)):  # type: ignore[misc]
            if (scope, item) not in found:
                found[scope, item] = span.shift(start)
    return found


def _made(result: Result) -> tuple[tuple[object, Span], ...]:
    """What a block makes itself, and where in it."""
    versions = result.elaborated.scope.versions.items()
    own = [(variable, binding.span) for variable, binding in versions if binding.span.start >= 0]
    return (*own, *((evidence, Span(0, 0)) for evidence in result.exports.evidence))


def place(
    span: Span, block: PlacedBlock, parents: Sequence[int | None], table: Callable[[], Mapping[tuple[int, object], Span]]
) -> Span | None:
    """Where a place of a block's result is in the document; None where it is not in it. `table` is that of `declared_at`."""
    if span.start >= 0:
        return span.shift(block.start)
    item, inside = source(span, block.result.sources)
    for scope in _outwards(block.scope, parents):
        found = table().get((scope, item))
        if found is not None:
            return inside.shift(found.start) if isinstance(item, Evidence) else found
    if not isinstance(item, Expression):
        return None
    return next((there for (_, other), there in table().items() if other is item), None)


def _outwards(scope: int | None, parents: Sequence[int | None]) -> Iterator[int]:
    while scope is not None:
        yield scope
        scope = parents[scope]
