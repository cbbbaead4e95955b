"""One order of factors and one numbering of indices for every product, however it was written.

Indices and factors are coloured, each by what it touches, until nothing more can be told apart
(Weisfeiler and Leman); ties are broken by setting one index apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shapecheck.core.term import Term

Factor = tuple[Term, tuple[int, ...]]
MAX_SPLITS = 24
MAX_KNOWN = 20_000


def is_symmetric(term: Term) -> bool:
    """Whether the term's two axes may be swapped, by a declared property or by the way it is made."""
    if term.order != 2 or term.dims[0] != term.dims[1]:
        return False
    if term.kind == "leaf":
        return term.name == "variable" and any(word in SYMMETRIC for word in term.data[2:])
    if term.kind in ("einsum", "add"):
        return _equals_its_transpose(term)
    if term.kind == "map":
        return all(is_symmetric(arg) for arg in term.args)
    return term.kind == "primitive" and term.name in {"inv", "pinv", "root"} and is_symmetric(term.args[0])


_even: dict[Term, bool] = {}


def _equals_its_transpose(term: Term) -> bool:
    """By normal form: A A' and S + S' come out as the same object when they are transposed."""
    if not term.args:
        return True
    found = _even.get(term)
    if found is None:
        from shapecheck.calculus.product import permuted  # late: products are put in order here

        if len(_even) > MAX_KNOWN:
            _even.clear()
        _even[term] = False
        found = _even[term] = permuted(term, (1, 0)) is term
    return found


SYMMETRIC = frozenset({"symmetric", "posdef", "diagonal"})


def order(factors: list[Factor], out: tuple[int, ...]) -> tuple[list[Factor], dict[int, int], int]:
    """The factors in canonical order, the canonical number of each index (out first, then by appearance), and a sign.

    The sign is that of the axes exchanged in permutation symbols.
    """
    symmetric = [(len(indices) == 2 and is_symmetric(term)) or _is_levi(term) for term, indices in factors]
    if len(factors) == 1 and not symmetric[0]:
        return factors, _number(factors, out), 1
    sign = 1
    colours = _colours(factors, out, symmetric)
    keyed = []
    for position, (term, indices) in enumerate(factors):
        shades = [colours[index] for index in indices]
        if symmetric[position]:
            places = sorted(range(len(shades)), key=shades.__getitem__)
            if _is_levi(term):
                sign *= _parity(places)
            indices, shades = tuple(indices[place] for place in places), [shades[place] for place in places]
        keyed.append((term.order_key, tuple(shades), position, (term, indices)))
    keyed.sort(key=lambda item: item[:3])
    ordered = [item[3] for item in keyed]
    return ordered, _number(ordered, out), sign


def _is_levi(term: Term) -> bool:
    return term.kind == "leaf" and term.name == "levi"


def _parity(places: list[int]) -> int:
    swaps = sum(1 for i, first in enumerate(places) for second in places[i + 1 :] if first > second)
    return -1 if swaps % 2 else 1


def _number(factors: list[Factor], out: tuple[int, ...]) -> dict[int, int]:
    numbers: dict[int, int] = {}
    for index in out:
        numbers.setdefault(index, len(numbers))
    for _, indices in factors:
        for index in indices:
            numbers.setdefault(index, len(numbers))
    return numbers


def _colours(factors: list[Factor], out: tuple[int, ...], symmetric: list[bool]) -> dict[int, int]:
    first: dict[int, tuple[int, ...]] = {}
    for position, index in enumerate(out):
        first[index] = (*first.get(index, (0,)), position)
    for _, indices in factors:
        for index in indices:
            first.setdefault(index, (1,))
    colours = _ranked(first)
    for _ in range(MAX_SPLITS):
        colours = _refine(factors, symmetric, colours)
        if len(set(colours.values())) == len(colours):
            break
        classes: dict[int, list[int]] = {}
        for index, colour in colours.items():
            classes.setdefault(colour, []).append(index)
        colour, tied = min((colour, tied) for colour, tied in classes.items() if len(tied) > 1)
        colours = {index: 2 * shade + 1 for index, shade in colours.items()}
        colours[tied[0]] -= 1
    return colours


def _refine(factors: list[Factor], symmetric: list[bool], colours: dict[int, int]) -> dict[int, int]:
    count = len(set(colours.values()))
    while True:
        seen: dict[int, list[tuple[Any, ...]]] = {index: [] for index in colours}
        for (term, indices), even in zip(factors, symmetric, strict=True):
            shades = tuple([colours[index] for index in indices])
            if even:
                shades = tuple(sorted(shades))
            for axis, index in enumerate(indices):
                seen[index].append((term.order_key, shades, 0 if even else axis))
        for entries in seen.values():
            entries.sort()
        colours = _ranked({index: (colours[index], tuple(entries)) for index, entries in seen.items()})
        found = len(set(colours.values()))
        if found == count or found == len(colours):
            return colours
        count = found


def _ranked(signatures: Mapping[int, tuple[Any, ...]]) -> dict[int, int]:
    ranks = {signature: rank for rank, signature in enumerate(sorted(set(signatures.values())))}
    return {index: ranks[signature] for index, signature in signatures.items()}
