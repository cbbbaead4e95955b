"""Operators, relations and separators whose meaning depends on what stands around them."""

from __future__ import annotations

from itertools import pairwise

from shapecheck.core.regex import regex
from shapecheck.syntax.brackets import Group
from shapecheck.syntax.operands import subscript
from shapecheck.syntax.reader import Reader
from shapecheck.syntax.scan import Token
from shapecheck.syntax.spelling import SUPERSCRIPTS, spell
from shapecheck.syntax.words import REALS, SCALARS

_SUPER = regex(r"⁻?ᵀ|⁻?ᴴ|⁻?[⁰¹²³⁴-⁹]+|⁻?[ⁿⁱᵏᵐ]|[^⁻]|⁻")


def postfix(reader: Reader, token: Token) -> None:
    if token.gap and token.text[0] in "'′’" and reader.frames[-1].kind != "block":
        reader.out.append(Token("UNKNOWN", token.text, token.start, token.end, token.gap))
    else:
        reader.emit("PSEUDOINVERSE" if token.kind == "PSEUDO" else token.kind, token)


def asterisk(reader: Reader, token: Token) -> None:
    """`x^*` is the name of an optimum, `A^*` a transposed matrix."""
    last = reader.out[-1] if reader.out else None
    if last is not None and last.kind == "NAME" and last.text[:1].islower() and not token.gap:
        last.text, last.end = f"{last.text}^*", token.end
    else:
        reader.emit("HERMITIAN", token)


def transpose_below(reader: Reader, token: Token) -> None:
    """`w^T_k` is the transpose of `w_k`; `A^T_{ij}` an entry of the transpose."""
    letters = token.text[token.text.index("_") :]
    if sum(map(str.isalpha, letters)) > 1:
        head = token.end - len(letters)
        reader.out.append(Token("TRANSPOSE", token.text[: -len(letters)], token.start, head, 0))
        subscript(reader, Token("BELOW", letters, head, token.end, 0))
        return
    last = reader.out[-1] if reader.out else None
    if last is not None and last.kind == "NAME" and not token.gap:
        last.text = spell(f"{last.text}{letters}")
        last.end = token.end
    reader.emit("TRANSPOSE", token)


def superscript(reader: Reader, token: Token) -> None:
    """`²`, `ᵀ`, `⁻¹ᵀ`: each sign of a run is a postfix of its own."""
    start = token.start
    for run in _SUPER.findall(token.text):
        plain = "".join(SUPERSCRIPTS.get(mark, mark) for mark in run)
        kinds = {"T": "TRANSPOSE", "H": "HERMITIAN", "-T": "INVERSE_TRANSPOSE", "-H": "INVERSE_TRANSPOSE"}
        kind = kinds.get(plain, "SUPER")
        value: object = int(plain) if plain.lstrip("-").isdigit() and len(plain) < 10 else plain
        reader.out.append(Token(kind, run, start, start + len(run), 0, value))
        start += len(run)


def sign(reader: Reader, token: Token) -> None:
    """A sign that sticks to what follows it begins a new cell: `[1 -1]`."""
    following = reader.peek()
    frame = reader.frames[-1]
    if frame.blank_cells and reader.ended and token.gap and following is not None and not following.gap:
        reader.out.append(Token("CELL", "", token.start, token.start, 0))
    reader.out.append(token)


def star(reader: Reader, token: Token) -> None:
    following = reader.peek()
    if not reader.ended and (following is None or following.kind in ("COMMA", "CLOSE")):
        reader.emit("NAME", token, "...")
    else:
        reader.out.append(token)


def hadamard(reader: Reader, token: Token) -> None:
    """In `x^{\\circ 2}` it says how the power is meant, which its sign says already."""
    if [before.kind for before in reader.out[-2:]] != ["DOTPOWER", "LBRACE"]:
        reader.out.append(token)


def cross(reader: Reader, token: Token) -> None:
    reader.emit("TIMES" if reader.in_dimensions and not reader.frames[-1].commas else "CROSS", token)


def colon(reader: Reader, token: Token) -> None:
    following = reader.peek()
    kind = reader.frames[-1].kind
    alone = (
        not reader.ended
        and not (reader.out and reader.out[-1].kind == "RANGE")
        and (following is None or following.kind in ("COMMA", "CLOSE"))
    )
    if kind in ("index", "call", "paren") and alone:
        reader.emit("NAME", token, "..." if kind == "paren" else ":")
    elif kind == "index" or (kind == "call" and _is_range(reader, token)):
        reader.emit("RANGE", token)
    elif len(reader.frames) == 1 and not (reader.shape or reader.declares or reader.equations) and _asserts(reader):
        reader.emit("ASSERT", token)
        reader.shape = True
    else:
        reader.out.append(token)
        _name_list_ends(reader)


def _is_range(reader: Reader, token: Token) -> bool:
    """`X(1:3, :)`, `x(k:end)`: beside a number or `end`; `f(A : B)` has a Frobenius product."""
    following = reader.peek()
    before = reader.out[-1] if reader.out else None
    beside = [part for part in (before, following) if part is not None]
    return any(part.kind in ("NUMBER", "RANGE") or part.text == "end" for part in beside) and not token.gap


def _name_list_ends(reader: Reader) -> None:
    """Behind the names of a declaration and the sign that ends them stands a shape."""
    if reader.declares and len(reader.frames) == 1:
        reader.declares, reader.shape = False, True


def membership(reader: Reader, token: Token) -> None:
    reader.out.append(token)
    _name_list_ends(reader)


def _asserts(reader: Reader) -> bool:
    """Whether a shape follows the colon, and not the second factor of a Frobenius product."""
    first = reader.peek()
    if first is None:
        return False
    if first.kind == "NAME":
        behind = reader.peek(2)
        if first.text in SCALARS:
            return behind is None
        if spell(first.text) in REALS and behind is not None and behind.kind in ("POWER", "SUPERSCRIPT") and not reader.related:
            return True
        last = reader.peek(3)
        between = behind is not None and behind.kind == "NAME" and behind.text in ("x", "by")
        crossed = behind is not None and (behind.kind == "CROSS" or (between and last is not None and last.kind in ("NAME", "NUMBER")))
        return crossed and not reader.related
    if first.kind != "OPEN" or not isinstance(first.value, Group) or first.value.sign == "{":
        return False
    rest = reader.raw[first.value.closing + 1 :]
    if rest and not all(token.kind in ("NAME", "COMMA", "ARROW") or token.kind == "OPEN" for token in rest[:1]):
        return False
    inside = reader.raw[reader.position + 2 : first.value.closing]
    sizes = all(
        token.kind in ("NAME", "NUMBER", "COMMA", "STAR", "FLOORDIV", "SLASH", "PLUS", "MINUS", "DOTS", "CROSS", "COLON")
        for token in inside
    )
    if not sizes:
        return False
    if not inside or first.value.commas:
        return True
    adjacent = any(a.kind == "NAME" and b.kind == "NAME" and b.text != "x" and a.text != "x" for a, b in pairwise(inside))
    return not reader.related and not adjacent


def relation(reader: Reader, token: Token) -> None:
    if len(reader.frames) > 1 and token.text in ("==", "==="):
        reader.emit("COMPARE", token)
        return
    reader.out.append(token)
    if reader.declares:
        _name_list_ends(reader)
    elif len(reader.frames) == 1:
        reader.shape = False
        reader.related = True


def arrow(reader: Reader, token: Token) -> None:
    if len(reader.frames) == 1:
        reader.shape = True
    reader.out.append(token)


def semicolon(reader: Reader, token: Token) -> None:
    reader.frames[-1].row += 1
    reader.emit("NEXT_ROW" if reader.frames[-1].kind == "block" else token.kind, token)
