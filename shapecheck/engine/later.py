"""Where names are declared that a block mentions before that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from shapecheck import elaborate
from shapecheck.core.record import replace
from shapecheck.elaborate.scope import Scope
from shapecheck.elaborate.sheet import Binding
from shapecheck.engine.block import Block, declares, statements
from shapecheck.engine.chains import ATTRIBUTES
from shapecheck.engine.environment import Environment
from shapecheck.engine.exports import NOWHERE
from shapecheck.engine.memo import Memo
from shapecheck.engine.sections import Section
from shapecheck.syntax.tree import Declaration

Said = tuple[bool, tuple[Binding, ...], object]
"""Whether a block in an inner scope says it of the object; what it declares; one object for that."""


class Later:
    """Where names are declared: what a block mentions may be declared only further down. Names of an object count for its class."""

    def __init__(self, sections: Sequence[Section], parents: Sequence[int | None], memo: Memo) -> None:
        self._parents, self._memo = parents, memo
        self._said: dict[int, list[Said]] = {}
        for section in sections:
            numbers = section.numbers
            for scope, item in memo.get(("said", section.cuts), lambda section=section: _said(section, memo)):  # type: ignore[misc]
                self._said.setdefault(numbers[scope], []).append(item)
        self._tokens: dict[int, object] = {}

    def said(self, section: Section) -> tuple[object, ...]:
        """What is declared anywhere in the scopes that go on outside of a section: equal where that is."""
        return tuple([self._token(section.numbers[scope]) for scope in section.lasting])

    def of(self, names: Iterable[str], scope: int, environment: Environment) -> tuple[Binding, ...]:
        """Those of the names that a block mentions, and does not declare, that are declared only further down, there or around it."""
        known = environment.bindings
        found = [self._first(name, scope) for name in names if name not in known]
        return tuple(binding for binding in found if binding is not None)

    def _first(self, name: str, scope: int | None) -> Binding | None:
        while scope is not None:
            if scope in self._said and (binding := self._table(scope).get(name)) is not None:
                return binding
            scope = self._parents[scope]
        return None

    def _token(self, scope: int) -> object:
        """One object for what is declared for a scope."""
        if scope not in self._tokens:
            said = tuple([(of_object, token) for of_object, _, token in self._said.get(scope, ())])
            self._tokens[scope] = self._memo.get(("said of", said), object)
        return self._tokens[scope]

    def _table(self, scope: int) -> Mapping[str, Binding]:
        """What is declared for a scope, by name: the first one of each."""
        is_inner = self._parents[scope] is not None
        return self._memo.get(("table", is_inner, self._token(scope)), lambda: _table(self._said[scope], is_inner))


def _table(said: Iterable[Said], is_inner: bool) -> dict[str, Binding]:
    table: dict[str, Binding] = {}
    for of_object, declared, _ in said:
        for binding in declared:
            is_attribute = binding.name.startswith(ATTRIBUTES)
            if is_attribute if of_object else not (is_attribute and is_inner):
                table.setdefault(binding.name, binding)
    return table


def _said(section: Section, memo: Memo) -> list[tuple[int, Said]]:
    """What the blocks of a section declare, by scope."""
    found = list[tuple[int, Said]]()
    for block, _, scope in section.cuts:
        declared = declared_in(block, memo)
        if declared:
            token = memo.get(("token", declared), object)
            found.append((scope, (False, declared, token)))
            parent = section.parents[scope]
            if parent is not None and _declares_of_object(block, memo):
                found.append((parent, (True, declared, token)))
    return found


def _declares_of_object(block: Block, memo: Memo) -> bool:
    return any(binding.name.startswith(ATTRIBUTES) for binding in declared_in(block, memo))


def declared_in(block: Block, memo: Memo) -> tuple[Binding, ...]:
    return memo.get(("declared", block), lambda: _declarations(block))


def _declarations(block: Block) -> tuple[Binding, ...]:
    """The names that a block declares, by itself."""
    own = [statement for statement in statements(block) if declares(statement)]
    if not any(isinstance(statement, Declaration) for statement in own):
        return ()
    elaborated = elaborate.elaborate(own, Scope())
    bindings: Iterable[Binding] = elaborated.scope.bindings.values()
    return tuple(replace(binding, span=NOWHERE) for binding in bindings if binding.kind == "declared")
