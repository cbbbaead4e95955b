"""What is visible at each point of each scope of the host: its own names upon those of the scopes around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shapecheck.core.expression import variable
from shapecheck.core.record import dataclass, replace
from shapecheck.engine.environment import Environment
from shapecheck.engine.exports import NO_EXPORTS
from shapecheck.engine.memo import Memo
from shapecheck.engine.result import Result

ATTRIBUTES = ("self.", "this.")
EMPTY = Environment()


@dataclass(slots=True)
class _Chain:
    """What a scope has exported so far, upon what the one around it had, with what its inner scopes said of the object."""

    around: Environment
    base: Environment
    current: Environment
    results: list[Result]
    of_object: list[Result]


class Chains:
    """Grows block by block, in the order of the document. Environments are one object for one content.

    `objects`: of those scopes that are classes, what stands before their names in their functions.
    """

    def __init__(self, parents: Sequence[int | None], objects: Mapping[int, str], memo: Memo) -> None:
        self._parents = parents
        self._objects = objects
        self._memo = memo
        self._chains: dict[int, _Chain] = {}

    def environment(self, scope: int) -> Environment:
        """What is visible now in a scope."""
        outwards = [scope]
        while (parent := self._parents[outwards[-1]]) is not None:
            outwards.append(parent)
        current = EMPTY
        for place in reversed(outwards):
            chain = self._chains.get(place)
            if chain is None:
                chain = self._chains[place] = _Chain(current, current, current, [], [])
                self._begin(place, chain, current)
            elif chain.around is not current:
                self._begin(place, chain, current)
            current = chain.current
            before = self._objects.get(place) if place != scope else None
            if before:
                current = self._memo.get(("fields", current, before), lambda base=current, before=before: _with_fields(base, before))  # type: ignore[misc]
        return current

    def add(self, scope: int, result: Result) -> None:
        """A block of the scope was read."""
        environment = self.environment(scope)
        chain = self._chains[scope]
        chain.results.append(result)
        chain.current = self._after(environment, result)
        self.add_of_object(scope, result)

    def add_of_object(self, scope: int, result: Result) -> None:
        """What one method says of the object is known to the others."""
        parent = self._parents[scope]
        if parent is None or not self._memo.get(("of object", result), lambda: _says_of_object(result)):
            return
        self.environment(parent)
        chain = self._chains[parent]
        chain.of_object.append(result)
        if parent:
            base = self._with_attributes(chain.base, result)
            if base is not chain.base:
                self._go_on(parent, chain, base)

    def _begin(self, scope: int, chain: _Chain, around: Environment) -> None:
        chain.around = base = around
        for result in chain.of_object if scope else ():
            base = self._with_attributes(base, result)
        self._go_on(scope, chain, base)

    def _go_on(self, scope: int, chain: _Chain, base: Environment) -> None:
        chain.base = base
        current = self._memo.get(("inner", base), base.inner) if scope else base
        for result in chain.results:
            current = self._after(current, result)
        chain.current = current

    def _after(self, environment: Environment, result: Result) -> Environment:
        def by_exports() -> Environment:
            exported = result.exports
            return self._memo.get(("exports", environment, exported), lambda: environment.after(exported))

        return self._memo.get(("after", environment, result), by_exports)

    def _with_attributes(self, base: Environment, result: Result) -> Environment:
        def by_exports() -> Environment:
            return self._memo.get(("attributes", base, result.exports), lambda: _with_attributes(base, result))

        return self._memo.get(("with", base, result), by_exports)


def _says_of_object(result: Result) -> bool:
    return any(binding.name.startswith(ATTRIBUTES) for binding in result.exports.versions)


def _with_attributes(base: Environment, result: Result) -> Environment:
    """Shapes, not values."""
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
