"""What elaboration knows of a scope's statements: bindings, typed expressions, claims, and problems as facts."""

from __future__ import annotations

from typing import Any, Literal

from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass, field
from shapecheck.core.shape import Shape
from shapecheck.core.span import Span
from shapecheck.syntax.tree import Node, Statement


@dataclass(frozen=True, slots=True)
class Binding:
    """One version of a name: its shape, properties, and what it was defined as.

    `value` is the defining expression (None for declared and inferred names); `variable` stands for the
    name in expressions. A name that is updated has several bindings, versions 0, 1, ...
    "differential" is a name such as `dX`, `grad_Y` or `∂L/∂Y` inside a claim.
    """

    name: str
    version: int
    kind: Literal["declared", "defined", "inferred", "parameter", "differential"]
    variable: Expression
    span: Span
    value: Expression | None = None
    properties: frozenset[str] = frozenset()
    parameters: tuple[Expression, ...] = ()  # of `f(X) = ...`: the variables that a call substitutes

    @property
    def shape(self) -> Shape:
        return self.variable.shape


@dataclass(frozen=True, slots=True)
class Typed:
    """A sub-expression with what was found out about it: what hover shows."""

    node: Node
    expression: Expression

    @property
    def span(self) -> Span:
        return self.node.span


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a name in a problem has its shape: `name` was declared, defined or inferred at `span`."""

    name: str
    shape: Shape
    kind: str
    span: Span


@dataclass(frozen=True, slots=True)
class Side:
    """One argument of an operator in a problem."""

    node: Node
    shape: Shape
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not fit, as facts; `rules` turns it into prose and fixes.

    `rule` is the rule's name, `kind` tells cases of one rule apart (such as "inner", "sum", "elementwise" for
    shape-mismatch), `node` is what failed, `operator` where its sign stands as typed (None for a blank),
    `facts` what else the message needs, by name. Of whole statements:

    - syntax-error: facts `message`
    - unknown-property: facts `word`, `known` (all words that are)
    - conflicting-declaration: facts `name`, `shape`, `previous` (a Reason)
    - shape-mismatch, kinds "definition" (a declared name and its value), "identity" (two sides that are said to be equal):
      `operator` is the relation's sign, two sides
    - update-shape, kinds "update" and "redefined" (the right side does not use the old value): facts `name`, `previous`;
      two sides, the name with its old shape and the new value
    - shape-assertion, kinds "assertion" and "flow": `node`, one side, facts `expected` (a Shape)
    - undeclared-name: facts `name`, `shape` (as inferred), `declaration` (text that declares it)
    - unused-declaration: facts `name`
    """

    rule: str
    kind: str
    span: Span
    node: Node | None = None
    operator: Span | None = None
    sides: tuple[Side, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GradientClaim:
    """`d of / d wrt ... = right`: first or second derivative; `indexed` holds the index names where single
    entries are claimed (`∂q/∂B_jk`: value's indices, then one tuple a variable)."""

    of: Expression
    wrt: tuple[Expression, ...]
    right: Expression
    left_node: Node
    right_node: Node
    row_wise: tuple[bool, ...] = ()  # per variable: written with a transpose, as in ∂²q/∂x∂y'
    indexed: tuple[tuple[str, ...], ...] = ()
    otherwise: Expression | None = None  # the right side with `*` entry by entry, where it fits so too


@dataclass(frozen=True, slots=True)
class DifferentialClaim:
    """`dq = ...`: `differentials` pairs each differential on the right with the variable it belongs to."""

    of: Expression
    right: Expression
    differentials: tuple[tuple[Expression, Expression], ...]
    left_node: Node
    right_node: Node
    otherwise: Expression | None = None


@dataclass(frozen=True, slots=True)
class BackpropClaim:
    """`dX = dY W'`: cotangent of `of`; `cotangents` pairs each cotangent on the right with the name it belongs to.

    `accumulate` for `+=`: one contribution. `outputs` are defined scalars that may be the loss: with none of the cotangents on the
    right, or where terms stand beside them (a penalty), the claim is right if it is the gradient of one of these. `beside` are
    cotangents of names that are not defined from `of`, as `db` in `dA = -db x'` for `x = A \\ b`: lines before said what they are
    in terms of `cotangents`.
    """

    of: Expression
    right: Expression
    cotangents: tuple[tuple[Expression, Expression], ...]
    left_node: Node
    right_node: Node
    accumulate: bool = False
    outputs: tuple[Expression, ...] = ()
    otherwise: Expression | None = None
    beside: tuple[tuple[Expression, Expression], ...] = ()


@dataclass(frozen=True, slots=True)
class IdentityClaim:
    """`left == right`, and each further pair of a chain of equals."""

    left: Expression
    right: Expression
    left_node: Node
    right_node: Node


Claim = GradientClaim | DifferentialClaim | BackpropClaim | IdentityClaim


@dataclass(frozen=True, slots=True)
class Checked:
    """One statement with what it came to."""

    statement: Statement
    bindings: tuple[Binding, ...] = ()
    claims: tuple[Claim, ...] = ()
    expressions: tuple[Expression, ...] = ()
    typed: tuple[Typed, ...] = ()
    problems: tuple[Problem, ...] = ()
    before: Any = None  # elaborate.scope.Scope ahead of the statement


@dataclass(frozen=True, slots=True)
class Elaborated:
    """The statements of one annotation, and the scope after them.

    `definitions` maps the variable of each defined name to its value, so that calculus sees through names
    and can write results with them; `properties` holds those of variables; `facts` the dimension facts.
    `derivatives` says of variables such as `∂L/∂Y` on a right side what they are the derivative of, by what: whoever can
    differentiate adds their values to the definitions.
    """

    statements: tuple[Checked, ...]
    scope: Any  # elaborate.scope.Scope after the last statement
    definitions: dict[Expression, Expression]
    properties: dict[Expression, frozenset[str]]
    facts: Any  # core.facts.Facts
    derivatives: dict[Expression, tuple[Expression, tuple[Expression, ...]]] = field(default_factory=dict)
    inferred: tuple[Binding, ...] = ()

    @property
    def numbered(self) -> frozenset[str]:
        """The names in scope that end with a number, as entries of others are written."""
        return frozenset(name for name in self.scope.bindings if name[-1:].isdigit())
