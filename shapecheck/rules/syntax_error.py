"""The text is no statement of the language.

## What it does

Reports where a statement stops being one, and what could have stood there. Other statements are read all the same: one
slip costs one message.

## Why

A formula that cannot be read is not checked, and its author should know.

## Example

```shape
A: (N, D)    x: (D)
y = (A x
    ^ error[syntax-error]: `(` is never closed
z = A x
    ^^^ (N)
```

Text behind `shape:` that was never meant for shapecheck is left alone, unless the file has an annotation that is. To keep a
comment out, write `Shape:` or put a word before it; to silence one, end it with `shape: ignore`.

## How to fix

Finish the statement, close its brackets, or write the sign that is meant: the grammar reference lists them all.

See also: [unknown-function](unknown-function), [unknown-property](unknown-property).
"""

from __future__ import annotations

from shapecheck.core.diagnostic import Diagnostic, Severity
from shapecheck.elaborate.sheet import Problem
from shapecheck.rules.context import Context

SEVERITY: Severity = "error"


def diagnose(problem: Problem, context: Context) -> Diagnostic:
    return Diagnostic("syntax-error", SEVERITY, str(problem.facts.get("message", "this cannot be read")), problem.span)
