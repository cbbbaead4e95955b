"""The small formulas that rows of the operator table are written in, such as `2 / sqrt(pi) * exp(-x.^2)`.

Entry by entry throughout; a value with fewer axes (a reduction of x) goes to all entries that it was reduced from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache

from shapecheck.calculus.functions import count, map_, reduce_
from shapecheck.calculus.leaves import constant
from shapecheck.calculus.powers import power
from shapecheck.calculus.product import ONE, add, constant_value, einsum, number
from shapecheck.core.regex import regex
from shapecheck.core.term import Term
from shapecheck.ops import ROWS

Tree = tuple[str, tuple["Tree", ...]] | tuple[str, str]

_TOKEN = regex(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(\.\^|\.\*|\./|[-+*/^(),]))")


class BadFormula(ValueError):
    """A row's formula does not follow its language."""


@lru_cache(maxsize=1024)
def parse(text: str) -> Tree:
    tokens: list[str] = []
    position = 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if match is None:
            raise BadFormula(f"{text!r} at {position}")
        tokens.append(match.group().strip())
        position = match.end()
    tree, end = _sum(tokens, 0)
    if end != len(tokens):
        raise BadFormula(f"{text!r}: {tokens[end]!r} is left over")
    return tree


def _sum(tokens: list[str], at: int) -> tuple[Tree, int]:
    tree, at = _product(tokens, at)
    while at < len(tokens) and tokens[at] in "+-":
        sign = tokens[at]
        right, at = _product(tokens, at + 1)
        tree = ("+", (tree, ("neg", (right,)) if sign == "-" else right))
    return tree, at


def _product(tokens: list[str], at: int) -> tuple[Tree, int]:
    tree, at = _unary(tokens, at)
    while at < len(tokens) and tokens[at] not in {"+", "-", ")", ",", "^", ".^"}:
        sign = tokens[at] if tokens[at] in {"*", "/", ".*", "./"} else "*"
        right, at = _unary(tokens, at + (tokens[at] in {"*", "/", ".*", "./"}))
        tree = (sign[-1], (tree, right))
    return tree, at


def _unary(tokens: list[str], at: int) -> tuple[Tree, int]:
    if at < len(tokens) and tokens[at] == "-":
        tree, at = _unary(tokens, at + 1)
        return ("neg", (tree,)), at
    tree, at = _atom(tokens, at)
    if at < len(tokens) and tokens[at] in {"^", ".^"}:
        exponent, at = _unary(tokens, at + 1)
        tree = ("^", (tree, exponent))
    return tree, at


def _atom(tokens: list[str], at: int) -> tuple[Tree, int]:
    if at >= len(tokens):
        raise BadFormula("a formula ends too early")
    token = tokens[at]
    if token == "(":
        tree, at = _sum(tokens, at + 1)
        return tree, _closed(tokens, at)
    if token[0].isdigit():
        return ("number", token), at + 1
    if at + 1 < len(tokens) and tokens[at + 1] == "(":
        args: list[Tree] = []
        at += 1
        while tokens[at] != ")" or not args:
            argument, at = _sum(tokens, at + 1)
            args.append(argument)
            if at >= len(tokens):
                raise BadFormula("a call is not closed")
        return ("call " + token, tuple(args)), at + 1
    if not token[0].isalpha():
        raise BadFormula(f"{token!r} stands where a value is expected")
    return ("name", token), at + 1


def _closed(tokens: list[str], at: int) -> int:
    if at >= len(tokens) or tokens[at] != ")":
        raise BadFormula("a bracket is not closed")
    return at + 1


Axes = tuple[int, ...]


def interpret(text: str, values: Mapping[str, Term], reduced: Axes = ()) -> Term:
    """The formula's value for these parameters; reductions in it go over the axes `reduced`, which are the last."""
    whole = max(values.values(), key=lambda term: term.order)

    def spread(term: Term, like: Term) -> Term:
        if term.order >= like.order:
            return term
        return einsum(ONE, [(term, tuple(range(term.order)))], tuple(range(like.order)), dict(enumerate(like.dims)))

    def both(left: Term, right: Term) -> tuple[Term, Term]:
        return spread(left, right), spread(right, left)

    def value(tree: Tree) -> Term:
        kind, inside = tree
        if isinstance(inside, str):
            if kind == "number":
                return number(Fraction(inside))
            return values[inside] if inside in values else constant(inside)
        if kind == "call count":
            return count(whole, reduced)
        args = [value(part) for part in inside]
        if kind.startswith("call "):
            return _call(kind[5:], args, reduced, both)
        if kind == "neg":
            return add([(-ONE, args[0])], args[0].dims)
        if kind == "+":
            left, right = both(*args)
            return add([(ONE, left), (ONE, right)], left.dims)
        if kind == "^":
            exponent = constant_value(args[1])
            return power(args[0], exponent) if exponent is not None else map_("epower", both(*args))
        if kind == "/":
            args[1] = power(args[1], Fraction(-1))
        like = max(args, key=lambda term: term.order)
        return einsum(ONE, [(term, tuple(range(term.order))) for term in args], tuple(range(like.order)))

    return value(parse(text))


def _call(name: str, args: list[Term], reduced: Axes, both: Callable[[Term, Term], tuple[Term, Term]]) -> Term:
    row = ROWS.get(name)
    if row is None:
        raise BadFormula(f"{name!r} is no row of the table")
    if row.kind == "reduction":
        if len(args) == 2:
            return map_({"max": "maximum", "min": "minimum"}[name], both(args[0], args[1]))
        return interpret(row.definition, {row.parameters[0]: args[0]}, reduced) if row.definition else reduce_(name, args[0], reduced)
    return map_(row.key, both(args[0], args[1]) if len(args) == 2 else tuple(args))
