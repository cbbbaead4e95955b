"""An expression has another shape than the text behind it says.

## What it does

Checks `A B : (N, N)` and `X W -> (N, K)`: the expression must have that shape.

## Why

Shapes written beside formulas are what readers rely on.

## Example

```shape
A: (N, D)    B: (D, K)
A B : (N, D)
      ^^^^^^ error[shape-assertion]: `A B` is (N, K), not (N, D)
```

## How to fix

Write the shape that the expression has, or the expression that has the shape.

See also: [shape-mismatch](shape-mismatch).
"""

from __future__ import annotations

from shapecheck.core.diagnostic import Diagnostic, Fix, Severity
from shapecheck.core.shape import Shape
from shapecheck.core.span import Edit
from shapecheck.elaborate.sheet import Problem
from shapecheck.rules import prose, repair
from shapecheck.rules.context import Context
from shapecheck.syntax.tree import Assertion

SEVERITY: Severity = "error"


def diagnose(problem: Problem, context: Context) -> Diagnostic:
    expected = problem.facts.get("expected")
    side = problem.sides[0] if problem.sides else None
    if side is None:
        return Diagnostic("shape-assertion", SEVERITY, f"this is not {expected}", problem.span)
    operand = prose.operand(side, context)
    message = f"{prose.quote(operand.text)} is {side.shape}, not {expected}"
    fixes = (*_as_it_is(side.shape, expected, context), *repair.fixes(problem, context))
    return Diagnostic("shape-assertion", SEVERITY, message, problem.span, prose.reasons(problem.sides), fixes, None, (operand,))


def _as_it_is(shape: Shape, expected: object, context: Context) -> tuple[Fix, ...]:
    """Write the shape that the expression has, in the brackets of the one that it replaces."""
    statement = context.statement
    if not isinstance(statement, Assertion) or len(statement.shapes) != 1 or "?" in str(shape):
        return ()
    span = statement.shapes[0].span
    typed = context.typed(span)
    text = f"[{', '.join(shape)}]" if typed.startswith("[") else str(shape)
    return (Fix(f"write the shape that it has: {text}", (Edit(span, text),)),)
