"""A name is declared twice, with different shapes.

## What it does

Reports a declaration that contradicts what the name was declared or found to be in the same scope.

## Why

A name has one shape until it is assigned anew. Two declarations that disagree mean that one of them is out of date.

## Example

```shape
A: (N, D)
A: (D, N)
^ error[conflicting-declaration]: `A` is declared (D, N) here, but it is (N, D)
```

Behind code, a shape belongs to the value that is assigned there, so this is no conflict:

```python
x = load()  # shape: (N, D)
x = x.T     # shape: (D, N)
```

## How to fix

Correct the wrong declaration, or give the second value a name of its own.

See also: [update-shape](update-shape).
"""

from __future__ import annotations

from shapecheck.core.diagnostic import Diagnostic, Note, Severity
from shapecheck.elaborate.sheet import Problem, Reason
from shapecheck.rules import prose
from shapecheck.rules.context import Context

SEVERITY: Severity = "error"


def diagnose(problem: Problem, context: Context) -> Diagnostic:
    name = prose.quote(str(problem.facts.get("name", context.typed(problem.span))))
    previous = problem.facts.get("previous")
    message = f"{name} is declared {problem.facts.get('shape')} here"
    notes: tuple[Note, ...] = ()
    if isinstance(previous, Reason):
        message += f", but it is {previous.shape}"
        notes = (prose.because(previous),)
    return Diagnostic("conflicting-declaration", SEVERITY, message, problem.span, notes)
