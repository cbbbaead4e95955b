"""A matrix must be square here, and is not.

## What it does

Reports inverses, determinants, traces and powers of matrices whose numbers of rows and columns differ.

## Why

They are defined for square matrices only.

## Example

```shape
X: (N, D)    y: (N)
w = inv(X) y
    ^^^^^^ error[not-square]: `inv` needs a square matrix, but `X` is (N, D)
```

```shape
X: (N, D)
Z = X^2
    ^^^ error[not-square]: `^2` needs a square matrix, but `X` is (N, D)
    ^^^ help: take the power of each entry: `X.^2`
```

## How to fix

`X.^2` is the square of each entry, `X' X` the product that a transpose makes fit, `pinv(X)` the inverse of a matrix that is
not square. If both sizes are the same, say so: `where N = D`.

See also: [shape-mismatch](shape-mismatch).
"""

from __future__ import annotations

from shapecheck.core.diagnostic import Diagnostic, Severity
from shapecheck.core.span import Span
from shapecheck.elaborate.sheet import Problem
from shapecheck.rules import prose, repair
from shapecheck.rules.context import Context
from shapecheck.syntax.tree import Apply, Call

SEVERITY: Severity = "error"


def diagnose(problem: Problem, context: Context) -> Diagnostic:
    side = problem.sides[0]
    operands = tuple(prose.operand(each, context) for each in problem.sides)
    text = f"{prose.quote(_what(problem, context))} needs a square matrix, but {prose.quote(operands[0].text)} is {side.shape}"
    notes, fixes = prose.reasons(problem.sides), repair.fixes(problem, context)
    return Diagnostic("not-square", SEVERITY, text, problem.span, notes, fixes, _what(problem, context), operands)


def _what(problem: Problem, context: Context) -> str:
    """What asks for a square matrix, as typed: `inv`, `^2`, `⁻¹`."""
    node = problem.node
    if isinstance(node, Call):
        return context.typed(node.function.span) if node.style in ("call", "prefix") else str(problem.facts.get("function", "this"))
    if problem.kind != "division" and isinstance(node, Apply) and node.op in ("power", "inverse_transpose"):
        return context.typed(Span(node.args[0].span.end, node.span.end)).lstrip(")")
    return context.typed(problem.operator) if problem.operator is not None else "this"
