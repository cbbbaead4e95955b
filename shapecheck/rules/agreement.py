"""`where N = D`: the one dimension fact with which everything would fit."""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.core.diagnostic import Fix
from shapecheck.core.dimension import Dimension
from shapecheck.core.shape import Shape
from shapecheck.elaborate.sheet import Problem
from shapecheck.rules import answer, prose
from shapecheck.rules.context import Context


def fixes(problem: Problem, context: Context) -> tuple[Fix, ...]:
    """The fact that mends the statement, where a single one does."""
    from shapecheck.rules.repair import mends

    for left, right in _pairs(problem):
        fact = f"where {left} = {right}"
        tried = context.attempt(before=fact)
        if tried is not None and mends(tried, problem, context) and answer.judged(tried, context).standing != "wrong":
            return (Fix(f"say that the sizes are equal: {prose.quote(fact)}", (context.ahead(fact),)),)
    return ()


def _pairs(problem: Problem) -> Iterator[tuple[str, str]]:
    """Sizes that would have to be equal: a name stands on the left, as a definition has it."""
    seen = [name for side in problem.sides for reason in side.reasons for name in reason.shape]
    for pair in _unequal(problem):
        texts = sorted(map(str, pair), key=lambda text: seen.index(text) if text in seen else len(seen))
        if all(size.names() for size in pair) and pair[0].names().isdisjoint(pair[1].names()):  # `N = 2N` is no way out
            yield (texts[0], texts[1]) if texts[0].isidentifier() else (texts[1], texts[0])


def _unequal(problem: Problem) -> Iterator[tuple[Dimension, Dimension]]:
    shapes = [side.shape for side in problem.sides]
    expected = problem.facts.get("expected")
    if isinstance(expected, Shape):
        shapes.append(expected)
    if len(shapes) == 1 and shapes[0].rank >= 2:
        yield shapes[0].dims[-1], shapes[0].dims[-2]
    if len(shapes) != 2:
        return
    left, right = shapes
    if problem.kind == "inner" and left.rank >= 2 and right.rank:
        yield left.dims[-1], right.dims[0] if right.rank == 1 else right.dims[-2]
    elif left.rank == right.rank:
        differing = [(a, b) for a, b in zip(left.dims, right.dims, strict=True) if a != b]
        if len(differing) == 1 or (differing and len({frozenset(pair) for pair in differing}) == 1):
            yield differing[0]
