"""A claim could be neither verified nor refuted.

## What it does

Says that a claim was read, and that nothing is known about it: its left side cannot be derived, or no numeric check of it
was conclusive.

## Why

Silence would look like a verdict.

## Example

```shape ignore
x: (N)
q = sum(x)
dq/dx = floor(x)
        ^^^^^^^^ info[unverified-claim]: this claim could not be verified
```

## How to fix

Nothing need be wrong. Simplify the claim, or silence it with `shape: ignore[unverified-claim]`.

See also: [gradient-value](gradient-value).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.core.diagnostic import Diagnostic, Severity
from shapecheck.elaborate.sheet import Claim
from shapecheck.rules.context import Context

if TYPE_CHECKING:
    from shapecheck.calculus.verdict import Verdict

SEVERITY: Severity = "info"


def judge(claim: Claim, verdict: Verdict, context: Context) -> Diagnostic:
    reason = f": {verdict.how}" if verdict.how else ""
    return Diagnostic("unverified-claim", SEVERITY, f"this claim could not be verified{reason}", claim.right_node.span)
