"""`shape: off` and `shape: on`."""

from __future__ import annotations

from collections.abc import Iterable

from shapecheck.core.record import dataclass
from shapecheck.core.regex import regex
from shapecheck.core.span import Span
from shapecheck.hosts.annotation import Suppression

_SWITCH = regex(r"shape:[ \t]*+(on|off)(?:[ \t]*+\[([^\]]*+)\])?[ \t]*+(?:$|(?=--|[#%!]|//))")


@dataclass(frozen=True, slots=True)
class Switch:
    word: str
    rules: tuple[str, ...]
    span: Span


def switch(content: str, start: int) -> Switch | None:
    """The switch that a comment's content is; `start` is its place."""
    match = _SWITCH.match(content)
    if match is None:
        return None
    rules = tuple(rule.strip() for rule in (match[2] or "").split(",") if rule.strip())
    return Switch(match[1], rules, Span(start, start + len(match[0].rstrip())))


def regions(switches: Iterable[Switch], end: int) -> list[Suppression]:
    """From each `off` to the next `on` that names its rules or none, else to the document's end."""
    found: list[Suppression] = []
    open_switches: list[Switch] = []
    for turned in switches:
        if turned.word == "off":
            open_switches.append(turned)
            continue
        closed = [off for off in open_switches if not turned.rules or off.rules == turned.rules]
        found += (Suppression("region", off.rules, off.span, Span(off.span.start, turned.span.end)) for off in closed)
        open_switches = [off for off in open_switches if off not in closed]
    return found + [Suppression("region", off.rules, off.span, Span(off.span.start, end)) for off in open_switches]
