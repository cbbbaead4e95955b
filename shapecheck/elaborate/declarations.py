"""Statements that say what a name is: its shape, its properties, dimensions and facts about them."""

from __future__ import annotations

from collections.abc import Iterable

from shapecheck.core.dimension import ONE, DimensionTooLarge
from shapecheck.core.expression import variable
from shapecheck.core.record import replace
from shapecheck.core.shape import Shape
from shapecheck.elaborate import properties
from shapecheck.elaborate.literals import dimension_of, shape_of_literal
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.sheet import Binding, Problem, Reason
from shapecheck.syntax.asides import ALTERNATIVES
from shapecheck.syntax.tree import Assigned, Declaration, DimensionDeclaration, Fact, Name, Number, Property, ShapeLiteral

_SQUARE = frozenset({"symmetric", "posdef", "diagonal", "orthogonal", "lower", "upper"})


def dimensions(statement: DimensionDeclaration, frame: Frame) -> None:
    """`dim N, D`."""
    frame.scope = replace(frame.scope, dimensions=frame.scope.dimensions | {name.key for name in statement.names})


def fact(statement: Fact, frame: Frame) -> None:
    """`where D = H*E`, `where H | D`."""
    left, right = dimension_of(statement.left, frame), dimension_of(statement.right, frame)
    if left is None or right is None:
        return
    known = frame.scope.facts
    try:
        facts = known.with_divisibility(left, right) if statement.relation == "|" else known.with_equality(left, right)
    except (DimensionTooLarge, ZeroDivisionError):
        return
    names = frame.scope.dimensions | left.names() | right.names()
    frame.scope = replace(frame.scope, facts=facts, dimensions=names)
    frame.solver.facts = facts


def declare(statement: Declaration, frame: Frame) -> tuple[Binding, ...]:
    """Binds the names; problems go to the frame."""
    if statement.shape is None and any(word.word == ALTERNATIVES for word in statement.properties):
        for name in statement.names:
            frame.scope = frame.scope.fail(name.key)
        return ()
    given = _properties(statement.properties, frame)
    if statement.shape is None and any(word.word == "> 0" for word in statement.properties):
        return tuple(_describe(name, given, frame) for name in statement.names if name.key in frame.scope.bindings)
    if statement.shape is None:
        return tuple(_describe(name, given, frame) for name in statement.names)
    shape = None if _is_interval(statement.shape) else declared_shape(statement.shape, frame)
    if shape is None:
        return ()
    return tuple(_bind(name, shape, given, frame) for name in statement.names)


def _is_interval(literal: ShapeLiteral) -> bool:
    """`x ∈ [0, 1]`: no axis has the size 0."""
    return any(isinstance(dim, Number) and dim.value == 0 for dim in literal.dims)


def declared_shape(literal: ShapeLiteral, frame: Frame) -> Shape | None:
    """The shape that a literal declares; its names are dimensions from now on."""
    shape = shape_of_literal(literal, frame)
    if shape is not None:
        names = frozenset(name for dim in shape.dims for name in dim.names())
        if not names <= frame.scope.dimensions:
            frame.scope = replace(frame.scope, dimensions=frame.scope.dimensions | names)
    return shape


def assign(statement: Assigned, frame: Frame) -> tuple[Binding, ...]:
    """Names that code assigns behind which a shape stands: their versions from here on."""
    given = _properties(statement.properties, frame)
    shape = declared_shape(statement.shape, frame)
    return tuple(assigned(name, shape, given, frame) for name in statement.names) if shape is not None else ()


def assigned(name: Name, shape: Shape, given: frozenset[str], frame: Frame) -> Binding:
    """The version that a name has from here on."""
    current = frame.scope.bindings.get(name.key)
    if current is not None and frame.solver.resolve(current.shape) == shape:
        return current if current.properties >= given else _describe(name, given, frame)
    version = _next_version(current)
    binding = Binding(name.key, version, "declared", variable(name.key, shape, version), name.span, properties=given)
    frame.scope = frame.scope.bind(binding)
    return binding


def _properties(words: Iterable[Property], frame: Frame) -> frozenset[str]:
    given: set[str] = set()
    for word in words:
        meaning = properties.meaning(word.word)
        if meaning is None:
            frame.problems.append(Problem("unknown-property", "", word.span, facts={"word": word.word, "known": properties.NAMES}))
        else:
            given |= meaning
    return frozenset(given)


def _describe(name: Name, given: frozenset[str], frame: Frame) -> Binding:
    """Properties of a name that is bound already, or whose shape follows from them."""
    current = frame.scope.bindings.get(name.key)
    if current is not None:
        binding = replace(current, properties=current.properties | given)
    else:
        shape = _shape_from(given, frame)
        binding = Binding(name.key, 0, "inferred", variable(name.key, shape), name.span, properties=given)
    frame.scope = frame.scope.bind(binding)
    return binding


def _shape_from(given: frozenset[str], frame: Frame) -> Shape:
    if given & _SQUARE:
        size = frame.solver.fresh()
        return Shape((size, size))
    return Shape((frame.solver.fresh(),)) if given & {"onehot", "unit"} else Shape()


def _bind(name: Name, shape: Shape, given: frozenset[str], frame: Frame) -> Binding:
    current = frame.scope.bindings.get(name.key)
    own = current is not None and name.key not in frame.scope.outer
    if current is None or not own:
        version = _next_version(current)
        binding = Binding(name.key, version, "declared", variable(name.key, shape, version), name.span, properties=given)
    elif frame.solver.same(current.shape, shape) is not False:
        exact = variable(name.key, shape, current.version)
        kind = "declared" if current.kind == "inferred" else current.kind
        span = name.span if current.kind == "inferred" else current.span
        binding = replace(current, kind=kind, variable=exact, span=span, properties=current.properties | given)
    elif current.kind == "inferred":
        version = _next_version(current)
        binding = Binding(name.key, version, "declared", variable(name.key, shape, version), name.span, properties=given)
    else:
        return _conflict(name, shape, current, frame)
    frame.scope = frame.scope.bind(binding)
    return binding


def _conflict(name: Name, shape: Shape, current: Binding, frame: Frame) -> Binding:
    previous = Reason(name.key, frame.solver.resolve(current.shape), current.kind, current.span)
    facts = {"name": name.key, "shape": shape, "previous": previous}
    frame.problems.append(Problem("conflicting-declaration", "", name.span, name, facts=facts))
    frame.scope = frame.scope.fail(name.key)
    return current


def _next_version(current: Binding | None) -> int:
    return 0 if current is None else current.version + 1


def is_vector(shape: Shape) -> bool:
    """One axis longer than 1: a column or a row."""
    return sum(dim != ONE for dim in shape.dims) == 1
