"""What is known about dimensions beyond their names: equalities (`D = H*E`) and divisibilities (`H | D`).

An equality is oriented into a substitution of one name, kept triangular, so that applying them all once gives
a normal form and cycles cannot arise. `H | D` makes `D//H` an exact quotient. An equality that determines no
single name (`N*D = M*E`) is kept as a polynomial that equals zero.
"""

from __future__ import annotations

from shapecheck.core.dimension import Atom, Dimension, Floor, divide, integer, named
from shapecheck.core.record import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Facts:
    """Dimension facts of a scope; begin with `Facts()` and add. Equality is three-valued: True, False, None (unknown)."""

    values: dict[Atom, Dimension] = field(default_factory=dict)
    zeros: tuple[Dimension, ...] = ()

    def with_equality(self, left: Dimension, right: Dimension) -> Facts:
        """Also left = right; unchanged where that is known already, or contradicts what is known."""
        difference = self.normal(left) - self.normal(right)
        if difference.is_constant:
            return self
        atom = _eliminated(difference, left.atom, right.atom)
        if atom is None:
            return replace(self, zeros=(*self.zeros, difference))
        return self._with_value(atom, _solution(difference, atom))

    def with_divisibility(self, divisor: Dimension, dividend: Dimension) -> Facts:
        """Also divisor | dividend, so that (dividend // divisor) * divisor = dividend."""
        quotient = self.normal(dividend // divisor)
        atom = quotient.atom
        if not isinstance(atom, Floor):
            return self
        known = replace(self, values={**self.values, atom: quotient})
        whole = dividend.atom
        if isinstance(whole, str) and whole not in known.values:
            return known._with_value(whole, quotient * self.normal(divisor))
        return known.with_equality(dividend, quotient * divisor)

    def normal(self, dimension: Dimension) -> Dimension:
        """The dimension with every substitution made."""
        return dimension.substitute(self.values) if self.values else dimension

    def equal(self, left: Dimension, right: Dimension) -> bool | None:
        """Whether the two are equal, different, or not known to be either."""
        if left is right or left == right:
            return True
        difference = self.normal(left) - self.normal(right)
        if not difference.terms:
            return True
        if difference.is_constant:
            return False
        atoms = difference.atoms()
        if "..." in atoms:
            return None
        for zero in self.zeros:
            if divide(difference, zero) is not None:
                return True
        if any(not atoms.isdisjoint(zero.atoms()) for zero in self.zeros):
            return None
        if any(isinstance(atom, Floor) for atom in atoms):
            return None if _could_vanish(difference) else False
        return False

    def contradicts(self, left: Dimension, right: Dimension) -> bool:
        """Whether left = right can hold for no sizes, as N = N + 1 cannot."""
        difference = self.normal(left) - self.normal(right)
        return difference.is_constant and bool(difference.terms)

    def _with_value(self, atom: Atom, value: Dimension) -> Facts:
        step = {atom: value}
        values = {key: known.substitute(step) if named(key) != known else known for key, known in self.values.items()}
        values[atom] = value
        facts = Facts(values)
        for zero in self.zeros:
            facts = facts.with_equality(zero, integer(0))
        return facts


def _eliminated(difference: Dimension, *preferred: Atom | None) -> Atom | None:
    """A name that occurs once, linearly and alone, so that the equality says what it is."""
    counts: dict[Atom, int] = {}
    for monomial, _ in difference.terms:
        for atom, _ in monomial:
            for inner in (atom, *named(atom).atoms()) if isinstance(atom, Floor) else (atom,):
                counts[inner] = counts.get(inner, 0) + 1
    alone = [
        monomial[0][0]
        for monomial, coefficient in difference.terms
        if len(monomial) == 1 and monomial[0][1] == 1 and abs(coefficient) == 1 and counts[monomial[0][0]] == 1
    ]
    names = [atom for atom in alone if isinstance(atom, str)]
    return next((atom for atom in preferred if atom in names), names[-1] if names else None)


def _solution(difference: Dimension, atom: Atom) -> Dimension:
    own = next(coefficient for monomial, coefficient in difference.terms if monomial == ((atom, 1),))
    rest = difference - named(atom) * integer(own)
    return rest * integer(-own)


def _could_vanish(difference: Dimension) -> bool:
    """Whether a difference with floor divisions is zero under a fact that someone may well have left out.

    Quotients are taken as exact: `D//H - E` vanishes where D = H*E; `D//2 - D` cannot, and `D//H - D` only for H = 1.
    """
    for atom in difference.atoms():
        if not isinstance(atom, Floor):
            continue
        if any(isinstance(inner, Floor) for inner in atom.numerator.atoms() | atom.denominator.atoms()):
            return True
        if any(exponent > 1 for monomial, _ in difference.terms for other, exponent in monomial if other == atom):
            return True
        cleared = integer(0)
        for monomial, coefficient in difference.terms:
            has = any(other == atom for other, _ in monomial)
            rest = Dimension(((tuple(pair for pair in monomial if pair[0] != atom), coefficient),))
            cleared = cleared + rest * (atom.numerator if has else atom.denominator)
        difference = cleared
    if not difference.terms:
        return True
    common = set.intersection(*({atom for atom, _ in monomial} for monomial, _ in difference.terms))
    return len(difference.atoms() - common) > 1
