"""The name that code assigns, for a shape behind it."""

from __future__ import annotations

import re

from shapecheck.core.span import Span
from shapecheck.hosts.source import Source

_SIMPLE = re.compile(r"[ \t]*+((?:[^\W\d]\w*+\.)*+[^\W\d]\w*+)[ \t]*+(?::[^=]++)?=(?!=)")


def target_of(source: Source, number: int) -> Span | None:
    comment = source.comments[number]
    match = _SIMPLE.match(source.code(), source.rows.start(source.rows.row(comment.start)), comment.start)
    return None if match is None else Span(*match.span(1))
