"""Values that every other part is made of: spans and edits, dimensions, shapes, typed expressions, tensor terms.

Everything here is frozen, compared by value, and knows nothing of comments, editors or files.
Begin with `dimension.py` and `shape.py`, then `expression.py` (what a formula means, typed)
and `term.py` (the same as a sum of products with indices).
"""
