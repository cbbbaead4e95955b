"""What is visible where: the names of a scope, and the state of elaborating one annotation.

A `Scope` is immutable; inner scopes start from outer ones. A `Frame` is the scope with everything found out
since, able to forget what was found since a `mark`, so that readings can be tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shapecheck.core.dimension import Dimension, Unknown
from shapecheck.core.expression import Expression
from shapecheck.core.facts import Facts
from shapecheck.core.record import dataclass, field, replace
from shapecheck.core.shape import Shape
from shapecheck.elaborate.sheet import Binding, Problem, Typed
from shapecheck.elaborate.solver import Solver
from shapecheck.elaborate.walk import uses_at
from shapecheck.syntax.tree import Node

Derivatives = Mapping[Expression, tuple[Expression, tuple[Expression, ...]]]

_NO_BINDINGS: Mapping[str, Binding] = MappingProxyType({})
_NO_VERSIONS: Mapping[Expression, Binding] = MappingProxyType({})
_NO_VALUES: Mapping[Expression, Expression] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Scope:
    """Visible names, newest version each; dimension names, declared by `dim` or occurring in declarations; and facts."""

    bindings: Mapping[str, Binding] = field(default_factory=lambda: _NO_BINDINGS)
    dimensions: frozenset[str] = frozenset()
    facts: Facts = field(default_factory=Facts)
    unknowns: int = 0  # open dimensions numbered so far
    outer: frozenset[str] = frozenset()  # names that come from enclosing scopes, and may be shadowed
    failed: frozenset[str] = frozenset()  # names whose definition did not fit: what uses them is silent
    versions: Mapping[Expression, Binding] = field(default_factory=lambda: _NO_VERSIONS)  # every version of every name, by its variable
    stated: Mapping[Expression, Expression] = field(
        default_factory=lambda: _NO_VALUES
    )  # cotangents such as `dZ`, and what a claim said they are
    derivatives: Derivatives = field(default_factory=dict)  # of variables such as `∂L/∂Y`: of what, by what
    manner: frozenset[str] = (
        frozenset()
    )  # what statements were seen to use: "at" for `@`, "dots" for `.*`, "numpy" for NumPy's words, "zero" for `x[0]`

    def bind(self, binding: Binding) -> Scope:
        """With this binding as the newest version of its name; `versions` are in the order in which their values were told."""
        name = binding.name
        versions = {**self.versions}
        if binding.value is not None:
            versions.pop(binding.variable, None)
        versions[binding.variable] = binding
        return replace(
            self,
            bindings={**self.bindings, name: binding},
            versions=versions,
            outer=self.outer - {name} if name in self.outer else self.outer,
            failed=self.failed - {name} if name in self.failed else self.failed,
        )

    def fail(self, name: str) -> Scope:
        """With this name known to be wrong."""
        return replace(self, failed=self.failed | {name})

    def inner(self) -> Scope:
        """What a scope inside this one begins with."""
        return replace(self, outer=frozenset(self.bindings))

    def lookup(self, key: str) -> Binding | None:
        """What a name is bound to; differentials do not count."""
        binding = self.bindings.get(key)
        return None if binding is None or binding.kind == "differential" else binding

    def definitions(self) -> dict[Expression, Expression]:
        """The values of all defined names, all versions."""
        return {variable: binding.value for variable, binding in self.versions.items() if binding.value is not None}

    def made_of(self) -> dict[Expression, Expression]:
        """The same for what depends on what: a derivative on all that its value is made of."""
        return {**self.definitions(), **{stands: of for stands, (of, _) in self.derivatives.items()}}


Mark = tuple[int, int, int, int, dict[str, Dimension]]


@dataclass(frozen=True, slots=True)
class Found:
    """All that a frame knows at a moment."""

    scope: Scope
    ranks: dict[str, int]
    inferred: dict[str, Binding]
    problems: list[Problem]
    typed: list[Typed]
    solution: dict[Unknown, Dimension]
    trail: list[Unknown]


class Frame:
    """The state of elaborating one annotation.

    `ranks` fixes the rank of undeclared names (else `names.rank_candidates` chooses); `inferred` holds those met
    so far; `special` holds names bound for one statement, such as differentials; `indices` the size of each
    index of one statement; `star` is how `*` is read ("auto": elementwise where `@` occurs in the tree);
    `entries` is whether `A_ij` may be an entry of `A`. `begin` starts a statement; `elementwise` is then whether `*` goes entry
    by entry, and vectors broadcast as in NumPy.
    """

    __slots__ = (
        "chosen",
        "depth",
        "elementwise",
        "entries",
        "indices",
        "inferred",
        "letters",
        "lists",
        "manner",
        "marked",
        "nearby",
        "numpy",
        "problems",
        "ranks",
        "roots",
        "scalars",
        "scope",
        "solver",
        "special",
        "star",
        "summed",
        "typed",
    )

    def __init__(self, scope: Scope, *, star: str = "auto") -> None:
        self.scope = scope
        self.solver = Solver(scope.facts, scope.unknowns)
        self.ranks: dict[str, int] = {}
        self.inferred: dict[str, Binding] = {}
        self.special: dict[str, Binding] = {}
        self.indices: dict[str, Dimension] = {}
        self.problems: list[Problem] = []
        self.typed: list[Typed] = []
        self.star = star
        self.entries = True
        self.lists = ""  # how vectors between commas are tried: as columns, else "stacked" or as a "row"
        self.depth = 0
        self.roots: tuple[Node, ...] = ()  # the sides of the statement
        self.elementwise = star == "elementwise"
        self.manner = scope.manner  # and with the statements of this annotation
        self.nearby = False  # `@` occurs in another statement of the annotation: `*` goes entry by entry where that fits
        self.marked = False  # something in the annotation can only be NumPy's
        self.numpy = False  # and this is tried: everything as NumPy reads it, since as the language has it something does not fit
        self.scalars = 0  # undeclared letters that are numbers: small ones below a fraction's line (1), all below a number (2)
        # and none under a transpose (-1)
        self.summed = False  # below a `Σ` without index, where squares and products of vectors are those of their entries
        self.letters: frozenset[str] | None = None  # what can be an index here, once asked for
        self.chosen: frozenset[str] = frozenset()  # the indices of the entry that a claim is about

    def begin(self, *roots: Node) -> None:
        """Start a statement with these sides: its indices are its own, and `@` anywhere in it decides what `*` means."""
        self.roots = roots
        self.indices = {}
        self.letters = None
        self.elementwise = self.star == "elementwise" or self.numpy or (self.star == "auto" and any(map(uses_at, roots)))

    def lookup(self, key: str) -> Binding | None:
        """What a name is bound to, whether declared, defined or inferred; differentials do not count."""
        binding = self.scope.bindings.get(key) or self.inferred.get(key)
        return None if binding is None or binding.kind == "differential" else binding

    def knows(self, key: str) -> bool:
        return self.lookup(key) is not None

    def is_same(self, first: Shape, second: Shape) -> bool:
        """Whether two shapes are known to be the same, nothing being solved for it."""
        return self.solver.resolve(first) == self.solver.resolve(second)

    def defines(self, key: str) -> bool:
        """Whether a name is that of a function, `f(x) = ...`."""
        binding = self.lookup(key)
        return binding is not None and bool(binding.parameters)

    def mark(self) -> Mark:
        return len(self.problems), len(self.typed), len(self.inferred), self.solver.mark(), dict(self.indices)

    def rollback(self, mark: Mark) -> None:
        """Forget problems, types, inferred names, solutions and indices found since `mark`."""
        problems, typed, inferred, solved, indices = mark
        del self.problems[problems:]
        del self.typed[typed:]
        while len(self.inferred) > inferred:
            self.inferred.popitem()
        self.solver.rollback(solved)
        self.indices = dict(indices)

    def found(self) -> Found:
        """What was found until now, to come back to once more has been forgotten than was found since."""
        solver = self.solver
        lists = [*self.problems], [*self.typed], {**solver.solution}, [*solver.trail]
        return Found(self.scope, self.ranks, {**self.inferred}, *lists)

    def find(self, found: Found) -> None:
        """The state of a moment again: its sizes are those that values of that moment have."""
        self.scope, self.ranks = found.scope, found.ranks
        self.special.clear()
        self.inferred = {**found.inferred}
        self.problems[:], self.typed[:] = found.problems, found.typed
        self.solver.solution, self.solver.trail = {**found.solution}, [*found.trail]
