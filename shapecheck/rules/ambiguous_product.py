"""A division among factors is read from left to right, where readers differ.

## What it does

Points out `a / 2 b` with scalars: it means `(a / 2) b` here, as in NumPy, MATLAB and Julia with explicit signs, while many
readers take it for `a / (2 b)`.

## Why

Both readings have the same shape, so no check can tell them apart.

## Example

```shape
a, b: scalar
c = a / 2 b
    ^^^^^^^ hint[ambiguous-product]: `a / 2 b` is read as `(a / 2) b`
    ^^^^^^^ help: write `(a / 2) b`
    ^^^^^^^ help: write `a / (2 b)`
```

## How to fix

Write the brackets.

See also: [ambiguous-name](ambiguous-name).
"""

from __future__ import annotations

from shapecheck.core.diagnostic import Diagnostic, Fix, Severity
from shapecheck.core.span import Edit, Span
from shapecheck.elaborate.sheet import Problem
from shapecheck.rules import prose
from shapecheck.rules.context import Context
from shapecheck.syntax.tree import Apply

SEVERITY: Severity = "hint"


def diagnose(problem: Problem, context: Context) -> Diagnostic:
    node = problem.node
    whole = prose.quote(context.typed(problem.span))
    if not (isinstance(node, Apply) and isinstance(node.args[0], Apply) and len(node.args) == 2):
        return Diagnostic("ambiguous-product", SEVERITY, f"{whole} is read from left to right", problem.span)
    quotient = node.args[0]
    first = _bracketed(quotient.span, problem.span, context)
    second = _bracketed(quotient.args[1].span.cover(node.args[1].span), problem.span, context)
    fixes = tuple(Fix(f"write {prose.quote(text)}", (Edit(problem.span, text),)) for text in (first, second))
    return Diagnostic("ambiguous-product", SEVERITY, f"{whole} is read as {prose.quote(first)}", problem.span, fixes=fixes)


def _bracketed(part: Span, whole: Span, context: Context) -> str:
    return context.preview(whole, (Edit(Span(part.start, part.start), "("), Edit(Span(part.end, part.end), ")")))
