"""Text to raw tokens: what stands there, before anything is known of what stands around it."""

from __future__ import annotations

import re

from shapecheck.core.regex import regex
from shapecheck.syntax.tables import scanner
from shapecheck.syntax.tree import Node

_LIMITS = r"(?:_\{(?P<braced>[^{}]*)\}|_\((?P<round>[^()]*)\)|_(?P<plain>[A-Za-z]+(?:\s?=\s?\w+)?)|(?P<small>[ᵢⱼₖₗₘₙₚₛₜᵣᵤᵥ]+))"
_UPPER = r"(?:\s*\^\s*(?:\{(?P<top>[^{}]*)\}|\((?P<top_round>[^()]*)\)|(?P<top_plain>\w+))|(?P<top_small>[ⁿᵏᵐᴺᴹᴷᴰ¹²³⁴-⁹]))"
_SUM = regex(rf"(?:∑|\\sum(?:\\limits)?|Σ|sum){_LIMITS}?{_UPPER}?")
_OPERAND = regex(r"\s*(?:[\w\\(\[{‖|<⟨√∂∇∑]|-\s*\w)")
_QUOTED = re.compile(r"('[^']*'|\"[^\"]*\")(?=\s*[,)])")
_FILLED = ("SIZED", "LATEX_NAME")
_MARK = r"(?P<mark>[01]|𝟏|𝟙|\\[a-z]+\s*(?:\{\s*[01]\s*\}|[01]))"
_COMPARED = regex(_MARK + r"_\{[^{}]*(?:[<>≤≥≠]|[=!]=|\\(?:[gl]eq?|ne)\b)")
_SEVERAL = regex(_MARK + r"_\{(?P<sizes>[^{}]*(?:,|×|\\times)[^{}]*)\}")
_COMMAND_OPERATOR = regex(r"\s*\\(?:cdot|times|odot|otimes|in|to|circ|top|right|equiv|ast)\b")


class Token:
    """A piece of the text. `gap` counts the blanks before it; `value` is what a later stage found out about it."""

    __slots__ = ("end", "gap", "kind", "start", "text", "value")

    def __init__(self, kind: str, text: str, start: int, end: int, gap: int, value: object = None) -> None:
        self.kind, self.text, self.start, self.end, self.gap, self.value = kind, text, start, end, gap, value

    def __repr__(self) -> str:
        return f"{self.kind}({self.text!r})"


class Limits:
    """Of a sum: its index names, and its limits as text with their offsets, where they are given; then as nodes."""

    __slots__ = ("indices", "lower", "nodes", "upper")

    def __init__(self, indices: tuple[str, ...], lower: tuple[str, int] | None, upper: tuple[str, int] | None) -> None:
        self.indices, self.lower, self.upper = indices, lower, upper
        self.nodes: tuple[Node, Node] | None = None


def scan(text: str, base: int = 0) -> list[Token]:
    """All tokens of a statement, `base` being its offset; what no token begins with becomes an UNKNOWN of one character."""
    match = scanner("\\" in text).match
    tokens: list[Token] = []
    position, gap, end = 0, 0, len(text)
    while position < end:
        found = match(text, position)
        if text[position] in "'\"" and (quoted := _QUOTED.match(text, position)) is not None and _opens(tokens):
            tokens.append(Token("STRING", quoted[0], base + position, base + quoted.end(), gap))
            position, gap = quoted.end(), 0
            continue
        if found is None:
            tokens.append(Token("UNKNOWN", text[position], base + position, base + position + 1, gap))
            position, gap = position + 1, 0
            continue
        kind, stop = found.lastgroup, found.end()
        assert kind is not None
        if kind == "BLANK":
            gap, position = gap + sum(map(str.isspace, found[0])), stop
            continue
        word = found[0]
        if kind in _FILLED and (sized := _COMPARED.match(word)) is not None:  # `1_{z > 0}` is what stands in its braces
            position, gap = position + sized.end("mark") + 1, gap or 1
            continue
        if kind in _FILLED and (sized := _SEVERAL.fullmatch(word)) is not None:
            tokens += _filled(word, sized, base + position, gap)
            position, gap = stop, 0
            continue
        limits = None
        if kind == "SUMMATION" or (kind == "NAME" and word[0] in "Σs" and (word.startswith(("Σ", "sum_")))):
            summed = sum_at(text, position, kind == "SUMMATION", base)
            if summed is not None:
                stop, limits = summed
                kind, word = "SIGMA", text[position:stop]
        tokens.append(Token("NAME" if kind.startswith("LATEX") else kind, word, base + position, base + stop, gap, limits))
        position, gap = stop, 0
    return tokens


def _opens(tokens: list[Token]) -> bool:
    """Whether an argument begins here: what stands in quotes is no transpose."""
    return bool(tokens) and (tokens[-1].kind == "COMMA" or tokens[-1].text in ("(", "="))


def _filled(word: str, sized: re.Match[str], start: int, gap: int) -> list[Token]:
    """`\\mathbf{0}_{N, M}` and `1_{N×M}` as the calls that they are."""
    head = "zeros" if "0" in sized["mark"] else "ones"
    inside = scan(sized["sizes"], start + sized.start("sizes"))
    for token in inside:
        if token.kind == "CROSS":
            token.kind = "COMMA"
    middle, end = start + sized.start("sizes"), start + len(word)
    return [
        Token("NAME", head, start, middle - 1, gap),
        Token("OPEN", "(", middle - 1, middle, 0),
        *inside,
        Token("CLOSE", ")", end - 1, end, 0),
    ]


def sum_at(text: str, start: int, certain: bool, base: int = 0) -> tuple[int, Limits] | None:
    """A sum over indices that begins here, and where its head ends; None where it is a name, such as a covariance `Σ_k`."""
    found = _SUM.match(text, start)
    if found is None:
        return None
    lower_text = found["braced"] or found["round"] or found["plain"] or ""
    index_text, equals, lower = lower_text.partition("=")
    if not equals and not certain and found["top_plain"] in ("T", "H"):
        return None
    small = found["small"]
    letters = index_text if small is None else "".join("ijklmnpstruv"["ᵢⱼₖₗₘₙₚₛₜᵣᵤᵥ".index(letter)] for letter in small)
    indices = tuple(letter for letter in re.split(r"[\s,]*", letters.split("∈")[0].split(r"\in")[0]) if letter)
    distinct = len(set(indices)) == len(indices) and all(letter.isalpha() for letter in indices)
    stop = found.end()
    if not certain:
        if not indices or not distinct or len(indices) > 6 or not _OPERAND.match(text, stop) or _COMMAND_OPERATOR.match(text, stop):
            return None
        if not equals and text[start] == "Σ" and not _uses(text[stop:], indices):
            return None
    if not distinct:
        return None
    top = next((name for name in ("top", "top_round", "top_plain", "top_small") if found[name]), None)
    low = (lower, base + start + found[0].index("=") + 1) if equals else None
    return stop, Limits(indices, low, (found[top], base + found.start(top)) if top and low else None)


def _uses(text: str, indices: tuple[str, ...]) -> bool:
    """Whether each index stands somewhere behind, below a name or in brackets."""
    return all(re.search(rf"_\{{?[\w,]*{index}|\[[^\]]*\b{index}\b|[ᵢⱼₖₗₘₙ]", text) for index in indices)
