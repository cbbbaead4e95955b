"""The check behind every derivative: complex steps of the expression's own value against the derivative's.

The value is computed on the expression's graph, never on its index form; where a function does not extend to complex
numbers, central differences serve. Two assignments, a random direction each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from shapecheck.calculus import evaluate_term
from shapecheck.calculus.arrays import Array, np
from shapecheck.calculus.context import CannotDerive, Context
from shapecheck.calculus.draws import Generator
from shapecheck.calculus.evaluate import Assignment, evaluate, schedule
from shapecheck.calculus.evaluate_order import schedule as order_of
from shapecheck.calculus.lowered_forms import opaque_key
from shapecheck.calculus.sample import assignments
from shapecheck.core.expression import Expression
from shapecheck.core.shape import Shape
from shapecheck.core.term import Term

if TYPE_CHECKING:
    from shapecheck.calculus.claimed import Part

STEP = 1e-20
TOLERANCE = 1e-8
COARSE = 3e-5
MAX_ENTRIES = 300


class Disagreement(CannotDerive):
    """A derivative that does not agree with differences of the value."""


def named_arrays(assignment: Assignment) -> dict[tuple[str, int], Array]:
    """The arrays of an assignment as terms want them: by name, without axes of size 1."""
    found = {}
    for node, array in assignment.arrays.items():
        key = opaque_key(node) if node.op == "opaque" else (node.data[0], node.data[1])
        found[key] = squeezed(array, node.shape)
    return found


def term_value(nodes: Sequence[Term], assignment: Assignment) -> Array:
    known = assignment.known.get(nodes[-1])
    return known if known is not None else evaluate_term.evaluate(nodes, assignment.sizes, named_arrays(assignment), assignment.known)


def is_analytic(nodes: Sequence[Expression]) -> bool:
    """Whether complex steps pass through every node."""
    return not any(node.op == "power" and getattr(node.data[0], "denominator", 1) > 2 for node in nodes)


def moved(assignment: Assignment, variable: Expression, array: Array) -> Assignment:
    return Assignment(assignment.sizes, {**assignment.arrays, variable: array})


def directional(
    nodes: Sequence[Expression],
    assignment: Assignment,
    variable: Expression,
    direction: Array,
    definitions: Mapping[Expression, Expression],
) -> Array:
    """The derivative of the last node along a direction of one variable."""
    base = assignment.arrays[variable]
    if is_analytic(nodes):
        shifted = moved(assignment, variable, base + 1j * STEP * direction)
        return np.imag(evaluate(nodes, shifted, definitions)) / STEP
    step = 1e-4
    sides = [evaluate(nodes, moved(assignment, variable, base + k * step * direction), definitions) for k in (-2, -1, 1, 2)]
    result: Array = (sides[0] - 8 * sides[1] + 8 * sides[2] - sides[3]) / (12 * step)
    return result


def close(first: Array, second: Array, tolerance: float = TOLERANCE, scale: float = 0.0) -> bool:
    """Whether two values agree, relative to their size; never where something is not finite."""
    if first.shape != second.shape:
        return False
    if not first.size:
        return True
    top = max(float(np.abs(first).max()), float(np.abs(second).max()), scale)
    return bool(np.abs(first - second).max() <= tolerance * top + 1e-13) if np.isfinite(top) else False


def check_first(
    expression: Expression, variable: Expression, derivative: Term, context: Context, given: Sequence[Expression]
) -> list[Assignment]:
    """Raises unless the derivative agrees with differences of the expression; the assignments that it was checked on.

    The names in `given` are drawn even where they are defined.
    """
    definitions = {name: value for name, value in context.definitions.items() if name not in given}
    nodes = schedule([expression], definitions)
    terms = order_of(derivative)
    generator = Generator(7)
    used = []
    for assignment in assignments([expression], context, 2, given):
        shape = assignment.arrays[variable].shape
        direction = generator.uniform(0.3, 1.0, shape) * generator.signs(shape)
        expected = squeezed(directional(nodes, assignment, variable, direction, definitions), expression.shape)
        _compare(expected, term_value(terms, assignment), direction, variable, is_analytic(nodes))
        used.append(assignment)
    return used


def check_next(first: Term, variable: Expression, second: Term, used: Sequence[Assignment]) -> None:
    """Raises unless the second term is the derivative of the first, which was checked before, on the same assignments."""
    before, after = order_of(first), order_of(second)
    generator = Generator(8)
    analytic = not any(node.kind == "primitive" and node.name == "root" and node.data and node.data[0] > 2 for node in before)
    for assignment in used:
        base = assignment.arrays[variable]
        direction = generator.uniform(0.3, 1.0, base.shape) * generator.signs(base.shape)
        if analytic:
            expected = np.imag(term_value(before, moved(assignment, variable, base + 1j * STEP * direction))) / STEP
        else:
            step = 1e-4
            sides = [term_value(before, moved(assignment, variable, base + k * step * direction)) for k in (-2, -1, 1, 2)]
            expected = (sides[0] - 8 * sides[1] + 8 * sides[2] - sides[3]) / (12 * step)
        _compare(np.asarray(expected), term_value(after, assignment), direction, variable, analytic)


def check_steps(of: Expression | None, wrt: Sequence[Expression], steps: Sequence[Term], assignment: Assignment, context: Context) -> None:
    """Raises unless each derivative agrees with differences of the one before it, on this assignment."""
    assert of is not None
    definitions = {name: value for name, value in context.definitions.items() if name not in wrt}
    nodes = schedule([of], definitions)
    direction = _direction(assignment.arrays[wrt[0]].shape)
    expected = squeezed(directional(nodes, assignment, wrt[0], direction, definitions), of.shape)
    _compare(expected, term_value(order_of(steps[1]), assignment), direction, wrt[0], is_analytic(nodes))
    for before, variable, after in zip(steps[1:], wrt[1:], steps[2:], strict=False):
        check_next(before, variable, after, [assignment])


def check_part(part: Part, contribution: Term, assignment: Assignment, context: Context) -> None:
    """Raises unless a cotangent's or a differential's contribution agrees with differences of the value."""
    definitions = {name: value for name, value in context.definitions.items() if name not in part.held}
    nodes = schedule([part.value], definitions)
    assert part.weight is not None
    weight = assignment.arrays[part.weight]
    found = term_value(order_of(contribution), assignment)
    exact = TOLERANCE if is_analytic(nodes) else COARSE
    if part.backward:
        direction = _direction(assignment.arrays[part.variable].shape)
        change = directional(nodes, assignment, part.variable, direction, definitions)
        both = np.asarray(np.sum(change * weight)), np.asarray(np.sum(found * squeezed(direction, part.variable.shape)))
    else:
        change = directional(nodes, assignment, part.variable, weight, definitions)
        both = squeezed(change, part.value.shape), found
    if not close(*both, exact, float(np.abs(found).max()) * 1e-4 if found.size else 0.0):
        raise Disagreement("this derivative does not agree with differences of the value")


def pulled_back(
    value: Expression, variable: Expression, weight: Array | None, assignment: Assignment, definitions: Mapping[Expression, Expression]
) -> Array:
    """The derivative of a scalar, or of the product with a cotangent, entry by entry."""
    nodes = schedule([value], definitions)
    base = assignment.arrays[variable]
    if base.size > MAX_ENTRIES:
        raise CannotDerive("too many entries to derive one by one")
    result = np.zeros(base.shape)
    for place in np.ndindex(base.shape):
        direction = np.zeros(base.shape)
        direction[place] = 1.0
        change = directional(nodes, assignment, variable, direction, definitions)
        result[place] = np.sum(change if weight is None else change * weight)
    return result


def jacobian(value: Expression | None, variable: Expression, assignment: Assignment, context: Context) -> Array:
    """The whole derivative by differences, one entry of the variable after the other."""
    assert value is not None
    definitions = {name: body for name, body in context.definitions.items() if name is not variable}
    nodes = schedule([value], definitions)
    base = assignment.arrays[variable]
    if base.size > MAX_ENTRIES:
        raise CannotDerive("too many entries to derive one by one")
    columns = []
    for place in range(base.size):
        direction = np.zeros(base.size)
        direction[place] = 1.0
        change = directional(nodes, assignment, variable, direction.reshape(base.shape), definitions)
        columns.append(squeezed(change, value.shape))
    result = np.stack(columns, axis=-1)
    return result.reshape((*result.shape[:-1], *squeezed(base, variable.shape).shape))


def _direction(shape: tuple[int, ...]) -> Array:
    generator = Generator(7)
    result: Array = generator.uniform(0.3, 1.0, shape) * generator.signs(shape)
    return result


def squeezed(array: Array, shape: Shape) -> Array:
    """An array of this shape without its axes of the literal size 1."""
    return array.reshape([size for size, dimension in zip(array.shape, shape.dims, strict=True) if dimension.constant != 1])


def stacked(array: Array, rows: int) -> Array:
    """Value axes and variable axes each stacked into one, the first running fastest."""
    top, bottom = array.shape[:rows], array.shape[rows:]
    order = (*range(rows - 1, -1, -1), *range(array.ndim - 1, rows - 1, -1))
    return np.transpose(array, order).reshape(int(np.prod(top)), int(np.prod(bottom)))


def _compare(expected: Array, value: Array, direction: Array, variable: Expression, exact: bool) -> None:
    array = squeezed(direction, variable.shape)
    found = np.tensordot(value, array, axes=array.ndim) if array.ndim else value * array
    scale = float(np.abs(value).max()) * 1e-4 if value.size else 0.0
    if not close(np.asarray(expected), np.asarray(found), TOLERANCE if exact else COARSE, scale):
        raise Disagreement("this derivative does not agree with differences of the value")
