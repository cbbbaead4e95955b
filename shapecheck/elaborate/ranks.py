"""Which ranks undeclared names may have, in the order in which readings of an annotation are tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from shapecheck.elaborate.names import rank_candidates

TRIES = 64
"""More readings are not tried: whoever uses that many undeclared names must declare one."""

NAMES = 6


def readings(names: Sequence[str], chosen: dict[str, int]) -> Iterator[dict[str, int]]:
    """Ranks for these names other than those chosen, nearest to the conventions first, at most `TRIES`."""
    varied = list(names[:NAMES])
    choices = [list(enumerate(_candidates(name, chosen))) for name in varied]
    combined = sorted(product(*choices), key=lambda ranks: (sum(place > 0 for place, _ in ranks), sum(place for place, _ in ranks)))
    for ranks in combined[1 : TRIES + 1]:
        yield {**chosen, **{name: rank for name, (_, rank) in zip(varied, ranks, strict=True)}}


def _candidates(name: str, chosen: dict[str, int]) -> list[int]:
    """The rank chosen first, then the others by preference."""
    preferred = list(rank_candidates(name))
    first = chosen.get(name, preferred[0])
    return [first, *(rank for rank in preferred if rank != first)]
