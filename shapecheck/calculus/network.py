"""A product of factors under construction: indices are joined, and what cancels is taken out.

The rules here look at no more than two factors: paired axes (`flat`) against paired axes, blocks (`embed`) against
blocks, an orthogonal matrix against itself, an inverse against what it inverts, one-hot and unit vectors.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from shapecheck.calculus.canonical import Factor
from shapecheck.calculus.leaves import flat, made
from shapecheck.core.dimension import Dimension
from shapecheck.core.record import dataclass
from shapecheck.core.term import Number, Term


class Mismatch(ValueError):
    """Two axes of different dimensions were joined."""


@dataclass(slots=True)
class Network:
    """`coefficient` times `factors`, summed over `summed`, kept over `out`; an index in neither was summed to one already."""

    coefficient: Number
    factors: list[Factor]
    out: tuple[int, ...]
    dims: dict[int, Dimension]
    summed: set[int]

    def join(self, kept: int, gone: int) -> None:
        """Both indices become the first."""
        if kept == gone:
            return
        if self.dims[kept] != self.dims[gone]:
            raise Mismatch(f"axes of size {self.dims[kept]} and {self.dims[gone]} cannot be joined")
        self.factors = [(term, tuple(kept if i == gone else i for i in indices)) for term, indices in self.factors]
        self.out = tuple(kept if i == gone else i for i in self.out)
        if gone in self.summed:
            self.summed.discard(gone)
        else:
            self.summed.discard(kept)

    def uses(self, index: int) -> int:
        """How often an index stands in factors and result."""
        return sum(indices.count(index) for _, indices in self.factors) + self.out.count(index)

    def drop(self, *positions: int, consumed: tuple[int, ...] = ()) -> None:
        """Takes factors out; the sums over `consumed` went with them."""
        self.summed.difference_update(consumed)
        self.factors = [factor for position, factor in enumerate(self.factors) if position not in positions]


Rule = Callable[[Network], bool]
"""Changes the network in one place and says so; False where it does not apply."""


def simplify(network: Network) -> None:
    """Applies the rules until none does."""
    for _ in range(200):
        names = sorted({_family(term) for term, _ in network.factors} - {""})
        if not names or not network.coefficient or not any(rule(network) for family in names for rule in RULES[family]):
            return


def _family(term: Term) -> str:
    if term.kind == "leaf":
        if term.name == "variable":
            return next((word for word in ("orthogonal", "onehot", "unit") if word in term.data[2:]), "")
        return term.name if term.name in RULES else ""
    return term.name if term.kind == "primitive" and term.name in RULES else ""


def _named(network: Network, name: str) -> list[tuple[int, Term, tuple[int, ...]]]:
    return [(p, term, indices) for p, (term, indices) in enumerate(network.factors) if term.kind == "leaf" and term.name == name]


def _with(network: Network, word: str) -> list[tuple[int, Term, tuple[int, ...]]]:
    found = enumerate(network.factors)
    return [(p, t, indices) for p, (t, indices) in found if t.kind == "leaf" and t.name == "variable" and word in t.data[2:]]


def _flat(network: Network) -> bool:
    flats = _named(network, "flat")
    for place, term, (a, i, j) in flats:
        for other, second, (b, k, m) in flats:
            if other <= place or second is not term:
                continue
            if a == b:
                network.drop(other)
                network.join(i, k)
                network.join(j, m)
                return True
            if i == k and j == m:
                network.drop(other)
                network.join(a, b)
                return True
        if network.uses(a) == 1:
            network.drop(place, consumed=(a,))
            return True
        if network.uses(i) == 1 and network.uses(j) == 1:
            network.drop(place, consumed=(i, j))
            return True
    return False


def _nested(network: Network) -> bool:
    """Pairs of pairs lean to the right: ((i, j), k) becomes (i, (j, k))."""
    flats = _named(network, "flat")
    for place, _, (a, b, k) in flats:
        for other, _, (c, i, j) in flats:
            if c == b and other != place and network.uses(b) == 2:
                fresh = max(network.dims) + 1
                network.dims[fresh] = network.dims[j] * network.dims[k]
                network.summed.discard(b)
                network.summed.add(fresh)
                network.factors[place] = (flat(network.dims[i], network.dims[fresh]), (a, i, fresh))
                network.factors[other] = (flat(network.dims[j], network.dims[k]), (fresh, j, k))
                return True
    return False


def _embed(network: Network) -> bool:
    embeds = _named(network, "embed")
    for place, term, (a, i) in embeds:
        for other, second, (b, j) in embeds:
            if other <= place or (a != b and i != j):
                continue
            if a == b and second is not term:
                if _apart(term, second) or _apart(second, term):
                    network.coefficient = Fraction(0)
                    return False
                continue
            if second is term:
                network.drop(other)
                network.join(a, b)
                network.join(i, j)
                return True
        if network.uses(a) == 1:
            network.drop(place, consumed=(a,))
            return True
    return False


def _apart(first: Term, second: Term) -> bool:
    """Whether the first block ends before the second begins, for all sizes."""
    gap = second.data[0] - first.data[0] - first.dims[1]
    return all(coefficient > 0 for _, coefficient in gap.terms)


def _levi(network: Network) -> bool:
    """It changes its sign when two of its axes are swapped, so it vanishes over equal ones and over equal vectors."""
    for _, _, axes in _named(network, "levi"):
        vectors = [term for term, indices in network.factors for index in axes if indices == (index,) and network.uses(index) == 2]
        if len(set(axes)) < 3 or len(set(vectors)) < len(vectors):
            network.coefficient = Fraction(0)
    return False


def _basis(network: Network) -> bool:
    found = _named(network, "basis")
    for place, term, (i,) in found:
        for other, second, (j,) in found:
            if i == j and other > place and isinstance(term.data[0], int) and isinstance(second.data[0], int):
                if second is term:
                    network.drop(other)
                    return True
                network.coefficient = Fraction(0)
                return False
        if network.uses(i) == 1:
            network.drop(place, consumed=(i,))
            return True
    return False


def _orthogonal(network: Network) -> bool:
    found = _with(network, "orthogonal")
    for place, term, (i, j) in found:
        square = term.dims[0] == term.dims[1]
        for other, second, (k, m) in found:
            if other <= place or second is not term:
                continue
            if i == k and i in network.summed and network.uses(i) == 2:
                network.drop(place, other, consumed=(i,))
                network.join(j, m)
                return True
            if square and j == m and j in network.summed and network.uses(j) == 2:
                network.drop(place, other, consumed=(j,))
                network.join(i, k)
                return True
    return False


def _inverse(network: Network) -> bool:
    for place, (term, indices) in enumerate(network.factors):
        if term.kind != "primitive" or term.name != "inv" or len(indices) != 2:
            continue
        for other, (second, axes) in enumerate(network.factors):
            if second is not term.args[0]:
                continue
            for mine, theirs in ((1, 0), (0, 1)):
                joined = indices[mine]
                if axes[theirs] == joined and joined in network.summed and network.uses(joined) == 2:
                    kept, gone = indices[1 - mine], axes[1 - theirs]
                    network.drop(place, other, consumed=(joined,))
                    network.join(kept, gone)
                    return True
    return False


def _root(network: Network) -> bool:
    """The trace of a root is a function of its own, for its derivative is short; a root times itself is what it is of."""
    for place, (term, indices) in enumerate(network.factors):
        if term.kind != "primitive" or term.name != "root" or len(indices) != 2:
            continue
        if indices[0] == indices[1] and indices[0] in network.summed and network.uses(indices[0]) == 2:
            network.drop(place, consumed=indices[:1])
            network.factors.append((made("primitive", (), name="root trace", args=term.args, data=term.data), ()))
            return True
        for other, (second, axes) in enumerate(network.factors):
            if second is not term or other == place or term.data:
                continue
            joined = indices[1] == axes[0] and indices[0] != axes[1] and indices[1] in network.summed
            if joined and network.uses(indices[1]) == 2:
                network.drop(place, other, consumed=axes[:1])
                network.factors.append((term.args[0], (indices[0], axes[1])))
                return True
    return False


def _softmax(network: Network) -> bool:
    """Over its last axis it sums to one."""
    for place, (term, indices) in enumerate(network.factors):
        if term.kind == "primitive" and term.name == "softmax" and network.uses(indices[-1]) == 1:
            network.drop(place, consumed=indices[-1:])
            return True
    return False


def _onehot(network: Network) -> bool:
    """Each row sums to one, and its entries are their own squares."""
    found = _with(network, "onehot")
    for place, term, indices in found:
        if any(other > place and second is term and axes == indices for other, second, axes in found):
            network.drop(place)
            return True
        if indices and network.uses(indices[-1]) == 1:
            network.drop(place, consumed=indices[-1:])
            return True
    return False


def _unit(network: Network) -> bool:
    found = _with(network, "unit")
    for place, term, indices in found:
        for other, second, axes in found:
            if other > place and second is term and axes == indices and len(axes) == 1 and network.uses(axes[0]) == 2:
                network.drop(place, other, consumed=axes)
                return True
    return False


RULES: dict[str, tuple[Rule, ...]] = {
    "flat": (_flat, _nested),
    "embed": (_embed,),
    "levi": (_levi,),
    "basis": (_basis,),
    "orthogonal": (_orthogonal,),
    "onehot": (_onehot,),
    "unit": (_unit,),
    "inv": (_inverse,),
    "root": (_root,),
    "softmax": (_softmax,),
}
