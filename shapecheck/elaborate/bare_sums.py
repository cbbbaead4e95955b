"""`1/n Σ (y_i - ŷ_i)²`, `-Σ[y_i log(p_i)]`: a letter Σ without index, of which nothing is known, that can only be a sum.

Where it may as well be an undeclared covariance, as in `Σ x` and `A Σ A'`, it stays a name.
"""

from __future__ import annotations

from collections.abc import Callable

from shapecheck.core.record import replace
from shapecheck.core.span import Span
from shapecheck.elaborate.derivative_form import flatten, product
from shapecheck.elaborate.walk import read_name, walk
from shapecheck.syntax.tree import Apply, Block, Call, Entry, Name, Node, Number, Paren, Sigma

SIGN = "Σ"
PRODUCTS = frozenset({"juxtapose", "dot", "star", "times"})
DEEPEST = 200

Rank = Callable[[str], int | None]


def expand(node: Node, rank: Rank, depth: int = 0) -> Node:
    """With each such letter as a sum over what stands behind it; `rank` gives the axes of a bound name."""
    if depth == 0 and (rank(SIGN) is not None or not any(_is_sign(part) for part in walk(node))):
        return node
    if depth > DEEPEST:
        return node

    def inner(child: Node) -> Node:
        return expand(child, rank, depth + 1)

    match node:
        case Apply(op="power", args=(Call() as call, exponent)) if _is_sign(call.function) and len(call.args) == 1:
            body = replace(node, args=(_behind(call), exponent))
            return _sum(call.function, inner(body), node) if _is_summed(body, rank) else node
        case Call() if _is_sign(node.function) and len(node.args) == 1:
            return _sum(node.function, inner(node.args[0]), node) if _is_summed(node.args[0], rank) else node
        case Entry() if isinstance(node.base, Name) and _is_sign(node.base) and len(node.indices) == 1:
            return _sum(node.base, inner(node.indices[0]), node) if isinstance(node.indices[0], Apply) else node
        case Apply() if node.op in PRODUCTS or node.op == "slash":
            return _product(node, rank, inner)
        case Apply() | Call():
            return replace(node, args=tuple(map(inner, node.args)))
        case Paren() | Sigma():
            return replace(node, body=inner(node.body))
        case Block():
            return replace(node, rows=tuple(tuple(map(inner, row)) for row in node.rows))
        case _:
            return node


def _product(node: Apply, rank: Rank, inner: Callable[[Node], Node]) -> Node:
    items = flatten(node)
    for place, (op, part) in enumerate(items):
        sign, behind = _parted(part)
        if sign is None or op == "slash":
            continue
        rest = [*behind, *items[place + 1 :]]
        if not rest or rest[0][0] not in PRODUCTS:
            continue
        body = product([("", rest[0][1]), *rest[1:]])
        front = [(before, inner(factor)) for before, factor in items[:place]]
        divided = any(before == "slash" for before, _ in front) or any(_is_number(factor) for _, factor in front)
        if divided or _is_summed(body, rank):
            return product([*front, (op, _sum(sign, inner(body), body))])
    parts = tuple(map(inner, node.args))
    return replace(node, args=parts)


def _parted(part: Node) -> tuple[Name | None, list[tuple[str, Node]]]:
    """The sign that a factor is or begins with, and what of the factor stands behind it."""
    if _is_sign(part):
        assert isinstance(part, Name)
        return part, []
    if isinstance(part, Call) and _is_sign(part.function) and len(part.args) == 1:
        return part.function, [("juxtapose", _behind(part))]
    if isinstance(part, Apply) and part.op == "power" and isinstance(part.args[0], Call):
        sign, behind = _parted(part.args[0])
        return sign, [(op, replace(part, args=(inside, part.args[1]))) for op, inside in behind]
    return None, []


def _behind(call: Call) -> Paren:
    return Paren(call.args[0], Span(call.function.span.end, call.span.end))


def _is_sign(node: Node) -> bool:
    return isinstance(node, Name) and node.key == SIGN


def _is_number(node: Node) -> bool:
    """Whether this is a number or a fraction over one, as `-(2/n)`."""
    while isinstance(node, Paren) or (isinstance(node, Apply) and node.op in ("negate", "slash")):
        node = node.body if isinstance(node, Paren) else node.args[0]
    return isinstance(node, Number)


def _is_summed(body: Node, rank: Rank) -> bool:
    """Whether this can only be summed: entries, squares of brackets, functions of entries."""
    for part in walk(body):
        if isinstance(part, Name) and rank(part.key) is None:
            if any(rank(base) == len(indices) for base, indices in read_name(part.key)):
                return True
        elif isinstance(part, Apply) and part.op in ("power", "dotpower") and isinstance(part.args[0], Paren):
            if isinstance(part.args[1], Number) and part.args[1].value != -1:
                return True
        elif isinstance(part, Call) and part.style != "norm" and part.function.key in ("log", "ln", "exp", "max", "log1p"):
            return True
    return False


def _sum(sign: Name, body: Node, whole: Node) -> Sigma:
    return Sigma((), None, body, sign.span, sign.span.cover(whole.span))
