"""Chains of operators where the parts decide together how they are joined."""

from __future__ import annotations

from collections.abc import Callable

from shapecheck.core.expression import Expression, make
from shapecheck.core.record import replace
from shapecheck.core.span import Span
from shapecheck.elaborate import broadcast, functions
from shapecheck.elaborate.scope import Frame
from shapecheck.syntax.tree import Apply, Call, Node, Paren

TIGHT = frozenset({"transpose", "hermitian", "inverse_transpose", "power", "dotpower"})


def multiplied(node: Apply, frame: Frame) -> Apply | None:
    """`A (A'A)^-1` for `A(A'A)^-1`, which looks like a call of `A` that is then inverted, where `A` is a variable."""
    signs, body = [node], node.args[0]
    while isinstance(body, Apply) and body.op in TIGHT:
        signs.append(body)
        body = body.args[0]
    if not isinstance(body, Call) or not functions.is_product(body, frame):
        return None
    start = body.function.span.end
    factor: Node = Paren(body.args[0], Span(start, body.span.end))
    for sign in reversed(signs):
        factor = replace(sign, args=(factor, *sign.args[1:]), span=Span(start, sign.span.end))
    return Apply("juxtapose", (body.function, factor), Span(start, start), node.span)


def column_and_row(
    apply: Apply,
    left: Expression,
    right: Expression,
    spine: list[Apply],
    frame: Frame,
    elaborate: Callable[[Node, Frame], Expression | None],
) -> Expression | None:
    """A column and a row add up where a matrix of their shape is added too: `c + r - 2 X Y'`. `spine` has what follows, last first."""
    spread = broadcast.spread(left, right, frame.solver.resolve(left.shape), frame.solver.resolve(right.shape))
    if spread is None:
        return None
    for later in spine[: next(place for place, one in enumerate(spine) if one is apply)]:
        if later.op not in ("add", "subtract"):
            continue
        mark = frame.mark()
        matrix = elaborate(later.args[1], frame)
        fits = matrix is not None and frame.solver.same(matrix.shape, spread[2]) is True
        frame.rollback(mark)
        if fits:
            return make(apply.op, spread[:2], spread[2])
    return None
