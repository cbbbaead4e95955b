"""Two sides that are said to be equal are not.

## What it does

Checks `(A B)' == B' A'` and every further pair of a chain `a = b = c` for all values of their variables.

## Why

A step of a derivation that holds for some values only is no step.

## Example

```shape
A, B: (N, N)
(A B)' == A' B'
          ^^^^^ error[identity-value]: `A' B'` is not `(A B)'`: two factors are swapped
```

## How to fix

Mend the wrong side. Where the identity needs a property, declare it: `A: (N, N) symmetric`.

See also: [gradient-value](gradient-value), [shape-mismatch](shape-mismatch).
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
    message = verdicts.is_not(claim, verdict, context)
    return verdicts.told("identity-value", SEVERITY, message, claim, verdict, context, safe=False)
