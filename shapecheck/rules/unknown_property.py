"""A word behind a declared shape is no property.

## What it does

Reports words behind a shape that shapecheck does not know.

## Why

Properties change what is checked: gradients of symmetric matrices simplify, and numeric checks draw only matrices that have
the property. A word that is not understood changes nothing, silently.

## Example

```shape
S: (N, N) symetric
          ^^^^^^^^ error[unknown-property]: `symetric` is no property
          ^^^^^^^^ help: did you mean `symmetric`?
```

## How to fix

Use a property of the language: symmetric, posdef, diagonal, orthogonal, lower, upper, onehot, unit, positive, integer. Put
remarks behind ` -- `.

See also: [syntax-error](syntax-error).
"""

from __future__ import annotations

from shapecheck.core.diagnostic import Diagnostic, Fix, Severity
from shapecheck.core.span import Edit, Span
from shapecheck.elaborate.sheet import Problem
from shapecheck.rules import prose, resemblance
from shapecheck.rules.context import Context

SEVERITY: Severity = "error"


def diagnose(problem: Problem, context: Context) -> Diagnostic:
    word, known = str(problem.facts.get("word", context.typed(problem.span))), tuple(problem.facts.get("known", ()))
    fixes = resemblance.meant(word, problem.span, known)
    remark = Fix("make it a remark", (Edit(Span(problem.span.start, problem.span.start), "-- "),))
    return Diagnostic("unknown-property", SEVERITY, f"{prose.quote(word)} is no property", problem.span, fixes=(*fixes, remark))
