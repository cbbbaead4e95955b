"""Products entry by entry: `a .* b ./ c`, with powers, one-hot vectors and ones taken care of."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from shapecheck.calculus.fold.context import Context
from shapecheck.calculus.fold.product import power
from shapecheck.calculus.fold.scalars import logistic
from shapecheck.core.expression import Expression, make, number
from shapecheck.core.shape import Shape

Entries = Iterable[tuple[Expression, Fraction]]


def hadamard(entries: Entries, context: Context, shape: Shape | None = None) -> Expression:
    """The entries' product; `shape` is that of the result where factors broadcast."""
    entries = list(entries)
    shape = shape if shape is not None else max((entry.shape for entry, _ in entries), key=lambda found: len(found.dims))
    if any(entry.op == "zeros" and exponent > 0 for entry, exponent in entries):
        return make("zeros", (), shape)
    powers = _powers(entries, context)
    over = [(entry, exponent) for entry, exponent in powers.items() if exponent > 0]
    under = [(entry, exponent) for entry, exponent in powers.items() if exponent < 0]
    over.sort(key=lambda item: (item[0].op in ("add", "subtract"), len(item[0].shape.dims)))
    top = _times([power(entry, exponent) for entry, exponent in over], shape)
    bottom = _times([power(entry, -exponent) for entry, exponent in under], shape)
    if top is None and bottom is None:
        return make("ones", (), shape)
    if bottom is None:
        assert top is not None
        return top
    return make("ratio", (top if top is not None else number(1), bottom), shape)


def _powers(entries: Entries, context: Context) -> dict[Expression, Fraction]:
    powers: dict[Expression, Fraction] = {}
    pending = list(entries)[::-1]
    while pending:
        entry, exponent = pending.pop()
        if entry.op == "hadamard":
            pending += [(argument, exponent) for argument in reversed(entry.args)]
        elif entry.op == "ratio" and entry.args[1].shape.dims:
            pending += [(entry.args[1], -exponent), (entry.args[0], exponent)]
        elif entry.op == "epower" and entry.args[1].op == "number" and isinstance(entry.args[1].data[0], Fraction):
            pending.append((entry.args[0], exponent * entry.args[1].data[0]))
        elif entry.op == "sqrt":
            pending.append((entry.args[0], exponent / 2))
        elif entry.op != "ones" and not (entry.op == "number" and entry.data[0] == 1):
            powers[entry] = powers.get(entry, Fraction(0)) + exponent
    logistic(powers)
    for entry in powers:
        if powers[entry] > 1 and context.has(entry, "onehot"):
            powers[entry] = Fraction(1)
    return {entry: exponent for entry, exponent in powers.items() if exponent}


def _times(entries: list[Expression], shape: Shape) -> Expression | None:
    product = None
    for entry in entries:
        wide = product is not None and len(product.shape.dims) > len(entry.shape.dims)
        fit = shape if product is not None and product.shape != entry.shape else product.shape if wide and product else entry.shape
        product = entry if product is None else make("hadamard", (product, entry), fit)
    return product
