"""A map that grows while every earlier state of it stays as it was: thousands of annotations each see what stood before them.

States share one log. Growing the newest one adds to the log; growing an older one, as after an edit, begins a log of its own. What an
inner scope adds lies in a layer of its own above what is around it; of many layers above each other one is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

DEEPEST = 32
"""Layers above each other."""


class Layered(Mapping[K, V]):
    """The entries of a log up to a point, above those of another map; a key's place is that of its first entry."""

    __slots__ = ("_below", "_depth", "_end", "_log", "_size")

    def __init__(self, below: Layered[K, V] | None = None) -> None:
        self._log: _Log[K, V] = _Log()
        self._end = self._size = 0
        self._below = below
        self._depth: int = 0 if below is None else below._depth + 1

    def __getitem__(self, key: K) -> V:
        for time, value in reversed(self._log.entries.get(key, ())):
            if time < self._end:
                return value
        if self._below is None:
            raise KeyError(key)
        return self._below[key]

    def __contains__(self, key: object) -> bool:
        return self._holds(key) or (self._below is not None and key in self._below)

    def __iter__(self) -> Iterator[K]:
        if self._below is not None:
            yield from self._below
        yield from self._log.order[: self._size]

    def __len__(self) -> int:
        return self._size + (len(self._below) if self._below is not None else 0)

    def _holds(self, key: object) -> bool:
        """Whether there is an entry in this layer."""
        entries = self._log.entries.get(key)  # type: ignore[arg-type]
        return entries is not None and entries[0][0] < self._end

    @property
    def end(self) -> int:
        """How many entries have been made so far."""
        return self._end + (self._below.end if self._below is not None else 0)

    def place(self, key: K) -> int:
        """Where a key stands in the order of the map."""
        if self._below is None:
            return self._log.entries[key][0][0]
        return self._below.place(key) if key in self._below else self._below.end + self._log.entries[key][0][0]

    def changed(self, key: K) -> int:
        """When the value that a key has was entered."""
        below = self._below
        if below is not None and not self._holds(key):
            return below.changed(key)
        time = next(time for time, _ in reversed(self._log.entries[key]) if time < self._end)
        return time if below is None else below.end + time

    def latest(self, most: int) -> list[K]:
        """The last keys in the order of the map, as many as are asked for at most."""
        own = self._log.order[max(0, self._size - most) : self._size]
        return own if self._below is None or len(own) == most else [*self._below.latest(most - len(own)), *own]

    def ground(self) -> Layered[K, V]:
        """What a layer may be put upon: the map itself, or, where it has many layers, one that holds the same."""
        return self if self._depth < DEEPEST else Layered[K, V]().grown((key, self[key]) for key in self)

    def grown(self, entries: Iterable[tuple[K, V]]) -> Layered[K, V]:
        """With these entries behind the others."""
        entries = tuple(entries)
        if not entries:
            return self
        grown: Layered[K, V] = Layered(self._below)
        grown._log = log = self._log if self._log.count == self._end else self._log.until(self._end)
        grown._size = self._size
        for key, value in entries:
            if key not in log.entries:
                log.entries[key] = []
                if self._below is None or key not in self._below:
                    log.order.append(key)
                    grown._size += 1
            log.entries[key].append((log.count, value))
            log.count += 1
        grown._end = log.count
        return grown


class _Log(Generic[K, V]):
    """Every value of each key, by time; `order` has the keys that are in no lower layer."""

    __slots__ = ("count", "entries", "order")

    def __init__(self) -> None:
        self.entries: dict[K, list[tuple[int, V]]] = {}
        self.order: list[K] = []
        self.count = 0

    def until(self, end: int) -> _Log[K, V]:
        log: _Log[K, V] = _Log()
        for key, entries in self.entries.items():
            kept = [entry for entry in entries if entry[0] < end]
            if not kept:
                break
            log.entries[key] = kept
        log.order = [key for key in self.order if key in log.entries]
        log.count = end
        return log
