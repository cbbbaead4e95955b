"""Shape assertions and flows: `A B : (N, N)`, `X W -> (N, K)`, `(B, T, hs) @ (B, hs, T) -> (B, T, T)`.

A flow with one operand, `(B, T, C) -> (B, T*C)` or `x -> (B, T*C)`, may reshape, reduce, stack or convolve: nothing contradicts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from shapecheck.core.expression import variable
from shapecheck.core.record import replace
from shapecheck.core.shape import Shape
from shapecheck.elaborate import indexform, indexing
from shapecheck.elaborate.declarations import assigned, declared_shape
from shapecheck.elaborate.expression import elaborate_expression
from shapecheck.elaborate.literals import OPEN
from shapecheck.elaborate.outcome import NOTHING, Outcome
from shapecheck.elaborate.problems import side
from shapecheck.elaborate.right_side import with_differentials
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.sheet import Binding, Problem
from shapecheck.elaborate.walk import walk
from shapecheck.syntax.tree import Apply, Assertion, Bare, Block, Name, Node, Number, Paren, ShapeLiteral


def assertion(statement: Assertion, frame: Frame, targets: Sequence[Name]) -> Outcome:
    """Problems go to the frame; the last shape is that of the names which the code assigns."""
    shapes = [declared_shape(literal, frame) for literal in statement.shapes]
    final = shapes[-1]
    root = _root(statement.expression)
    if root is not None and _is_colon(statement) and shapes == [Shape()] and not frame.knows(root.key):
        return Outcome(bindings=(assigned(root, Shape(), frozenset(), frame),))
    bound = tuple(assigned(target, final, frozenset(), frame) for target in targets) if final is not None else ()
    if not _is_colon(statement):
        statement = replace(statement, expression=_with_shapes(statement.expression, frame))
    if _is_shape(statement.expression):
        declared_shape(_literal(statement.expression), frame)
        return Outcome(bindings=bound)
    if not _is_colon(statement) and _says_sizes(statement, frame):
        return Outcome(bindings=bound)
    if isinstance(statement.expression, Name) and not _is_colon(statement) and frame.knows(statement.expression.key):
        elaborate_expression(statement.expression, frame)
        return Outcome(bindings=bound)
    expression = elaborate_expression(_opaque(statement.expression, frame), frame, expected=shapes[0])
    if expression is None or shapes[0] is None:
        return Outcome(bindings=bound)
    if shapes[0].dims and (axes := indexform.implied(expression)):
        expression = indexing.closed(expression, axes, frame)
    if frame.solver.same(expression.shape, shapes[0]) is False:
        kind = "flow" if len(statement.shapes) > 1 or not _is_colon(statement) else "assertion"
        where = (side(statement.expression, expression.shape, frame),)
        facts = {"expected": shapes[0]}
        node = statement.expression
        frame.problems.append(Problem("shape-assertion", kind, statement.shapes[0].span, node, statement.operator, where, facts))
    return Outcome(bindings=bound, expressions=(expression,))


def _root(node: Node) -> Name | None:
    """`σ` of `σ²: scalar`."""
    if isinstance(node, Apply) and node.op == "power" and isinstance(node.args[0], Name) and isinstance(node.args[1], Number):
        return node.args[0]
    return None


def _with_shapes(node: Node, frame: Frame) -> Node:
    """The tree with lists of sizes in square brackets, `[B, T, C]`, as the shapes that they are."""
    match node:
        case Block(rows=(row,)) if len(row) > 1 and all(_is_size(cell, frame) for cell in row):
            return ShapeLiteral(row, node.span)
        case Apply():
            return replace(node, args=tuple(_with_shapes(arg, frame) for arg in node.args))
        case Paren():
            return replace(node, body=_with_shapes(node.body, frame))
        case _:
            return node


def _is_size(node: Node, frame: Frame) -> bool:
    """Whether this can be a size: no name in it is that of a value."""
    if isinstance(node, Name) and node.key in OPEN:
        return True
    parts = list(walk(node))
    plain = all(isinstance(part, Name | Number | Paren) or (isinstance(part, Apply) and len(part.args) == 2) for part in parts)
    return plain and not any(isinstance(part, Name) and frame.knows(part.key) for part in parts)


def _says_sizes(statement: Assertion, frame: Frame) -> bool:
    """Whether only sizes stand before the arrow, without commas: `B x T x C -> B x C x T`, `(B T C) -> (B C T)`."""
    names = [part.key for part in walk(statement.expression) if isinstance(part, Name) and part.key != "x"]
    behind = {part.key for shape in statement.shapes for dim in shape.dims for part in walk(dim) if isinstance(part, Name)}
    return bool(names) and all(name in behind or name in frame.scope.dimensions for name in names) and not any(map(frame.knows, names))


def bare(statement: Bare, frame: Frame) -> Outcome:
    """An expression alone; the sizes in a shape are declared by it."""
    node = statement.expression
    if isinstance(node, ShapeLiteral):
        declared_shape(node, frame)
        return NOTHING
    return with_differentials((node,), frame, partial(_expression, frame))


def _expression(frame: Frame, nodes: tuple[Node, ...]) -> Outcome:
    expression = elaborate_expression(_opaque(nodes[0], frame), frame)
    if expression is None:
        return NOTHING
    axes = indexform.implied(expression)
    return Outcome(expressions=(indexing.closed(expression, axes, frame) if indexform.free(expression) else expression,))


def _is_colon(statement: Assertion) -> bool:
    return statement.operator.end - statement.operator.start == 1


def _is_shape(node: Node) -> bool:
    while isinstance(node, Paren):
        node = node.body
    return isinstance(node, ShapeLiteral)


def _literal(node: Node) -> ShapeLiteral:
    while isinstance(node, Paren):
        node = node.body
    assert isinstance(node, ShapeLiteral)
    return node


def _opaque(node: Node, frame: Frame) -> Node:
    """The tree with each shape in it as the name of a value of that shape."""
    match node:
        case ShapeLiteral():
            shape = declared_shape(node, frame) or Shape()
            key = f"{shape}#{node.span.start}"
            frame.special[key] = Binding(key, 0, "parameter", variable(key, shape), node.span)
            return Name(key, node.span)
        case Apply():
            return replace(node, args=tuple(_opaque(arg, frame) for arg in node.args))
        case Paren():
            return replace(node, body=_opaque(node.body, frame))
        case _:
            return node
