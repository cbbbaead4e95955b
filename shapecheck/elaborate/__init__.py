"""Statements as typed, and the scope they stand in, to what they mean: bindings, typed expressions, claims, problems.

Problems are facts, not prose, and no size that could be solved is left open in what is returned. A statement that does
not fit binds nothing, and what uses a name that failed is silent: one mistake, one message.
Begin with `elaboration.py`, then `relations.py` for statements and `expression.py` for what stands in them.
"""

from __future__ import annotations

from shapecheck.elaborate.elaboration import elaborate

__all__ = ["elaborate"]
