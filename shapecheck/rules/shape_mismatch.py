"""The two sides of an operator do not fit.

## What it does

Reports a product whose left side has another number of columns than the right side has rows, a sum or an elementwise
product of different shapes, and a definition whose value has another shape than its name was declared with.

## Why

With these shapes the formula has no value. In code it would raise, or broadcast to something that nobody meant.

## Example

```shape
A: (N, D)    B: (D, N)    w_a, w_b: (N)
q = w_a' A B w_b
dq/dB = w_a' A w_b
        ^^^^^^^^^^ error[shape-mismatch]: `w_a' A` is (1, D), `w_b` is (N, 1); `A` has D columns, `w_b` has N rows
        ^^^^^^^^^^ help: A' w_a w_b'
```

A product needs as many columns on its left as rows on its right; a vector (N) is a column, N rows and 1 column.

```shape
X: (N, D)    w: (N)
X w
^^^ error[shape-mismatch]: `X` has D columns, `w` has N rows
^^^ help: transpose `X`: `X' w`
```

A sum needs equal shapes, or a scalar, or a row or column of the matrix.

```shape
A: (N, D)    B: (D, N)
A + B
^^^^^ error[shape-mismatch]: `+` needs equal shapes: `A` is (N, D), `B` is (D, N)
^^^^^ help: transpose `B`: `A + B'`
```

## How to fix

The proposed edits are the smallest ones with which the whole statement fits: they are about shapes only, so see that the
one you take is what you mean. Where the statement is a claim about a gradient, the first proposal is the derivative itself,
verified by value. If two names are the same size, say so: `where N = D`.

See also: [not-square](not-square), [update-shape](update-shape), [gradient-shape](gradient-shape).
"""

from __future__ import annotations

from shapecheck.core.diagnostic import Diagnostic, Severity
from shapecheck.core.shape import Shape
from shapecheck.elaborate.sheet import Problem, Side
from shapecheck.rules import prose, repair
from shapecheck.rules.context import Context
from shapecheck.syntax.tree import Apply, Node

SEVERITY: Severity = "error"

PRODUCTS = frozenset({"juxtapose", "star", "at", "dot", "times", "matmul_r"})


def diagnose(problem: Problem, context: Context) -> Diagnostic:
    operator = _operator(problem, context)
    product = problem.kind == "inner"
    operands = tuple(prose.operand(side, context, factor=product) for side in problem.sides)
    return Diagnostic(
        "shape-mismatch",
        SEVERITY,
        _message(problem, context, operator),
        problem.span,
        prose.reasons(problem.sides),
        repair.fixes(problem, context),
        operator,
        operands,
    )


def _operator(problem: Problem, context: Context) -> str:
    """The sign as typed; between factors that stand side by side, what stands between them."""
    if problem.operator is not None and problem.operator.start < problem.operator.end:
        return context.typed(problem.operator)
    return " "


def _message(problem: Problem, context: Context, operator: str) -> str:
    factor = problem.kind == "inner"
    texts = [prose.quote(context.typed(side.node.span)) for side in problem.sides]
    shapes = [prose.column(side.shape) if factor else str(side.shape) for side in problem.sides]
    are = ", ".join(f"{text} is {shape}" for text, shape in zip(texts, shapes, strict=True))
    named = f"{prose.quote(operator)} does not fit" if operator.strip() else "the product does not fit"
    if problem.kind == "definition" and len(problem.sides) == 2:
        return f"{texts[0]} is {shapes[0]}, but {texts[1]} is {shapes[1]}"
    if problem.kind == "identity" and len(problem.sides) == 2:
        return f"the sides of {prose.quote(operator)} cannot be equal: {are}"
    if factor and len(problem.sides) == 2:
        return f"{named}: {are}; {_meeting(problem.sides[0], problem.sides[1], context)}"
    if problem.kind in ("sum", "elementwise", "hadamard", "broadcast"):
        return f"{prose.quote(operator) if operator.strip() else 'this'} needs equal shapes: {are}"
    return f"{named}: {are}" if are else f"{named} here"


def _meeting(left: Side, right: Side, context: Context) -> str:
    """Which sizes meet: `A has D columns, w_b has N rows`, told of the factors that stand next to each other."""
    columns, rows = _last(left.shape), _first(right.shape)
    if columns == rows:
        return "their leading axes differ"
    last, first = context.typed(_rightmost(left.node).span), context.typed(_leftmost(right.node).span)
    return f"{prose.quote(last)} has {prose.count(columns, 'column')}, {prose.quote(first)} has {prose.count(rows, 'row')}"


def _last(shape: Shape) -> str:
    return "1" if shape.rank < 2 else str(shape.dims[-1])


def _first(shape: Shape) -> str:
    return "1" if not shape.rank else str(shape.dims[0] if shape.rank == 1 else shape.dims[-2])


def _rightmost(node: Node) -> Node:
    while isinstance(node, Apply) and node.op in PRODUCTS:
        node = node.args[-1]
    return node


def _leftmost(node: Node) -> Node:
    while isinstance(node, Apply) and node.op in PRODUCTS:
        node = node.args[0]
    return node
