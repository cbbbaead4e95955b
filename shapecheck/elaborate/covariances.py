"""`Σ_k x` where `Σ_k` is bound, or `Σ` is with as many axes: a factor, and no sum."""

from __future__ import annotations

from collections.abc import Callable

from shapecheck.core.record import replace
from shapecheck.core.span import Span
from shapecheck.elaborate.walk import read_name, walk
from shapecheck.syntax.tree import Apply, Block, Call, Entry, Name, Node, Paren, Sigma

DEEPEST = 200
PRODUCTS = frozenset({"juxtapose", "star", "at", "dot", "times", "dotstar", "dotslash", "slash", "backslash", "matmul_r"})

Rank = Callable[[str], int | None]


def expand(node: Node, rank: Rank) -> Node:
    """With each sum whose sign is a name that is bound as a product with that name; `rank` gives the axes of a bound name."""
    if not any(isinstance(part, Sigma) and _is_name(part, rank) for part in walk(node)):
        return node
    return _expand(node, rank, 0)


def _is_name(node: Sigma, rank: Rank) -> bool:
    if not node.name:
        return False
    return rank(node.name) is not None or any(rank(base) == len(indices) for base, indices in read_name(node.name))


def _expand(node: Node, rank: Rank, depth: int) -> Node:
    if depth > DEEPEST:
        return node
    match node:
        case Sigma():
            body = _expand(node.body, rank, depth + 1)
            return _before(body, Name(node.name, node.operator)) if _is_name(node, rank) else replace(node, body=body)
        case Apply() | Call():
            return replace(node, args=tuple(_expand(arg, rank, depth + 1) for arg in node.args))
        case Paren():
            return replace(node, body=_expand(node.body, rank, depth + 1))
        case Block():
            return replace(node, rows=tuple(tuple(_expand(cell, rank, depth + 1) for cell in row) for row in node.rows))
        case Entry():
            return replace(node, base=_expand(node.base, rank, depth + 1))
        case _:
            return node


def _before(node: Node, name: Name) -> Node:
    """The product with a factor more at its beginning."""
    spine: list[Apply] = []
    while isinstance(node, Apply) and node.op in PRODUCTS and len(node.args) == 2:
        spine.append(node)
        node = node.args[0]
    found: Node = Apply("juxtapose", (name, node), Span(node.span.start, node.span.start), name.span.cover(node.span))
    for apply in reversed(spine):
        found = replace(apply, args=(found, apply.args[1]), span=name.span.cover(apply.span))
    return found
