"""Words that mean something in a shape only: `x` between sizes, `scalar`, `ℝ`, properties."""

from __future__ import annotations

import re

from shapecheck.core.regex import regex
from shapecheck.syntax.reader import ENDS, Reader
from shapecheck.syntax.scan import Token
from shapecheck.syntax.spelling import spell
from shapecheck.syntax.words import PROPERTIES, REALS

_TIMES_NAME = regex(r"(?:[A-Za-z]\d*|\d+|[A-Z]+)(?:x(?:[A-Za-z]\d*|\d+|[A-Z]+))+$")


def dimension_word(reader: Reader, token: Token) -> bool:
    """Words that mean something in a shape only: `x` between sizes, `scalar`, `ℝ`, properties."""
    outermost = len(reader.frames) == 1
    if token.text in ("x", "X", "by") and reader.ended and not reader.frames[-1].commas:
        reader.emit("TIMES", token)
        return True
    if (
        reader.out
        and token.text[0] == "x"
        and len(token.text) > 1
        and not token.gap
        and reader.out[-1].kind == "NUMBER"
        and token.text[1:].isalnum()
    ):
        reader.out.append(Token("TIMES", "x", token.start, token.start + 1, 0))
        split_times(reader, token.text[1:], token.start + 1)
        return True
    if outermost and _is_property(reader, token):
        _property(reader, token)
        return True
    if not reader.ended and outermost and spell(token.text) in REALS and _space(reader, token):
        return True
    if not reader.frames[-1].commas and not reader.ended and _TIMES_NAME.match(token.text):
        split_times(reader, token.text, token.start)
        return True
    return False


def _is_property(reader: Reader, token: Token) -> bool:
    last = reader.out[-1].kind if reader.out else ""
    if last in ENDS:
        return last != "NUMBER" or token.text in PROPERTIES
    return last == "COMMA" or (last in ("COLON", "ASSERT") and token.text in PROPERTIES)


def _property(reader: Reader, token: Token) -> None:
    """A property, with the words that hyphens join to it."""
    end = token.end
    while (dash := reader.peek()) is not None and (word := reader.peek(2)) is not None:
        if dash.kind != "MINUS" or dash.gap or word.kind != "NAME" or word.gap:
            break
        end = word.end
        reader.position += 2
    reader.out.append(Token("PROPERTY", reader.text[token.start - reader.base : end - reader.base], token.start, end, token.gap))


def split_times(reader: Reader, text: str, start: int) -> None:
    """`NxD`: sizes with an `x` between them."""
    for part in re.split("(x)", text):
        kind = "TIMES" if part == "x" else "NUMBER" if part.isdigit() else "NAME"
        reader.out.append(Token(kind, part, start, start + len(part), 0))
        start += len(part)


def _space(reader: Reader, token: Token) -> bool:
    """`ℝ^{N×D}`, `R^N`, `ℝⁿ`, `ℝ`: a space of arrays."""
    following, behind = reader.peek(), reader.peek(2)
    if following is not None and following.kind in ("TRANSPOSE", "HERMITIAN", "SUPERSCRIPT"):
        reader.emit("REALS", token)
        if following.kind == "SUPERSCRIPT":
            reader.emit("SUPER", following)
        else:
            letter = "T" if following.kind == "TRANSPOSE" else "H"
            reader.out.append(Token("OPEN_SPACE", "", following.start, following.start, 0))
            reader.out.append(Token("NAME", letter, following.start, following.end, 0))
            reader.out.append(Token("CLOSE_SPACE", "", following.end, following.end, 0))
        reader.position += 1
        return True
    if following is None or following.kind != "POWER":
        if token.text in ("ℝ", "ℂ", "ℤ", "ℕ") or token.text.startswith("\\mathbb") or (reader.out and reader.out[-1].kind == "IN"):
            reader.emit("REALS", token)
            return True
        return False
    reader.emit("REALS", token)
    reader.position += 1
    if behind is not None and behind.kind in ("NAME", "NUMBER"):
        reader.position += 1
        reader.out.append(Token("OPEN_SPACE", "", behind.start, behind.start, 0))
        split_times(reader, behind.text, behind.start) if _TIMES_NAME.match(behind.text) else reader.emit(
            behind.kind, behind, spell(behind.text)
        )
        reader.out.append(Token("CLOSE_SPACE", "", behind.end, behind.end, 0))
    return True
