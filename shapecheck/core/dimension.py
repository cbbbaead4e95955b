"""Sizes of axes: integer polynomials in names, with floor divisions as further atoms.

`2N`, `N+1`, `N*D`, `D//H` are dimensions. Two dimensions with the same normal form are equal; whether
different normal forms can be equal is decided under facts (`facts.py`) and, for inferred names, by solving.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from shapecheck.core.record import dataclass

MAX_TERMS = 64
"""A polynomial with more terms than this is refused: nobody means it, and products would explode."""


class DimensionTooLarge(ValueError):
    """A dimension grew past `MAX_TERMS` terms or past any size that an array can have."""


@dataclass(frozen=True, slots=True, order=True)
class Unknown:
    """A size still to be solved for; `hint` is the name it is shown under while it stays open, else `?`."""

    number: int
    hint: str = ""

    def __str__(self) -> str:
        return self.hint or "?"


@dataclass(frozen=True, slots=True)
class Floor:
    """The atom `numerator // denominator`."""

    numerator: Dimension
    denominator: Dimension

    def __str__(self) -> str:
        top, bottom = str(self.numerator), str(self.denominator)
        return f"{top if self.numerator.is_simple else f'({top})'}//{bottom if self.denominator.is_simple else f'({bottom})'}"


Atom = str | Unknown | Floor
Monomial = tuple[tuple[Atom, int], ...]  # atoms with their exponents, sorted


def _rank(atom: Atom) -> tuple[int, str]:
    return (0 if isinstance(atom, str) else 1, str(atom)) if not isinstance(atom, Unknown) else (2, f"{atom.number:09d}")


@dataclass(frozen=True, slots=True)
class Dimension:
    """A polynomial in normal form: monomials with non-zero integer coefficients, in a fixed order."""

    terms: tuple[tuple[Monomial, int], ...]

    @property
    def is_constant(self) -> bool:
        return not self.terms or (len(self.terms) == 1 and not self.terms[0][0])

    @property
    def constant(self) -> int | None:
        """The integer that this dimension is, if it is one."""
        if not self.terms:
            return 0
        return self.terms[0][1] if self.is_constant else None

    @property
    def is_open(self) -> bool:
        """Whether a size in it is still to be solved for."""
        for monomial, _ in self.terms:
            for atom, _ in monomial:
                if isinstance(atom, Unknown) or (isinstance(atom, Floor) and (atom.numerator.is_open or atom.denominator.is_open)):
                    return True
        return False

    @property
    def is_simple(self) -> bool:
        """One atom, or one number: needs no brackets."""
        if self.is_constant:
            return True
        (monomial, coefficient), *rest = self.terms
        return not rest and coefficient == 1 and len(monomial) == 1 and monomial[0][1] == 1 and not isinstance(monomial[0][0], Floor)

    @property
    def atom(self) -> Atom | None:
        """The atom that this dimension consists of, if it is a single one."""
        if len(self.terms) == 1:
            monomial, coefficient = self.terms[0]
            if coefficient == 1 and len(monomial) == 1 and monomial[0][1] == 1:
                return monomial[0][0]
        return None

    def atoms(self) -> frozenset[Atom]:
        """All atoms, those inside floor divisions included."""
        found: set[Atom] = set()
        for monomial, _ in self.terms:
            for atom, _ in monomial:
                found.add(atom)
                if isinstance(atom, Floor):
                    found |= atom.numerator.atoms() | atom.denominator.atoms()
        return frozenset(found)

    def names(self) -> frozenset[str]:
        return frozenset(atom for atom in self.atoms() if isinstance(atom, str))

    def __add__(self, other: Dimension) -> Dimension:
        return _collect([*self.terms, *other.terms])

    def __sub__(self, other: Dimension) -> Dimension:
        return _collect([*self.terms, *((monomial, -coefficient) for monomial, coefficient in other.terms)])

    def __mul__(self, other: Dimension) -> Dimension:
        if len(self.terms) * len(other.terms) > MAX_TERMS * 4:
            raise DimensionTooLarge("this dimension has too many terms")
        return _collect([(_join(a, b), x * y) for a, x in self.terms for b, y in other.terms])

    def __floordiv__(self, other: Dimension) -> Dimension:
        """Exact where the quotient is a polynomial or both are numbers, else the atom `self // other`."""
        top, bottom = self.constant, other.constant
        if bottom == 0:
            raise ZeroDivisionError("division of a dimension by zero")
        if top is not None and bottom is not None:
            return integer(top // bottom)
        exact = divide(self, other)
        return exact if exact is not None else Dimension((((((Floor(self, other), 1),), 1)),))

    def __pow__(self, exponent: int) -> Dimension:
        if not 0 <= exponent <= 16:
            raise DimensionTooLarge("a dimension's exponent must lie between 0 and 16")
        power = ONE
        for _ in range(exponent):
            power = power * self
        return power

    def substitute(self, values: Mapping[Atom, Dimension]) -> Dimension:
        """Every atom in `values` replaced, inside floor divisions too."""
        if not values or not any(atom in values for atom in self.atoms()):
            return self
        total = ZERO
        for monomial, coefficient in self.terms:
            product = integer(coefficient)
            for atom, exponent in monomial:
                product = product * _replace(atom, values) ** exponent
            total = total + product
        return total

    def evaluate(self, sizes: Mapping[Atom, int]) -> int:
        """The size for these sizes of the atoms; KeyError names a missing one."""
        total = 0
        for monomial, coefficient in self.terms:
            for atom, exponent in monomial:
                size = atom.numerator.evaluate(sizes) // atom.denominator.evaluate(sizes) if isinstance(atom, Floor) else sizes[atom]
                coefficient *= size**exponent
            total += coefficient
        return total

    def __str__(self) -> str:
        if not self.terms:
            return "0"
        text = ""
        for monomial, coefficient in self.terms:
            size = abs(coefficient)
            factors = "*".join(_power(atom, exponent) for atom, exponent in monomial)
            if len(monomial) == 1 and size == 1 and monomial[0][1] == 1:
                factors = str(monomial[0][0])
            written = str(size) if not factors else factors if size == 1 else f"{size}{'*' if factors[0] == '(' else ''}{factors}"
            text += (("-" if coefficient < 0 else "+") if text or coefficient < 0 else "") + written
        return text


def _power(atom: Atom, exponent: int) -> str:
    text = f"({atom})" if isinstance(atom, Floor) else str(atom)
    return text if exponent == 1 else f"{text}^{exponent}"


def _replace(atom: Atom, values: Mapping[Atom, Dimension]) -> Dimension:
    if atom in values:
        return values[atom]
    if isinstance(atom, Floor):
        return atom.numerator.substitute(values) // atom.denominator.substitute(values)
    return named(atom)


def _join(left: Monomial, right: Monomial) -> Monomial:
    powers = dict(left)
    for atom, exponent in right:
        powers[atom] = powers.get(atom, 0) + exponent
    return tuple(sorted(powers.items(), key=lambda item: _rank(item[0])))


def _collect(terms: Iterable[tuple[Monomial, int]]) -> Dimension:
    sums: dict[Monomial, int] = {}
    for monomial, coefficient in terms:
        sums[monomial] = sums.get(monomial, 0) + coefficient
    kept = [(monomial, coefficient) for monomial, coefficient in sums.items() if coefficient]
    if len(kept) > MAX_TERMS:
        raise DimensionTooLarge("this dimension has too many terms")
    if any(abs(coefficient) >= 2**63 for _, coefficient in kept):
        raise DimensionTooLarge("this dimension is larger than any array")
    kept.sort(key=lambda term: (-sum(exponent for _, exponent in term[0]), [_rank(atom) for atom, _ in term[0]]))
    return Dimension(tuple(kept))


def divide(top: Dimension, bottom: Dimension) -> Dimension | None:
    """The polynomial q with q * bottom == top, or None."""
    if not bottom.terms:
        return None
    quotient, rest = ZERO, top
    lead, factor = bottom.terms[0]
    for _ in range(MAX_TERMS):
        if not rest.terms:
            return quotient
        monomial, coefficient = rest.terms[0]
        powers = dict(monomial)
        for atom, exponent in lead:
            powers[atom] = powers.get(atom, 0) - exponent
        if coefficient % factor or any(exponent < 0 for exponent in powers.values()):
            return None
        part = Dimension(((tuple((atom, exponent) for atom, exponent in powers.items() if exponent), coefficient // factor),))
        part = _collect(part.terms)
        quotient, rest = quotient + part, rest - part * bottom
    return None


@lru_cache(maxsize=4096)
def integer(value: int) -> Dimension:
    if abs(value) >= 2**63:
        raise DimensionTooLarge("this dimension is larger than any array")
    return Dimension((((), value),) if value else ())


@lru_cache(maxsize=4096)
def named(atom: Atom) -> Dimension:
    """The dimension that is this one name (or open size)."""
    return Dimension(((((atom, 1),), 1),))


ZERO = integer(0)
ONE = integer(1)
