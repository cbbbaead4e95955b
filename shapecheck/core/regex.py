"""Regular expressions that are compiled when they are first used: a run uses few of them, and compiling all was a third of its start."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import compile as regex
    from typing import Any
else:

    class regex:
        """As `re.compile`; each method is looked up once, and is then as quick as that of the compiled expression."""

        def __init__(self, text: str | bytes, flags: int = 0) -> None:
            self._source = (text, flags)

        def __getattr__(self, name: str) -> Any:
            import re

            method = getattr(re.compile(*self._source), name)
            self.__dict__[name] = method
            return method


__all__ = ["regex"]
