"""The results of an annotation with every solved size put in: what leaves elaboration holds no sizes that are known by then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shapecheck.core.dimension import Dimension
from shapecheck.core.expression import Expression
from shapecheck.core.record import replace
from shapecheck.core.shape import Shape
from shapecheck.elaborate.scope import Scope
from shapecheck.elaborate.sheet import (
    BackpropClaim,
    Binding,
    Checked,
    Claim,
    DifferentialClaim,
    GradientClaim,
    IdentityClaim,
    Problem,
    Reason,
    Side,
    Typed,
)
from shapecheck.elaborate.solver import Solver


class Resolution:
    """Puts one solution into values of every kind; parts that are shared stay shared."""

    __slots__ = ("kept", "memo", "solver")

    def __init__(self, solver: Solver) -> None:
        self.solver = solver
        self.memo: dict[int, Expression] = {}
        self.kept: list[Expression] = []  # the memo knows nodes by id, so they must live as long as it

    def expression(self, expression: Expression) -> Expression:
        self.kept.append(expression)
        return self.solver.resolve_expression(expression, self.memo)

    def expressions(self, many: tuple[Expression, ...]) -> tuple[Expression, ...]:
        return tuple(map(self.expression, many))

    def pairs(self, many: tuple[tuple[Expression, Expression], ...]) -> tuple[tuple[Expression, Expression], ...]:
        return tuple((self.expression(one), self.expression(other)) for one, other in many)

    def mapping(self, values: Mapping[Expression, Expression]) -> dict[Expression, Expression]:
        return {self.expression(key): self.expression(value) for key, value in values.items()}

    def binding(self, binding: Binding) -> Binding:
        changed = self.expression(binding.variable)
        value = self.expression(binding.value) if binding.value is not None else None
        if changed is binding.variable and value is binding.value:
            return binding
        return replace(binding, variable=changed, value=value, parameters=self.expressions(binding.parameters))

    def claim(self, claim: Claim) -> Claim:
        right = self.expression(claim.right)
        if not isinstance(claim, IdentityClaim) and claim.otherwise is not None:
            claim = replace(claim, otherwise=self.expression(claim.otherwise))
        match claim:
            case GradientClaim():
                return replace(claim, of=self.expression(claim.of), wrt=self.expressions(claim.wrt), right=right)
            case DifferentialClaim():
                return replace(claim, of=self.expression(claim.of), right=right, differentials=self.pairs(claim.differentials))
            case BackpropClaim():
                of, outputs = self.expression(claim.of), self.expressions(claim.outputs)
                cotangents, beside = self.pairs(claim.cotangents), self.pairs(claim.beside)
                return replace(claim, of=of, right=right, cotangents=cotangents, outputs=outputs, beside=beside)
            case IdentityClaim():
                return replace(claim, left=self.expression(claim.left), right=right)

    def problem(self, problem: Problem) -> Problem:
        sides = tuple(self.side(side) for side in problem.sides)
        return replace(problem, sides=sides, facts={key: self.fact(value) for key, value in problem.facts.items()})

    def side(self, side: Side) -> Side:
        return replace(side, shape=self.solver.resolve(side.shape), reasons=tuple(map(self.reason, side.reasons)))

    def reason(self, reason: Reason) -> Reason:
        return replace(reason, shape=self.solver.resolve(reason.shape))

    def fact(self, value: Any) -> Any:
        match value:
            case Shape():
                return self.solver.resolve(value)
            case Dimension():
                return self.solver.dimension(value)
            case Reason():
                return self.reason(value)
            case Expression():
                return self.expression(value)
            case _:
                return value

    def checked(self, checked: Checked) -> Checked:
        if not self.solver.solution:
            before = None if checked.before is None else self.scope(checked.before)
            return checked if before is checked.before else replace(checked, before=before)
        return replace(
            checked,
            bindings=tuple(map(self.binding, checked.bindings)),
            claims=tuple(map(self.claim, checked.claims)),
            expressions=self.expressions(checked.expressions),
            typed=tuple(Typed(typed.node, self.expression(typed.expression)) for typed in checked.typed),
            problems=tuple(map(self.problem, checked.problems)),
            before=None if checked.before is None else self.scope(checked.before),
        )

    def scope(self, scope: Scope) -> Scope:
        if not self.solver.solution:
            return scope if scope.unknowns == self.solver.count else replace(scope, unknowns=self.solver.count)
        bindings = {name: self.binding(binding) for name, binding in scope.bindings.items()}
        versions = {self.expression(key): self.binding(binding) for key, binding in scope.versions.items()}
        derivatives = {self.expression(key): (self.expression(of), self.expressions(by)) for key, (of, by) in scope.derivatives.items()}
        stated = self.mapping(scope.stated)
        count = self.solver.count
        return replace(scope, bindings=bindings, versions=versions, stated=stated, derivatives=derivatives, unknowns=count)
