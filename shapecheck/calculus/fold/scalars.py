"""Scalar factors with exponents: equal ones made one, what cancels taken out."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from shapecheck.core.expression import Expression, make, number

Scalars = tuple[tuple[Expression, Fraction], ...]
ONCE = Fraction(1)


def merged(scalars: Iterable[tuple[Expression, Fraction]]) -> Scalars:
    """Equal scalars made one, by adding exponents."""
    powers: dict[Expression, Fraction] = {}
    for factor, exponent in scalars:
        if factor.op == "epower" and factor.args[1].op == "number" and isinstance(factor.args[1].data[0], Fraction):
            factor, exponent = factor.args[0], exponent * factor.args[1].data[0]
        elif factor.op == "sqrt":
            factor, exponent = factor.args[0], exponent / 2
        powers[factor] = powers.get(factor, Fraction(0)) + exponent
    for factor in [found for found in powers if found.op == "epower"]:
        _raise(factor, powers)
    logistic(powers)
    without_inverses(powers)
    _shortened(powers)
    return tuple((factor, exponent) for factor, exponent in powers.items() if exponent)


def _shortened(powers: dict[Expression, Fraction]) -> None:
    """`a / (a b)` is `1 / b`."""
    for whole in [found for found in powers if found.op == "scale" and not found.shape.dims]:
        parts, exponent = [whole], powers[whole]
        while any(part.op == "scale" for part in parts):
            parts = [inner for part in parts for inner in (part.args if part.op == "scale" else (part,))]
        if exponent.denominator == 1 and any(powers.get(part, 0) * exponent < 0 for part in parts):
            del powers[whole]
            for part in parts:
                powers[part] = powers.get(part, Fraction(0)) + exponent


def _raise(factor: Expression, powers: dict[Expression, Fraction]) -> None:
    """`x^(a - 1) x` is `x^a`, and `(x/y)^(a - 1) x/y` is `(x/y)^a`."""
    base, exponent = factor.args
    if base.op == "ratio" and base not in powers and powers.get(base.args[0], 0) >= 1 and powers.get(base.args[1], 0) <= -1:
        powers[base] = ONCE
        powers[base.args[0]] -= 1
        powers[base.args[1]] += 1
    other = powers.get(base)
    if powers[factor] != 1 or other is None or other.denominator != 1 or exponent.op == "number":
        return
    shift = other
    if exponent.op in ("add", "subtract") and exponent.args[1].op == "number":
        shift += exponent.args[1].data[0] if exponent.op == "add" else -exponent.args[1].data[0]
        exponent = exponent.args[0]
    if shift:
        exponent = make("add" if shift > 0 else "subtract", (exponent, number(abs(shift))))
    del powers[factor], powers[base]
    powers[make("epower", (base, exponent))] = ONCE


def without_inverses(powers: dict[Expression, Fraction]) -> None:
    """`exp(u) exp(-u)` is 1."""
    for entry in [found for found in powers if found.op == "exp" and found.args[0].op == "negate"]:
        other = make("exp", entry.args[0].args, entry.shape)
        shared = min(powers[entry], powers.get(other, Fraction(0)))
        if shared > 0:
            powers[entry], powers[other] = powers[entry] - shared, powers[other] - shared


def logistic(powers: dict[Expression, Fraction]) -> None:
    """`exp(u) / (1 + exp(u))` is `sigmoid(u)`."""
    for entry in [found for found, exponent in powers.items() if found.op == "exp" and exponent >= 1]:
        for below, exponent in list(powers.items()):
            if exponent <= -1 and below.op == "add" and entry in below.args and number(1) in below.args:
                powers[entry] -= 1
                powers[below] += 1
                squashed = make("sigmoid", entry.args, entry.shape)
                powers[squashed] = powers.get(squashed, Fraction(0)) + 1
                return
