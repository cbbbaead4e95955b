"""A document's blocks in order, each with what it sees of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from shapecheck import elaborate
from shapecheck.core.expression import Expression, variable
from shapecheck.core.record import dataclass, replace
from shapecheck.core.settings import Settings
from shapecheck.core.span import Span
from shapecheck.elaborate.scope import Scope
from shapecheck.elaborate.sheet import Binding
from shapecheck.engine.block import Block, cut, declares, mentioned, statements
from shapecheck.engine.environment import Environment, Import, imported, source
from shapecheck.engine.exports import NO_EXPORTS, NOWHERE, Evidence
from shapecheck.engine.memo import Memo
from shapecheck.engine.result import Result, check_block
from shapecheck.hosts.annotation import Extract
from shapecheck.hosts.parts import Joined, Part
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


def read(text: str, extract: Extract | Joined, settings: Settings, memo: Memo) -> tuple[PlacedBlock, ...]:
    """Every annotation, checked."""
    sections = list(_sections(text, extract, memo))
    later = _Later(sections, extract.parents, memo)
    file = _Chain(EMPTY, EMPTY, [])
    placed: list[PlacedBlock] = []
    for section in sections:
        results = _read_section(section, file, len(placed), later, settings, memo)
        for (block, start, scope), result in zip(section.cuts, results, strict=True):
            assert result.block is block
            placed.append(PlacedBlock(len(placed), start + section.offset, scope + section.before if scope else 0, result))
    return tuple(placed)


def _read_section(section: _Section, file: _Chain, number: int, later: _Later, settings: Settings, memo: Memo) -> Sequence[Result]:
    """The blocks of a section; one that says nothing about the file's own scope is known by what it sees of that."""

    def compute() -> Sequence[Result]:
        return _check_section(section, file, number, later, settings, memo)

    if section.is_outermost or section.part is None:
        return compute()
    return memo.get(("section", section.part, file.current, later.of_file, settings.layout, settings.star), compute)


def _check_section(section: _Section, file: _Chain, number: int, later: _Later, settings: Settings, memo: Memo) -> Sequence[Result]:
    chains, attributes = {0: file}, dict[int, list[Result]]()
    parents, results = section.parents, list[Result]()
    for place, (block, _, scope) in enumerate(section.cuts, number):
        environment = _environment(scope, section, chains, attributes, memo)
        names = memo.get(("names", block), lambda block=block: _unexplained(block, memo))  # type: ignore[misc]
        ahead = later.of(names, place, scope + section.before if scope else 0, environment)
        result = _check(block, environment, ahead, settings, memo)
        chain = chains[scope]
        chain.results.append(result)
        chain.current = _after(environment, result, memo)
        parent = parents[scope]
        if parent is not None and memo.get(("of object", result), lambda result=result: _says_of_object(result)):  # type: ignore[misc]
            attributes.setdefault(parent, []).append(result)
        results.append(result)
    return tuple(results)


Cut = tuple[Block, int, int]
"""A block, where it begins, and its scope of the host."""


@dataclass(frozen=True, slots=True, eq=False)
class _Section:
    """A part of the document, with scopes numbered from its own; `parents` are those of its scopes, 0 being the file's."""

    part: Part | None
    offset: int
    before: int
    cuts: Sequence[Cut]
    parents: Sequence[int | None]
    objects: Mapping[int, str]  # of those of its scopes that are classes, what stands before their names in their functions
    is_outermost: bool  # says something in the file's own scope


def _sections(text: str, extract: Extract | Joined, memo: Memo) -> Iterator[_Section]:
    if isinstance(extract, Extract):
        yield _Section(None, 0, 0, _cut_all(text, extract, memo), extract.parents, _objects(extract), True)
        return
    for part, offset, before in extract.parts:
        if part.extract.annotations:
            own: _Section = memo.get(("cuts", part), lambda part=part: _cut_part(part, memo))  # type: ignore[misc]
            yield _Section(part, offset, before, own.cuts, own.parents, own.objects, own.is_outermost)


def _cut_part(part: Part, memo: Memo) -> _Section:
    cuts = _cut_all(part.text, part.extract, memo)
    return _Section(part, 0, 0, cuts, part.extract.parents, _objects(part.extract), any(not scope for _, _, scope in cuts))


def _objects(extract: Extract) -> dict[int, str]:
    return {number: scope.object for number, scope in enumerate(extract.scopes) if scope.object}


def _cut_all(text: str, extract: Extract, memo: Memo) -> list[Cut]:
    return [(*cut(text, annotation, memo), annotation.scope) for annotation in extract.annotations]


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
    scope: int, section: _Section, chains: dict[int, _Chain], attributes: Mapping[int, list[Result]], memo: Memo
) -> Environment:
    """What is visible at this point in a scope of the host: its own names upon those of the scopes around it."""
    around, parents = [scope], section.parents
    while (parent := parents[around[-1]]) is not None:
        around.append(parent)
    current = EMPTY
    for place in reversed(around):
        current = _within(place, current, parents[place] is None, chains, attributes, memo)
        before = section.objects.get(place)
        if before and place != scope:
            current = memo.get(("fields", current, before), lambda base=current, before=before: _with_fields(base, before))  # type: ignore[misc]
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
        if binding.name.startswith(ATTRIBUTES) and binding.name not in base.bindings
    )
    return base.after(replace(result.exports, versions=own, failed=frozenset(), stated=(), derivatives=(), evidence=())) if own else base


def _with_fields(base: Environment, before: str) -> Environment:
    """What a class declares, its functions call with a word before it: `self.F` is `F`."""
    fields = tuple(
        replace(binding, name=before + name, version=0, variable=variable(before + name, binding.shape), kind="declared", value=None)
        for name, binding in base.bindings.items()
        if binding.kind == "declared" and not base.is_outer(name) and not name.startswith(ATTRIBUTES) and before + name not in base.bindings
    )
    return base.after(replace(NO_EXPORTS, versions=fields, facts=base.facts)) if fields else base


class _Later:
    """Where names are declared: what a block mentions may be declared only further down. Names of an object count for its class."""

    def __init__(self, sections: Sequence[_Section], parents: Sequence[int | None], memo: Memo) -> None:
        self._sections, self._parents, self._memo = sections, parents, memo
        self._own: dict[int, list[tuple[int, Block]]] = {}
        self._inner: dict[int, list[tuple[int, Block]]] = {}
        self._tables: dict[int, dict[str, list[tuple[int, Binding]]]] = {}
        outermost = [section for section in sections if section.is_outermost]
        blocks = tuple(block for section in outermost for block, _, scope in section.cuts if not scope)
        self.of_file: object = memo.get(("of file", blocks), object)
        """One object for one list of blocks in the file's own scope."""

    def _gather(self) -> None:
        number = 0
        for section in self._sections:
            for block, _, inner in section.cuts:
                scope = inner + section.before if inner else 0
                self._own.setdefault(scope, []).append((number, block))
                parent = self._parents[scope]
                key = ("declares of object", block)
                if parent is not None and self._memo.get(key, lambda block=block: _declares_of_object(block, self._memo)):  # type: ignore[misc]
                    self._inner.setdefault(parent, []).append((number, block))
                number += 1

    def of(self, names: Iterable[str], number: int, scope: int, environment: Environment) -> tuple[Binding, ...]:
        """Those of the names that block `number` mentions that are declared only further down, in its scope or one around it."""
        known = environment.bindings
        wanted = [name for name in names if name not in known]
        if not wanted:
            return ()
        if not self._own:
            self._gather()
        is_alone = len(self._own[scope]) == 1 and scope not in self._inner
        first = self._parents[scope] if is_alone else scope
        found = [self._first(name, number, first) for name in wanted]
        return tuple(binding for binding in found if binding is not None)

    def _first(self, name: str, number: int, scope: int | None) -> Binding | None:
        while scope is not None:
            for block, binding in self._table(scope).get(name, ()):
                if block != number:
                    return binding
            scope = self._parents[scope]
        return None

    def _table(self, scope: int) -> Mapping[str, Sequence[tuple[int, Binding]]]:
        """What is declared for a scope, by name."""
        if scope not in self._tables:
            table: dict[str, list[tuple[int, Binding]]] = {}
            is_inner = self._parents[scope] is not None
            both = [(*one, False) for one in self._own.get(scope, ())] + [(*one, True) for one in self._inner.get(scope, ())]
            for number, block, of_object in sorted(both, key=lambda one: one[0]):
                for binding in _declared_in(block, self._memo):
                    is_attribute = binding.name.startswith(ATTRIBUTES)
                    if is_attribute if of_object else not (is_attribute and is_inner):
                        table.setdefault(binding.name, []).append((number, binding))
            self._tables[scope] = table
        return self._tables[scope]


def _declares_of_object(block: Block, memo: Memo) -> bool:
    return any(binding.name.startswith(ATTRIBUTES) for binding in _declared_in(block, memo))


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


def declared_at(blocks: Sequence[PlacedBlock]) -> dict[tuple[int, object], Span]:
    """Where each version of a name, and each formula that is read again, stands in the document, by scope of the host."""
    found: dict[tuple[int, object], Span] = {}
    for placed in blocks:
        for version, binding in placed.result.elaborated.scope.versions.items():
            if binding.span.start >= 0:
                found.setdefault((placed.scope, version), binding.span.shift(placed.start))
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
