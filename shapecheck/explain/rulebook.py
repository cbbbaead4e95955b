"""What the rules of one line share: the question, the sentences used, and derivatives taken from the operator table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shapecheck.calculus.differentiate import differentiate
from shapecheck.calculus.formula import interpret
from shapecheck.calculus.leaves import is_zero
from shapecheck.calculus.rebuild import substitute
from shapecheck.core.expression import Expression, make, number, variable
from shapecheck.core.shape import Shape
from shapecheck.core.term import Term
from shapecheck.explain.question import FAILURES, CannotExplain, Question, flip, is_scalar, is_vector

Terms = list[Expression]


@dataclass(slots=True)
class Rules:
    """The rules of one line; `reasons` are the sentences of those that were used, in order."""

    question: Question
    reasons: dict[str, None] = field(default_factory=dict)
    terms: dict[Expression, Terms] = field(default_factory=dict)

    def say(self, reason: str) -> None:
        self.reasons[reason] = None

    def folded(self, formula: str, values: Mapping[str, Expression], whole: bool = False) -> Expression | None:
        """A formula of the operator table at these values, reductions in it over all entries if `whole`; None where it is zero."""
        lowering = self.question.lowering()
        like = next(iter(values.values()))
        try:
            given = {name: lowering(value) for name, value in values.items()}
            term = interpret(formula, given, tuple(range(next(iter(given.values())).order)) if whole else ())
        except FAILURES as error:
            raise CannotExplain(f"{error}") from error
        return self._short(term, like)

    def slope(self, node: Expression) -> Expression | None:
        """The derivative, entry by entry, of a function that the table defines by others."""
        value = node.args[0]
        mark = variable("·", value.shape)
        lowering = self.question.lowering()
        try:
            whole = lowering(make("sum", (make(node.op, (mark,), node.shape, node.data),)))
            term = differentiate(whole, lowering.leaf(mark))
            return self._short(substitute(term, {lowering.leaf(mark): lowering(value)}), value)
        except FAILURES as error:
            raise CannotExplain(f"{error}") from error

    def _short(self, term: Term, like: Expression) -> Expression | None:
        if is_zero(term):
            return None
        found = self.question.folded(term, like.shape if term.order else Shape())
        if found is None:
            raise CannotExplain("a function's derivative has no short form")
        return found


def negative(term: Expression) -> Expression:
    if term.op == "negate":
        return term.args[0]
    if term.op == "scale" and term.args[0].op == "number":
        return make("scale", (number(-term.args[0].data[0]), term.args[1]), term.shape)
    return make("negate", (term,), term.shape)


def paired(left: Expression, right: Expression) -> Expression:
    """The sum of the products of equal entries, as a product of vectors where they are such."""
    if is_scalar(left):
        return make("scale", (left, right), right.shape)
    if is_vector(left) and is_vector(right):
        return make("matmul", (flip(left), right))
    return make("inner", (left, right))


def is_squared_norm(node: Expression) -> bool:
    if node.op != "epower":
        return False
    base, exponent = node.args
    return base.op == "norm" and not base.data and exponent.op == "number" and exponent.data[0] == 2
