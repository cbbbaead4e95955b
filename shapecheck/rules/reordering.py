"""Factors in another order: neighbours swapped, here or wherever they stand so, and a factor moved to the other end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from shapecheck.core.regex import regex
from shapecheck.core.span import Edit, Span
from shapecheck.elaborate.sheet import Problem
from shapecheck.elaborate.walk import walk
from shapecheck.rules import prose
from shapecheck.rules.candidate import PRODUCTS, SITES, SUMS, Candidate, arguments_of, chain_of
from shapecheck.rules.context import Context
from shapecheck.syntax.tree import Apply, Assertion, Bare, Entry, Name, Node, Paren, Relation

_TWO_INDICES = regex(r"(.*_\{?)([^\W\d_])(,?[ ]*)([^\W\d_])(\}?)")


def turned(swap: Candidate, toggles: Sequence[Candidate]) -> Iterator[Candidate]:
    """A swap whose texts take a transpose along."""
    for toggle in toggles:
        (edit,) = toggle.edits[:1]
        if len(toggle.edits) != 1:
            continue
        moved = []
        for mine, other in (swap.edits, swap.edits[::-1]) if len(swap.edits) == 2 else ():
            if edit.span.end == mine.span.end and edit.text and not edit.span.end - edit.span.start:
                moved.append(Edit(other.span, other.text + edit.text))
            else:
                moved.append(other)
        if len(moved) == 2 and tuple(moved[::-1]) != swap.edits and tuple(moved) != swap.edits:
            yield Candidate(4, f"{swap.title}, {toggle.title}", tuple(sorted(moved)))


def _pairs_inside(body: Node) -> Iterator[tuple[Node, Node]]:
    """The neighbours in the products of a sum in brackets: `H K` of `(I - H K) P`."""
    if isinstance(body, Apply) and body.op in SUMS:
        for term in body.args:
            yield from _pairs_inside(term)
    elif isinstance(body, Apply) and body.op in PRODUCTS:
        yield from pairwise(chain_of(body))


def swaps(problem: Problem, context: Context) -> Iterator[Candidate]:
    """Neighbouring factors in the other order, those at the failing operator first; then its two sides."""
    arguments = arguments_of(problem)
    node = problem.node if isinstance(problem.node, Apply) and problem.node.op in PRODUCTS else None
    chains = [chain_of(node)] if node is not None else [chain_of(argument) for argument in arguments]
    pairs = [
        pair
        for part in chains
        for place, pair in enumerate(pairwise(part))
        if not (place and _is_number(part[place - 1], pair[1], context))
    ]
    pairs += [pair for part in chains for factor in part if isinstance(factor, Paren) for pair in _pairs_inside(factor.body)]
    if problem.operator is not None:
        at = problem.operator.start
        pairs.sort(key=lambda pair: abs(pair[0].span.end - at))
    if len(arguments) == 2 and node is not None:
        pairs.append((arguments[0], arguments[1]))
    if problem.kind == "division":
        divided = [part for side in _sides(context) for part in walk(side) if isinstance(part, Apply) and part.op == "backslash"]
        pairs[:0] = [(part.args[0], part.args[1]) for part in divided if part.operator == problem.operator]
    for left, right in pairs[:SITES]:
        yield from _swap(2, left, right, context)


def _swap(size: int, left: Node, right: Node, context: Context) -> Iterator[Candidate]:
    first, second = context.typed(left.span), context.typed(right.span)
    if first != second:
        yield Candidate(size, f"swap {prose.quote(first)} and {prose.quote(second)}", (Edit(left.span, second), Edit(right.span, first)))


def indices(problem: Problem, context: Context) -> Iterator[Candidate]:
    """`B_kj` for `B_jk`."""
    node = problem.node
    if problem.kind != "index" or node is None:
        return
    if isinstance(node, Entry) and len(node.indices) == 2:
        yield from _swap(1, node.indices[0], node.indices[1], context)
    elif isinstance(node, Name) and (found := _TWO_INDICES.fullmatch(text := context.typed(node.span))) is not None:
        turned = f"{found[1]}{found[4]}{found[3]}{found[2]}{found[5]}"
        yield Candidate(1, f"swap the indices of {prose.quote(text)}", (Edit(node.span, turned),))


def moves(problem: Problem, context: Context) -> Iterator[Candidate]:
    """Two factors in the other order wherever they stand so; neighbours further off in the failing product; a factor at its other end."""
    everywhere = [pair for side in _sides(context) for node in walk(side) for pair in _products(node)]
    for swap in swaps(problem, context):
        texts = tuple(context.typed(edit.span) for edit in swap.edits)
        same = [pair for pair in everywhere if tuple(context.typed(part.span) for part in pair) == texts]
        if len(same) > 1:
            edits = tuple(edit for left, right in same for edit in (Edit(left.span, texts[1]), Edit(right.span, texts[0])))
            yield Candidate(3, f"{swap.title} everywhere", tuple(sorted(edits)), mends_all=True)
    whole = _whole(problem, context)
    factors = _factors(whole) if whole is not None else []
    for place, (left, right) in enumerate(pairwise(factors)):
        turned_round = [*factors[:place], right, left, *factors[place + 2 :]]
        if not any(_is_number(*pair, context) for pair in pairwise(turned_round)):
            yield from _swap(3, left, right, context)
    if whole is not None and len(factors) > 2:
        start, end = factors[0], factors[-1]
        rest = Span(factors[1].span.start, end.span.end), Span(start.span.start, factors[-2].span.end)
        behind = context.typed(rest[0]) + _between(start, factors[1], context) + context.typed(start.span)
        ahead = context.typed(end.span) + _between(factors[-2], end, context) + context.typed(rest[1])
        yield Candidate(3, f"move {prose.part(start, context)} to the end", (Edit(whole.span, behind),))
        yield Candidate(3, f"move {prose.part(end, context)} to the front", (Edit(whole.span, ahead),))


def _between(left: Node, right: Node, context: Context) -> str:
    return context.masked(Span(left.span.end, right.span.start)) or " "


def _is_number(left: Node, right: Node, context: Context) -> bool:
    """`x' y` of vectors: in a longer product nobody means it."""
    turned = isinstance(left, Apply) and left.op == "transpose" and _is_vector(left.args[0], context)
    return turned and _is_vector(right, context)


def _is_vector(node: Node, context: Context) -> bool:
    binding = context.scope.lookup(node.key) if isinstance(node, Name) and context.scope is not None else None
    return binding is not None and binding.shape.rank == 1


def _sides(context: Context) -> tuple[Node, ...]:
    statement = context.statement
    if isinstance(statement, Relation):
        return statement.sides
    return (statement.expression,) if isinstance(statement, Bare | Assertion) else ()


def _products(node: Node) -> Iterator[tuple[Node, Node]]:
    """The neighbours at this product's sign."""
    if isinstance(node, Apply) and node.op in PRODUCTS and len(node.args) == 2:
        yield _factors(node.args[0])[-1], _factors(node.args[1])[0]


def _factors(node: Node) -> list[Node]:
    if isinstance(node, Apply) and node.op in PRODUCTS and len(node.args) == 2:
        return [*_factors(node.args[0]), *_factors(node.args[1])]
    return [node]


def _whole(problem: Problem, context: Context) -> Node | None:
    """The longest product that the failing part begins or belongs to."""
    node = problem.node
    if not isinstance(node, Apply) or node.op not in PRODUCTS:
        return None
    around = [
        part
        for side in _sides(context)
        for part in walk(side)
        if isinstance(part, Apply) and part.op in PRODUCTS and part.span.start == node.span.start and part.span.end >= node.span.end
    ]
    return max(around, key=lambda part: part.span.end, default=None)
