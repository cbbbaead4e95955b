"""Networks with pairs of axes, blocks, the permutation symbol, or batches."""

from __future__ import annotations

from shapecheck.calculus.fold.context import Context, Irreducible
from shapecheck.calculus.fold.network import Network
from shapecheck.calculus.fold.product import Product
from shapecheck.core.term import Term


def place_special(network: Network, factors: list[tuple[Term, tuple[int, ...]]], context: Context, done: object) -> Product:
    raise Irreducible("not yet")
