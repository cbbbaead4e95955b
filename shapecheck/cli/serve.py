"""`shapecheck server`: hands over to the language server, which no other command loads."""

from __future__ import annotations

from collections.abc import Sequence


def run(argv: Sequence[str]) -> int:
    """The command with these arguments."""
    from shapecheck.server import main

    return int(main(list(argv)) or 0)
