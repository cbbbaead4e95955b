"""A division among factors is read from left to right, where readers differ.

## What it does

Points out `a / 2 b` with scalars: it means `(a / 2) b` here, as in NumPy, MATLAB and Julia with explicit signs, while many
readers take it for `a / (2 b)`.

## Why

Both readings have the same shape, so no check can tell them apart.

## Example

```shape
a, b: scalar
c = a / 2 b
    ^^^^^^^ hint[ambiguous-product]: `a / 2 b` is read as `(a / 2) b`
    ^^^^^^^ help: write `(a / 2) b`
    ^^^^^^^ help: write `a / (2 b)`
```

## How to fix

Write the brackets.

See also: [ambiguous-name](ambiguous-name).
"""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.core.diagnostic import Diagnostic, Fix, Severity
from shapecheck.core.span import Edit, Span
from shapecheck.elaborate.sheet import Checked
from shapecheck.rules import prose
from shapecheck.rules.context import Context
from shapecheck.syntax.tree import Apply, Node, Number, Paren

SEVERITY: Severity = "hint"


def remarks(checked: Checked, context: Context) -> Iterator[Diagnostic]:
    """Every `a / b c` of scalars that is not read alike by everyone, as `1/2 x` and `a/2 b` are."""
    scalars = {id(typed.node) for typed in checked.typed if not typed.expression.shape.rank}
    for typed in checked.typed:
        node = typed.node
        if not (isinstance(node, Apply) and node.op == "juxtapose" and id(node) in scalars):
            continue
        quotient, last = node.args
        if isinstance(quotient, Apply) and quotient.op == "slash" and id(last) in scalars and not _is_clear(quotient, last, context):
            yield _remark(node, quotient, last, context)


def _is_clear(quotient: Apply, last: Node, context: Context) -> bool:
    """A number above, brackets below, or blanks that show what belongs together."""
    above, below = quotient.args
    while isinstance(above, Apply) and above.op == "negate":
        above = above.args[0]
    tight = quotient.span.end - quotient.span.start == sum(arg.span.end - arg.span.start for arg in quotient.args) + 1
    apart = last.span.start > quotient.span.end
    return isinstance(above, Number) or isinstance(below, Paren) or (tight and apart)


def _remark(node: Apply, quotient: Apply, last: Node, context: Context) -> Diagnostic:
    whole = prose.quote(context.typed(node.span))
    first = _bracketed(quotient.span, node.span, context)
    second = _bracketed(quotient.args[1].span.cover(last.span), node.span, context)
    fixes = tuple(Fix(f"write {prose.quote(text)}", (Edit(node.span, text),)) for text in (first, second))
    return Diagnostic("ambiguous-product", SEVERITY, f"{whole} is read as {prose.quote(first)}", node.span, fixes=fixes)


def _bracketed(part: Span, whole: Span, context: Context) -> str:
    return context.preview(whole, (Edit(Span(part.start, part.start), "("), Edit(Span(part.end, part.end), ")")))
