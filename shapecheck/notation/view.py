"""How an expression looks before any notation: which form it takes, with which arguments.

The graph says `epower(x, 2)`; on paper that is `x^2` for a scalar and `x.^2` for a vector. A sum with a
negative term is a difference, a product of scalars is a product. Values never change here.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from shapecheck.core.dimension import ONE
from shapecheck.core.expression import NEW_AXIS, Expression, make, number
from shapecheck.core.record import dataclass
from shapecheck.core.shape import Shape

PRODUCTS = ("scale", "hadamard", "ratio", "matmul")


@dataclass(frozen=True, slots=True)
class View:
    """The form's name, the arguments in the order of writing, and the texts that the form needs beyond them."""

    form: str
    args: tuple[Expression, ...] = ()
    source: Expression | None = None


def is_scalar(expression: Expression) -> bool:
    return all(dimension.constant == 1 for dimension in expression.shape.dims)


def value_of(expression: Expression) -> Fraction | float | None:
    return expression.data[0] if expression.op == "number" else None


def negative_of(expression: Expression) -> Expression | None:
    """What `expression` is the negative of, where it is written with a leading minus."""
    path: list[Expression] = []
    if expression.op == "scale" and expression.args[1].op == "negate":
        return make("scale", (expression.args[0], expression.args[1].args[0]), expression.shape)
    while expression.op in PRODUCTS:
        path.append(expression)
        expression = expression.args[0]
    value = value_of(expression)
    if expression.op == "negate":
        inner = expression.args[0]
    elif value is not None and value < 0:
        inner = number(-value)
    else:
        return None
    for outer in reversed(path):
        bare = outer.op == "scale" and value_of(inner) == 1
        inner = outer.args[1] if bare else make(outer.op, (inner, *outer.args[1:]), outer.shape, outer.data)
    return inner


def view(expression: Expression) -> View:
    """The form that this expression is written in."""
    special = _SPECIAL.get(expression.op)
    return special(expression) if special else View(expression.op, expression.args, expression)


def _add(expression: Expression) -> View:
    left, right = (_anchored(a, b) for a, b in (expression.args, expression.args[::-1]))
    positive = negative_of(right)
    if positive is not None:
        return View("subtract", (left, positive))
    return View("add", (left, right))


def _subtract(expression: Expression) -> View:
    left, right = (_anchored(a, b) for a, b in (expression.args, expression.args[::-1]))
    positive = negative_of(right)
    if positive is not None:
        return View("add", (left, positive))
    return View("subtract", (left, right))


def _anchored(expression: Expression, beside: Expression) -> Expression:
    """An identity beside a term that shows its size is written `I`, without its size."""
    core, path = expression, []
    while core.op in ("negate", "scale", "ratio"):
        path.append(core)
        core = core.args[1 if core.op == "scale" else 0]
    if core.op != "identity" or core.data or not _tells_size(beside):
        return expression
    core = make("identity", (), core.shape, ("short",))
    for outer in reversed(path):
        args = (outer.args[0], core) if outer.op == "scale" else (core, *outer.args[1:])
        core = make(outer.op, args, outer.shape, outer.data)
    return core


def _tells_size(expression: Expression) -> bool:
    """Whether the size can be seen: some leaf on the way down is neither a bare identity nor a scalar."""
    pending, seen = [expression], 0
    while pending and seen < 64:
        node = pending.pop()
        seen += 1
        if node.op in ("variable", "ones", "zeros") and not is_scalar(node):
            return True
        if node.op in ("add", "subtract", "negate", "scale", "ratio", "hadamard", "matmul", "transpose"):
            pending.extend(node.args)
        elif node.op not in ("identity", "number", "size", "constant", "basis") and node.args and not is_scalar(node):
            return True
    return False


def _negate(expression: Expression) -> View:
    inner = expression.args[0]
    positive = negative_of(inner)
    return view(positive) if positive is not None else View("negate", (inner,))


def _signed(expression: Expression) -> View | None:
    positive = negative_of(expression)
    return View("negate", (positive,)) if positive is not None else None


def _scale(expression: Expression) -> View:
    signed = _signed(expression)
    if signed:
        return signed
    left, right = expression.args
    if not right.shape.dims and right.op == "matmul" and _ends_in_chain(left):
        right = _group(right)
    left = _grouped(left)
    value = value_of(left)
    if isinstance(value, Fraction) and value.numerator == 1 and value.denominator != 1 and right.op in ("add", "subtract"):
        return View("quotient", (right, number(value.denominator)))
    return View("scale", (left, right))


def _ends_in_chain(scalar: Expression) -> bool:
    return scalar.op == "matmul" or (scalar.op == "scale" and scalar.args[1].op == "matmul")


def _grouped(scalar: Expression) -> Expression:
    """A scalar `x' A x` in front of other factors is written in brackets, or it would run into them."""
    if scalar.op == "matmul":
        return _group(scalar)
    if scalar.op == "scale" and scalar.args[1].op == "matmul":
        return make("scale", (scalar.args[0], _group(scalar.args[1])), scalar.shape)
    return scalar


def _group(scalar: Expression) -> Expression:
    return make("group", (scalar,), scalar.shape)


def _hadamard(expression: Expression) -> View:
    signed = _signed(expression)
    if signed:
        return signed
    left, right = expression.args
    if is_scalar(left) or is_scalar(right):
        pair = (left, right) if is_scalar(left) else (right, left)
        return _scale(make("scale", pair, expression.shape))
    if right.op == "hadamard" and len({node.shape for node in (left, right, *right.args)}) == 1:
        joined = make("hadamard", (left, right.args[0]), expression.shape)
        return _hadamard(make("hadamard", (joined, right.args[1]), expression.shape))
    return View("hadamard", expression.args)


def _ratio(expression: Expression) -> View:
    signed = _signed(expression)
    if signed:
        return signed
    left, right = expression.args
    if not is_scalar(right):
        return View("ratio", expression.args)
    divisor = value_of(right)
    if isinstance(divisor, Fraction) and divisor.denominator != 1:
        return _scale(make("scale", (number(1 / divisor), left), expression.shape))  # `X/(1/2)` is `2 X`; `X/1/2` would not be
    value = value_of(left)
    if isinstance(value, Fraction) and value.denominator != 1:
        below = make("scale", (number(value.denominator), right))
        return View("fraction", (number(value.numerator), below))
    return View("fraction" if value is not None else "quotient", (left, right))


def _matmul(expression: Expression) -> View:
    return _signed(expression) or View("matmul", expression.args)


def _transpose(expression: Expression) -> View:
    inner = expression.args[0]
    if inner.op == "inv":
        return View("inverse_transpose", inner.args, expression)
    return View("transpose", expression.args)


def _inv(expression: Expression) -> View:
    inner = expression.args[0]
    if inner.op == "transpose":
        return View("inverse_transpose", inner.args, expression)
    return View("inv", expression.args, expression)


def _epower(expression: Expression) -> View:
    base, exponent = expression.args
    form = "power" if is_scalar(base) and is_scalar(exponent) else "epower"
    return View(form, (base, exponent))


def _power(expression: Expression) -> View:
    return View("power", (expression.args[0], number(expression.data[0])))


def _outer(expression: Expression) -> View:
    left, right = expression.args
    row = make("transpose", (right,), Shape((ONE, *right.shape.dims)))
    return View("matmul", (left, row))


def _dot(expression: Expression) -> View:
    left, right = expression.args
    row = make("transpose", (left,), Shape((ONE, *left.shape.dims)))
    return View("matmul", (row, right))


def _inner(expression: Expression) -> View:
    """`A : B` at the start of a line would declare `A`, so a bare name on the left takes the brackets."""
    left = expression.args[0]
    return View("inner_call" if left.op in ("variable", "identity", "ones") else "inner", expression.args, expression)


def _tensor(expression: Expression) -> View:
    """An index that nothing inside has is said by ones, or nobody could tell how far it runs.

    What stands as a column beside a stack is written as itself: it aligns by its sizes.
    """
    (body,) = expression.args
    if expression.shape.dims[-1] == ONE and body.op == "entry" and body.data == expression.data[:-1] and NEW_AXIS not in expression.data:
        return view(body.args[0])
    if body.op == "entry" and NEW_AXIS in expression.data and body.data == tuple(index for index in expression.data if index != NEW_AXIS):
        parts = tuple("None" if index == NEW_AXIS else ":" for index in expression.data)
        return View("entry", body.args, make("entry", body.args, Shape(), parts))
    free = _free(body)
    axes = [(index, size) for index, size in zip(expression.data, expression.shape.dims, strict=True) if index not in free]
    if not axes:
        return View("tensor", expression.args, expression)
    ones = make("ones", (), Shape(tuple(size for _, size in axes)))
    entry = make("entry", (ones,), Shape(), tuple(index for index, _ in axes))
    positive = negative_of(body)
    inside = positive or body
    if not free:
        body = make("scale", (inside, entry), Shape())
    elif inside.op == "ratio":
        body = make("ratio", (make("scale", (entry, inside.args[0]), Shape()), inside.args[1]), Shape())
    else:
        body = make("scale", (entry, inside), Shape())
    body = make("negate", (body,), Shape()) if positive else body
    return View("tensor", (body,), expression)


def _free(expression: Expression) -> set[str]:
    """The indices that occur in an expression."""
    found: set[str] = set()
    seen: set[Expression] = set()
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting.extend(node.args)
            if node.op in ("entry", "basis"):
                found |= {index for index in node.data if isinstance(index, str)}
    return found


_SPECIAL: dict[str, Callable[[Expression], View]] = {
    "tensor": _tensor,
    "add": _add,
    "subtract": _subtract,
    "negate": _negate,
    "scale": _scale,
    "hadamard": _hadamard,
    "ratio": _ratio,
    "matmul": _matmul,
    "transpose": _transpose,
    "inv": _inv,
    "epower": _epower,
    "power": _power,
    "outer": _outer,
    "dot": _dot,
    "inner": _inner,
    "frobenius": lambda expression: View("inner_sign", expression.args, expression),
}
