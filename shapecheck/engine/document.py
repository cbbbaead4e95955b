"""A document's blocks in order, each with what it sees of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from shapecheck import elaborate
from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass, replace
from shapecheck.core.settings import Settings
from shapecheck.core.span import Span
from shapecheck.elaborate.scope import Scope
from shapecheck.elaborate.sheet import Binding
from shapecheck.engine.block import Block, cut, declares, mentioned, statements
from shapecheck.engine.environment import Environment, Import, imported, source
from shapecheck.engine.exports import NOWHERE, Evidence
from shapecheck.engine.memo import Memo
from shapecheck.engine.result import Result, check_block
from shapecheck.hosts.annotation import Extract
from shapecheck.syntax.tree import Declaration

ATTRIBUTES = ("self.", "this.")
EMPTY = Environment()


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block's result where it stands in the document."""

    number: int
    start: int
    scope: int
    result: Result


@dataclass(slots=True)
class _Chain:
    """What one scope of the host has exported so far, upon what its parent had."""

    base: Environment
    current: Environment
    results: list[Result]


def read(text: str, extract: Extract, settings: Settings, memo: Memo) -> tuple[PlacedBlock, ...]:
    """Every annotation, checked."""
    cuts = [cut(text, annotation, memo) for annotation in extract.annotations]
    scopes = [annotation.scope for annotation in extract.annotations]
    parents = [scope.parent for scope in extract.scopes]
    later = _declared([block for block, _ in cuts], scopes, parents, memo)
    chains: dict[int, _Chain] = {}
    attributes: dict[int, list[Result]] = {}
    placed = []
    for number, ((block, start), scope) in enumerate(zip(cuts, scopes, strict=True)):
        environment = _environment(scope, parents, chains, attributes, memo)
        names = memo.get(("names", block), lambda block=block: _unexplained(block, memo))  # type: ignore[misc]
        ahead = _ahead(names, number, scope, parents, environment, later)
        result = _check(block, environment, ahead, settings, memo)
        chain = chains[scope]
        chain.results.append(result)
        chain.current = _after(environment, result, memo)
        parent = parents[scope]
        if parent is not None and memo.get(("of object", result), lambda result=result: _says_of_object(result)):  # type: ignore[misc]
            attributes.setdefault(parent, []).append(result)
        placed.append(PlacedBlock(number, start, scope, result))
    return tuple(placed)


def _check(block: Block, environment: Environment, ahead: tuple[Binding, ...], settings: Settings, memo: Memo) -> Result:
    """First by identity of the environment, then by the content of what the block sees of it."""

    def by_content() -> Result:
        given: Import = imported(environment, block, {binding.name: binding for binding in ahead})
        key = (block, given.key, settings.layout, settings.star)
        return memo.get(key, lambda: check_block(block, given, settings))

    return memo.get((block, environment, ahead, settings.layout, settings.star), by_content)


def _after(environment: Environment, result: Result, memo: Memo) -> Environment:
    def by_exports() -> Environment:
        exported = result.exports
        return memo.get(("exports", environment, exported), lambda: environment.after(exported))

    return memo.get(("after", environment, result), by_exports)


def _unexplained(block: Block, memo: Memo) -> tuple[str, ...]:
    """The names that a block mentions and does not declare itself."""
    own = {binding.name for binding in _declared_in(block, memo)}
    return tuple(name for name in mentioned(block).split() if name not in own)


def _says_of_object(result: Result) -> bool:
    return any(binding.name.startswith(ATTRIBUTES) for binding in result.exports.versions)


def _environment(
    scope: int, parents: Sequence[int | None], chains: dict[int, _Chain], attributes: Mapping[int, list[Result]], memo: Memo
) -> Environment:
    """What is visible at this point in a scope of the host: its own names upon those of the scopes around it."""
    around = [scope]
    while (parent := parents[around[-1]]) is not None:
        around.append(parent)
    current = EMPTY
    for place in reversed(around):
        current = _within(place, current, parents[place] is None, chains, attributes, memo)
    return current


def _within(
    scope: int, base: Environment, is_outermost: bool, chains: dict[int, _Chain], attributes: Mapping[int, list[Result]], memo: Memo
) -> Environment:
    for result in attributes.get(scope, ()) if not is_outermost else ():
        base = memo.get(("attributes", base, result.exports), lambda base=base, result=result: _with_attributes(base, result))  # type: ignore[misc]
    chain = chains.get(scope)
    if chain is None or chain.base is not base:
        current = base if is_outermost else memo.get(("inner", base), base.inner)
        for result in chain.results if chain is not None else ():
            current = _after(current, result, memo)
        chain = chains[scope] = _Chain(base, current, chain.results if chain is not None else [])
    return chain.current


def _with_attributes(base: Environment, result: Result) -> Environment:
    """What one method says of the object is known to the others: shapes, not values."""
    own = tuple(
        replace(binding, kind="declared", value=None, parameters=())
        for binding in result.exports.versions
        if binding.name.startswith(ATTRIBUTES) and binding.name not in base.scope.bindings
    )
    return base.after(replace(result.exports, versions=own, failed=frozenset(), stated=(), derivatives=(), evidence=())) if own else base


@dataclass(frozen=True, slots=True)
class _Later:
    block: int
    scope: int
    binding: Binding


def _declared(blocks: Sequence[Block], scopes: Sequence[int], parents: Sequence[int | None], memo: Memo) -> dict[str, list[_Later]]:
    """Where each name is declared; names of an object count for the whole class."""
    found: dict[str, list[_Later]] = {}
    for number, (block, scope) in enumerate(zip(blocks, scopes, strict=True)):
        for binding in _declared_in(block, memo):
            parent = parents[scope]
            of_object = binding.name.startswith(ATTRIBUTES) and parent is not None
            found.setdefault(binding.name, []).append(_Later(number, parent if of_object and parent is not None else scope, binding))
    return found


def _declared_in(block: Block, memo: Memo) -> tuple[Binding, ...]:
    return memo.get(("declared", block), lambda: _declarations(block))


def _declarations(block: Block) -> tuple[Binding, ...]:
    """The names that a block declares, by itself."""
    own = [statement for statement in statements(block) if declares(statement)]
    if not any(isinstance(statement, Declaration) for statement in own):
        return ()
    elaborated = elaborate.elaborate(own, Scope())
    bindings: Iterable[Binding] = elaborated.scope.bindings.values()
    return tuple(replace(binding, span=NOWHERE) for binding in bindings if binding.kind == "declared")


def _ahead(
    names: Iterable[str],
    number: int,
    scope: int,
    parents: Sequence[int | None],
    environment: Environment,
    later: Mapping[str, list[_Later]],
) -> tuple[Binding, ...]:
    """Those of the names a block mentions that are declared only further down, in its scope or one around it."""
    found = []
    known = environment.scope.bindings
    for name in names:
        if name in later and name not in known:
            around: int | None = scope
            while around is not None:
                there = [item for item in later[name] if item.scope == around and item.block != number]
                if there:
                    found.append(there[0].binding)
                    break
                around = parents[around]
    return tuple(found)


def declared_at(blocks: Sequence[PlacedBlock]) -> dict[tuple[int, object], Span]:
    """Where each version of a name, and each formula that is read again, stands in the document, by scope of the host."""
    found: dict[tuple[int, object], Span] = {}
    for placed in blocks:
        for variable, binding in placed.result.elaborated.scope.versions.items():
            if binding.span.start >= 0:
                found.setdefault((placed.scope, variable), binding.span.shift(placed.start))
        for evidence in placed.result.exports.evidence:
            found.setdefault((placed.scope, evidence), Span(placed.start, placed.start))
    return found


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
