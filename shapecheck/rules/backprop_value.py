"""A line of a backward pass is not what the chain rule gives.

## What it does

Checks `dX = dY W'` against the definition `Y = X W`: the cotangent of a variable must be the vector-Jacobian product of
what is defined from it. `dX += ...` must be one of its contributions.

## Why

With square matrices a forgotten transpose in a backward pass keeps every shape, and training just works badly.

## Example

```shape
X: (B, D)    W: (D, K)
Y = X W
dX = dY W'
dW = dY' X
     ^^^^^ error[backprop-value]: `dY' X` is (K, D), but `dW` is (D, K)
     ^^^^^ help: write `X' dY`
```

```diff
-dW = dY' X
+dW = X' dY
```

## How to fix

Take the fix: it is derived and verified by value.

See also: [gradient-value](gradient-value), [differential-value](differential-value).
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
    return verdicts.told("backprop-value", SEVERITY, verdicts.is_not(claim, verdict, context), claim, verdict, context)
