"""A claimed derivative has the right shape and the wrong value.

## What it does

Derives the left side, compares it with the right one for all values, and says how they differ where that has a name.

## Why

Shapes that fit prove nothing: `2 A x` has the shape of the derivative of `x' A x`, and is wrong unless A is symmetric.

## Example

```shape
A: (N, N)    x: (N)
q = x' A x
dq/dx = 2 A x
        ^^^^^ error[gradient-value]: `2 A x` is not `dq/dx`: right only if A is symmetric
        ^^^^^ help: write `(A + A') x`
```

```diff
-dq/dx = 2 A x
+dq/dx = (A + A') x
```

If a matrix is symmetric, say so, and formulas that hold for symmetric matrices are right:

```shape
A: (N, N) symmetric    x: (N)
q = x' A x
dq/dx = 2 A x
```

## How to fix

Take the fix: it is derived and verified by value.

See also: [gradient-shape](gradient-shape), [gradient-layout](gradient-layout), [unverified-claim](unverified-claim).
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
    return verdicts.told("gradient-value", SEVERITY, verdicts.is_not(claim, verdict, context), claim, verdict, context)
