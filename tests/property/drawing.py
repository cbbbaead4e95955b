"""How many examples are drawn: a test's own number, times SHAPECHECK_EXAMPLES / 400.

So `SHAPECHECK_EXAMPLES=10000 pytest tests/property` draws 25 times as many everywhere; a plain run stays short.
"""

from __future__ import annotations

import os

USUAL = 400
ASKED = int(os.environ.get("SHAPECHECK_EXAMPLES", str(USUAL)))


def examples(count: int) -> int:
    """This many in a plain run."""
    return max(1, count * ASKED // USUAL)
