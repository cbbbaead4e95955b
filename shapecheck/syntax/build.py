"""Reductions of the grammar to the tree: one function an alias in `annotation.lark`.

A rule's parts come as tokens, nodes and lists, in the order in which the rule names them.
"""

from __future__ import annotations

from fractions import Fraction
from math import inf
from typing import Any

from shapecheck.core.record import replace
from shapecheck.core.span import Span
from shapecheck.syntax.brackets import Group
from shapecheck.syntax.comparisons import is_comparison
from shapecheck.syntax.einsum import einsum
from shapecheck.syntax.scan import Limits, Token
from shapecheck.syntax.spelling import spell
from shapecheck.syntax.tree import (
    Apply,
    Block,
    Call,
    Entry,
    Name,
    Node,
    Number,
    Paren,
    Property,
    ShapeLiteral,
    Sigma,
)
from shapecheck.syntax.words import METHODS, RENAMED

OPERATORS = {
    "PLUS": "add", "MINUS": "subtract", "COLON": "frobenius", "HADAMARD": "hadamard", "OSLASH": "hadamard_divide", "JUXTAPOSE": "juxtapose",
    "STAR": "star", "AT": "at", "DOT": "dot", "CROSS": "times", "DOTSTAR": "dotstar", "DOTSLASH": "dotslash", "SLASH": "slash",
    "BACKSLASH": "backslash", "FLOORDIV": "floordiv", "MATMUL_R": "matmul_r", "KRON": "kron", "TRANSPOSE": "transpose",
    "HERMITIAN": "hermitian", "INVERSE_TRANSPOSE": "inverse_transpose", "POWER": "power", "DOTPOWER": "dotpower",
}  # fmt: skip
HALVES = {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅛": (1, 8)}


class TooLarge(Exception):
    """A number beyond what floating point holds."""

    def __init__(self, token: Token) -> None:
        super().__init__()
        self.token = token


def span(token: Token) -> Span:
    return Span(token.start, token.end)


def cover(first: Any, last: Any) -> Span:
    """From the beginning of one part to the end of another; of a list its ends count."""
    while isinstance(first, list | tuple):
        first = first[0]
    while isinstance(last, list | tuple):
        last = last[-1]
    start = first.start if isinstance(first, Token) else first.span.start
    return Span(start, last.end if isinstance(last, Token) else last.span.end)


# --------------------------------------------------------------------------------------------------- leaves


def name(token: Token) -> Name:
    return Name(token.text, span(token))


def number(token: Token) -> Number:
    value = _value(token.text)
    if value == inf:
        raise TooLarge(token)
    return Number(value, span(token))


def _value(text: str) -> Fraction | float:
    """Exact where it is short."""
    if text in HALVES:
        return Fraction(*HALVES[text])
    if text.startswith("\\"):  # `\frac12`
        top, bottom = (int(digit) for digit in text if digit.isdigit())
        return Fraction(top, bottom) if bottom else inf
    digits = text.replace("_", "")
    mantissa, _, exponent = digits.lower().partition("e")
    if len(mantissa) <= 30 and len(exponent.lstrip("+-")) <= 2:
        return Fraction(digits)
    return float(digits) if len(digits) <= 400 else inf


# ---------------------------------------------------------------------------------------------------- lists


def empty() -> list[Any]:
    return []


def first(item: Any) -> list[Any]:
    return [item]


def append_next(items: list[Any], comma: Token, item: Any) -> list[Any]:
    items.append(item)
    return items


def keep(items: list[Any], comma: Token) -> list[Any]:
    return items


def add_property(items: list[Any], *more: Any) -> list[Any]:
    token = more[-1]
    return [*items, Property(token.text, span(token))]


FLAT = frozenset({empty, first, append_next, keep, add_property})
"""Actions that make lists: they add no level to the tree."""


# ------------------------------------------------------------------------------------------------ operators


def binary(left: Node, operator: Token, right: Node) -> Apply:
    return Apply(OPERATORS[operator.kind], (left, right), span(operator), Span(left.span.start, right.span.end))


def kronecker_tail(left: Node, operator: Token, middle: Node, kron: Token, right: Node) -> Apply:
    return binary(left, operator, binary(middle, kron, right))


def unary(sign: Token, body: Node) -> Apply:
    return Apply("negate" if sign.kind == "MINUS" else "plus", (body,), span(sign), Span(sign.start, body.span.end))


def postfix(body: Node, operator: Token) -> Apply:
    return Apply(OPERATORS[operator.kind], (body,), span(operator), Span(body.span.start, operator.end))


def pseudoinverse(body: Node, operator: Token) -> Call:
    return Call(Name("pinv", span(operator)), (body,), (), "call", Span(body.span.start, operator.end))


def skewed(body: Node, operator: Token) -> Call:
    return Call(Name("skew", span(operator)), (body,), (), "hat", Span(body.span.start, operator.end))


def superscript(body: Node, operator: Token) -> Node:
    if operator.value == "+":
        return pseudoinverse(body, operator)
    return Apply("power", (body, _raised(operator)), span(operator), Span(body.span.start, operator.end))


def _raised(operator: Token) -> Node:
    place = span(operator)
    if isinstance(operator.value, int):
        return Number(Fraction(operator.value), place)
    text = str(operator.value)
    inner = Name(text.lstrip("-"), place)
    return Apply("negate", (inner,), place, place) if text.startswith("-") else inner


def power(base: Node, operator: Token, exponent: Node) -> Apply:
    """Powers of powers join from the right: `e^x^2` is `e^(x^2)`."""
    op = OPERATORS[operator.kind]
    exponent = _signed(exponent)
    if (
        isinstance(base, Apply)
        and base.op == op == "power"
        and isinstance(base.args[1], Name)
        and base.operator.end <= base.args[1].span.start
    ):
        inner = Apply(op, (base.args[1], exponent), span(operator), base.args[1].span.cover(exponent.span))
        return replace(base, args=(base.args[0], inner), span=base.span.cover(exponent.span))
    return Apply(op, (base, exponent), span(operator), base.span.cover(exponent.span))


def _signed(node: Node) -> Node:
    """`-1` as one number."""
    if isinstance(node, Apply) and node.op == "negate" and isinstance(node.args[0], Number):
        return Number(-node.args[0].value, node.span)
    return node


def power_braced(base: Node, operator: Token, opening: Token, exponent: Node, closing: Token) -> Apply:
    raised = power(base, operator, exponent)
    return replace(raised, span=Span(raised.span.start, closing.end))


def power_call(function: Token, *rest: Any) -> Apply:
    """`tanh²(z)`: every entry of `tanh(z)` squared."""
    *sign, opening, arguments, closing = rest
    called = call(function, opening, arguments, closing)
    exponent = _raised(sign[0]) if len(sign) == 1 else _signed(sign[1])
    return Apply("dotpower", (called, exponent), span(sign[0]), cover(function, closing))


def fraction(sign: Token, first: Token, top: Node, last: Token, opening: Token, bottom: Node, closing: Token) -> Apply:
    return Apply("slash", (top, bottom), span(sign), Span(sign.start, closing.end))


def root(sign: Token, opening: Token, body: Node, closing: Token) -> Call:
    return Call(Name("sqrt", span(sign)), (body,), (), "prefix", Span(sign.start, closing.end))


# ------------------------------------------------------------------------------------------ calls and brackets


def prefix(function: Token, body: Node) -> Call:
    if isinstance(body, ShapeLiteral) and len(body.dims) > 1:
        return Call(Name(function.text, span(function)), body.dims, (), "call", Span(function.start, body.span.end))
    return Call(Name(function.text, span(function)), (body,), (), "prefix", Span(function.start, body.span.end))


def keyword(word: Token, value: Node) -> tuple[str, Node]:
    return word.text, value


def call(function: Token, opening: Token, arguments: list[Any], closing: Token) -> Node:
    plain = tuple(item for item in arguments if not isinstance(item, tuple))
    keywords = tuple(item for item in arguments if isinstance(item, tuple))
    made = _call(Name(function.text, span(function)), plain, keywords, Span(function.start, closing.end))
    return replace(made, owner=function.value) if isinstance(made, Call) and isinstance(function.value, str) else made


def method(owner: Node, word: Token, opening: Token, arguments: list[Any], closing: Token) -> Node:
    plain = tuple(item for item in arguments if not isinstance(item, tuple))
    keywords = tuple(item for item in arguments if isinstance(item, tuple))
    place = Span(word.start + 1, word.end)
    if word.text == "t" and not plain:
        return Apply("transpose", (owner,), place, Span(owner.span.start, closing.end))
    return _call(Name(word.text, place), (owner, *plain), keywords, Span(owner.span.start, closing.end))


def _call(function: Name, args: tuple[Node, ...], keywords: tuple[tuple[str, Node], ...], place: Span) -> Node:
    key = function.key
    if key == "transpose" and not keywords and (len(args) == 1 or _last_two(args[1:])):
        return Apply("transpose", args[:1], function.span, place)
    if key in ("adjoint", "ctranspose") and len(args) == 1:
        return Apply("hermitian", args, function.span, place)
    if key == "pow" and len(args) == 2 and not keywords:
        return Apply("dotpower", args, function.span, place)
    if key == "solve" and len(args) == 2 and not keywords:
        return Apply("backslash", args, function.span, place)
    if key in ("block", "bmat", "array", "vstack", "hstack") and len(args) == 1 and not keywords:
        stacked = _stacked(key, args[0], place)
        if stacked is not None:
            return stacked
    if args and isinstance(args[0], Name) and args[0].key[:1] in "'\"":
        summed = einsum(args[0].key[1:-1], args[1:], place) if key == "einsum" else None
        return summed if summed is not None else Call(function, args[1:], keywords, "call", place)
    if key in METHODS and len(args) == 2 and not keywords:
        return Apply(METHODS[key], args, function.span, place)
    return Call(replace(function, key=RENAMED.get(key, key)), args, keywords, "call", place)


def _stacked(key: str, cells: Node, place: Span) -> Block | None:
    """`np.block([[A, B], [C, D]])`, `vstack([A, B])`, `hstack((A, B))`."""
    if key in ("vstack", "hstack"):
        row = cells.dims if isinstance(cells, ShapeLiteral) else cells.rows[0] if isinstance(cells, Block) and len(cells.rows) == 1 else ()
        return Block(tuple((cell,) for cell in row) if key == "vstack" else (row,), place) if row else None
    return Block(cells.rows, place) if isinstance(cells, Block) else None


def _last_two(axes: tuple[Node, ...]) -> bool:
    """Whether these are the last two axes, as in `transpose(-2, -1)`."""
    numbers = sorted(str(_signed(axis).value) if isinstance(_signed(axis), Number) else "" for axis in axes)  # type: ignore[union-attr]
    return numbers == ["-1", "-2"]


def paren(opening: Token, body: Node, closing: Token) -> Paren:
    return Paren(body, cover(opening, closing))


def norm(opening: Token, body: Node, closing: Token) -> Call:
    return Call(Name(str(closing.value), span(opening)), (body,), (), "norm", cover(opening, closing))


def bars(opening: Token, body: Node, closing: Token) -> Call:
    return Call(Name("abs", span(opening)), (body,), (), "bars", cover(opening, closing))


def angle(opening: Token, left: Node, comma: Token, right: Node, closing: Token) -> Call:
    return Call(Name("inner", span(opening)), (left, right), (), "angle", cover(opening, closing))


def range_all(sign: Token) -> Apply:
    return _range(sign, None, None)


def range_to(sign: Token, last: Node) -> Apply:
    return _range(sign, None, last)


def range_from(begin: Node, sign: Token) -> Apply:
    return _range(sign, begin, None)


def range_between(begin: Node, sign: Token, last: Node) -> Apply:
    return _range(sign, begin, last)


def range_step(made: Apply, sign: Token, step: Node | None = None) -> Apply:
    end = sign.end if step is None else step.span.end
    return replace(made, args=(*made.args, step or Name(":", span(sign))), span=Span(made.span.start, end))


def _range(sign: Token, begin: Node | None, last: Node | None) -> Apply:
    """What is not said is `:`."""
    parts = (begin or Name(":", span(sign)), last or Name(":", span(sign)))
    start, end = parts[0].span.start, parts[1].span.end
    return Apply("range", parts, span(sign), Span(start, end))


def entry(base: Node, opening: Token, indices: list[Node], closing: Token) -> Entry:
    return Entry(base, tuple(indices), Span(base.span.start, closing.end))


def block(opening: Token, rows: list[list[Node]], closing: Token) -> Block | Paren:
    """`[[A, B], [C, D]]` has its rows in brackets, as in Python; `[z > 0]` is an indicator."""
    if len(rows) == 1 and len(rows[0]) == 1 and is_comparison(rows[0][0]):
        return Paren(rows[0][0], cover(opening, closing))
    group = opening.value
    first_row = rows[0]
    if len(rows) == 1 and isinstance(group, Group) and (group.commas or len(first_row) == 1):
        inner = [cell.rows[0] for cell in first_row if isinstance(cell, Block) and len(cell.rows) == 1]
        if len(inner) == len(first_row):
            return Block(tuple(inner), cover(opening, closing))
    return Block(tuple(map(tuple, rows)), cover(opening, closing))


def empty_block(opening: Token, closing: Token) -> ShapeLiteral:
    return ShapeLiteral((), cover(opening, closing))


def indexed(body: Node, arrow: Token, axes: ShapeLiteral) -> Node:
    """`A_ik B_lj -> [i,j,k,l]`: the tensor with these indices as its axes."""
    return Entry(Paren(body, body.span), axes.dims, body.span.cover(axes.span))


def sigma(sign: Token, body: Node) -> Sigma:
    head = sign.value
    assert isinstance(head, Limits)
    named = spell(sign.text) if sign.text.startswith("Σ") and head.lower is None and not set(sign.text) & set("^=∈") else ""
    return Sigma(head.indices, head.nodes, body, span(sign), Span(sign.start, body.span.end), named)
