"""Formulas to meaning and back: derivatives, verdicts on claims, and the checks that stand behind both.

`lower` maps expressions to terms (sums of products with indices), `differentiate` terms to terms, `fold` terms to
expressions as short as a textbook's; `evaluate` computes both in NumPy, `verify` compares them on samples.
Nothing leaves here that has not agreed with its own numeric check. Begin with `derivative.py` and `judge.py`.
"""
