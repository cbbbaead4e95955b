"""A function is called that the language does not have, or in a way that it does not have it.

## What it does

Reports calls of names that are neither functions of the language nor defined by a statement, calls with a number of
arguments that the function does not take, and `|A|` of a matrix, which can mean the determinant or the absolute values.

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
from shapecheck.core.diagnostic import Diagnostic, Fix, Severity
from shapecheck.core.span import Edit
from shapecheck.elaborate.sheet import Problem
from shapecheck.rules import prose, resemblance
from shapecheck.rules.context import Context
from shapecheck.syntax.tree import Call

SEVERITY: Severity = "error"


def diagnose(problem: Problem, context: Context) -> Diagnostic:
    typed = context.typed(problem.span)
    name = str(problem.facts.get("name", typed))
    if problem.kind == "bars":
        return _bars(problem, context)
    if problem.facts.get("message"):
        return Diagnostic("unknown-function", SEVERITY, str(problem.facts["message"]), problem.span)
    fixes = resemblance.meant(name, problem.span, [*problem.facts.get("known", ()), *ops.names()])
    return Diagnostic("unknown-function", SEVERITY, f"there is no function {prose.quote(name)}", problem.span, fixes=fixes)


def _bars(problem: Problem, context: Context) -> Diagnostic:
    """`|A|` of a matrix: which of the two it means must be said."""
    node, side = problem.node, problem.sides[0]
    inner = context.typed(side.node.span)
    message = f"{prose.quote(context.typed(problem.span))} of a matrix can mean its determinant or its entries' absolute values"
    span = node.span if isinstance(node, Call) else problem.span
    fixes = tuple(Fix(f"write {prose.quote(text)}", (Edit(span, text),)) for text in (f"det({inner})", f"abs({inner})"))
    return Diagnostic("unknown-function", SEVERITY, message, problem.span, prose.reasons(problem.sides), fixes)
