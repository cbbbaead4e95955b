"""A function is called that the language does not have, or in a way that it does not have it.

## What it does

Reports calls of names that are neither functions of the language nor defined by a statement.

## Why

Without its meaning nothing can be said about the formula that uses it.

## Example

```shape
X: (N, N)
q = trac(X)
    ^^^^ error[unknown-function]: there is no function `trac`
    ^^^^ help: did you mean `trace`?
```

## How to fix

Take the name that is close, or define the function first: `f(X) = tr(X X)`.

See also: [syntax-error](syntax-error).
"""

from __future__ import annotations

from shapecheck import ops
from shapecheck.core.diagnostic import Diagnostic, Severity
from shapecheck.elaborate.sheet import Problem
from shapecheck.rules import prose, resemblance
from shapecheck.rules.context import Context
from shapecheck.syntax.tree import Call

SEVERITY: Severity = "error"


def diagnose(problem: Problem, context: Context) -> Diagnostic:
    span = problem.node.function.span if isinstance(problem.node, Call) else problem.span
    name = context.typed(span)
    near = resemblance.meant(name, span, [*problem.facts.get("close", ()), *ops.names()])
    return Diagnostic("unknown-function", SEVERITY, f"there is no function {prose.quote(name)}", span, fixes=near)
