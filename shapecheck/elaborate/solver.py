"""Solves open dimensions by unification, with a trail so that attempts can be taken back.

`unify` says whether two dimensions agree (True), differ (False) or cannot be told apart yet (None), and
solves open sizes (`Unknown`) on the way. Names are rigid: two of them differ unless a fact says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable

from shapecheck.core.dimension import ONE, Dimension, DimensionTooLarge, Floor, Unknown, divide, named
from shapecheck.core.expression import Expression, make
from shapecheck.core.facts import Facts
from shapecheck.core.shape import Shape

ANY = named("...")
"""A dimension that agrees with every other, and stands for any number of leading axes."""


class Solver:
    """What the open dimensions of one annotation are found to be."""

    __slots__ = ("count", "facts", "solution", "trail")

    def __init__(self, facts: Facts, count: int = 0) -> None:
        self.facts = facts
        self.count = count  # of open dimensions so far; an outer scope's come first
        self.solution: dict[Unknown, Dimension] = {}
        self.trail: list[Unknown] = []

    def fresh(self, hint: str = "") -> Dimension:
        self.count += 1
        return named(Unknown(self.count, hint))

    def mark(self) -> int:
        return len(self.trail)

    def rollback(self, mark: int) -> None:
        """Forget every solution found since `mark`."""
        while len(self.trail) > mark:
            del self.solution[self.trail.pop()]

    def dimension(self, dimension: Dimension) -> Dimension:
        """With what is solved by now put in."""
        solution = self.solution
        if not solution or not dimension.is_open:
            return dimension
        for _ in range(64):
            replaced = dimension.substitute(solution)  # type: ignore[arg-type]
            if replaced is dimension:
                return dimension
            dimension = replaced
        return dimension

    def resolve(self, shape: Shape) -> Shape:
        if not self.solution or not shape.dims:
            return shape
        dims = tuple(map(self.dimension, shape.dims))
        return shape if dims == shape.dims else Shape(dims)

    def unify(self, left: Dimension, right: Dimension) -> bool | None:
        """Make two dimensions equal by solving for open ones: True, False where they differ, None where it stays open.

        An open size does not become 1: where that would be needed, a number is meant and not a vector.
        """
        return self._equate(left, right, one=False)

    def settle(self, left: Dimension, right: Dimension) -> bool | None:
        """Likewise, but an open size may become 1: of what has no size of its own, as the `0` in a block."""
        return self._equate(left, right, one=True)

    def _equate(self, left: Dimension, right: Dimension, *, one: bool) -> bool | None:
        if left is right or left == right:
            return True
        left, right = self.dimension(left), self.dimension(right)
        if left == right:
            return True
        if not one and ((left == ONE and isinstance(right.atom, Unknown)) or (right == ONE and isinstance(left.atom, Unknown))):
            return False
        try:
            return self._unify(left, right)
        except DimensionTooLarge:
            return None

    def _unify(self, left: Dimension, right: Dimension) -> bool | None:
        for one, other in ((left, right), (right, left)):
            atom = one.atom
            if isinstance(atom, Unknown) and (other.atom == ANY.atom or atom not in other.atoms()):
                return None if other.atom == ANY.atom else self._solve(atom, other)
        if left.is_constant or right.is_constant or not (left.terms and right.terms):
            opened = [atom for atom in left.atoms() | right.atoms() if isinstance(atom, Unknown)]
            if not opened:
                return self.facts.equal(left, right)
        difference = self.facts.normal(left) - self.facts.normal(right)
        opened = [atom for atom in difference.atoms() if isinstance(atom, Unknown)]
        if not opened:
            return self.facts.equal(left, right)
        return self._solve_within(difference, opened)

    def _solve_within(self, difference: Dimension, opened: list[Unknown]) -> bool | None:
        """Solve difference = 0 where one open size occurs in one term only and the others divide."""
        for atom in opened:
            holding = [term for term in difference.terms if any(inner == atom for inner, _ in term[0])]
            if len(holding) != 1 or any(isinstance(inner, Floor) and atom in named(inner).atoms() for inner in difference.atoms()):
                continue
            monomial, coefficient = holding[0]
            if dict(monomial)[atom] != 1:
                continue
            factor = Dimension(((tuple(pair for pair in monomial if pair[0] != atom), -coefficient),))
            rest = Dimension(tuple(term for term in difference.terms if term is not holding[0]))
            value = divide(rest, factor)
            if value is not None and value.terms:
                if value.constant is not None and value.constant <= 0:
                    return False
                return self._solve(atom, value)
            if len(opened) == 1 and factor.is_constant and rest.is_constant:
                return False
        return None

    def _solve(self, atom: Unknown, value: Dimension) -> bool:
        other = value.atom
        if isinstance(other, Unknown) and other.number > atom.number:
            atom, value = other, named(atom)
        self.solution[atom] = value
        self.trail.append(atom)
        return True

    def facts_agree(self, first: Shape, second: Shape) -> bool:
        """Whether two shapes are known to be equal, no open size being solved for that."""
        return first.rank == second.rank and all(self.facts.equal(a, b) is True for a, b in zip(first.dims, second.dims, strict=True))

    def same(self, left: Shape, right: Shape) -> bool | None:
        """Make two shapes equal; `(N, 1)` is `(N)`, and `(1, 1)` and `(1)` are `()`."""
        first, second = plain(self.resolve(left)), plain(self.resolve(right))
        if ANY in first.dims or ANY in second.dims:
            return self._same_with_rest(first, second)
        if first.rank != second.rank:
            return False
        verdict: bool | None = True
        for one, other in zip(first.dims, second.dims, strict=True):
            found = self._equate(one, other, one=True)
            if found is False:
                return False
            verdict = verdict and found
        return verdict

    def _same_with_rest(self, first: Shape, second: Shape) -> bool | None:
        for one, other in zip(reversed(first.dims), reversed(second.dims), strict=False):
            if ANY in (one, other):
                break
            if self.unify(one, other) is False:
                return False
        return None

    def resolve_expression(self, expression: Expression, memo: dict[int, Expression] | None = None) -> Expression:
        """The same formula with every solved size put in; shared parts stay shared. Keep `memo` for one solution only."""
        if not expression.open or not self.solution:
            return expression
        return substitute_sizes(expression, self.dimension, {} if memo is None else memo)


def substitute_sizes(expression: Expression, size: Callable[[Dimension], Dimension], memo: dict[int, Expression]) -> Expression:
    """Every dimension in the graph replaced by `size` of it."""
    stack = [expression]
    while stack:
        node = stack[-1]
        if id(node) in memo:
            stack.pop()
            continue
        if not node.open:
            memo[id(node)] = node
            continue
        waiting = [part for part in node.args if id(part) not in memo]
        if waiting:
            stack += waiting
            continue
        stack.pop()
        args = tuple(memo[id(part)] for part in node.args)
        dims = tuple(map(size, node.shape.dims))
        data = tuple(_item(item, size) for item in node.data) if node.data else node.data
        same = args == node.args and dims == node.shape.dims and data == node.data
        memo[id(node)] = node if same else make(node.op, args, Shape(dims), data)
    return memo[id(expression)]


def _item(item: object, size: Callable[[Dimension], Dimension]) -> object:
    if isinstance(item, Dimension):
        return size(item)
    return tuple(_item(part, size) for part in item) if isinstance(item, tuple) else item


def plain(shape: Shape) -> Shape:
    """`(N, 1)` as `(N)`, `(1, 1)` and `(1)` as `()`."""
    dims = shape.dims
    if len(dims) <= 2 and dims and dims[-1] == ONE:
        return plain(Shape(dims[:-1]))
    return shape
