"""Formulas as programs: expressions -> a self-contained function in NumPy, PyTorch, JAX, Julia or MATLAB.

An expression becomes a `Program` (`realise.py`): values numbered so that equal ones are computed once, products
in their cheapest order (`product.py`), diagonal and Kronecker factors applied without being built, systems
solved instead of inverted. A `Language` (one declaration each) writes the steps, `function.py` the function
around them. Begin with `function.py`.
"""

from shapecheck.notation.code.function import LANGUAGES, emit, statements

__all__ = ["LANGUAGES", "emit", "statements"]
