"""Plain JSON values of the protocol."""

from __future__ import annotations

from typing import Any

JSON = dict[str, Any]

SEVERITIES = {"error": 1, "warning": 2, "info": 3, "hint": 4}
UNNECESSARY = 1


def position(place: tuple[int, int]) -> JSON:
    return {"line": place[0], "character": place[1]}


def span(start: tuple[int, int], end: tuple[int, int]) -> JSON:
    return {"start": position(start), "end": position(end)}


def markdown(value: str) -> JSON:
    return {"kind": "markdown", "value": value}


def plain(value: str) -> JSON:
    return {"kind": "plaintext", "value": value}
