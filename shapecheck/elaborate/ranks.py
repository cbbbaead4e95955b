"""Which ranks undeclared names may have, in the order in which readings of an annotation are tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from shapecheck.elaborate.names import rank_candidates

TRIES = 64
"""More readings are not tried: whoever uses that many undeclared names must declare one."""

NAMES = 6


def readings(current: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """Other ranks for these names than they have now, nearest to the conventions first, at most `TRIES`."""
    varied = list(current)[:NAMES]
    choices = [list(enumerate(_candidates(name, current[name]))) for name in varied]
    combined = sorted(product(*choices), key=lambda ranks: (sum(place > 0 for place, _ in ranks), sum(place for place, _ in ranks)))
    for ranks in combined[1 : TRIES + 1]:
        yield {name: rank for name, (_, rank) in zip(varied, ranks, strict=True)}


def _candidates(name: str, current: int) -> list[int]:
    """The rank that it has, then the others by preference."""
    return [current, *(rank for rank in rank_candidates(name) if rank != current)]
