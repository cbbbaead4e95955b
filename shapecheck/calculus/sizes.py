"""Sizes for the names of dimensions: small, all different, and such that every declared fact holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

from shapecheck.calculus.context import CannotDerive
from shapecheck.core.dimension import Atom, Dimension, Floor, named
from shapecheck.core.facts import Facts

TRIES = 60


Sizes = Mapping[Any, int]
"""The size of each atom; for some `Dimension`s, small ones that stand in for large literal sizes."""


def size_of(dimension: Dimension, sizes: Sizes) -> int:
    """The size that a dimension has in an assignment."""
    if dimension.is_constant:
        return sizes.get(dimension) or dimension.constant or 0
    return dimension.evaluate(sizes)


def choose(dims: Iterable[Dimension], facts: Facts, random: Random, reach: int = 0) -> Mapping[Atom, int]:
    """A size for every atom in the dimensions: every dimension positive, if possible all different; some go past `reach`."""
    wanted = set(dims)
    different = {facts.normal(dimension) for dimension in wanted}
    free, solved = _atoms(wanted, facts)
    literal = {size for dimension in wanted if (size := dimension.constant) is not None}
    quotients = [atom for atom in free if isinstance(atom, Floor)]
    names = [atom for atom in free if not isinstance(atom, Floor)]
    best: dict[Atom, int] | None = None
    for attempt in range(TRIES):
        top = max(6, len(free) + 3, reach + 4) + attempt // 20
        pool = [size for size in range(2, top + len(literal) + 1) if size not in literal]
        random.shuffle(pool)
        chosen: dict[Atom, int] = dict(zip([*quotients, *names], pool, strict=False))
        if len(chosen) < len(free):
            continue
        sizes = _completed(chosen, solved, facts)
        if sizes is None or not _holds(sizes, wanted, facts):
            continue
        values = [dimension.evaluate(sizes) for dimension in different]
        if len(set(values)) == len(values):
            return sizes
        best = best or sizes
    if best is None:
        raise CannotDerive("no small sizes satisfy what is declared of the dimensions")
    return best


def _atoms(dims: set[Dimension], facts: Facts) -> tuple[list[Atom], dict[Atom, Dimension]]:
    """The atoms to choose, and those that follow from them."""
    found: set[Atom] = set()
    for dimension in dims:
        found |= dimension.atoms()
    for zero in facts.zeros:
        if not found.isdisjoint(zero.atoms()):
            found |= zero.atoms()
    solved: dict[Atom, Dimension] = {}
    waiting = list(found)
    while waiting:
        atom = waiting.pop()
        value = facts.values.get(atom)
        if value is not None and value.atom != atom and atom not in solved:
            solved[atom] = value
            fresh = value.atoms() - found
            found |= fresh
            waiting.extend(fresh)
    for atom in list(found):
        if isinstance(atom, Floor):
            whole = atom.numerator.atom
            if isinstance(whole, Floor) or whole is None or (whole in solved and atom not in solved[whole].atoms()):
                found.discard(atom)
            elif whole not in solved:
                solved[whole] = named(atom) * atom.denominator
    free = [atom for atom in found if atom not in solved]
    return sorted(free, key=lambda atom: (str(type(atom)), str(atom))), solved


def _completed(chosen: dict[Atom, int], solved: Mapping[Atom, Dimension], facts: Facts) -> dict[Atom, int] | None:
    sizes = dict(chosen)
    waiting = dict(solved)
    for _ in range(len(solved) + 1):
        for atom, value in list(waiting.items()):
            size = _evaluate(value, sizes)
            if size is not None:
                sizes[atom] = size
                del waiting[atom]
    if waiting:
        return None
    return {atom: size for atom, size in sizes.items() if not isinstance(atom, Floor)}


def _evaluate(dimension: Dimension, sizes: Mapping[Atom, int]) -> int | None:
    """As `Dimension.evaluate`, but with quotients that were chosen themselves."""
    total = 0
    for monomial, coefficient in dimension.terms:
        for atom, exponent in monomial:
            size = sizes.get(atom)
            if size is None and isinstance(atom, Floor):
                top, bottom = _evaluate(atom.numerator, sizes), _evaluate(atom.denominator, sizes)
                size = top // bottom if top is not None and bottom else None
            if size is None:
                return None
            coefficient *= size**exponent
        total += coefficient
    return total


def _holds(sizes: Mapping[Atom, int], dims: set[Dimension], facts: Facts) -> bool:
    try:
        if any(not 0 < dimension.evaluate(sizes) < 5000 for dimension in dims):
            return False
        known = [(atom, value) for atom, value in facts.values.items() if atom in sizes and value.atoms() <= set(sizes) | {atom}]
        if any(sizes[atom] != value.evaluate(sizes) for atom, value in known if not isinstance(atom, Floor)):
            return False
        return all(zero.evaluate(sizes) == 0 for zero in facts.zeros if _base(zero) <= set(sizes))
    except (KeyError, ZeroDivisionError):
        return False


def _base(dimension: Dimension) -> set[Atom]:
    return {atom for atom in dimension.atoms() if not isinstance(atom, Floor)}
