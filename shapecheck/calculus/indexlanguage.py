"""The index form of operator rows: `A[i,k] B[j,l] -> [(i,j),(k,l)]`, `[i,j] / [k,l] = -inv(A)[i,k] inv(A)[l,j]`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache

from shapecheck.calculus.canonical import Factor
from shapecheck.calculus.leaves import THREE, flat, levi
from shapecheck.calculus.product import ONE, add, einsum, identity
from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.dimension import Dimension
from shapecheck.core.record import dataclass
from shapecheck.core.regex import regex
from shapecheck.core.term import Term


class BadIndexForm(ValueError):
    """A row's index form does not follow the language."""


Index = str | tuple["Index", ...]


@dataclass(frozen=True, slots=True)
class Part:
    """`name[i,j]`, or `function(name)[i,j]`; without brackets there are no indices. `["..."]` are all axes."""

    function: str
    name: str
    indices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A sum of products with the indices of the result, and of the parameter by which it is the derivative."""

    out: tuple[Index, ...]
    by: tuple[str, ...]
    terms: tuple[tuple[Fraction, tuple[Part, ...]], ...]


_PART = regex(
    r"\s*(?:(?P<number>\d+(?:/\d+)?)|(?:(?P<function>\w+)\((?P<inner>\w+)\)|(?P<name>[A-Za-z]\w*))(?:\[(?P<indices>[^\]]*)\])?)\s*"
)


@lru_cache(maxsize=512)
def parse(text: str) -> Form:
    """A definition (`... -> [...]`) or a derivative (`[...] / [...] = ...`)."""
    head, equals, body = text.partition("=")
    if equals:
        out, _, by = head.partition("/")
        return Form(tuple(_list(out)), tuple(str(index) for index in _list(by)), _terms(body))
    body, _, out = text.partition("->")
    return Form(tuple(_list(out)) if out else (), (), _terms(body))


def _list(text: str) -> list[Index]:
    inside = text.strip().removeprefix("[").removesuffix("]")
    matches = re.finditer(r"\(([^)]*)\)|([A-Za-z]\w*|\.\.\.)", inside)
    return [tuple(part.strip() for part in match[1].split(",")) if match[1] is not None else match[2] for match in matches]


def _terms(text: str) -> tuple[tuple[Fraction, tuple[Part, ...]], ...]:
    terms = []
    for sign, product in re.findall(r"([-+]?)([^-+]+)", text):
        if not product.strip():
            continue
        coefficient = Fraction(-1 if sign == "-" else 1)
        parts: list[Part] = []
        position = 0
        while position < len(product):
            match = _PART.match(product, position)
            if match is None or match.end() == position:
                raise BadIndexForm(f"{text!r} at {product[position:]!r}")
            position = match.end()
            if match["number"]:
                coefficient *= Fraction(match["number"])
                continue
            indices = tuple(str(index) for index in _list(match["indices"])) if match["indices"] is not None else ()
            parts.append(Part(match["function"] or "", match["inner"] or match["name"], indices))
        terms.append((coefficient, tuple(parts)))
    if not terms:
        raise BadIndexForm(f"{text!r} says nothing")
    return tuple(terms)


def widened(form: Form, count: int) -> Form:
    """The form with `[...]` spelled out for a value of this many axes."""
    axes = tuple(f"axis{axis}" for axis in range(count))

    def spelled(part: Part) -> Part:
        return Part(part.function, part.name, axes) if part.indices == ("...",) else part

    return Form(form.out, form.by, tuple((weight, tuple(map(spelled, product))) for weight, product in form.terms))


class Numbering:
    """Numbers for index names, with the sizes known so far; `single` names have size 1 and carry no index."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.dims: dict[int, Dimension] = {}
        self.single: set[str] = set()

    def fresh(self, dimension: Dimension) -> int:
        number = len(self.dims)
        self.dims[number] = dimension
        return number

    def bind(self, name: str, dimension: Dimension) -> tuple[int, ...]:
        if dimension == UNIT:
            self.single.add(name)
            return ()
        number = self.numbers.get(name)
        if number is None:
            number = self.numbers[name] = self.fresh(dimension)
        return (number,)

    def get(self, names: Iterable[str]) -> tuple[int, ...]:
        return tuple(self.numbers[name] for name in names if name not in self.single)


def build(
    form: Form, values: Mapping[tuple[str, str], tuple[Term, tuple[int, ...]]], leading: tuple[int, ...], numbering: Numbering
) -> Term:
    """The form's value. `values` has the term of each `(function, name)`, with the numbers of its batch axes.

    The axes of the result: `leading` (batch axes), then the form's own, then those of the parameter by which it derives.
    """
    _bind_constants(form, numbering)
    pairs: list[Factor] = []
    out = (*leading, *(number for index in (*form.out, *form.by) for number in _number(index, numbering, pairs)))
    summands = []
    for coefficient, product in form.terms:
        factors = [*pairs]
        for part in product:
            if (part.function, part.name) in values:
                term, batch = values[part.function, part.name]
                factors.append((term, (*batch, *numbering.get(part.indices))))
            elif part.name == "I":
                pair = numbering.get(part.indices)
                if len(pair) == 2:
                    factors.append((identity(numbering.dims[pair[0]]), pair))
            elif part.name == "e":
                factors.append((levi(), numbering.get(part.indices)))
            else:
                raise BadIndexForm(f"{part.name!r} is no parameter")
        summands.append((ONE, einsum(coefficient, factors, out, numbering.dims)))
    return add(summands, tuple(numbering.dims[number] for number in out))


def _bind_constants(form: Form, numbering: Numbering) -> None:
    """Indices that only the identity or the permutation symbol has."""
    for _, product in form.terms:
        for part in product:
            if part.name == "e" and not part.function:
                for name in part.indices:
                    numbering.bind(name, THREE)
            if part.name == "I" and not part.function:
                first, second = part.indices
                for known, other in ((first, second), (second, first)):
                    if known in numbering.single:
                        numbering.single.add(other)
                    elif known in numbering.numbers:
                        numbering.bind(other, numbering.dims[numbering.numbers[known]])


def _number(index: Index, numbering: Numbering, pairs: list[Factor]) -> list[int]:
    """The index of the result: none where its size is 1, a new one for a pair."""
    if isinstance(index, str):
        return list(numbering.get((index,)))
    inner = [number for part in index for number in _number(part, numbering, pairs)]
    while len(inner) > 1:
        second, first = inner.pop(), inner.pop()
        leaf = flat(numbering.dims[first], numbering.dims[second])
        number = numbering.fresh(leaf.dims[0])
        pairs.append((leaf, (number, first, second)))
        inner.append(number)
    return inner
