"""The known name that a misspelt one is closest to."""

from __future__ import annotations

from collections.abc import Iterable


def closest(word: str, known: Iterable[str]) -> str | None:
    """A known name at most one edit away (two for long names); None where there is none."""
    limit = 1 if len(word) < 6 else 2
    best: tuple[int, str] | None = None
    for name in known:
        if abs(len(name) - len(word)) <= limit and len(name) > 2:
            far = _distance(word.lower(), name.lower())
            if far <= limit and (best is None or (far, name) < best):
                best = (far, name)
    return best[1] if best else None


def _distance(left: str, right: str) -> int:
    """Edits between two short words, a swap of neighbours counting as one."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
