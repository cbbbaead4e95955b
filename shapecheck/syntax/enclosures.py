"""Brackets, bars and angles: which kind each is, and whether it opens or closes."""

from __future__ import annotations

from shapecheck.core.regex import regex
from shapecheck.syntax.brackets import Frame, Group, Unbalanced
from shapecheck.syntax.reader import Reader
from shapecheck.syntax.scan import Token
from shapecheck.syntax.spelling import SUPERSCRIPTS

_NORMS = regex(r"(?P<square>²|\^2|\^\{2\})?(?:_(?P<plain>[A-Za-z0-9∞*]|\{[^{}]*\})|(?P<small>[₁₂∞]))")
_NORM_KEYS = {"1": "norm1", "2": "norm2", "F": "normF", "Fro": "normF", "fro": "normF", "₁": "norm1", "₂": "norm2"}
_CLOSERS = {
    "index": "CLOSE_INDEX",
    "block": "CLOSE_BLOCK",
    "space": "CLOSE_SPACE",
    "exponent": "RBRACE",
    "fraction": "RBRACE",
    "over": "RBRACE",
}


FARTHEST = 60
"""Tokens behind a `<` among which its partner is looked for."""


def open_bracket(reader: Reader, token: Token) -> None:
    last = reader.out[-1].kind if reader.out else ""
    group = token.value
    assert isinstance(group, Group)
    bare = group.sign
    if bare == "[" and _is_indexed(reader, group):
        reader.begin(token)
        _push(reader, token, "paren", "LPAR")
    elif bare == "[":
        if reader.ended and not token.gap and last not in ("PROPERTY", "NUMBER"):
            _push(reader, token, "index", "OPEN_INDEX")
            return
        reader.begin(token)
        _push(reader, token, "block", "OPEN_BLOCK")
    elif bare == "{" and last in ("POWER", "DOTPOWER"):
        _push(reader, token, "exponent", "LBRACE")
    elif bare == "{" and last in ("FRAC", "ROOT"):
        _push(reader, token, "fraction" if last == "FRAC" else "exponent", "LBRACE")
    elif last == "REALS":
        _push(reader, token, "space", "OPEN_SPACE")
    elif last in ("CALL", "METHOD") or (last in ("SUPER", "NUMBER") and _is_power_call(reader)):
        _push(reader, token, "call", "LPAR")
    else:
        reader.begin(token)
        _push(reader, token, "paren", "LPAR")


def _is_indexed(reader: Reader, group: Group) -> bool:
    """Whether the brackets group a formula whose axes stand below them: `[A_{ik} B_{lj}]_{ijkl}`."""
    behind = reader.raw[group.closing + 1] if group.closing + 1 < len(reader.raw) else None
    return behind is not None and behind.kind == "BELOW" and not behind.gap and len(group.rows) == 1 and not group.commas


def _is_power_call(reader: Reader) -> bool:
    """Whether the bracket stands behind `tanh²` or `tanh^2`."""
    kinds = [token.kind for token in reader.out[-3:]]
    return kinds[-2:] == ["FUNCTION", "SUPER"] or kinds == ["FUNCTION", "POWER", "NUMBER"]


def _push(reader: Reader, token: Token, kind: str, emitted: str) -> None:
    reader.emit(emitted, token)
    reader.frames.append(Frame(kind, token))


def close_bracket(reader: Reader, token: Token) -> None:
    frame = reader.frames.pop()
    if frame.kind in ("bar", "norm", "angle"):
        raise Unbalanced(frame.token)
    reader.emit(_CLOSERS.get(frame.kind, "RPAR"), token)
    following = reader.peek()
    if frame.kind == "fraction" and following is not None and following.kind == "OPEN" and following.text == "{":
        reader.position += 1
        _push(reader, following, "over", "LBRACE")


def begin_matrix(reader: Reader, token: Token) -> None:
    reader.begin(token)
    _push(reader, token, "block", "OPEN_BLOCK")


def bar(reader: Reader, token: Token) -> None:
    double = token.kind == "DOUBLE_BAR"
    frame = reader.frames[-1]
    kind = "norm" if double else "bar"
    if reader.ended and frame.kind == kind:
        reader.frames.pop()
        closing = reader.emit("CLOSE_NORM" if double else "CLOSE_BAR", token)
        if double:
            _norm_kind(reader, closing)
    elif reader.ended and (frame.kind == "angle" or (reader.equations and len(reader.frames) == 1)):
        reader.emit("DIVIDES", token)
    elif (
        reader.ended
        and frame.kind == "block"
        and not (token.gap and (behind := reader.peek()) is not None and not behind.gap and frame.many_bars)
    ):
        reader.emit("COMMA", token)
    else:
        reader.begin(token)
        _push(reader, token, kind, "OPEN_NORM" if double else "OPEN_BAR")


def _norm_kind(reader: Reader, closing: Token) -> None:
    """Reads `_2`, `_F`, `²_F` behind a norm: they are part of its sign."""
    closing.value = "norm"
    found = _NORMS.match(reader.text, closing.end - reader.base)
    if found is None:
        return
    which = (found["plain"] or found["small"]).strip("{} ")
    which = which.split("mathrm{")[-1].split("text{")[-1]
    closing.value = _NORM_KEYS.get(which, f"norm_{which}")
    stop = found.end() + reader.base
    while (following := reader.peek()) is not None and following.start < stop:
        if following.end > stop:
            following.text, following.start = following.text[stop - following.start :], stop
            _rescan(following)
            break
        reader.position += 1
    closing.end = stop if not found["square"] else closing.end
    if found["square"]:
        reader.out.append(Token("SUPER", found["square"], found.start("square") + reader.base, stop, 0, 2))


def _rescan(token: Token) -> None:
    """A token that lost its beginning: `_2²` was one with the norm's index."""
    if token.text and all(mark in SUPERSCRIPTS for mark in token.text):
        token.kind = "SUPERSCRIPT"


def open_angle(reader: Reader, token: Token) -> None:
    if token.text == "<" and reader.ended and not encloses(reader):
        reader.emit("COMPARE", token)
        return
    reader.begin(token)
    _push(reader, token, "angle", "OPEN_ANGLE")


def encloses(reader: Reader) -> bool:
    """Whether a `<` behind an operand opens an inner product: its `>` stands behind a comma or a bar, before the bracket around closes."""
    depth, parted = 0, False
    for token in reader.raw[reader.position + 1 : reader.position + FARTHEST]:
        if token.kind == "OPEN":
            depth += 1
        elif token.kind == "CLOSE":
            depth -= 1
        elif depth == 0 and token.kind in ("COMMA", "BAR"):
            parted = True
        elif depth == 0 and token.kind == "RANGLE":
            return parted
        if depth < 0:
            break
    return False


def close_angle(reader: Reader, token: Token) -> None:
    if reader.frames[-1].kind == "angle":
        reader.frames.pop()
        reader.emit("CLOSE_ANGLE", token)
    elif token.text == ">" and reader.ended:
        reader.emit("COMPARE", token)
    else:
        reader.out.append(token)


def ampersand(reader: Reader, token: Token) -> None:
    """Between the cells of a matrix in LaTeX; elsewhere it only aligns."""
    if reader.frames[-1].kind == "block":
        reader.emit("COMMA", token)


def root(reader: Reader, token: Token) -> None:
    """`√x` is a function of one factor, `\\sqrt{…}` one of what its braces hold."""
    following = reader.peek()
    reader.begin(token)
    reader.emit("ROOT" if following is not None and following.text == "{" else "FUNCTION", token, "sqrt")
