"""What a mending is made of: edits to try, and the factors and terms that they are about."""

from __future__ import annotations

from shapecheck.core.record import dataclass
from shapecheck.core.span import Edit
from shapecheck.elaborate.sheet import Problem
from shapecheck.syntax.tree import Apply, Call, Node

SITES = 8
PRODUCTS = frozenset({"juxtapose", "star", "at", "dot", "times", "matmul_r"})
SUMS = frozenset({"add", "subtract", "hadamard", "hadamard_divide", "dotstar", "dotslash", "frobenius"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """An edit to try, told in the words of its fix; one that `mends_all` must leave nothing of the statement's problems."""

    size: int
    title: str
    edits: tuple[Edit, ...]
    mends_all: bool = False


def arguments_of(problem: Problem) -> tuple[Node, ...]:
    if problem.sides:
        sides = problem.sides[1:] if problem.kind in ("definition", "update", "redefined") else problem.sides
        return tuple(side.node for side in sides)
    node = problem.node
    return node.args if isinstance(node, (Apply, Call)) else (node,) if node is not None else ()


def chain_of(node: Node) -> list[Node]:
    """The factors of a product, left to right; the terms of a sum likewise; a single node else."""
    found: list[Node] = []
    pending = [node]
    while pending and len(found) < 2 * SITES:
        node = pending.pop()
        if isinstance(node, Apply) and (node.op in PRODUCTS or node.op in SUMS or node.op in ("slash", "negate", "kron")):
            pending.extend(reversed(node.args))
        else:
            found.append(node)
    return found
