"""Which scope an offset lies in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from shapecheck.core.record import dataclass
from shapecheck.core.span import Span
from shapecheck.hosts.annotation import Scope


@dataclass(frozen=True, slots=True)
class Scoped:
    """The scopes of a text, and what a text that follows it would stand in.

    `left` opens, bracket by bracket or word by word, what is open at the end; None where that cannot be told. `still_open` are the scopes
    among that. Brackets are balanced if those behind `counted` close the `depth` that is open before it.
    """

    scopes: list[Scope]
    left: tuple[str, ...] | None = ()
    still_open: tuple[int, ...] = ()
    counted: int = 0
    depth: int = 0


class ScopeIndex:
    """Finds the innermost of properly nested scopes, which are sorted by start."""

    __slots__ = ("_inside", "_offsets")

    def __init__(self, scopes: Sequence[Scope]) -> None:
        self._offsets = [0]
        self._inside = [0]
        around = [0]
        for number, scope in enumerate(scopes[1:], 1):
            while around[-1] and scopes[around[-1]].span.end <= scope.span.start:
                self._leave(scopes, around)
            self._enter(scope.span.start, number)
            around.append(number)
        while around[-1]:
            self._leave(scopes, around)

    def _leave(self, scopes: Sequence[Scope], around: list[int]) -> None:
        left = around.pop()
        self._enter(scopes[left].span.end, around[-1])

    def _enter(self, offset: int, scope: int) -> None:
        self._offsets.append(offset)
        self._inside.append(scope)

    def at(self, offset: int) -> int:
        return self._inside[bisect_right(self._offsets, offset) - 1]


def file_scope(text: str) -> Scope:
    return Scope(None, Span(0, len(text)))
