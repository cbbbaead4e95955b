"""Derivatives as people write them: `dq/dB`, `∂²q/∂x∂y'`, `d/dX tr(A X)`, `grad_B q`, `∇²_x f(x)`, read from the tree.

Only the form is read here; whether `q` and `B` are known is the scope's matter (`claims.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from shapecheck.core.record import dataclass, replace
from shapecheck.core.regex import regex
from shapecheck.core.span import Span
from shapecheck.syntax.tree import Apply, Call, Entry, Name, Node, Number, Paren, ShapeLiteral

MARKS = ("d", "∂")
PRODUCTS = frozenset({"juxtapose", "star", "at", "dot", "times"})
OPERATORS = {
    "grad": 1,
    "gradient": 1,
    "jacobian": 1,
    "jac": 1,
    "hess": 2,
    "hessian": 2,
    "Hess": 2,
    "nabla": 1,
    "∇": 1,
    "∇²": 2,
    "D": 1,
    "H": 2,
}
CALLED = frozenset({"grad", "gradient", "jacobian", "jac", "hess", "hessian", "Hess"})
CONVENTION = regex(r"^(?P<sign>[JH]_|D_?)(?P<of>.+)$")
GLUED = regex(r"^(?:d(.+)d\1|(d[^\W\d_][\d_]*)d[^\W\d_][\d_]*)$")
"""`dxdx`, `dxdy`: both variables the same, or single letters."""
SUPERSCRIPT = {"²": 2, "³": 3}


@dataclass(frozen=True, slots=True)
class By:
    """One variable of a derivative: its name, or entry, whether it stands transposed, and whether as `vec(X)`."""

    node: Name | Entry
    row: bool = False
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """`of` (None where nothing is named, as in `∇_B = ...`) by each of `by`; empty `by`: not said, as in `∇f`."""

    of: Node | None
    by: tuple[By, ...]
    order: int
    span: Span


def read(node: Node) -> Form | None:
    """The derivative that this whole expression is, if it is one."""
    while isinstance(node, Paren):
        node = node.body
    items = flatten(node)
    form = _leibniz(items, node.span) or _nabla(items, node.span)
    if form is None or form.of is None or form.order != 1 or len(form.by) != 1:
        return form
    inner = read(form.of)  # `∂/∂y (∂q/∂x)`
    if inner is None or inner.of is None or inner.order != 1 or len(inner.by) != 1:
        return form
    return Form(inner.of, (*inner.by, *form.by), 2, node.span)


def read_convention(node: Node, is_function: Callable[[str], bool]) -> Form | None:
    """`J_f(x)`, `H_f(x)`, `Df(x)` of a function `f`."""
    if not isinstance(node, Call) or node.style != "call" or node.keywords:
        return None
    found = CONVENTION.match(node.function.key)
    if found is None or not is_function(found["of"]):
        return None
    order = 2 if found["sign"].startswith("H") else 1
    by = tuple(By(arg) for arg in node.args if isinstance(arg, Name))
    call = Call(part(node.function, found.start("of")), node.args, (), "call", node.span)
    return Form(call, by * order if len(by) == 1 else (), order, node.span)


def quotient(of: str, by: str, span: Span) -> Form:
    """The form `d of / d by` of two names."""
    return Form(Name(of, span), (By(Name(by, span)),), 1, span)


def flatten(node: Node) -> list[tuple[str, Node]]:
    """The factors of a product level, each with the operator before it (the first has none), left to right."""
    reverse: list[tuple[str, Node]] = []
    while isinstance(node, Apply) and (node.op in PRODUCTS or node.op == "slash") and len(node.args) == 2:
        reverse.append((node.op, node.args[1]))
        node = node.args[0]
    reverse.append(("", node))
    return reverse[::-1]


def product(items: Sequence[tuple[str, Node]]) -> Node:
    """The product of these factors again."""
    node = items[0][1]
    for op, right in items[1:]:
        node = Apply(op, (node, right), Span(node.span.end, right.span.start), node.span.cover(right.span))
    return node


def part(name: Name, start: int) -> Name:
    """What is left of a name behind its first characters, in its place."""
    exact = len(name.key) == name.span.end - name.span.start
    return Name(name.key[start:], Span(name.span.start + start, name.span.end) if exact else name.span)


def _leibniz(items: list[tuple[str, Node]], span: Span) -> Form | None:
    for place in range(1, len(items)):
        if items[place][0] == "slash":
            top = _numerator(items[:place])
            return _quotient(top, _uncalled(items[place:]), span) if top is not None else None
    return None


def _quotient(top: tuple[Node | None, int], below: list[tuple[str, Node]], span: Span) -> Form | None:
    of, order = top
    end = next((place for place, (op, _) in enumerate(below) if place and op not in PRODUCTS), len(below))
    found = _denominator([node for _, node in below[:end]], order)
    if found is None or (of is not None and end < len(below)):
        return None
    by, used = found
    rest = below[used:]
    if rest and rest[0][0] not in PRODUCTS:
        return None
    if of is None and rest:
        of = product([("", rest[0][1]), *rest[1:]])
    elif rest or of is None:
        return None
    return Form(of, by, order, span)


def _uncalled(items: list[tuple[str, Node]]) -> list[tuple[str, Node]]:
    """`dB(q)` below the line as `dB` and what is derived."""
    found: list[tuple[str, Node]] = []
    for op, node in items:
        called = isinstance(node, Call) and node.style == "call" and len(node.args) == 1 and not node.keywords
        if isinstance(node, Call) and called and _prefix(node.function.key)[0] and not is_vec(node, 1):
            inside = Span(node.function.span.end, node.span.end)
            found += [(op, node.function), ("juxtapose", Paren(node.args[0], inside))]
        else:
            found.append((op, node))
    return found


def _numerator(items: list[tuple[str, Node]]) -> tuple[Node | None, int] | None:
    """What is derived (None: it stands behind the fraction) and how often."""
    first = items[0][1]
    rest = items[1:]
    if any(op not in PRODUCTS for op, _ in rest):
        return None
    alone = _mark(first)
    if alone is not None:
        return (product([("", rest[0][1]), *rest[1:]]) if rest else None), alone
    if rest:
        return None
    if isinstance(first, Apply) and first.op == "transpose" and isinstance(first.args[0], Name):
        inner = _numerator([("", first.args[0])])
        return None if inner is None or inner[0] is None else (Apply("transpose", (inner[0],), first.operator, first.span), inner[1])
    if isinstance(first, Entry) and isinstance(first.base, Name):
        inner = _numerator([("", first.base)])
        return None if inner is None or inner[0] is None else (Entry(inner[0], first.indices, first.span), inner[1])
    if isinstance(first, Call) and first.style == "call":
        return _numerator_call(first)
    if isinstance(first, Name):
        order, length = _prefix(first.key)
        return (part(first, length), order) if order and length < len(first.key) else None
    return None


def _numerator_call(call: Call) -> tuple[Node, int] | None:
    """`d(x' A x)` and `df(x)` above the line."""
    order, length = _prefix(call.function.key)
    if not order:
        return None
    if length == len(call.function.key):
        return (Paren(call.args[0], call.span), order) if len(call.args) == 1 and not call.keywords else None
    return Call(part(call.function, length), call.args, call.keywords, call.style, call.span), order


def _mark(node: Node) -> int | None:
    """The order of a `d` or `∂` that stands alone: `d`, `d^2`, `∂²`."""
    if isinstance(node, Name):
        order, length = _prefix(node.key)
        return order if order and length == len(node.key) else None
    if isinstance(node, Apply) and node.op == "power" and isinstance(node.args[0], Name) and node.args[0].key in MARKS:
        return _count(node.args[1])
    return None


def _prefix(key: str) -> tuple[int, int]:
    """Order and length of the mark at the beginning of a name; order 0 where there is none."""
    if not key.startswith(MARKS):
        return 0, 0
    if len(key) > 1 and key[1] in SUPERSCRIPT:
        return SUPERSCRIPT[key[1]], 2
    if key[1:3] in {"^2", "^3"}:
        return int(key[2]), 3
    if key[1:2] in {"2", "3"} and (len(key) == 2 or not key[2].isdigit()):
        return int(key[1]), 2
    return 1, 1


def _count(node: Node) -> int | None:
    if isinstance(node, Number) and isinstance(node.value, Fraction) and node.value in (1, 2, 3):
        return int(node.value)
    return None


def _denominator(nodes: list[Node], order: int) -> tuple[tuple[By, ...], int] | None:
    """The variables below the line, and how many factors they took."""
    below = nodes[0].body if isinstance(nodes[0], Paren) else nodes[0]
    if isinstance(nodes[0], Paren) or (isinstance(below, Apply) and below.op in PRODUCTS):  # `\frac{∂²q}{∂x ∂y'}`
        inner = _denominator([node for _, node in flatten(below)], order)
        return None if inner is None or (below is nodes[0] and inner[1] < len(flatten(below))) else (inner[0], 1)
    found: list[By] = []
    used = 0
    while used < len(nodes) and len(found) < order:
        node = nodes[used]
        glued = not (isinstance(node, Name) and node.key in MARKS and used + 1 < len(nodes))
        used += 1 if glued else 2
        variables = _variable(nodes[used - 1], 1 if glued else 0, order)
        if variables is None:
            return None
        found += variables
    if len(found) == 1 and order > 1:
        found *= order
    return (tuple(found), used) if len(found) == order else None


def _variable(node: Node, mark: int, order: int) -> list[By] | None:
    """`dX`, `dx2`, `dx^2`, `∂y'`, `∂x∂y`, `∂B[j,k]`: with the mark (1) or what stands behind it (0)."""
    if isinstance(node, Apply) and node.op == "transpose":
        inner = _variable(node.args[0], mark, order)
        return None if inner is None else [*inner[:-1], replace(inner[-1], row=True)]
    if isinstance(node, Apply) and node.op == "power" and _count(node.args[1]) == order:
        inner = _variable(node.args[0], mark, 1)
        return None if inner is None else inner * order
    if isinstance(node, Entry) and isinstance(node.base, Name):
        inner = _variable(node.base, mark, 1)
        return None if inner is None else [By(Entry(inner[0].node, node.indices, node.span))]
    if isinstance(node, Paren) and not mark:
        return _variable(node.body, 0, order)
    if isinstance(node, Call) and is_vec(node, mark):
        return [By(node.args[0], stacked=True)] if isinstance(node.args[0], Name) else None
    if not isinstance(node, Name):
        return None
    if not mark:
        return [By(node)]
    if not node.key.startswith(MARKS) or len(node.key) == 1:
        return None
    again = _second_mark(node.key) if order == 2 else node.key.find("∂", 1)
    if again > 0:
        head = Name(node.key[1:again], node.span)
        tail = _variable(part(node, again), 1, 1)
        return None if tail is None else [By(head), *tail]
    name = part(node, 1)
    if order > 1 and name.key[-1:] in (str(order), {2: "²", 3: "³"}.get(order)) and len(name.key) > 1:
        trimmed = name.key[:-1].removesuffix("^")
        return [By(Name(trimmed, name.span))] * order
    return [By(name)]


def _second_mark(key: str) -> int:
    """Where the second variable of `∂x∂y` or `dxdy` begins; -1 if there is none."""
    again = key.find("∂", 1)
    if again > 0:
        return again
    glued = GLUED.match(key)
    return -1 if glued is None else glued.end(2 if glued[2] else 1)


def is_vec(call: Call, mark: int) -> bool:
    """Whether this is `vec(X)`, or with the mark before it `dvec(X)`."""
    key = call.function.key
    return len(call.args) == 1 and not call.keywords and (key[1:] == "vec" and key[0] in MARKS if mark else key == "vec")


def _nabla(items: list[tuple[str, Node]], span: Span) -> Form | None:
    first = items[0][1]
    if any(op not in PRODUCTS for op, _ in items[1:]):
        return None
    if isinstance(first, Call):
        return _called(first, span) if len(items) == 1 else None
    squared = 1
    if isinstance(first, Apply) and first.op == "power" and isinstance(first.args[0], Name) and first.args[0].key.startswith("∇"):
        count = _count(first.args[1])
        if count is None:
            return None
        squared, first = count, first.args[0]
    if not isinstance(first, Name):
        return None
    head = _head(first)
    if head is None:
        return None
    order, below, behind = head
    order *= squared
    if behind is not None:
        return _glued(behind, items[1:], order, span)
    of = product([("", items[1][1]), *items[2:]]) if len(items) > 1 else None
    if of is None and not below:
        return None
    return Form(of, tuple(below) * order if len(below) == 1 else tuple(below), order, span)


def _glued(name: Name, rest: list[tuple[str, Node]], order: int, span: Span) -> Form | None:
    """`∇f`, `∇f(x)`, `∇f(x, y)`."""
    if not rest:
        return Form(name, (), order, span)
    arguments = rest[0][1]
    if len(rest) > 1 or rest[0][0] != "juxtapose" or not isinstance(arguments, Paren | ShapeLiteral):
        return None
    args = (arguments.body,) if isinstance(arguments, Paren) else arguments.dims
    by = tuple(By(arg) for arg in args if isinstance(arg, Name))
    call = Call(name, args, (), "call", name.span.cover(arguments.span))
    return Form(call, by * order if len(by) == 1 else (), order, span)


def _head(name: Name) -> tuple[int, list[By], Name | None] | None:
    """`∇_B`, `grad_B`, `∇²_x`, `∇`, `∇f`: the order, the variables below, and the function glued to the sign."""
    if name.key.startswith("∇"):
        length, order = 1, 1
        if name.key[1:2] == "²":
            length, order = 2, 2
        elif name.key[1:3] == "^2":
            length, order = 3, 2
        if name.key[length : length + 1] == "_":
            inner = part(name, length + 1)
            return (2 if inner.key.endswith("²") else order), [By(Name(inner.key.rstrip("²"), inner.span))], None
        if length == len(name.key):
            return order, [], None
        return order, [], part(name, length)
    word, underscore, variable = name.key.partition("_")
    if word == "∂" and variable:
        return 1, [By(part(name, 2))], None
    if underscore and variable and word in OPERATORS and word not in {"D", "H", "nabla"}:
        return OPERATORS[word], [By(part(name, len(word) + 1))], None
    if underscore and variable and word == "nabla":
        return 1, [By(part(name, len(word) + 1))], None
    if not underscore and word in {"grad", "hess", "nabla"}:
        return OPERATORS[word], [], None
    return None


def _called(call: Call, span: Span) -> Form | None:
    """`grad(q, B)`, `hessian(f(x), x)`, `∇_B(...)`, `∇f(B)`, `∇_B f(B)` with the name glued to the call."""
    key = call.function.key
    if key in CALLED and not call.keywords:
        if len(call.args) >= 2 and all(isinstance(arg, Name) for arg in call.args[1:]):
            by = tuple(By(arg) for arg in call.args[1:] if isinstance(arg, Name))
            order = max(OPERATORS[key], len(by))
            return Form(call.args[0], by * order if len(by) == 1 else by, order, span)
        return Form(Paren(call.args[0], call.span), (), OPERATORS[key], span) if len(call.args) == 1 else None
    head = _head(call.function)
    if head is None:
        return None
    order, below, behind = head
    if behind is not None:
        by = tuple(By(arg) for arg in call.args if isinstance(arg, Name))
        return Form(Call(behind, call.args, call.keywords, call.style, call.span), by * order if len(by) == 1 else (), order, span)
    if len(call.args) == 1:
        return Form(Paren(call.args[0], call.span), tuple(below) * order if len(below) == 1 else (), order, span)
    return None
