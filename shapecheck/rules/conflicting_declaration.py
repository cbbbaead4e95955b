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

from collections.abc import Iterator

from shapecheck.core.diagnostic import Diagnostic, Fix, Note, Severity
from shapecheck.core.span import Edit
from shapecheck.elaborate.sheet import Problem, Reason
from shapecheck.rules import prose
from shapecheck.rules.context import Context
from shapecheck.syntax.tree import Declaration

SEVERITY: Severity = "error"


def diagnose(problem: Problem, context: Context) -> Diagnostic:
    name = prose.quote(str(problem.facts.get("name", context.typed(problem.span))))
    previous = problem.facts.get("previous")
    message = f"{name} is declared {problem.facts.get('shape')} here"
    notes: tuple[Note, ...] = ()
    if isinstance(previous, Reason):
        message += f", but it is {previous.shape}"
        notes = (prose.because(previous),)
    return Diagnostic("conflicting-declaration", SEVERITY, message, problem.span, notes, tuple(_fixes(problem, context)))


def _fixes(problem: Problem, context: Context) -> Iterator[Fix]:
    """A shape that is said of a value that is known: what it is."""
    previous = problem.facts.get("previous")
    if not isinstance(previous, Reason) or previous.kind != "defined" or any(dim.is_open for dim in previous.shape.dims):
        return
    statements = [checked.statement for checked in context.elaborated.statements] if context.elaborated is not None else []
    for statement in (context.statement, *statements):
        if isinstance(statement, Declaration) and statement.shape is not None and [name.span for name in statement.names] == [problem.span]:
            yield Fix(f"write {prose.quote(str(previous.shape))}", (Edit(statement.shape.span, str(previous.shape)),), "suggested")
            return
