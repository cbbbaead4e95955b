"""An index runs over two different sizes, or an entry lies outside.

## What it does

Reports an index of `Σ_ij A_ij B_jk` that counts axes of different sizes, and entries such as `x[4]` of a vector of three.

## Why

An index that is summed or repeated must run over the same range everywhere.

## Example

```shape
A: (N, D)    B: (N, K)
C_ik = A_ij B_jk
            ^^^^ error[index-range]: `j` runs over D in `A_ij`, but over N in `B_jk`
```

## How to fix

Swap the indices of one of the factors (`B_kj`), or say that the sizes are equal: `where N = D`.

See also: [shape-mismatch](shape-mismatch).
"""

from __future__ import annotations

from shapecheck.core.diagnostic import Diagnostic, Severity
from shapecheck.elaborate.sheet import Problem
from shapecheck.rules import prose, repair
from shapecheck.rules.context import Context

SEVERITY: Severity = "error"


def diagnose(problem: Problem, context: Context) -> Diagnostic:
    facts = problem.facts
    index = prose.quote(str(facts.get("index", "this index")))
    message = str(facts.get("message") or f"{index} runs over {facts.get('expected')} elsewhere, but over {facts.get('found')} here")
    return Diagnostic("index-range", SEVERITY, message, problem.span, prose.reasons(problem.sides), repair.fixes(problem, context))
