"""A word that is no declared name is read as a product of names that are.

## What it does

Reports `FPF'` where `F` and `P` are declared and `FPF` is not: it is read as `F P F'`, and checked so.

## Why

People write products without blanks, and mean it. But a longer word may just as well be a name of its own.

## Example

```shape
F, P, Q: (n, n)
P = FPF' + Q
    ^^^ hint[ambiguous-name]: `FPF` is read as the product `F P F`
    ^^^ help: write `F P F`
```

```diff
-P = FPF' + Q
+P = F P F' + Q
```

## How to fix

Write the blanks; `--fix` does. If it is a name, declare it.

See also: [undeclared-name](undeclared-name), [ambiguous-product](ambiguous-product).
"""

from __future__ import annotations

from shapecheck.core.diagnostic import Diagnostic, Fix, Severity
from shapecheck.core.span import Edit
from shapecheck.elaborate.sheet import Problem
from shapecheck.rules import prose, spelling
from shapecheck.rules.context import Context

SEVERITY: Severity = "hint"


def diagnose(problem: Problem, context: Context) -> Diagnostic:
    typed = context.typed(problem.span)
    reading = prose.quote(" ".join(problem.facts["parts"]))
    apart = (spelling.style(context).product or " ").join(problem.facts["parts"])
    fix = Fix(f"write {prose.quote(apart)}", (Edit(problem.span, apart),), "safe")
    return Diagnostic("ambiguous-name", SEVERITY, f"{prose.quote(typed)} is read as the product {reading}", problem.span, fixes=(fix,))
