"""The left side of an assignment or declaration, taken apart into the names that take a value, in their order.

A part that is no name, as `x[0]`, `*rest` or `_`, keeps its place in a list: the shapes behind the code may come one for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from shapecheck.core.regex import regex
from shapecheck.core.span import Span

_LAST_NAME = regex(r"((?:[^\W\d]\w*+\.)*+[^\W\d]\w*+)[ \t]*+$")
TYPED_NAME = regex(r"(?:[^\W\d]\w*+[ \t]++)*?((?:[^\W\d]\w*+\.)*+[^\W\d]\w*+)[ \t]*+\??::?(?!:)")
_LEADING = regex(r"[ \t]*+(?:(?:let|const|constexpr|static|var|val|auto|mut|local|global|final|rec|and|mutable|function)\b[ \t&]*+)*+")
_ITEM = regex(r"(?:mut[ \t]++|\*)?[^\W\d][\w.]*+(?:[ \t]*+\[[^\[\]]*+\])*+|[~_]")
_WITH = regex(r"\bas[ \t]++(\([^()]*+\)|(?:[^\W\d]\w*+\.)*+[^\W\d]\w*+)")
_LOOP = regex(r"[ \t]*+(?:async[ \t]++)?for[ \t]++(.*?)[ \t]++in\b[ \t]*+(.*)")
_NUMBERED = regex(r"enumerate[ \t]*+\(|.*\.items\(\)[ \t]*+:?$")

COLON_TYPES = frozenset(("python", "rust", "typescript", "typescriptreact", "kotlin", "swift", "julia", "ocaml", "haskell"))
_FUNCTIONAL_WORDS = {"haskell": frozenset(("let", "where")), "ocaml": frozenset(("let", "rec", "and", "val", "mutable"))}
_PLAIN_LISTS = frozenset(("python", "julia", "go", "lua", "ocaml"))
_BRACKETED_LISTS = {
    "matlab": "[", "cpp": "[", "cuda-cpp": "[", "javascript": "[{", "javascriptreact": "[{", "typescript": "[{", "typescriptreact": "[{",
    "python": "([", "rust": "(", "julia": "(", "kotlin": "(", "swift": "(", "csharp": "(", "haskell": "(", "ocaml": "(",
}  # fmt: skip
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def assigned(row: str, begin: int, end: int, language: str) -> tuple[Span, ...]:
    """The names that `row[begin:end]`, which stands before a sign of assignment, gives a value."""
    left = row[begin:end]
    return tuple(span.shift(begin) for span in (_listed(left, language) or _single(left, language)))


def _single(left: str, language: str) -> tuple[Span, ...]:
    if language in COLON_TYPES:
        typed = TYPED_NAME.match(left.lstrip())
        if typed:
            return (Span(*typed.span(1)).shift(len(left) - len(left.lstrip())),)
    name = _LAST_NAME.search(left)
    if name is None:
        return ()
    before = left[: name.start()]
    if "," in re.sub(r"<[^<>]*+>", "", re.sub(r"<[^<>]*+>", "", before)) or before.rstrip().endswith(".") or before.endswith(("]", ")")):
        return ()
    words = before.split()
    allowed = _FUNCTIONAL_WORDS.get(language)
    if (allowed is not None and not allowed.issuperset(words)) or (words and language == "python"):
        return ()
    return (Span(*name.span(1)),)


def _listed(left: str, language: str) -> tuple[Span, ...]:
    """`q, k, v`, `(q, (k, v))`, `let (q, r)`, `auto [Q, R]`, `const { q, k }`: nothing where the side is no list of names."""
    leading = _LEADING.match(left)
    start = leading.end() if leading else 0
    end = len(left.rstrip())
    opening = left[start : start + 1]
    brackets = _BRACKETED_LISTS.get(language, "")
    if opening and opening in brackets and _is_whole(left, start, end, language):
        start, end = start + 1, _closes(left, start)
    elif language not in _PLAIN_LISTS:
        return ()
    items = list(items_of(left, start, end))
    if len(items) < 2 and not left[start:end].rstrip().endswith(","):
        return ()
    found: list[Span] = []
    for item in items:
        text = item.of(left)
        if _ITEM.fullmatch(text):
            name = len(text) - len(text.removeprefix("mut ").lstrip()) if text.startswith("mut ") else 0
            found.append(Span(item.start + name, item.end))
            continue
        inner = _listed(text, language) if language == "python" and text[:1] in ("(", "[") else ()
        if not inner:
            return ()
        found += [span.shift(item.start) for span in inner]
    return tuple(found)


def items_of(text: str, start: int, end: int) -> Iterator[Span]:
    """The parts between commas that stand in no bracket, blanks left out; an empty last one is none."""
    depth = 0
    begin = start
    for place in range(start, end + 1):
        sign = text[place] if place < end else ","
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif sign == "," and (depth <= 0 or place == end):
            part = text[begin:place]
            if part.strip():
                first = begin + len(part) - len(part.lstrip())
                yield Span(first, first + len(part.strip()))
            begin = place + 1


def _is_whole(left: str, start: int, end: int, language: str) -> bool:
    """Whether the brackets that open at `start` hold all of the side but a type behind it."""
    behind = left[_closes(left, start) + 1 : end].lstrip()
    return not behind or (language in COLON_TYPES and language != "python" and behind.startswith(":"))


def _closes(text: str, opening: int) -> int:
    depth = 0
    for place in range(opening, len(text)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if not depth:
            return place
    return -1


def looped(row: str) -> tuple[Span, ...]:
    """What `for x, y in pairs:` and `with f() as x:` of Python name; the number of `enumerate` and the key of `items` left out."""
    loop = _LOOP.match(row)
    if loop:
        names = assigned(row, *loop.span(1), "python")
        return names[1:] if len(names) > 1 and _NUMBERED.match(loop[2]) else names
    if re.match(r"[ \t]*+(?:async[ \t]++)?with\b", row):
        return tuple(span for found in _WITH.finditer(row) for span in assigned(row, *found.span(1), "python"))
    return ()
