"""A new value of a name has another shape than the name.

## What it does

Reports an assignment to a name that is bound already, such as `P = F P F' + Q`, when the new value does not have the old
shape.

## Why

A name that is updated keeps its shape: a filter's covariance stays as large as it was. Where the shape changes, either the
formula is wrong or the value deserves another name.

## Example

```shape
P: (n, n)    F: (m, n)
P = F P F'
    ^^^^^^ error[update-shape]: `P` is (n, n), but its new value `F P F'` is (m, m)
```

## How to fix

Mend the formula, or give the new value a name of its own.

See also: [shape-mismatch](shape-mismatch), [conflicting-declaration](conflicting-declaration).
"""

from __future__ import annotations

from shapecheck.core.diagnostic import Diagnostic, Severity
from shapecheck.elaborate.sheet import Problem
from shapecheck.rules import prose, repair
from shapecheck.rules.context import Context

SEVERITY: Severity = "error"


def diagnose(problem: Problem, context: Context) -> Diagnostic:
    operands = tuple(prose.operand(side, context) for side in problem.sides)
    old, new = operands[0], operands[-1]
    message = f"{prose.quote(old.text)} is {old.shape}, but its new value {prose.quote(new.text)} is {new.shape}"
    operator = context.typed(problem.operator) if problem.operator is not None else None
    notes, fixes = prose.reasons(problem.sides), repair.fixes(problem, context)
    return Diagnostic("update-shape", SEVERITY, message, problem.span, notes, fixes, operator, operands)
