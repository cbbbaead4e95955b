"""Names, numbers and what belongs to them, by what stands around them."""

from __future__ import annotations

from collections.abc import Callable

from shapecheck.core.regex import regex
from shapecheck.syntax.brackets import Group
from shapecheck.syntax.comparisons import indicates
from shapecheck.syntax.dimensions import dimension_word
from shapecheck.syntax.reader import Reader
from shapecheck.syntax.scan import Token
from shapecheck.syntax.spelling import spell
from shapecheck.syntax.tables import tables
from shapecheck.syntax.words import MODULES

_OPERANDS = frozenset(
    {"NAME", "NUMBER", "SIZED", "NABLA", "PARTIAL", "OPEN", "DOUBLE_BAR", "BAR", "LANGLE", "ROOT", "FRAC", "SIGMA", "BEGIN"}
)
_FACTORS = frozenset({*_OPERANDS, "TRANSPOSE", "AT", "STAR", "DOT"})
_PARTIAL = regex(r"(?:∂|\\partial(?![A-Za-z]))\s*")
_CLOSING = frozenset({"RPAR", "CLOSE_BLOCK"})
_OPENING = frozenset({"LPAR", "OPEN_BLOCK"})
_INDEXED = frozenset({"RPAR", "TRANSPOSE", "CLOSE_BLOCK", "RBRACE", "SUPER", "INVERSE_TRANSPOSE"})


def name(reader: Reader, token: Token) -> None:
    if indicates(reader, token):
        return
    if reader.in_dimensions and dimension_word(reader, token):
        return
    if token.text == "_x" and not token.gap and reader.out and reader.out[-1].kind == "CLOSE_BLOCK":
        skew(reader, token)
        return
    if token.text[0] == "_" and not token.gap and reader.out and reader.out[-1].kind in _INDEXED and token.text[1:].isalpha():
        subscript(reader, token)
        return
    following = reader.peek()
    bracket = following is not None and following.kind == "OPEN" and following.text == "("
    if following is not None and reader.frames[-1].kind == "call" and following.kind == "RELATION" and following.text == "=":
        reader.emit("KEYWORD", token)
        reader.position += 1
        return
    listed = following is not None and following.kind == "OPEN" and following.text in ("(", "[")
    if not reader.shape and token.text in ("x", "X") and listed and reader.ended and _behind_tuple(reader):
        reader.emit("CROSS", token)
        return
    key = spell(token.text)
    mark = _PARTIAL.match(token.text)
    if mark is not None and len(key) > 1 and _derives_product(reader, key[1:]):
        reader.begin(token)
        reader.out.append(Token("NAME", "∂", token.start, token.start + mark.end(), token.gap))
        token = Token("NAME", token.text[mark.end() :], token.start + mark.end(), token.end, 0)
        key = key[1:]
    reader.begin(token)
    if bracket and following is not None and not following.gap:
        _called(reader, token, key)
    elif following is not None and key in tables().prefix and _is_prefix(reader, following):
        reader.emit("FUNCTION", token, key)
    else:
        reader.emit("NAME", token, key)


def _behind_tuple(reader: Reader) -> bool:
    """Whether a list in brackets ends here: `(B, T) x (T, D)` multiplies shapes, in `(A + B) X (c d')` X is a matrix."""
    depth, listed = 0, False
    for place in range(len(reader.out) - 1, -1, -1):
        kind = reader.out[place].kind
        depth += (kind in _CLOSING) - (kind in _OPENING)
        listed = listed or (depth == 1 and kind == "COMMA")
        if depth <= 0:
            return listed and kind in _OPENING and (not place or reader.out[place - 1].kind not in ("NAME", "FUNCTION", "CALL"))
    return False


def _derives_product(reader: Reader, key: str) -> bool:
    """Whether the `∂` glued to a name derives more than it: `∂x'a/∂x`, `∂ log det X / ∂X`; not in `∂q/∂x∂y'`."""
    if key in tables().functions:
        return True
    following = reader.peek()
    first = not reader.out or reader.out[-1].kind in ("LBRACE", "LPAR")
    if not first or following is None or following.kind not in _FACTORS or following.text.startswith(("∂", "\\partial", "(")):
        return False
    return reader.frames[-1].kind == "fraction" or any(
        token.kind == "SLASH" for token in reader.raw[reader.position : reader.position + 40]
    )


def subscript(reader: Reader, token: Token) -> None:
    """`(A' v)_j`, `A'_{ij}`: indices behind what is no name, as brackets hold them."""
    reader.out.append(Token("OPEN_INDEX", "[", token.start, token.start, 0))
    for place, letter in enumerate(token.text):
        if letter.isalpha():
            if reader.out[-1].kind != "OPEN_INDEX":
                reader.out.append(Token("COMMA", ",", token.start + place, token.start + place, 0))
            reader.out.append(Token("NAME", letter, token.start + place, token.start + place + 1, 0))
    reader.out.append(Token("CLOSE_INDEX", "]", token.end, token.end, 0))


def below(reader: Reader, token: Token) -> None:
    if token.gap or not reader.out or reader.out[-1].kind not in _INDEXED:
        reader.out.append(Token("UNKNOWN", "_", token.start, token.start + 1, token.gap))
    else:
        subscript(reader, token)


def skew(reader: Reader, token: Token) -> None:
    """`[t]_×` and `ω^∧`."""
    if token.gap or not reader.ended:
        reader.out.append(Token("UNKNOWN", token.text[0], token.start, token.start + 1, token.gap))
    else:
        reader.emit("SKEW", token)


def _called(reader: Reader, token: Token, key: str) -> None:
    owner, dot, method = token.text.rpartition(".")
    if dot and owner.partition(".")[0] in MODULES and not _is_empty_call(reader):
        reader.emit("CALL", token, method).value = owner
    elif (dot and not token.text.startswith("self.")) or (dot and "." in owner):
        middle = token.start + len(owner)
        reader.out.append(Token("NAME", spell(owner), token.start, middle, token.gap))
        reader.out.append(Token("METHOD", method, middle, token.end, 0))
    elif reader.out and reader.out[-1].kind == "POWER" and key not in tables().prefix:
        reader.emit("NAME", token, key)
    else:
        reader.emit("CALL", token, key)


def _is_empty_call(reader: Reader) -> bool:
    """Whether nothing stands in the brackets behind, as in `F.transpose()`: a method's, for a function takes something."""
    opening = reader.peek()
    return opening is not None and isinstance(opening.value, Group) and opening.value.closing == reader.position + 2


def _is_prefix(reader: Reader, following: Token) -> bool:
    """Whether the function name before `following` applies to it, rather than being an operand."""
    if following.kind in ("SUPERSCRIPT", "POWER"):
        behind = reader.peek(2 if following.kind == "SUPERSCRIPT" else 3)
        return behind is not None and behind.text == "(" and not behind.gap
    if following.kind not in _OPERANDS:
        return False
    if following.kind in ("BAR", "DOUBLE_BAR"):
        return not any(frame.kind in ("bar", "norm") for frame in reader.frames[-1:])
    return True


def leaf(kind: str) -> Callable[[Reader, Token], None]:
    def handle(reader: Reader, token: Token) -> None:
        if indicates(reader, token):
            return
        reader.begin(token)
        reader.emit(kind, token, spell(token.text) if kind == "NAME" else None)

    return handle


def sized(reader: Reader, token: Token) -> None:
    """`1_N`, `𝟏`, `\\mathbf{0}`: a name; a lone `0` or `1` in bold is one too."""
    if indicates(reader, token):
        return
    reader.begin(token)
    key = spell(token.text)
    reader.emit("NUMBER" if key in ("0", "1") else "NAME", token, key)


def dots(reader: Reader, token: Token) -> None:
    reader.begin(token)
    reader.emit("NAME", token, "...")


def method(reader: Reader, token: Token) -> None:
    reader.emit("METHOD", token, token.text[1:])


def nabla(reader: Reader, token: Token) -> None:
    """`∇f(x)` calls the gradient of f; `∇_x (...)` does not."""
    following = reader.peek()
    key = spell(token.text)
    called = following is not None and following.text == "(" and not following.gap and key.lstrip("∇²").isalnum()
    reader.begin(token)
    reader.emit("CALL" if called else "NAME", token, key)


def mark(reader: Reader, token: Token) -> None:
    """`?` and `_` are sizes that are not said: they stand in brackets only."""
    reader.begin(token)
    reader.emit("NAME" if len(reader.frames) > 1 or reader.shape else "UNKNOWN", token)


def sigma(reader: Reader, token: Token) -> None:
    reader.begin(token)
    reader.emit("SIGMA", token)
