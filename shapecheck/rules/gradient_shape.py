"""A claimed derivative has another shape than the derivative.

## What it does

Compares the shape of a claim's right side with the shape of the derivative: that of the variable for a scalar, value by
variable for a vector by a vector.

## Why

A gradient of another shape cannot be subtracted from what it is the gradient of.

## Example

```shape
A: (N, D)    x: (D)    y: (N)
q = y' A x
dq/dA = A x
        ^^^ error[gradient-shape]: `dq/dA` is (N, D), but `A x` is (N)
        ^^^ help: write `y x'`
```

```diff
-dq/dA = A x
+dq/dA = y x'
```

## How to fix

Take the fix: it is derived and verified by value.

See also: [gradient-layout](gradient-layout), [gradient-value](gradient-value), [shape-mismatch](shape-mismatch).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.core.diagnostic import Diagnostic, Severity
from shapecheck.elaborate.sheet import Claim
from shapecheck.rules import verdicts
from shapecheck.rules.context import Context

if TYPE_CHECKING:
    from shapecheck.calculus.verdict import Verdict

SEVERITY: Severity = "error"


def judge(claim: Claim, verdict: Verdict, context: Context) -> Diagnostic:
    left, right = verdicts.sides(claim, context)
    shape = verdict.formula.shape if verdict.formula is not None else None
    message = (
        f"{left} is {shape}, but {right} is {claim.right.shape}" if shape is not None else f"{right} does not have the shape of {left}"
    )
    return verdicts.told("gradient-shape", SEVERITY, message, claim, verdict, context)
