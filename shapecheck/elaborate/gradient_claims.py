"""`dq/dB = ...`, `∇_B q = ...`, `∂²q/∂x∂y' = ...`, `∂q/∂B_jk = ...`: what is derived, by what, and what it is said to be."""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.core.dimension import ONE, Dimension
from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass
from shapecheck.core.shape import Shape
from shapecheck.elaborate import dependence, indexing
from shapecheck.elaborate.derivative_form import Form
from shapecheck.elaborate.expression import elaborate_expression
from shapecheck.elaborate.outcome import DOUBT
from shapecheck.elaborate.right_side import Right, derivative_shape, elaborate_right, unsaid
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.sheet import Claim, GradientClaim, IdentityClaim, Problem
from shapecheck.syntax.tree import Entry, Name, Node, Number


@dataclass(frozen=True, slots=True)
class Derived:
    """The left side of a gradient claim."""

    of: Expression
    by: tuple[Expression, ...]
    indexed: tuple[tuple[str, ...], ...] = ()


def left_side(form: Form, rights: Sequence[Node], frame: Frame) -> Derived | None:
    """None where the value or a variable is not known, or where the value is not known to depend on the variable."""
    if form.of is None:
        return None
    found = _value(form.of, frame)
    if found is None:
        return None
    of, of_indices = found
    definitions = frame.scope.definitions()
    if of.op == "variable" and of not in definitions:
        return None
    above = dependence.ancestors(of, frame.scope.made_of())
    variables: list[Expression] = []
    indices: list[tuple[str, ...]] = []
    for by in form.by or unsaid(form, of, frame, _shape(rights, frame)):
        read = _variable(by.node, frame)
        if read is None or read[0] not in above or (by.stacked and not of.shape.rank):
            return None
        variables.append(read[0])
        indices.append(read[1])
    if not variables:
        return None
    return Derived(of, tuple(variables), (of_indices, *indices) if of_indices or any(indices) else ())


def gradient(left: Node, form: Form, derived: Derived, rights: Sequence[Node], frame: Frame) -> tuple[Claim, ...]:
    """The claims of a chain: the first side that fits is the derivative, each later one equals the one before it."""
    expected = derivative_shape(derived.of.shape, [by.shape for by in derived.by]) if not derived.indexed else None
    if derived.of.shape.rank == 1 and [by.stacked for by in form.by] == [True]:
        expected = Shape((*derived.of.shape.dims, _entries(derived.by[0], frame)))
    loss = frame.scope.versions.get(derived.of)
    claims: list[Claim] = []
    previous: tuple[Expression, Node] | None = None
    letters = tuple(index for part in derived.indexed for index in part)
    for node in rights:
        frame.chosen, frame.letters = frozenset(letters), None
        right = elaborate_right(node, frame, expected, loss)
        frame.chosen, frame.letters = frozenset(), None
        if right is None or not _linked(right, derived, frame):
            continue
        expression = indexing.closed(right.expression, letters, frame)
        if expected is not None:
            _suggest(node, expression, expected, frame)
        else:
            if len(derived.by) == 1 and expression.shape.rank == 2 and expression.open:
                _as_stacked(expression, derived, frame)
            if frame.inferred and not derived.indexed and not _is_zero(node) and not _may_be(expression, derived, frame):
                frame.problems.append(Problem(DOUBT, "", node.span, node))
        if previous is None:
            rows = tuple(by.row for by in form.by)
            otherwise = None if "dots" in frame.manner else right.otherwise
            claims.append(GradientClaim(derived.of, derived.by, expression, left, node, rows, derived.indexed, otherwise))
        elif not _is_zero(node):  # `dL/dw = 2 X' (X w - y) = 0` says where the least value is
            claims.append(IdentityClaim(previous[0], expression, previous[1], node))
        previous = (expression, node)
    return tuple(claims)


def _is_zero(node: Node) -> bool:
    return isinstance(node, Number) and node.value == 0


def _may_be(expression: Expression, derived: Derived, frame: Frame) -> bool:
    """Whether a derivative with more than two axes may have this shape: all axes, those of a stacked one, or told entry by entry."""
    own, given = frame.solver.resolve(derived.of.shape).dims, frame.solver.resolve(expression.shape).dims
    by = tuple(dim for variable in derived.by for dim in frame.solver.resolve(variable.shape).dims)
    if len(given) == len(own) + len(by) or given == own == by:
        return True
    sizes = (_entries(derived.of, frame), _entries(derived.by[0], frame))
    return any(_is_same(Shape(given), Shape(pair), frame) for pair in (sizes, sizes[::-1]))


def _turned(shape: Shape) -> Shape:
    """The shape in the other layout; a column's is that of a row."""
    return Shape((ONE, *shape.dims)) if shape.rank == 1 else Shape(shape.dims[::-1])


def _is_same(first: Shape, second: Shape, frame: Frame) -> bool:
    mark = frame.mark()
    found = frame.solver.same(first, second)
    frame.rollback(mark)
    return found is not False


def _as_stacked(expression: Expression, derived: Derived, frame: Frame) -> None:
    """Open sizes, as of `I` in `x ⊗ I + I ⊗ x`, take those of the stacked derivative where they can."""
    mark = frame.mark()
    if frame.solver.same(expression.shape, Shape((_entries(derived.of, frame), _entries(derived.by[0], frame)))) is False:
        frame.rollback(mark)


def _entries(matrix: Expression, frame: Frame) -> Dimension:
    """The number of its entries."""
    total = ONE
    for dimension in frame.solver.resolve(matrix.shape).dims:
        total = total * dimension
    return total


def _shape(rights: Sequence[Node], frame: Frame) -> Shape | None:
    """The shape of what a derivative is said to be, as far as it is known by itself."""
    mark = frame.mark()
    expression = elaborate_expression(rights[0], frame)
    shape = None if expression is None else frame.solver.resolve(expression.shape)
    frame.rollback(mark)
    return shape


def _value(node: Node, frame: Frame) -> tuple[Expression, tuple[str, ...]] | None:
    """What is derived, and the indices of the entry of it that is meant."""
    if isinstance(node, Name | Entry):
        return _variable(node, frame)
    expression = elaborate_expression(node, frame)
    return (indexing.closed(expression, (), frame), ()) if expression is not None else None


def _variable(node: Name | Entry, frame: Frame) -> tuple[Expression, tuple[str, ...]] | None:
    """The variable that a name or entry is of, and the entry's indices; numbered entries are not read."""
    binding = frame.lookup(node.key) if isinstance(node, Name) else None
    if binding is not None:
        return binding.variable, ()
    found = indexing.entry(node, frame)
    if found is None:
        return None
    letters = tuple(index for index in found[1] if isinstance(index, str))
    return (found[0].variable, letters) if len(letters) == len(found[1]) else None


def _linked(right: Right, derived: Derived, frame: Frame) -> bool:
    """Whether everything that the right side derives by depends, as far as is known, on a variable of the left side."""
    definitions = frame.scope.definitions()
    return all(not dependence.ancestors(by, definitions).isdisjoint(derived.by) for by in right.derivatives)


def _suggest(node: Node, expression: Expression, expected: Shape, frame: Frame) -> None:
    """Open sizes of the right side take those of the derivative; where that is not possible, undeclared names may be read otherwise.

    What fits in the other layout is wrong in a manner that says nothing of names.
    """
    mark = frame.mark()
    if frame.solver.same(expression.shape, expected) is False:
        frame.rollback(mark)
        if (frame.inferred or frame.marked) and not _is_same(expression.shape, _turned(expected), frame):
            frame.problems.append(Problem(DOUBT, "", node.span, node))
