"""`σ'(z)` and `f'(x)`: derivatives of functions, those of the operator table entry by entry, where `'` cannot be a transpose."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from shapecheck import ops, syntax
from shapecheck.core.record import replace
from shapecheck.core.span import Span
from shapecheck.elaborate.walk import walk
from shapecheck.ops.row import Row
from shapecheck.syntax.tree import Apply, Block, Call, Entry, Name, Node, Paren, Sigma


def expand(node: Node, known: Callable[[str], bool], defined: Callable[[str], bool]) -> Node:
    """With the derivative of a function of the table written out, and that of a `defined` one as `grad(f(x), x)`.

    `known` names are variables, and `'` transposes them.
    """
    if any(_primed(part, defined) is not None for part in walk(node)):
        node = _spelled(node, defined, 0)
    if not any(_row(part, known) is not None for part in walk(node)):
        return node
    return _expand(node, known, 0)


def _primed(node: Node, defined: Callable[[str], bool]) -> tuple[Name, int] | None:
    """The defined function that stands primed, and how often."""
    order = 0
    while isinstance(node, Apply) and node.op == "transpose":
        order, node = order + 1, node.args[0]
    return (node, order) if order in (1, 2) and isinstance(node, Name) and defined(node.key) else None


def _spelled(node: Node, defined: Callable[[str], bool], depth: int) -> Node:
    if depth > 100 or not isinstance(node, Apply | Paren):
        return node
    if isinstance(node, Paren):
        return replace(node, body=_spelled(node.body, defined, depth + 1))
    if node.op == "juxtapose" and isinstance(node.args[1], Paren) and isinstance(node.args[1].body, Name):
        found = _primed(node.args[0], defined)
        if found is not None:
            function, order = found
            applied = Call(function, (node.args[1].body,), (), "call", node.span)
            operator = Name("grad" if order == 1 else "hess", function.span)
            return Call(operator, (applied, node.args[1].body), (), "call", node.span)
    return replace(node, args=tuple(_spelled(arg, defined, depth + 1) for arg in node.args))


def _expand(node: Node, known: Callable[[str], bool], depth: int) -> Node:
    def inner(child: Node) -> Node:
        return _expand(child, known, depth + 1) if depth < 100 else child

    match node:
        case Apply(op="juxtapose", args=(first, Paren() as argument)) if _row(first, known) is not None:
            return _derivative(first, argument, node.span, known)
        case Apply(op="juxtapose", args=(Apply(args=(left, first)) as product, Paren() as argument)) if _row(first, known) is not None:
            derivative = _derivative(first, argument, first.span.cover(argument.span), known)
            return replace(product, args=(inner(left), derivative), span=node.span)
        case Apply():
            return replace(node, args=tuple(map(inner, node.args)))
        case Call() if len(node.args) == 1 and _row(node, known) is not None:
            return _derivative(node, Paren(inner(node.args[0]), node.span), node.span, known)
        case Call():
            return replace(node, args=tuple(map(inner, node.args)))
        case Entry():
            return replace(node, base=inner(node.base))
        case Sigma() | Paren():
            return replace(node, body=inner(node.body))
        case Block():
            return replace(node, rows=tuple(tuple(map(inner, row)) for row in node.rows))
        case _:
            return node


def _derivative(function: Node, argument: Paren, span: Span, known: Callable[[str], bool]) -> Node:
    row = _row(function, known)
    assert row is not None
    return Paren(_put(_formula(row.derivative), row.parameters[0], argument, span), span)


def _row(node: Node, known: Callable[[str], bool]) -> Row | None:
    """The elementwise function of one argument that stands primed."""
    key = ""
    if isinstance(node, Apply) and node.op == "transpose" and isinstance(node.args[0], Name):
        key = node.args[0].key
    elif isinstance(node, Call) and node.function.key.endswith("'"):
        key = node.function.key[:-1]
    rows = [row for row in ops.named(key) if row.kind == "elementwise" and len(row.parameters) == 1] if key and not known(key) else []
    return rows[0] if rows else None


@lru_cache(maxsize=64)
def _formula(text: str) -> Node:
    return syntax.parse_expression(text)


def _put(node: Node, parameter: str, argument: Node, span: Span) -> Node:
    """The table's formula with the argument for its parameter, standing where the user wrote the call."""
    match node:
        case Name():
            return argument if node.key == parameter else replace(node, span=span)
        case Apply():
            args = tuple(_put(arg, parameter, argument, span) for arg in node.args)
            return replace(node, args=args, operator=Span(span.start, span.start), span=span)
        case Call():
            args = tuple(_put(arg, parameter, argument, span) for arg in node.args)
            return replace(node, function=replace(node.function, span=span), args=args, span=span)
        case Paren():
            return replace(node, body=_put(node.body, parameter, argument, span), span=span)
        case _:
            return replace(node, span=span)
