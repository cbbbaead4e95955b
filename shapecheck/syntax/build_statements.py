"""Reductions of the grammar to shapes and statements: one function an alias in `annotation.lark`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from shapecheck.core.record import replace
from shapecheck.core.span import Span
from shapecheck.syntax.build import cover, indexed, span
from shapecheck.syntax.comparisons import APPROXIMATE
from shapecheck.syntax.scan import Token
from shapecheck.syntax.spelling import SUPERSCRIPTS
from shapecheck.syntax.tree import (
    Apply,
    Assertion,
    Bare,
    Block,
    Call,
    Declaration,
    DimensionDeclaration,
    Entry,
    Fact,
    Name,
    Node,
    Number,
    Paren,
    Property,
    Relation,
    ShapeLiteral,
    Sigma,
    Statement,
)
from shapecheck.syntax.words import SCALARS

_TYPES = re.compile(r"(?:Eigen::)?(?P<kind>Vector|Vec|Matrix|Mat)(?P<rows>\d|X)(?:x(?P<columns>\d|X))?[dfi]?")


def shape(items: Sequence[Node]) -> ShapeLiteral:
    if len(items) > 1:
        return ShapeLiteral(tuple(items), cover(items, items))
    return shape_of(items[0])


def shape_of(node: Node) -> ShapeLiteral:
    match node:
        case ShapeLiteral():
            return node
        case Paren():
            return ShapeLiteral((node.body,), node.span)
        case Block() if len(node.rows) == 1:
            return ShapeLiteral(node.rows[0], node.span)
        case Name() if node.key in SCALARS:
            return ShapeLiteral((), node.span)
        case Name() if (typed := _TYPES.fullmatch(node.key)) is not None:
            return _of_type(typed, node.span)
        case _:
            return ShapeLiteral((node,), node.span)


def _of_type(typed: re.Match[str], place: Span) -> ShapeLiteral:
    """`Vector3d`, `Matrix3`, `Matrix3x4f`, `VectorXd`: the shape that a type of C++ says."""
    sizes = [typed["rows"]] if typed["kind"].startswith("Vec") else [typed["rows"], typed["columns"] or typed["rows"]]
    dims = (Name("?", place) if size == "X" else Number(Fraction(int(size)), place) for size in sizes)
    return ShapeLiteral(tuple(dims), place)


class Space(ShapeLiteral):
    """A shape written as a space, `ℝ^{N×D}`: between two of them an arrow makes the type of a function."""

    __slots__ = ()


def scalar_space(reals: Token) -> Space:
    return Space((), span(reals))


def superscript_space(reals: Token, sizes: Token) -> Space:
    """`ℝⁿˣᵐ`."""
    dims: list[Node] = []
    place = sizes.start
    for part in sizes.text.split("ˣ"):
        plain = "".join(SUPERSCRIPTS.get(mark, mark) for mark in part)
        where = Span(place, place + len(part))
        dims.append(Number(Fraction(int(plain)), where) if plain.isdigit() else Name(plain, where))
        place += len(part) + 1
    return Space(tuple(dims), cover(reals, sizes))


def space(reals: Token, opening: Token, dims: list[Node], closing: Token) -> Space:
    return Space(tuple(dims), cover(reals, closing))


def empty_shape(opening: Token, closing: Token) -> ShapeLiteral:
    return ShapeLiteral((), cover(opening, closing))


def shape_of_one(opening: Token, dim: Node, comma: Token, closing: Token) -> ShapeLiteral:
    return ShapeLiteral((dim,), cover(opening, closing))


def shape_of_more(opening: Token, dim: Node, comma: Token, dims: list[Node], closing: Token) -> ShapeLiteral:
    return ShapeLiteral((dim, *dims), cover(opening, closing))


def assigned(literal: ShapeLiteral, properties: list[Property]) -> tuple[ShapeLiteral, tuple[Property, ...]]:
    return literal, tuple(properties)


def declare(names: list[Name], sign: Token, literal: ShapeLiteral, properties: list[Property]) -> list[Statement]:
    return [Declaration(tuple(names), literal, tuple(properties), cover(names, properties or literal))]


def describe(names: list[Name], sign: Token, properties: list[Property]) -> list[Statement]:
    return [Declaration(tuple(names), None, tuple(properties), cover(names, properties or sign))]


def declare_and_define(
    names: list[Name], sign: Token, literal: ShapeLiteral, properties: list[Property], equals: Token, value: Node
) -> list[Statement]:
    defined = [Relation((item, value), (canonical(equals),), (span(equals),), cover(item, value)) for item in names]
    return [*declare(names, sign, literal, properties), *defined]


def declare_and_reshape(
    names: list[Name], sign: Token, literal: ShapeLiteral, properties: list[Property], arrow: Token, target: ShapeLiteral
) -> list[Statement]:
    """`X: (B, T, C) -> (B, H, T, D)`; `f: ℝ^N → ℝ` tells what a function takes, which declares nothing."""
    if isinstance(literal, Space) and isinstance(target, Space):
        return []
    return [*declare(names, sign, literal, properties), Assertion(literal, (target,), span(arrow), literal.span.cover(target.span))]


def dimensions(names: list[Name]) -> list[Statement]:
    return [DimensionDeclaration(tuple(names), cover(names, names))]


def fact(left: Node, sign: Token, right: Node) -> Fact:
    return Fact(left, "|" if sign.kind == "DIVIDES" else "=", right, cover(left, right))


def bare(node: Node) -> list[Statement]:
    return [Bare(node, node.span)]


def bare_shape(head: Node, comma: Token, dims: list[Node]) -> list[Statement]:
    literal = ShapeLiteral((head, *dims), cover(head, dims))
    return [Bare(literal, literal.span)]


def bare_vector(size: Node, comma: Token) -> list[Statement]:
    return bare(ShapeLiteral((size,), cover(size, comma)))


def canonical(sign: Token) -> str:
    text = sign.text.replace("−", "-")
    if text in ("+=", "-="):
        return text
    if text in APPROXIMATE:
        return "≈"
    return "==" if text in ("==", "===", "≡", "\\equiv") else "="


def relate(left: Node, sign: Token, right: Node) -> Relation:
    return Relation((left, right), (canonical(sign),), (span(sign),), cover(left, right))


def relate_next(chain: Relation, sign: Token, right: Node) -> Relation:
    return Relation((*chain.sides, right), (*chain.relations, canonical(sign)), (*chain.operators, span(sign)), cover(chain, right))


def relation(chain: Relation) -> list[Statement]:
    return [chain]


def assertion(node: Node, colon: Token, literal: ShapeLiteral, properties: list[Property]) -> list[Statement]:
    return [Assertion(node, (literal,), span(colon), cover(node, literal))]


def relation_asserted(chain: Relation, colon: Token, literal: ShapeLiteral, properties: list[Property]) -> list[Statement]:
    return [chain, *assertion(chain.sides[-1], colon, literal, properties)]


def flow_first(arrow: Token, literal: ShapeLiteral) -> list[tuple[Token, ShapeLiteral]]:
    return [(arrow, literal)]


def flow_next(flows: list[tuple[Token, ShapeLiteral]], arrow: Token, literal: ShapeLiteral) -> list[tuple[Token, ShapeLiteral]]:
    return [*flows, (arrow, literal)]


def _names_axes(node: Node, flows: list[tuple[Token, ShapeLiteral]]) -> bool:
    """Whether behind an arrow stand the indices that the formula leaves free: `A_ij B_jk -> [i, k]`."""
    letters = [dim.key for dim in flows[0][1].dims if isinstance(dim, Name) and len(dim.key) == 1 and dim.key.islower()]
    if len(flows) > 1 or not letters or len(letters) < len(flows[0][1].dims):
        return False
    carried = _carried(node)
    return all(letter in carried for letter in letters)


def _carried(node: Node) -> set[str]:
    """The letters that stand as indices somewhere in a formula."""
    found: set[str] = set()
    waiting: list[Node] = [node]
    while waiting:
        match waiting.pop():
            case Name(key=key):
                found.update(key.rpartition("_")[2] if "_" in key else "")
            case Entry(base=base, indices=indices):
                found.update(index.key for index in indices if isinstance(index, Name))
                waiting.append(base)
            case Apply(args=args) | Call(args=args):
                waiting += args
            case Paren(body=body) | Sigma(body=body):
                waiting.append(body)
    return found


def flow(node: Node, flows: list[tuple[Token, ShapeLiteral]]) -> list[Statement]:
    if _names_axes(node, flows):
        return bare(indexed(node, *flows[0]))
    shapes = tuple(literal for _, literal in flows)
    return [Assertion(node, shapes, span(flows[0][0]), node.span.cover(shapes[-1].span))]


def relation_flow(chain: Relation, flows: list[tuple[Token, ShapeLiteral]]) -> list[Statement]:
    if _names_axes(chain.sides[-1], flows):
        last = indexed(chain.sides[-1], *flows[0])
        return [replace(chain, sides=(*chain.sides[:-1], last), span=chain.span.cover(last.span))]
    return [chain, *flow(chain.sides[-1], flows)]
