"""A claimed derivative is right, but in the other layout.

## What it does

Reports a claim that is the transpose of the derivative in the layout in use: in gradient layout the derivative of a scalar
has the shape of the variable; in numerator layout it has the transposed shape.

## Why

Both layouts are in textbooks, and each is right by itself. Mixed in one file, they are a transpose waiting to be forgotten.

## Example

```shape
A: (N, D)    B: (D, N)    w_a, w_b: (N)
q = w_a' A B w_b
dq/dB = w_b w_a' A
        ^^^^^^^^^^ error[gradient-layout]: `w_b w_a' A` is `dq/dB` in numerator layout
        ^^^^^^^^^^ help: A' w_a w_b'
```

## How to fix

Take the fix, or set `layout = "numerator"` if that is the layout of your project.

See also: [gradient-value](gradient-value), [gradient-shape](gradient-shape).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.core.diagnostic import Diagnostic, Severity
from shapecheck.elaborate.sheet import Claim, GradientClaim
from shapecheck.rules import verdicts
from shapecheck.rules.context import Context

if TYPE_CHECKING:
    from shapecheck.calculus.verdict import Verdict

SEVERITY: Severity = "error"


def judge(claim: Claim, verdict: Verdict, context: Context) -> Diagnostic:
    left, right = verdicts.sides(claim, context)
    if isinstance(claim, GradientClaim) and claim.of.shape.rank:
        message = f"{right} is {left} in denominator layout: the transpose of the Jacobian, which has a row for each entry of the value"
        return verdicts.told("gradient-layout", SEVERITY, message, claim, verdict, context)
    other = "numerator" if context.settings.layout == "gradient" else "gradient"
    message = f"{right} is {left} in {other} layout: the transpose of what {context.settings.layout} layout has"
    return verdicts.told("gradient-layout", SEVERITY, message, claim, verdict, context)
