"""A `shape: ignore` silences nothing.

## What it does

Reports a suppression, or a rule named in one, that no finding needs.

## Why

It was needed once. Left in place, it would hide the next mistake.

## Example

```python
# shape: A: (N, D); B: (D, N)
# shape: q = A B  # shape: ignore[shape-mismatch]
#                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[unused-suppression]: nothing here needs `shape: ignore[shape-mismatch]`
```

```diff
-# shape: q = A B  # shape: ignore[shape-mismatch]
+# shape: q = A B
```

## How to fix

Remove it; `--fix` does.

See also: [syntax-error](syntax-error).
"""

from __future__ import annotations

from shapecheck.core.diagnostic import Diagnostic, Fix, Severity
from shapecheck.core.span import Edit, Span
from shapecheck.elaborate.sheet import Problem
from shapecheck.rules import prose
from shapecheck.rules.context import Context

SEVERITY: Severity = "warning"


def diagnose(problem: Problem, context: Context) -> Diagnostic:
    text = problem.span.of(context.text)
    word = problem.span.start + max(text.find("shape:"), 0)
    unused = [str(rule) for rule in problem.facts.get("unused", ())]
    needed = [str(rule) for rule in problem.facts.get("needed", ())]
    message = f"nothing here needs {prose.quote(' '.join(context.text[word : problem.span.end].split()))}"
    fix = Fix("remove it", (Edit(_with_blanks(problem.span, context.text), ""),), "safe")
    if needed and unused:
        message = f"nothing here needs {prose.listing([prose.quote(rule) for rule in unused])} to be ignored"
        fix = Fix("remove what is not needed", (Edit(Span(word, problem.span.end), f"shape: ignore[{', '.join(needed)}]"),), "safe")
    return Diagnostic("unused-suppression", SEVERITY, message, problem.span, fixes=(fix,))


def _with_blanks(span: Span, text: str) -> Span:
    """The suppression with the blanks before it."""
    start = span.start
    while start and text[start - 1] in " \t":
        start -= 1
    return Span(start, span.end)
