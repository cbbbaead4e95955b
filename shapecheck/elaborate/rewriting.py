"""The right side of a claim, with what stands for a derivative, differential or cotangent made one name each.

`X' dL/dY` parses as `(X' dL)/dY`, and `tr(A d X)` holds a product: after rewriting, `dL/dY` and `dX` are single names,
and `marks` says what each is the derivative of.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import is_

from shapecheck.core.record import dataclass, replace
from shapecheck.core.span import Span
from shapecheck.elaborate import derivative_form
from shapecheck.elaborate.derivative_form import Form
from shapecheck.elaborate.walk import walk
from shapecheck.syntax.tree import Apply, Block, Call, Entry, Name, Node, Paren, Sigma

STARS = frozenset({"star", "dot"})
DEEPEST = 200
"""A tree deeper than this is left as it is."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The tree, and the derivative that each made-up name in it stands for."""

    node: Node
    marks: dict[str, Form]


def rewrite(node: Node, known: Callable[[str], bool], values: Callable[[str], bool]) -> Rewritten:
    """With every derivative, and every differential of a known name, made a name.

    `known` says which names are bound, `values` which may be scalars that are derived.
    """
    marks: dict[str, Form] = {}
    return Rewritten(_rewrite(node, known, values, marks, 0), marks)


def names(node: Node) -> list[Name]:
    """Every name in a tree, in reading order, those of called functions left out."""
    return [part for part in walk(node) if isinstance(part, Name)]


def entrywise(node: Node, depth: int = 0) -> Node:
    """The tree with every `*` and `·` as `.*`."""
    if depth > DEEPEST:
        return node
    match node:
        case Apply():
            args = tuple(entrywise(arg, depth + 1) for arg in node.args)
            return replace(node, op="dotstar" if node.op in STARS else node.op, args=args)
        case Call():
            return replace(node, args=tuple(entrywise(arg, depth + 1) for arg in node.args))
        case Paren():
            return replace(node, body=entrywise(node.body, depth + 1))
        case _:
            return node


def _rewrite(node: Node, known: Callable[[str], bool], values: Callable[[str], bool], marks: dict[str, Form], depth: int) -> Node:
    if depth > DEEPEST:
        return node

    def inner(child: Node) -> Node:
        return _rewrite(child, known, values, marks, depth + 1)

    match node:
        case Apply() if node.op in derivative_form.PRODUCTS or node.op == "slash":
            return _product(node, known, values, marks, inner)
        case Apply():
            args = tuple(map(inner, node.args))
            return node if all(map(is_, args, node.args)) else replace(node, args=args)
        case Call():
            whole = _whole(node, known, values, marks)
            if whole is not None:
                return whole
            return replace(node, args=tuple(map(inner, node.args)), keywords=tuple((key, inner(value)) for key, value in node.keywords))
        case Name() if node.key.startswith("∇") and not known(node.key):
            return _named(derivative_form.read(node), marks) or node
        case Entry() if isinstance(node.base, Name) and node.base.key == "grad" and len(node.indices) == 1:
            index = node.indices[0]
            return Name(f"grad_{index.key}", node.span) if isinstance(index, Name) else node
        case Entry():
            return replace(node, base=inner(node.base))
        case Sigma() | Paren():
            body = inner(node.body)
            return node if body is node.body else replace(node, body=body)
        case Block():
            return replace(node, rows=tuple(tuple(map(inner, row)) for row in node.rows))
        case _:
            return node


def _product(
    node: Apply, known: Callable[[str], bool], values: Callable[[str], bool], marks: dict[str, Form], inner: Callable[[Node], Node]
) -> Node:
    items = derivative_form.flatten(node)
    first = items[0][1]
    if isinstance(first, Apply) and first.op == "negate":  # `-dL/dx` parses as `(-dL)/dx`
        whole = derivative_form.product([("", first.args[0]), *items[1:]])
        found = inner(whole)
        return node if found is whole else Apply("negate", (found,), first.operator, node.span)
    done: list[tuple[str, Node]] = []
    place = 0
    while place < len(items):
        length, name = _longest(items, place, known, values, marks)
        done.append((items[place][0], name if name is not None else inner(items[place][1])))
        place += length
    if len(done) == len(items) and all(one is other for (_, one), (_, other) in zip(done, items, strict=True)):
        return node
    return done[0][1] if len(done) == 1 else derivative_form.product(done)


def _longest(
    items: list[tuple[str, Node]], place: int, known: Callable[[str], bool], values: Callable[[str], bool], marks: dict[str, Form]
) -> tuple[int, Node | None]:
    """How many factors from here on are one derivative or differential, and its name."""
    op, first = items[place]
    if op != "slash":
        for length in range(min(4, len(items) - place), 1, -1):
            part = [("", first), *items[place + 1 : place + length]]
            name = _derivative(part, known, values, marks) or _differential(part, known)
            if name is not None:
                return length, name
    return 1, None


def _derivative(
    part: list[tuple[str, Node]], known: Callable[[str], bool], values: Callable[[str], bool], marks: dict[str, Form]
) -> Node | None:
    first = part[0][1]
    if isinstance(first, Name) and (known(first.key) or (first.key.startswith(("grad_", "∇_", "∂_")) and not _is_value(part[1:], values))):
        return None
    return _named(derivative_form.read(derivative_form.product(part)), marks)


def _is_value(operand: list[tuple[str, Node]], values: Callable[[str], bool]) -> bool:
    """Whether `grad_Y L` derives `L`, rather than that `grad_Y` is multiplied by something."""
    return len(operand) == 1 and isinstance(operand[0][1], Name) and values(operand[0][1].key)


def _named(form: Form | None, marks: dict[str, Form]) -> Node | None:
    """One name for a derivative; a variable that stands transposed below the line transposes it."""
    if form is None or form.of is None or not all(isinstance(by.node, Name) and not by.stacked for by in form.by):
        return None
    of = form.of.key if isinstance(form.of, Name) else f"({form.of.span.start})"
    below = "".join(f"∂{by.node.key}" for by in form.by if isinstance(by.node, Name))
    key = f"∂{'²' if form.order == 2 else ''}{of}/{below}" if below else f"∇{'²' if form.order == 2 else ''}{of}"
    marks[key] = form
    name = Name(key, form.span)
    return Apply("transpose", (name,), form.span, form.span) if len(form.by) == 1 and form.by[0].row else name


def _whole(call: Call, known: Callable[[str], bool], values: Callable[[str], bool], marks: dict[str, Form]) -> Node | None:
    """`grad(L, Y)`, and `d(X)` or `∂(X)` of one name."""
    if known(call.function.key):
        return None
    if derivative_form.is_vec(call, 1) and isinstance(call.args[0], Name) and known(call.args[0].key):
        return _stacked(call, call.span)
    name = _named(derivative_form.read(call), marks)
    if name is None and call.function.key in derivative_form.MARKS and len(call.args) == 1:
        arg = call.args[0]
        if isinstance(arg, Name) and known(arg.key):
            return Name(f"d{arg.key}", call.span)
    return name


def _differential(part: list[tuple[str, Node]], known: Callable[[str], bool]) -> Node | None:
    """`d X` and `d vec(X)` written with a blank."""
    if len(part) != 2 or part[1][0] != "juxtapose":
        return None
    mark, behind = part[0][1], part[1][1]
    if not (isinstance(mark, Name) and mark.key in derivative_form.MARKS) or known(mark.key):
        return None
    span = mark.span.cover(behind.span)
    if isinstance(behind, Call) and derivative_form.is_vec(behind, 0) and isinstance(behind.args[0], Name) and known(behind.args[0].key):
        return _stacked(behind, span)
    return Name(f"d{behind.key}", span) if isinstance(behind, Name) and known(behind.key) else None


def _stacked(call: Call, span: Span) -> Node:
    """`dvec(X)` as `vec(dX)`, whose `dX` stands nowhere."""
    (name,) = call.args
    assert isinstance(name, Name)
    return replace(
        call, function=Name("vec", call.function.span), args=(Name(f"d{name.key}", Span(name.span.end, name.span.end)),), span=span
    )
