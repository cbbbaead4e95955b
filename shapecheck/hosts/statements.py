"""Which lines belong together: the few things about statements that must be known before they are parsed."""

from __future__ import annotations

import re

from shapecheck.core.regex import regex

_ENDS = regex(r"(?:->|=>|[-+*/@⊙∘⊗⊘⊕=,:(\[{\\·⋅×^&≡≔←→−∈])$")
_STARTS = regex(r"(?:->|=>|[-+*/@⊙∘⊗⊘⊕=:·⋅×≡≔→−)\]}&^])")
_RULER = regex(r"([-=*+#~/_])\1\1")
_PROSE = regex(r"[a-z]{3,}[,;]? [a-z]{2,}[,;]? [a-z]{2,}", re.IGNORECASE)
_NAMES = r"[^\s:,=]++(?:, ?[^\s:,=]++)*+ ?"
_DECLARATION = regex(
    rf"{_NAMES}(?:: ?(?:[(\[ℝℤ\d]|R\^|scalar\b|[^\W\d]{{1,2}}\b|[^\W_]++_\w|\w++ ?[x×*] ?\w)|∈|\\in(?![A-Za-z])| in (?:ℝ|R\^))"
)
_RELATION = regex(r"[≡≔←→]|->|=(?![\"']|None\b|True\b|False\b|\d)|^(?:where|dim) ")
_DECLARED = regex(r"[^\s:]++(?:, ?[^\s:,]++)*+ ?: ?[(\[]")


def goes_on(line: str, next_line: str) -> bool:
    """Whether a statement that reaches the end of `line` continues on `next_line`."""
    if not next_line or _RULER.match(next_line):
        return False
    if _ENDS.search(line[-2:]):
        return True
    return _STARTS.match(next_line) is not None and not reads_as_prose(next_line)


def reads_as_prose(line: str) -> bool:
    return _DECLARED.match(line) is None and _PROSE.search(line) is not None


def looks_like_statement(line: str) -> bool:
    """What a docstring's section must begin with: `shape:` above prose is a parameter's name."""
    return (_DECLARATION.match(line) or _RELATION.search(line)) is not None and not reads_as_prose(line)
