"""A formula as a sum of products of entries, letters in the order of reading: `w_a' A B w_b` is `Σ_ijk w_a_i A_ij B_jk w_b_k`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.dimension import Dimension
from shapecheck.core.expression import Expression, make, number
from shapecheck.core.record import dataclass, field, replace
from shapecheck.core.shape import Shape
from shapecheck.elaborate import dependence
from shapecheck.explain.question import CannotExplain

Index = str | None  # None stands for an axis of size 1
Indices = tuple[Index, ...]
Factor = tuple[Expression, Indices]
POOL = "ijklmnpqrstuvxyz"
STEPS = "knt"
"""Below a vector these are often steps in time, so they are no letters for its entries."""
APART = "pmlqrsij"
WAITING = "?"
MOST = 24


@dataclass(frozen=True, slots=True)
class Monomial:
    """A number times factors, each the entry of a tensor at its indices; what is not free is summed."""

    coefficient: Fraction = Fraction(1)
    factors: tuple[Factor, ...] = ()

    def renamed(self, names: Mapping[str, str]) -> Monomial:
        changed = tuple((base, tuple(names.get(i, i) if i is not None else None for i in own)) for base, own in self.factors)
        return replace(self, factors=changed)


@dataclass(slots=True)
class Letters:
    """Index letters not yet used, and the dimension of each that is."""

    taken: set[str]
    dims: dict[str, Dimension] = field(default_factory=dict)

    def fresh(self, dimension: Dimension) -> Index:
        if dimension == UNIT:
            return None
        letter = next((letter for letter in POOL if letter not in self.taken), None)
        if letter is None:
            raise CannotExplain("there are more indices than letters")
        self.taken.add(letter)
        self.dims[letter] = dimension
        return letter

    def all(self, shape: Shape) -> Indices:
        return tuple(map(self.fresh, shape.dims))


def expand(node: Expression, at: Indices, moving: Callable[[Expression], bool], letters: Letters) -> list[Monomial]:
    """The entry of the expression at these indices. Raises CannotExplain for what is not a sum of products in what moves."""
    if not moving(node) and node.op not in CHAINS:
        return _constant(node, at)
    rule = RULES.get(node.op)
    if rule is None:
        if node.op == "variable":
            return [Monomial(factors=((node, at),))]
        raise CannotExplain(f"`{node.op}` is no sum of products")
    found = rule(node, at, moving, letters)
    if len(found) > MOST:
        raise CannotExplain("there are too many terms")
    return found


def _constant(node: Expression, at: Indices) -> list[Monomial]:
    if node.op == "number" and isinstance(node.data[0], Fraction):
        return [Monomial(node.data[0])] if node.data[0] else []
    if node.op == "ones":
        return [Monomial()]
    if node.op == "zeros":
        return []
    return [Monomial(factors=((node, at),))]


def _product(left: Iterable[Monomial], right: Iterable[Monomial]) -> list[Monomial]:
    right = [*right]
    return [Monomial(a.coefficient * b.coefficient, a.factors + b.factors) for a in left for b in right]


Moving = Callable[[Expression], bool]


def _sum(node: Expression, at: Indices, moving: Moving, letters: Letters) -> list[Monomial]:
    left, right = (expand(arg, _cast(arg.shape, node.shape, at), moving, letters) for arg in node.args)
    sign = -1 if node.op == "subtract" else 1
    return [*left, *(replace(part, coefficient=sign * part.coefficient) for part in right)]


def _cast(own: Shape, target: Shape, at: Indices) -> Indices:
    """The indices of an operand that is broadcast."""
    if own == target:
        return at
    if own.rank == 1 and target.rank == 2:
        return at[:1] if target.dims[0] == own.dims[0] else at[1:]
    kept = at[len(at) - own.rank :]
    return tuple(None if dimension == UNIT else index for index, dimension in zip(kept, own.dims, strict=True))


def _negate(node: Expression, at: Indices, moving: Moving, letters: Letters) -> list[Monomial]:
    return [replace(part, coefficient=-part.coefficient) for part in expand(node.args[0], at, moving, letters)]


def _entrywise(node: Expression, at: Indices, moving: Moving, letters: Letters) -> list[Monomial]:
    left, right = (expand(arg, _cast(arg.shape, node.shape, at), moving, letters) for arg in node.args)
    return _product(left, right)


def _scale(node: Expression, at: Indices, moving: Moving, letters: Letters) -> list[Monomial]:
    scalar, rest = node.args
    return _product(expand(scalar, (None,) * scalar.shape.rank, moving, letters), expand(rest, at, moving, letters))


def _ratio(node: Expression, at: Indices, moving: Moving, letters: Letters) -> list[Monomial]:
    above, below = node.args
    if moving(below):
        raise CannotExplain("a quotient is no sum of products")
    upper = expand(above, _cast(above.shape, node.shape, at), moving, letters)
    if below.op == "number" and isinstance(below.data[0], Fraction):
        return [replace(part, coefficient=part.coefficient / below.data[0]) for part in upper]
    if below.shape.dims:
        raise CannotExplain("an entrywise quotient")
    return _product([Monomial(factors=((make("ratio", (number(1), below)), ()),))], upper)


def _matmul(node: Expression, at: Indices, moving: Moving, letters: Letters) -> list[Monomial]:
    left, right = node.args
    if left.shape.rank > 2 or right.shape.rank > 2:
        raise CannotExplain("products of tensors")
    given = [index for index in at if index is not None]
    rows = given.pop(0) if given and left.shape.dims[0] != UNIT else None
    columns = given.pop(0) if given and right.shape.rank == 2 and right.shape.dims[1] != UNIT else None
    if left.shape.rank == 1:
        before, inner = expand(left, (rows,), moving, letters), None
    else:
        before, inner = _summed(left, rows, moving, letters)
    return _product(before, expand(right, (inner, columns)[: right.shape.rank], moving, letters))


def _summed(left: Expression, rows: Index, moving: Moving, letters: Letters) -> tuple[list[Monomial], Index]:
    """The left factor with a letter for its columns, which are summed; letters inside of it come first, as they are read."""
    if left.shape.dims[1] == UNIT:
        return expand(left, (rows, None), moving, letters), None
    found = expand(left, (rows, WAITING), moving, letters)
    fresh = letters.fresh(left.shape.dims[1])
    return [part.renamed({WAITING: str(fresh)}) for part in found], fresh


def _transpose(node: Expression, at: Indices, moving: Moving, letters: Letters) -> list[Monomial]:
    inner = node.args[0]
    if inner.shape.rank == 1:
        return expand(inner, at[1:], moving, letters)
    if node.shape.rank == 1:
        return expand(inner, (None, *at), moving, letters)
    return expand(inner, (*at[:-2], *at[:-3:-1]), moving, letters)


def _trace(node: Expression, at: Indices, moving: Moving, letters: Letters) -> list[Monomial]:
    index = letters.fresh(node.args[0].shape.dims[0])
    return expand(node.args[0], (index, index), moving, letters)


def _diagonal(node: Expression, at: Indices, moving: Moving, letters: Letters) -> list[Monomial]:
    return expand(node.args[0], (at[0], at[0]), moving, letters)


def _paired(node: Expression, at: Indices, moving: Moving, letters: Letters) -> list[Monomial]:
    left, right = node.args
    own = letters.all(left.shape)
    return _product(expand(left, own, moving, letters), expand(right, own, moving, letters))


def _outer(node: Expression, at: Indices, moving: Moving, letters: Letters) -> list[Monomial]:
    left, right = node.args
    return _product(expand(left, at[:1], moving, letters), expand(right, at[1:], moving, letters))


def _total(node: Expression, at: Indices, moving: Moving, letters: Letters) -> list[Monomial]:
    inner = node.args[0]
    if node.data:
        if inner.shape.rank != 2:
            raise CannotExplain("a sum along an axis of a tensor")
        kept = at[-1] if node.shape.rank else None
        if node.data[0] % 2 == 0:
            return expand(inner, (letters.fresh(inner.shape.dims[0]), kept), moving, letters)
        return expand(inner, (kept, letters.fresh(inner.shape.dims[1])), moving, letters)
    return expand(inner, letters.all(inner.shape), moving, letters)


def _square(node: Expression, at: Indices, moving: Moving, letters: Letters) -> list[Monomial]:
    """‖x‖² is Σ_i x_i x_i, and x.^2 is x .* x."""
    base, exponent = node.args
    if exponent.op != "number" or exponent.data[0] != 2:
        raise CannotExplain("a power is no sum of products")
    if base.op == "norm" and not base.data:
        own = letters.all(base.args[0].shape)
        once = expand(base.args[0], own, moving, letters)
        again = expand(base.args[0], own, moving, letters)
        return _product(once, again)
    return _product(expand(base, at, moving, letters), expand(base, at, moving, letters))


CHAINS = frozenset({"matmul", "transpose", "scale", "negate", "tr", "dot", "inner", "outer", "number"})

RULES: dict[str, Callable[[Expression, Indices, Moving, Letters], list[Monomial]]] = {
    "number": lambda node, at, moving, letters: _constant(node, at),
    "add": _sum,
    "subtract": _sum,
    "negate": _negate,
    "scale": _scale,
    "hadamard": _entrywise,
    "ratio": _ratio,
    "matmul": _matmul,
    "transpose": _transpose,
    "tr": _trace,
    "diagonal": _diagonal,
    "inner": _paired,
    "dot": _paired,
    "outer": _outer,
    "sum": _total,
    "epower": _square,
}


def used_letters(expressions: Iterable[Expression]) -> set[str]:
    """Letters that are names already."""
    return {str(node.data[0]) for expression in expressions for node in dependence.variables(expression)}
