"""A bounded store of results by content: the longest unused goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Memo:
    """Results that depend on nothing but their key."""

    __slots__ = ("_kept", "size")

    def __init__(self, size: int = 20_000) -> None:
        self.size = size
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The result for this key, computed if it is not known."""
        kept = self._kept
        if key in kept:
            kept.move_to_end(key)
            known: T = kept[key]
            return known
        found = kept[key] = compute()
        if len(kept) > self.size:
            kept.popitem(last=False)
        return found

    def known(self, key: Hashable, otherwise: Any = None) -> Any:
        """The result for this key if it was computed, else `otherwise`."""
        return self._kept.get(key, otherwise)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._kept

    def __len__(self) -> int:
        return len(self._kept)
