"""A name is declared among formulas, and none of them uses it.

## What it does

Reports a declared name that no statement of its scope uses, where the other names of its annotation are used.

## Why

It is often what is left of a formula that was changed, or a name that is spelled otherwise further down.

## Example

```shape
A: (N, D)    B: (D, N)    C: (N, N)
                          ^ hint[unused-declaration]: `C` is declared and not used
q = A B
```

## How to fix

Remove the declaration, or use the name. Where the declaration is meant for readers alone, switch the rule off.

See also: [undeclared-name](undeclared-name).
"""

from __future__ import annotations

from shapecheck.core.diagnostic import Diagnostic, Severity
from shapecheck.elaborate.sheet import Problem
from shapecheck.rules import prose
from shapecheck.rules.context import Context

SEVERITY: Severity = "hint"


def diagnose(problem: Problem, context: Context) -> Diagnostic:
    name = prose.quote(str(problem.facts.get("name", context.typed(problem.span))))
    return Diagnostic("unused-declaration", SEVERITY, f"{name} is declared and not used", problem.span)
