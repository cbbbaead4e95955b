"""The typed expression that a tree means in a frame.

Each node is typed from its parts; what an operator does is decided by their shapes. A part that does not fit is
recorded once in the frame, and what contains it gives None. Begin with `_VISITORS`, then `products.py` and `broadcast.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from shapecheck import ops
from shapecheck.core.dimension import DimensionTooLarge
from shapecheck.core.expression import Expression, make, number, variable
from shapecheck.core.shape import Shape
from shapecheck.elaborate import blocks, broadcast, build, chains, comparisons, functions, indexform, names, powers, products
from shapecheck.elaborate.constants import E, ones
from shapecheck.elaborate.literals import dimension_of, shape_of_literal
from shapecheck.elaborate.problems import fail, visible
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.sheet import Typed
from shapecheck.elaborate.walk import walk
from shapecheck.syntax.tree import Apply, Block, Call, Entry, Name, Node, Number, Paren, ShapeLiteral, Sigma

__all__ = ["dimension_of", "elaborate_expression", "shape_of_literal"]

DEEPEST = 150
PRODUCTS = frozenset({"juxtapose", "star", "at", "dot", "matmul_r"})
LONGEST = 2000
LONGEST_JOIN = 4

Binary = Callable[[Frame, Apply, Expression, Expression], Expression | None]
Unary = Callable[[Frame, Apply, Expression], Expression | None]


def elaborate_expression(node: Node, frame: Frame, *, expected: Shape | None = None) -> Expression | None:
    """The typed expression; None where something in it does not fit or is not known, the problem being in the frame.

    `expected` is the shape that it should have: `0` takes it, and `1` that of a vector.
    """
    begun = bool(frame.roots)
    if not begun:
        frame.begin(node)
    try:
        found = elaborate(node, frame)
    except DimensionTooLarge as error:
        fail(frame, "shape-mismatch", "too-large", node, message=str(error))
        found = None
    finally:
        if not begun:
            frame.roots = ()
    if found is None or expected is None:
        return found
    if found.op == "number" and expected.dims and found.data[0] == 0:
        return make("zeros", shape=expected)
    return found


def elaborate(node: Node, frame: Frame) -> Expression | None:
    """One node with its parts, recorded in the frame."""
    if frame.depth > DEEPEST:
        if not any(problem.kind == "too-deep" for problem in frame.problems[-4:]):
            fail(frame, "syntax-error", "too-deep", node, message="this formula is nested too deeply")
        return None
    frame.depth += 1
    try:
        found = _VISITORS[type(node)](node, frame)
    finally:
        frame.depth -= 1
    if found is not None:
        frame.typed.append(Typed(node, found))
    return found


def _name(node: Name, frame: Frame) -> Expression | None:
    parts = names.joined(node, frame)
    if parts is not None:
        return _joined(node, parts, names.product_of(parts), frame)
    return names.value_of(node, frame)


def _joined(node: Node, parts: tuple[Name, ...], product: Node, frame: Frame) -> Expression | None:
    """`FPF` as `F P F`, with a hint; what is longer than formulas are, and does not fit so, is a name of its own."""
    mark = frame.mark()
    found = elaborate(product, frame)
    if found is None:
        if len(parts) <= LONGEST_JOIN:
            return None
        frame.rollback(mark)
        return None if not isinstance(node, Name) else names.value_of(node, frame)
    whole = Name("".join(part.key for part in parts), parts[0].span.cover(parts[-1].span))
    fail(frame, "ambiguous-name", "joined", whole, parts=tuple(part.key for part in parts))
    return found


def _number(node: Number, frame: Frame) -> Expression:
    return number(node.value)


def _apply(node: Apply, frame: Frame) -> Expression | None:
    if node.op == "range":
        return None
    binary = _BINARY.get(node.op)
    if binary is not None and len(node.args) == 2:
        return _chain(node, frame)
    unary = _UNARY.get(node.op)
    product = chains.multiplied(node, frame) if node.op in chains.TIGHT else None
    if product is not None:
        return _regrouped(node, product, frame)
    if unary is not None:
        return _postfix(node, unary, frame)
    if node.op in ("power", "dotpower") and len(node.args) == 2:
        return _power(node, frame)
    if node.op == "floordiv" and len(node.args) == 2:
        return _floored(node, frame)
    fail(frame, "syntax-error", "operator", node, node.operator, message="this operator has no meaning in an expression")
    return None


def _regrouped(node: Apply, product: Apply, frame: Frame) -> Expression | None:
    """The product; where it does not fit, and the call as a whole does, that: `f(x)'` of a vector `f`."""
    mark = frame.mark()
    found = elaborate(product, frame)
    if found is not None or len(frame.problems) == mark[0]:
        return found
    frame.rollback(mark)
    whole = _power(node, frame) if node.op in ("power", "dotpower") else _postfix(node, _UNARY[node.op], frame)
    if whole is None:
        frame.rollback(mark)
        elaborate(product, frame)
    return whole


def _floored(node: Apply, frame: Frame) -> Expression | None:
    """`D // H` of sizes is the size."""
    names = {part.key for part in walk(node) if isinstance(part, Name)}
    if names <= frame.scope.dimensions:
        size = dimension_of(node, frame)
        return None if size is None else make("size", data=(size,))
    parts = [elaborate(part, frame) for part in node.args]
    values = [part for part in parts if part is not None]
    return build.opaque("floordiv", tuple(values), values[0].shape) if len(values) == 2 else None


def _chain(node: Apply, frame: Frame) -> Expression | None:
    """Operators of two arguments, which nest on the left without bound."""
    spine: list[Apply] = []
    current: Node = node
    while isinstance(current, Apply) and current.op in _BINARY and len(current.args) == 2:
        spine.append(current)
        current = current.args[0]
    if len(spine) > LONGEST:
        fail(frame, "syntax-error", "too-deep", node, message="this formula is too long")
        return None
    current = _prefixed(current, spine, frame)
    found = elaborate(current, frame)
    for apply, following in zip(reversed(spine), (*reversed(spine[:-1]), None), strict=False):
        if _is_subscript(apply):
            found = None if found is None else _subscripted(apply, found, frame)
            continue
        kept = frame.scalars
        frame.scalars = -1 if _is_mapped(apply, following, found) else _below(apply, found, frame)
        right = elaborate(apply.args[1], frame)
        frame.scalars = kept
        found = _both(apply, found, right, spine, frame) if found is not None and right is not None else None
        if found is not None and apply is not node:
            frame.typed.append(Typed(apply, found))
    return found


def _both(apply: Apply, left: Expression, right: Expression, spine: list[Apply], frame: Frame) -> Expression | None:
    mark = frame.mark()
    found = _BINARY[apply.op](frame, apply, left, right)
    if found is None and apply.op in ("add", "subtract") and len(frame.problems) > mark[0]:
        found = chains.column_and_row(apply, left, right, spine, frame, elaborate)
        if found is not None:
            del frame.problems[mark[0] :]
    return found


def _prefixed(first: Node, spine: list[Apply], frame: Frame) -> Node:
    """`det (X)`: a function's name before a factor calls it; its product is then taken off the spine."""
    if not isinstance(first, Name) or spine[-1].op != "juxtapose" or len(first.key) < 2 or visible(first.key, frame) is not None:
        return first
    if not ops.named(first.key) and not functions.is_over_index(first.key):
        return first
    apply = spine.pop()
    return Call(first, (apply.args[1],), (), "prefix", apply.span)


def _is_subscript(apply: Apply) -> bool:
    """Whether the right side is an index on the left one, as in `softmax(x)_i`."""
    right = apply.args[1]
    return apply.op == "juxtapose" and isinstance(right, Name) and right.key[:1] == "_" and len(right.key) > 1


def _subscripted(apply: Apply, value: Expression, frame: Frame) -> Expression | None:
    right = apply.args[1]
    rank = frame.solver.resolve(value.shape).rank
    indices = indexform.read_name(f"x{right.key}") if isinstance(right, Name) else []
    if rank and indices and len(indices[0][1]) == rank:
        return indexform.entry(apply, value, indices[0][1], frame)
    return build.opaque("subscript", (value,), frame.solver.resolve(value.shape))


def _is_mapped(apply: Apply, following: Apply | None, left: Expression | None) -> bool:
    """Whether this is the `β` of `X β` and `x' β`: numbers stand before what they scale, as in `X λ z`."""
    right = apply.args[1]
    if apply.op not in PRODUCTS or (following is not None and following.op in PRODUCTS):
        return False
    return left is not None and left.shape.rank == 2 and left.op != "identity" and isinstance(right, Name) and names.is_greek(right.key)


def _below(apply: Apply, left: Expression | None, frame: Frame) -> int:
    """How an undeclared letter on the right of an operator is read: a divisor is a number rather than a vector."""
    if apply.op == "slash":
        return 2 if (left is not None and left.op == "number") or _is_number(apply.args[1]) else 1
    scalar = left is None or not left.shape.dims or apply.op in ("add", "subtract", *comparisons.SIGNS)
    return frame.scalars if scalar and apply.op not in ("at", "frobenius") else 0


def _is_number(divisor: Node) -> bool:
    """Whether nobody would write so what a matrix is divided by: `sqrt(D)`, `N - 1`, `2 N`; `S` and `R + S` may well be matrices."""
    while isinstance(divisor, Paren):
        divisor = divisor.body
    if isinstance(divisor, Call):
        return any(row.kind == "elementwise" for row in ops.named(divisor.function.key))
    return isinstance(divisor, Apply) and divisor.op in _BINARY and any(isinstance(part, Number) for part in divisor.args)


def _postfix(node: Apply, unary: Unary, frame: Frame) -> Expression | None:
    body = node.args[0]
    if node.op == "transpose" and isinstance(body, Name):
        primed = frame.special.get(f"{body.key}'") or frame.scope.bindings.get(f"{body.key}'")
        if primed is not None:
            return primed.variable
    parts = names.joined(body, frame) if node.op not in ("negate", "plus") else None
    if parts is not None:
        last = Apply(node.op, (parts[-1], *node.args[1:]), node.operator, parts[-1].span.cover(node.span))
        found = _joined(node, parts, names.product_of(parts, last), frame)
        if found is not None or len(parts) <= LONGEST_JOIN:
            return found
    if isinstance(body, Number) and body.value == 1 and node.op in ("transpose", "hermitian"):
        return build.transpose(ones(frame))
    kept = frame.scalars
    if node.op not in ("negate", "plus"):
        frame.scalars = -1 if isinstance(body, Name) else 0
    value = elaborate(body, frame)
    frame.scalars = kept
    if value is None:
        return None
    exponent = _superscript(node, value, frame)
    return exponent if exponent is not None else unary(frame, node, value)


def _superscript(node: Apply, value: Expression, frame: Frame) -> Expression | None:
    """`γ^T` of a number with a variable `T`: a power."""
    if node.op != "transpose" or value.shape.dims or node.operator.end - node.operator.start != 2:
        return None
    if visible("T", frame) is None and "T" not in frame.scope.dimensions:
        return None
    exponent = names.value_of(Name("T", node.operator), frame)
    return None if exponent is None or exponent.shape.dims else make("epower", (value, exponent))


def _power(node: Apply, frame: Frame) -> Expression | None:
    body = node.args[0]
    if names.is_constant_e(body, frame):
        base: Expression | None = E
    else:
        parts = names.joined(body, frame)
        if parts is not None:
            last = Apply(node.op, (parts[-1], node.args[1]), node.operator, parts[-1].span.cover(node.span))
            found = _joined(node, parts, names.product_of(parts, last), frame)
            if found is not None or len(parts) <= LONGEST_JOIN:
                return found
        base = elaborate(body, frame)
    kept, frame.scalars = frame.scalars, 0 if base is E else 2
    exponent = elaborate(node.args[1], frame)
    frame.scalars = kept
    if base is None or exponent is None:
        return None
    then = powers.power if node.op == "power" else powers.dot_power
    return then(frame, node, base, exponent)


def _call(node: Call, frame: Frame) -> Expression | None:
    return functions.call(node, frame, elaborate)


def _entry(node: Entry, frame: Frame) -> Expression | None:
    if isinstance(node.base, Name) and visible(node.base.key, frame) is None and len(node.indices) == 1:
        return _named_brackets(node, node.base, frame)
    value = elaborate(node.base, frame)
    return None if value is None else indexform.bracketed(node, value, frame)


def _named_brackets(node: Entry, base: Name, frame: Frame) -> Expression | None:
    """`E[x x']` of something that is not declared is no entry: a value of the shape inside, or nothing known."""
    inside = node.indices[0]
    if base.key in ("E", "𝔼"):
        value = elaborate(inside, frame)
        return None if value is None else build.opaque(base.key, (value,), value.shape)
    if (isinstance(inside, Name) and len(inside.key) == 1) or isinstance(inside, Number):
        value = elaborate(base, frame)
        return None if value is None else indexform.bracketed(node, value, frame)
    return None


def _sigma(node: Sigma, frame: Frame) -> Expression | None:
    outer = {index: frame.indices.pop(index) for index in node.indices if index in frame.indices}
    kept, frame.summed = frame.summed, not node.indices
    body = elaborate(node.body, frame)
    frame.summed = kept
    found = None if body is None else indexform.summed(node, body, frame)
    for index in node.indices:
        frame.indices.pop(index, None)
    frame.indices.update(outer)
    return found


def _block(node: Block, frame: Frame) -> Expression | None:
    mark = frame.mark()
    first, second = node, blocks.as_products(node)
    if second is not None and blocks.has_wide_sums(node):
        first, second = second, node
    found = _cells(first, frame)
    if found is not None or len(frame.problems) == mark[0] or second is None:
        return found
    frame.rollback(mark)
    found = _cells(second, frame)
    if found is None:
        frame.rollback(mark)
        _cells(node, frame)
    return found


def _cells(node: Block, frame: Frame) -> Expression | None:
    rows = [[(cell, elaborate(cell, frame)) for cell in row] for row in node.rows]
    if any(value is None for row in rows for _, value in row) or not rows or not rows[0]:
        return None
    return blocks.block(node, [[(cell, value) for cell, value in row if value is not None] for row in rows], frame)


def _paren(node: Paren, frame: Frame) -> Expression | None:
    return elaborate(node.body, frame)


def _shape(node: ShapeLiteral, frame: Frame) -> Expression | None:
    shape = shape_of_literal(node, frame)
    return None if shape is None else variable(f"{shape}#{node.span.start}", shape)


def _negate(frame: Frame, node: Apply, value: Expression) -> Expression | None:
    return build.negate(value)


def _plus(frame: Frame, node: Apply, value: Expression) -> Expression | None:
    return value


_BINARY: dict[str, Binary] = {
    "add": broadcast.total,
    "subtract": broadcast.total,
    "frobenius": products.frobenius,
    "hadamard": broadcast.hadamard,
    "dotstar": broadcast.hadamard,
    "hadamard_divide": broadcast.quotient,
    "dotslash": broadcast.quotient,
    **dict.fromkeys(("juxtapose", "star", "at", "dot", "times", "matmul_r"), products.product),
    "slash": products.slash,
    "backslash": products.backslash,
    "kron": products.kronecker,
    **dict.fromkeys(comparisons.SIGNS, comparisons.comparison),
}
_UNARY: dict[str, Unary] = {
    "negate": _negate,
    "plus": _plus,
    "transpose": powers.transpose,
    "hermitian": powers.transpose,
    "inverse_transpose": powers.inverse_transpose,
}
_VISITORS: dict[type, Callable[..., Expression | None]] = {
    Name: _name,
    Number: _number,
    Apply: _apply,
    Call: _call,
    Entry: _entry,
    Sigma: _sigma,
    Block: _block,
    Paren: _paren,
    ShapeLiteral: _shape,
}
