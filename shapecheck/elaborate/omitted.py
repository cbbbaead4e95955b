"""Uses of a variable that a line of a backward pass leaves out, though the loss must depend on them.

For `u = E x`, `v = F x`, `y = u ⊙ v`, the line `dx = F' dv` forgets `u`: wherever `dv` comes from, it came through `y`, and
`y` depends on `x` by `u` as well. Where a cotangent may come from elsewhere, nothing is said to be left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from unicodedata import normalize

from shapecheck.core.expression import Expression, variable
from shapecheck.elaborate import dependence
from shapecheck.elaborate.scope import Scope
from shapecheck.elaborate.sheet import BackpropClaim

MOST_NAMES = 80
Uses = Mapping[Expression, tuple[Expression, ...]]


def omitted(claim: BackpropClaim, scope: Scope) -> tuple[tuple[Expression, Expression], ...]:
    """The cotangents that are missing on the right side, each with the name it belongs to."""
    uses = _uses(scope)
    if len(uses) > MOST_NAMES:
        return ()
    given = frozenset(name for _, name in claim.cotangents)
    certain = frozenset(later for name in given for later in _unavoidable(name, uses))
    found = [use for use in uses.get(claim.of, ()) if use not in given and not certain.isdisjoint(_reached([use], uses, given))]
    return tuple((_mark(claim, name), name) for name in found)


def _uses(scope: Scope) -> Uses:
    """Which names are defined from a name, those left out that are made of cotangents."""
    cotangents = {item for item, binding in scope.versions.items() if binding.kind == "differential"}
    definitions = scope.definitions()
    uses: dict[Expression, tuple[Expression, ...]] = {}
    for name, value in definitions.items():
        if cotangents.isdisjoint(dependence.ancestors(value, definitions)):
            for item in dependence.variables(value):
                uses[item] = (*uses.get(item, ()), name)
    return uses


def _reached(start: Iterable[Expression], uses: Uses, avoided: frozenset[Expression]) -> frozenset[Expression]:
    """These names and all that are made of them, by ways that avoid some."""
    found: set[Expression] = set()
    waiting = [name for name in start if name not in avoided]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [use for use in uses.get(name, ()) if use not in avoided]
    return frozenset(found)


def _unavoidable(name: Expression, uses: Uses) -> list[Expression]:
    """The names that every way from this one to a last name passes."""
    below = _reached([name], uses, frozenset()) - {name}
    last = {item for item in below if not uses.get(item)}
    return [item for item in below if last.isdisjoint(_reached([name], uses, frozenset({item})) - {item})]


def _mark(claim: BackpropClaim, name: Expression) -> Expression:
    """The cotangent of a name, called as those of the claim are."""
    mark, known = claim.cotangents[0]
    typed, inside = normalize("NFD", str(mark.data[0])), str(known.data[0])
    key = normalize("NFC", typed.replace(inside, str(name.data[0]), 1)) if inside in typed else f"d{name.data[0]}"
    return variable(key, name.shape, int(name.data[1]))
