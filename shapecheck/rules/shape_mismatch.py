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

from shapecheck.core.diagnostic import Diagnostic, Fix, Severity
from shapecheck.core.span import Edit
from shapecheck.elaborate.sheet import Problem
from shapecheck.rules import mismatch, prose, repair
from shapecheck.rules.context import Context
from shapecheck.syntax.tree import Apply, Call

SEVERITY: Severity = "error"


def diagnose(problem: Problem, context: Context) -> Diagnostic:
    operator = _operator(problem, context)
    sides = sorted(problem.sides, key=lambda side: side.node.span) if problem.kind == "function-argument" else problem.sides
    operands = tuple(prose.operand(side, context, factor=problem.kind in mismatch.FACTORS) for side in sides)
    return Diagnostic(
        "shape-mismatch",
        SEVERITY,
        mismatch.told(problem, context, operator),
        problem.span,
        mismatch.notes(problem),
        _named(problem, context) if problem.kind == "bars" else repair.fixes(problem, context),
        operator,
        operands,
    )


def _named(problem: Problem, context: Context) -> tuple[Fix, ...]:
    """The functions that bars around a matrix can mean, the likelier first."""
    inner = context.typed(problem.sides[0].node.span)
    likely = str(problem.facts.get("function", "det"))
    names = (likely, "abs") if likely == "det" else (likely,)
    return tuple(Fix(f"write {prose.quote(f'{name}({inner})')}", (Edit(problem.span, f"{name}({inner})"),)) for name in names)


def _operator(problem: Problem, context: Context) -> str | None:
    """The sign as typed; a blank between factors that stand side by side."""
    typed = context.typed(problem.operator) if problem.operator is not None else ""
    if typed:
        return typed
    if isinstance(problem.node, Call) and problem.node.style == "call":
        return context.typed(problem.node.function.span) or None
    return " " if isinstance(problem.node, Apply) and len(problem.node.args) == 2 else None
