"""A claimed differential is not the differential.

## What it does

Checks `dq = w_a' A dB w_b`: for all values and all directions of the differentials on the right, both sides must be equal.

## Why

A differential is a line of a derivation: what is wrong there is wrong in every line below.

## Example

```shape
A: (N, D)    B: (D, N)    w_a, w_b: (N)
q = w_a' A B w_b
dq = w_b' A dB w_a
     ^^^^^^^^^^^^^ error[differential-value]: `w_b' A dB w_a` is not `dq`
     ^^^^^^^^^^^^^ help: write
dq = A' w_a w_b' : dB
```

## How to fix

Take the fix, or see which factor is out of its place.

See also: [gradient-value](gradient-value), [backprop-value](backprop-value).
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
    return verdicts.told("differential-value", SEVERITY, verdicts.is_not(claim, verdict, context), claim, verdict, context)
