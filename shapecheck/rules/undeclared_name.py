"""A name is used whose shape nobody declared.

## What it does

Reports a name that has no declaration and no definition, with the shape that its use implies.

## Why

Shapes that are inferred can only be checked against each other: a declaration makes a mistake a mistake. And a slip of the
finger looks like a new name.

## Example

```shape
A: (N, D)    w_a: (N)
q = w_a' A w_b
           ^^^ hint[undeclared-name]: `w_b` is not declared; from its use it is (D)
           ^^^ help: declare `w_b`: (D)
```

## How to fix

Take the fix: it writes the declaration down. Where a declared name is close, it is offered too.

See also: [unused-declaration](unused-declaration), [ambiguous-name](ambiguous-name).
"""

from __future__ import annotations

from shapecheck.core.diagnostic import Diagnostic, Fix, Severity
from shapecheck.core.span import Edit
from shapecheck.elaborate.sheet import Problem
from shapecheck.rules import prose, resemblance
from shapecheck.rules.context import Context

SEVERITY: Severity = "hint"


def diagnose(problem: Problem, context: Context) -> Diagnostic:
    name, shape = str(problem.facts.get("name", "")), problem.facts.get("shape")
    known = getattr(context.scope, "bindings", {})
    typed = context.typed(problem.span) or name
    message = f"{prose.quote(typed)} is not declared"
    if shape is not None:
        message += f"; from its use it is {shape if shape.rank else 'a scalar'}"
    declaration = problem.facts.get("declaration")
    fixes = resemblance.fitting(resemblance.meant(name, problem.span, known), context)
    if declaration:
        written = Fix(f"declare {declaration if ':' not in declaration else _titled(declaration)}", _ahead(str(declaration), context))
        fixes = (written, *fixes)
    return Diagnostic("undeclared-name", SEVERITY, message, problem.span, fixes=fixes)


def _titled(declaration: str) -> str:
    name, _, rest = declaration.partition(":")
    return f"{prose.quote(name.strip())}:{rest}"


def _ahead(declaration: str, context: Context) -> tuple[Edit, ...]:
    return (context.ahead(declaration),)
