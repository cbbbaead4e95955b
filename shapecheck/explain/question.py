"""The question behind a derivation: a formula, its moving parts by name, and samples to check every line on.

A function's argument that depends on the variable gets a name of its own (`z = W x + b`), as on paper; these, and the names
that the user defined, are the stages between the variable and the value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shapecheck.calculus import Context
from shapecheck.calculus import fold as folding
from shapecheck.calculus.answer import fold_context, written
from shapecheck.calculus.context import CannotDerive
from shapecheck.calculus.differentiate import differentiate
from shapecheck.calculus.evaluate import Assignment, schedule, value_of
from shapecheck.calculus.lower import Lowering
from shapecheck.calculus.network import Mismatch
from shapecheck.calculus.product import ONE, einsum
from shapecheck.calculus.sample import assignments
from shapecheck.calculus.verify import close, directional, moved, squeezed
from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.expression import Expression, make, variable
from shapecheck.core.record import dataclass, field, replace
from shapecheck.core.shape import Shape
from shapecheck.core.term import Term

FAILURES = (CannotDerive, Mismatch, KeyError, ValueError, ZeroDivisionError, OverflowError, RecursionError, TypeError)
TOLERANCE = 1e-7


class CannotExplain(Exception):
    """There is no rule for a step, or a step did not hold by value: the derivation says less."""


@dataclass(frozen=True, slots=True)
class Question:
    """`value` is the name of what is derived; `stages` are it and the names on the way, each before those that it is made of."""

    value: Expression
    wrt: Expression
    stages: tuple[Expression, ...]
    introduced: tuple[Expression, ...]
    context: Context
    samples: tuple[Assignment, ...]
    marks: Mapping[Expression, Expression] = field(default_factory=dict)

    def meaning(self, stage: Expression) -> Expression:
        return self.context.definitions[stage]

    @property
    def held(self) -> tuple[Expression, ...]:
        return (*self.stages, self.wrt)

    def holds(self, left: Expression, right: Expression) -> bool:
        """Whether two expressions, differentials among their variables, have the same value on every sample."""
        return all(_same(left, right, sample, self.context) for sample in self.samples)

    def lowering(self) -> Lowering:
        return Lowering(self.context, opaque=self.held)

    def known(self) -> folding.Context:
        """What folding needs to know."""
        meanings = [self.meaning(stage) for stage in self.stages]
        return fold_context(self.context, self.held, (*self.stages, *meanings))

    def folded(self, term: Term, shape: Shape) -> Expression | None:
        """The term as short as it gets, in matrix notation; None where it has none."""
        try:
            known = self.known()
            found, indexed = written(term, shape, known, self.context, self.samples)
        except FAILURES:
            return None
        return None if indexed else found

    def coefficient(self, expression: Expression, mark: Expression) -> Term:
        """What a differential is multiplied by in an expression that is linear in it: axes of the value, then of the differential."""
        lowering = self.lowering()
        return differentiate(lowering(expression), lowering.leaf(mark))


def transposed(term: Term) -> Term:
    return einsum(ONE, [(term, (0, 1))], (1, 0)) if term.order == 2 else term


def ask(of: Expression, wrt: Expression, context: Context, name: Expression, stages: Mapping[Expression, Expression]) -> Question:
    """The question with samples drawn; `stages` maps each name on the way to what it means, the value's own first."""
    definitions = {known: meaning for known, meaning in context.definitions.items() if known is not wrt}
    full = replace(context, definitions={**definitions, **stages})
    introduced = tuple(stage for stage in stages if stage not in context.definitions)
    names = tuple(stages)
    marks = {stage: variable(f"d{stage.data[0]}", stage.shape, -1) for stage in (*names, wrt)}
    draws = assignments([of, marks[wrt]], context, 2, [wrt])
    samples = tuple(_with_differentials(drawn, names, wrt, marks, full) for drawn in draws)
    plain = Question(name, wrt, names, introduced, full, samples, marks)
    symmetric = [stage for stage in introduced if is_square(stage) and plain.holds(stage, flip(stage))]
    properties = {**context.properties, **{stage: frozenset({"symmetric"}) for stage in symmetric}}
    return replace(plain, context=replace(full, properties=properties))


def _with_differentials(
    drawn: Assignment, stages: Iterable[Expression], wrt: Expression, marks: Mapping[Expression, Expression], context: Context
) -> Assignment:
    """The draw with the value of each stage, and how much it changes along one direction of the variable."""
    known, direction = drawn, drawn.arrays[marks[wrt]]
    for stage in stages:
        nodes = schedule([context.definitions[stage]], context.definitions)
        change = directional(nodes, drawn, wrt, direction, context.definitions)
        value = value_of(stage, drawn, context.definitions)
        known = moved(moved(known, stage, value), marks[stage], change.reshape(value.shape))
    return known


def _same(left: Expression, right: Expression, sample: Assignment, context: Context) -> bool:
    definitions = {name: meaning for name, meaning in context.definitions.items() if name not in sample.arrays}
    try:
        values = [squeezed(value_of(side, sample, definitions), side.shape) for side in (left, right)]
    except FAILURES:
        return False
    return close(values[0], values[1], TOLERANCE)


def is_scalar(expression: Expression) -> bool:
    return all(dimension == UNIT for dimension in expression.shape.dims)


def is_vector(expression: Expression) -> bool:
    return expression.shape.rank == 1 and not is_scalar(expression)


def is_matrix(expression: Expression) -> bool:
    return expression.shape.rank == 2 and UNIT not in expression.shape.dims


def is_square(expression: Expression) -> bool:
    return is_matrix(expression) and expression.shape.dims[0] == expression.shape.dims[1]


def total(terms: Iterable[Expression]) -> Expression:
    """The sum of terms of one shape."""
    result: Expression | None = None
    for term in terms:
        result = term if result is None else make("add", (result, term), term.shape)
    if result is None:
        raise CannotExplain("nothing changes")
    return result


def turned(shape: Shape) -> Shape:
    """The shape of the transpose."""
    dims = shape.dims
    if len(dims) == 1:
        return Shape((UNIT, dims[0]))
    return Shape((dims[1],)) if len(dims) == 2 and dims[0] == UNIT else Shape((*dims[:-2], dims[-1], dims[-2]))


def flip(expression: Expression) -> Expression:
    """The transpose."""
    if expression.op == "transpose":
        return expression.args[0]
    return make("transpose", (expression,), turned(expression.shape)) if expression.shape.dims else expression


def times(left: Expression, right: Expression) -> Expression:
    """The matrix product of a row or matrix with a matrix or vector."""
    if is_scalar(left):
        return make("scale", (left, right), right.shape)
    rows = left.shape.dims[:-1] if left.shape.rank > 1 else left.shape.dims
    columns = right.shape.dims[1:] if right.shape.rank > 1 else ()
    dims = (*rows, *columns)
    return make("matmul", (left, right), Shape() if all(d == UNIT for d in dims) else Shape(dims))
