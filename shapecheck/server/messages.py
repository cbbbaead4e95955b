"""The protocol's types, loaded in half the time.

`lsprotocol` has more than five hundred classes, and `attrs` compiles five functions for each. Those for `repr` and for
equality nobody calls here; without them a start takes a fifth less. Import this before anything that imports `lsprotocol`.
"""

from __future__ import annotations

import sys
from functools import partial

import attrs

if "lsprotocol.types" not in sys.modules:
    _usual = attrs.define
    attrs.define = partial(_usual, repr=False, eq=False)
    try:
        import lsprotocol.types  # noqa: F401
    finally:
        attrs.define = _usual
