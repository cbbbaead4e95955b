"""Dimensions and shapes as typed: `2N`, `H*E`, `(B, T, C)`."""

from __future__ import annotations

from fractions import Fraction

from shapecheck.core.dimension import ONE, Dimension, DimensionTooLarge, integer, named
from shapecheck.core.shape import Shape
from shapecheck.elaborate.problems import fail
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.solver import ANY
from shapecheck.syntax.tree import Apply, Call, Entry, Name, Node, Number, Paren, ShapeLiteral

OPEN = frozenset({"...", "*", "?", "_", "None", "any", "…"})
PRODUCTS = frozenset({"juxtapose", "star", "dot", "times", "at"})
DEEPEST = 60


class NotADimension(Exception):
    """A node that is no size; `node` is the part that is not."""

    def __init__(self, node: Node, message: str = "a size is a name, an integer, or a sum, product or quotient of these") -> None:
        super().__init__(message)
        self.node = node


def shape_of_literal(node: ShapeLiteral, frame: Frame) -> Shape | None:
    """The shape that a literal writes; None, with the problem recorded, where a part of it is no size."""
    dims = tuple(dimension_of(dim, frame) for dim in node.dims)
    return None if None in dims else Shape(dims)  # type: ignore[arg-type]


def dimension_of(node: Node, frame: Frame) -> Dimension | None:
    """The size that a node writes; None, with the problem recorded, where it is no size."""
    try:
        return read_dimension(node)
    except NotADimension as error:
        fail(frame, "syntax-error", "dimension", error.node, message=str(error))
    except (DimensionTooLarge, ZeroDivisionError) as error:
        fail(frame, "syntax-error", "dimension", node, message=str(error))
    return None


def read_dimension(node: Node, depth: int = 0) -> Dimension:
    """The size that a node writes; raises where it writes none."""
    if depth > DEEPEST:
        raise NotADimension(node)
    match node:
        case Name():
            return ANY if node.key in OPEN else named(node.key)
        case Number(value=Fraction() as value) if value.denominator == 1 and value >= 0:
            return integer(int(value))
        case Paren():
            return read_dimension(node.body, depth + 1)
        case ShapeLiteral() if len(node.dims) == 1:
            return read_dimension(node.dims[0], depth + 1)
        case Apply():
            return _computed(node, depth)
        case Call() if len(node.args) == 1 and isinstance(node.args[0], Name):
            return named(f"{node.function.key}({node.args[0].key})")
        case Entry() if isinstance(node.base, Name) and len(node.indices) == 1 and isinstance(node.indices[0], Number):
            return named(f"{node.base.key}[{node.indices[0].value}]")
        case _:
            raise NotADimension(node)


def _computed(node: Apply, depth: int) -> Dimension:
    if node.op == "negate":
        inner = read_dimension(node.args[0], depth + 1)
        return ANY if inner == ONE else integer(0) - inner
    if node.op == "plus":
        return read_dimension(node.args[0], depth + 1)
    if len(node.args) != 2:
        raise NotADimension(node)
    left, right = read_dimension(node.args[0], depth + 1), read_dimension(node.args[1], depth + 1)
    if ANY in (left, right):
        return ANY
    if node.op == "add":
        return left + right
    if node.op == "subtract":
        return left - right
    if node.op in PRODUCTS:
        return left * right
    if node.op in ("floordiv", "slash"):
        return left // right
    if node.op == "power" and right.constant is not None and 0 <= right.constant <= 16:
        return left**right.constant
    raise NotADimension(node)
