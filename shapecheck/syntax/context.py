"""Raw tokens to those of the grammar, by what stands around each.

A blank between two operands becomes JUXTAPOSE (in a block without commas CELL); a bar opens or closes; a name before a
bracket is a CALL, one before an operand may be a FUNCTION; behind a colon stands a shape. Reads each token once.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from shapecheck.syntax.brackets import Frame, Group, Unbalanced, pair
from shapecheck.syntax.scan import Token
from shapecheck.syntax.spelling import SUPERSCRIPTS, spell
from shapecheck.syntax.tables import tables
from shapecheck.syntax.words import MODULES, PROPERTIES, REALS, SCALARS

_OPERANDS = frozenset({"NAME", "NUMBER", "SIZED", "NABLA", "PARTIAL", "OPEN", "DOUBLE_BAR", "BAR", "LANGLE", "ROOT", "FRAC", "SIGMA", "BEGIN"})
_ENDS = frozenset(
    {"NAME", "NUMBER", "RPAR", "RBRACE", "CLOSE_NORM", "CLOSE_BAR", "CLOSE_ANGLE", "CLOSE_INDEX", "CLOSE_BLOCK", "CLOSE_SPACE"}
    | {"TRANSPOSE", "HERMITIAN", "INVERSE_TRANSPOSE", "PSEUDOINVERSE", "SUPER", "PROPERTY", "REALS"}
)
_NORMS = re.compile(r"(?P<square>²|\^2|\^\{2\})?(?:_(?P<plain>[A-Za-z0-9∞*]|\{[^{}]*\})|(?P<small>[₁₂∞]))")
_SUPER = re.compile(r"⁻?ᵀ|⁻?ᴴ|⁻?[⁰¹²³⁴-⁹]+|⁻?[ⁿⁱᵏᵐ]|[^⁻]|⁻")
_TIMES_NAME = re.compile(r"(?:[A-Za-z]\d*|\d+|[A-Z]+)(?:x(?:[A-Za-z]\d*|\d+|[A-Z]+))+$")


class Reader:
    """One pass over the raw tokens of a statement that the grammar's `rule` reads.

    `shape`: a shape stands at the outermost level. `declares`: only the names of a declaration have been read.
    """

    def __init__(self, raw: list[Token], text: str, base: int, rule: str) -> None:
        self.raw, self.text, self.base = raw, text, base
        self.declares, self.equations = rule == "declaration", rule == "fact"
        self.shape = False
        self.out: list[Token] = []
        self.frames: list[Frame] = [Frame("", None)]
        self.related = False
        self.position = 0

    def read(self) -> list[Token]:
        pair(self.raw)
        while self.position < len(self.raw):
            token = self.raw[self.position]
            handler = _HANDLERS.get(token.kind)
            if handler is None:
                self.out.append(token)
            else:
                handler(self, token)
            self.position += 1
        if len(self.frames) > 1:
            raise Unbalanced(self.frames[-1].token)
        return self.out

    @property
    def ended(self) -> bool:
        """Whether an operand has just ended."""
        return bool(self.out) and self.out[-1].kind in _ENDS

    def peek(self, offset: int = 1) -> Token | None:
        index = self.position + offset
        return self.raw[index] if index < len(self.raw) else None

    def emit(self, kind: str, token: Token, text: str | None = None) -> Token:
        made = Token(kind, token.text if text is None else text, token.start, token.end, token.gap, token.value)
        self.out.append(made)
        return made

    def begin(self, token: Token) -> None:
        """An operand begins here: says how it is joined to the one before it."""
        if self.ended:
            cells = self.frames[-1].kind == "block" and self.frames[-1].blank_cells and token.gap
            self.out.append(Token("CELL" if cells else "JUXTAPOSE", "", token.start, token.start, 0))

    @property
    def in_dimensions(self) -> bool:
        """At the outermost level of a shape, or inside its brackets."""
        return self.shape and all(frame.kind in ("", "paren", "space", "block") for frame in self.frames)


# ---------------------------------------------------------------------------------------------------- names


def _name(reader: Reader, token: Token) -> None:
    if reader.in_dimensions and _dimension_word(reader, token):
        return
    following = reader.peek()
    bracket = following is not None and following.kind == "OPEN" and following.text == "("
    if following is not None and reader.frames[-1].kind == "call" and following.kind == "RELATION" and following.text == "=":
        reader.emit("KEYWORD", token)
        reader.position += 1
        return
    if not reader.shape and token.text in ("x", "X") and bracket and reader.ended and reader.out[-1].kind in ("RPAR", "CLOSE_BLOCK"):
        reader.emit("CROSS", token)
        return
    reader.begin(token)
    key = spell(token.text)
    if bracket and following is not None and not following.gap:
        _called(reader, token, key)
    elif following is not None and key in tables().prefix and _is_prefix(reader, following):
        reader.emit("FUNCTION", token, key)
    else:
        reader.emit("NAME", token, key)


def _called(reader: Reader, token: Token, key: str) -> None:
    owner, dot, method = token.text.rpartition(".")
    if dot and owner.partition(".")[0] in MODULES:
        reader.emit("CALL", token, method)
    elif dot and not token.text.startswith("self.") or dot and "." in owner:
        middle = token.start + len(owner)
        reader.out.append(Token("NAME", spell(owner), token.start, middle, token.gap))
        reader.out.append(Token("METHOD", method, middle, token.end, 0))
    elif reader.out and reader.out[-1].kind == "POWER" and key not in tables().prefix:
        reader.emit("NAME", token, key)
    else:
        reader.emit("CALL", token, key)


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


def _dimension_word(reader: Reader, token: Token) -> bool:
    """Words that mean something in a shape only: `x` between sizes, `scalar`, `ℝ`, properties."""
    outermost = len(reader.frames) == 1
    if token.text in ("x", "X", "by") and reader.ended and not reader.frames[-1].commas:
        reader.emit("TIMES", token)
        return True
    if reader.out and token.text[0] == "x" and len(token.text) > 1 and not token.gap and reader.out[-1].kind == "NUMBER" and token.text[1:].isalnum():
        reader.out.append(Token("TIMES", "x", token.start, token.start + 1, 0))
        _split_times(reader, token.text[1:], token.start + 1)
        return True
    if outermost and _is_property(reader, token):
        _property(reader, token)
        return True
    if not reader.ended and outermost and spell(token.text) in REALS and _space(reader, token):
        return True
    if not reader.frames[-1].commas and not reader.ended and _TIMES_NAME.match(token.text):
        _split_times(reader, token.text, token.start)
        return True
    return False


def _is_property(reader: Reader, token: Token) -> bool:
    last = reader.out[-1].kind if reader.out else ""
    if last in _ENDS:
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


def _split_times(reader: Reader, text: str, start: int) -> None:
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
        if token.text in ("ℝ", "ℂ", "ℤ", "ℕ") or token.text.startswith("\\mathbb") or reader.out and reader.out[-1].kind == "IN":
            reader.emit("REALS", token)
            return True
        return False
    reader.emit("REALS", token)
    reader.position += 1
    if behind is not None and behind.kind in ("NAME", "NUMBER"):
        reader.position += 1
        reader.out.append(Token("OPEN_SPACE", "", behind.start, behind.start, 0))
        _split_times(reader, behind.text, behind.start) if _TIMES_NAME.match(behind.text) else reader.emit(behind.kind, behind, spell(behind.text))
        reader.out.append(Token("CLOSE_SPACE", "", behind.end, behind.end, 0))
    return True


def _simple(kind: str) -> Callable[[Reader, Token], None]:
    def handle(reader: Reader, token: Token) -> None:
        reader.begin(token)
        reader.emit(kind, token, spell(token.text) if kind == "NAME" else None)

    return handle


def _sized(reader: Reader, token: Token) -> None:
    """`1_N`, `𝟏`, `\\mathbf{0}`: a name; a lone `0` or `1` in bold is one too."""
    reader.begin(token)
    key = spell(token.text)
    reader.emit("NUMBER" if key in ("0", "1") else "NAME", token, key)


def _dots(reader: Reader, token: Token) -> None:
    reader.begin(token)
    reader.emit("NAME", token, "...")


def _method(reader: Reader, token: Token) -> None:
    reader.emit("METHOD", token, token.text[1:])


def _nabla(reader: Reader, token: Token) -> None:
    """`∇f(x)` calls the gradient of f; `∇_x (...)` does not."""
    following = reader.peek()
    called = following is not None and following.text == "(" and not following.gap and "_" not in token.text and token.text[-1].isalpha()
    reader.begin(token)
    reader.emit("CALL" if called and spell(token.text)[1:].isalpha() else "NAME", token, spell(token.text))


def _mark(reader: Reader, token: Token) -> None:
    """`?` and `_` are sizes that are not said: they stand in brackets only."""
    reader.begin(token)
    reader.emit("NAME" if len(reader.frames) > 1 or reader.shape else "UNKNOWN", token)


def _transpose_below(reader: Reader, token: Token) -> None:
    """`w^T_k` is the transpose of `w_k`."""
    last = reader.out[-1] if reader.out else None
    if last is not None and last.kind == "NAME" and not token.gap:
        last.text = spell(f"{last.text}{token.text[token.text.index('_') :]}")
        last.end = token.end
    reader.emit("TRANSPOSE", token)


def _ampersand(reader: Reader, token: Token) -> None:
    """Between the cells of a matrix in LaTeX; elsewhere it only aligns."""
    if reader.frames[-1].kind == "block":
        reader.emit("COMMA", token)


def _sigma(reader: Reader, token: Token) -> None:
    reader.begin(token)
    reader.emit("SIGMA", token)


# ------------------------------------------------------------------------------------------------- brackets


def _open(reader: Reader, token: Token) -> None:
    last = reader.out[-1].kind if reader.out else ""
    group = token.value
    assert isinstance(group, Group)
    commas, bare = group.commas, group.sign
    if bare == "[":
        if reader.ended and not token.gap and last not in ("PROPERTY", "NUMBER"):
            _push(reader, token, "index", "OPEN_INDEX", commas)
            return
        reader.begin(token)
        _push(reader, token, "block", "OPEN_BLOCK", commas)
        reader.frames[-1].blank_cells = not (commas or group.bars)
    elif bare == "{" and last in ("POWER", "DOTPOWER"):
        _push(reader, token, "exponent", "LBRACE", commas)
    elif bare == "{" and last in ("FRAC", "ROOT"):
        _push(reader, token, "fraction" if last == "FRAC" else "exponent", "LBRACE", commas)
    elif last == "REALS":
        _push(reader, token, "space", "OPEN_SPACE", commas)
    elif last in ("CALL", "METHOD") or (last in ("SUPER", "NUMBER") and _is_power_call(reader)):
        _push(reader, token, "call", "LPAR", commas)
    else:
        reader.begin(token)
        _push(reader, token, "paren", "LPAR", commas)


def _is_power_call(reader: Reader) -> bool:
    """Whether the bracket stands behind `tanh²` or `tanh^2`."""
    kinds = [token.kind for token in reader.out[-3:]]
    return kinds[-2:] == ["FUNCTION", "SUPER"] or kinds == ["FUNCTION", "POWER", "NUMBER"]


def _push(reader: Reader, token: Token, kind: str, emitted: str, commas: bool) -> None:
    reader.emit(emitted, token)
    reader.frames.append(Frame(kind, token, commas))


_CLOSERS = {"index": "CLOSE_INDEX", "block": "CLOSE_BLOCK", "space": "CLOSE_SPACE", "exponent": "RBRACE", "fraction": "RBRACE", "over": "RBRACE"}


def _close(reader: Reader, token: Token) -> None:
    frame = reader.frames.pop()
    if frame.kind in ("bar", "norm", "angle"):
        raise Unbalanced(frame.token)
    reader.emit(_CLOSERS.get(frame.kind, "RPAR"), token)
    following = reader.peek()
    if frame.kind == "fraction" and following is not None and following.kind == "OPEN" and following.text == "{":
        reader.position += 1
        _push(reader, following, "over", "LBRACE", False)


def _begin_matrix(reader: Reader, token: Token) -> None:
    reader.begin(token)
    _push(reader, token, "block", "OPEN_BLOCK", True)


def _bar(reader: Reader, token: Token) -> None:
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
    elif reader.ended and frame.kind == "block" and not (token.gap and (behind := reader.peek()) is not None and not behind.gap and frame.many_bars):
        reader.emit("COMMA", token)
    else:
        reader.begin(token)
        _push(reader, token, kind, "OPEN_NORM" if double else "OPEN_BAR", False)


_NORM_KEYS = {"1": "norm1", "2": "norm2", "F": "normF", "Fro": "normF", "fro": "normF", "₁": "norm1", "₂": "norm2"}


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


def _angle(reader: Reader, token: Token) -> None:
    reader.begin(token)
    _push(reader, token, "angle", "OPEN_ANGLE", True)


def _close_angle(reader: Reader, token: Token) -> None:
    if reader.frames[-1].kind == "angle":
        reader.frames.pop()
        reader.emit("CLOSE_ANGLE", token)
    else:
        reader.out.append(token)


# ------------------------------------------------------------------------------------------------ operators


def _postfix(reader: Reader, token: Token) -> None:
    if token.gap and token.text[0] in "'′’" and reader.frames[-1].kind != "block":
        reader.out.append(Token("UNKNOWN", token.text, token.start, token.end, token.gap))
    else:
        reader.emit("PSEUDOINVERSE" if token.kind == "PSEUDO" else token.kind, token)


def _asterisk(reader: Reader, token: Token) -> None:
    """`x^*` is the name of an optimum, `A^*` a transposed matrix."""
    last = reader.out[-1] if reader.out else None
    if last is not None and last.kind == "NAME" and last.text[:1].islower() and not token.gap:
        last.text, last.end = f"{last.text}^*", token.end
    else:
        reader.emit("HERMITIAN", token)


def _superscript(reader: Reader, token: Token) -> None:
    """`²`, `ᵀ`, `⁻¹ᵀ`: each sign of a run is a postfix of its own."""
    start = token.start
    for run in _SUPER.findall(token.text):
        plain = "".join(SUPERSCRIPTS.get(mark, mark) for mark in run)
        kinds = {"T": "TRANSPOSE", "H": "HERMITIAN", "-T": "INVERSE_TRANSPOSE", "-H": "INVERSE_TRANSPOSE"}
        kind = kinds.get(plain, "SUPER")
        value: object = int(plain) if plain.lstrip("-").isdigit() and len(plain) < 10 else plain
        reader.out.append(Token(kind, run, start, start + len(run), 0, value))
        start += len(run)


def _sign(reader: Reader, token: Token) -> None:
    """A sign that sticks to what follows it begins a new cell: `[1 -1]`."""
    following = reader.peek()
    frame = reader.frames[-1]
    if frame.kind == "block" and frame.blank_cells and reader.ended and token.gap and following is not None and not following.gap:
        reader.out.append(Token("CELL", "", token.start, token.start, 0))
    reader.out.append(token)


def _star(reader: Reader, token: Token) -> None:
    following = reader.peek()
    if not reader.ended and (following is None or following.kind in ("COMMA", "CLOSE")):
        reader.emit("NAME", token, "...")
    else:
        reader.out.append(token)


def _cross(reader: Reader, token: Token) -> None:
    reader.emit("TIMES" if reader.in_dimensions and not reader.frames[-1].commas else "CROSS", token)


def _colon(reader: Reader, token: Token) -> None:
    following = reader.peek()
    if reader.frames[-1].kind in ("index", "paren") and not reader.ended and (following is None or following.kind in ("COMMA", "CLOSE")):
        reader.emit("NAME", token, ":" if reader.frames[-1].kind == "index" else "...")
    elif len(reader.frames) == 1 and not (reader.shape or reader.declares or reader.equations) and _asserts(reader):
        reader.emit("ASSERT", token)
        reader.shape = True
    else:
        reader.out.append(token)
        _name_list_ends(reader)


def _name_list_ends(reader: Reader) -> None:
    """Behind the names of a declaration and the sign that ends them stands a shape."""
    if reader.declares and len(reader.frames) == 1:
        reader.declares, reader.shape = False, True


def _in(reader: Reader, token: Token) -> None:
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
        crossed = behind is not None and (behind.kind == "CROSS" or (behind.kind == "NAME" and behind.text in ("x", "by")))
        return crossed and not reader.related
    if first.kind != "OPEN" or not isinstance(first.value, Group) or first.value.sign == "{":
        return False
    rest = reader.raw[first.value.closing + 1 :]
    if rest and not all(token.kind in ("NAME", "COMMA", "ARROW") or token.kind == "OPEN" for token in rest[:1]):
        return False
    inside = reader.raw[reader.position + 2 : first.value.closing]
    sizes = all(token.kind in ("NAME", "NUMBER", "COMMA", "STAR", "FLOORDIV", "SLASH", "PLUS", "MINUS", "DOTS", "CROSS", "COLON") for token in inside)
    if not sizes:
        return False
    if not inside or first.value.commas:
        return True
    adjacent = any(a.kind == "NAME" and b.kind == "NAME" and b.text != "x" and a.text != "x" for a, b in zip(inside, inside[1:], strict=False))
    return not reader.related and not adjacent


def _relation(reader: Reader, token: Token) -> None:
    reader.out.append(token)
    if reader.declares:
        _name_list_ends(reader)
    elif len(reader.frames) == 1:
        reader.shape = False
        reader.related = True


def _arrow(reader: Reader, token: Token) -> None:
    if len(reader.frames) == 1:
        reader.shape = True
    reader.out.append(token)


def _semicolon(reader: Reader, token: Token) -> None:
    reader.emit("NEXT_ROW" if reader.frames[-1].kind == "block" else token.kind, token)


_HANDLERS: dict[str, Callable[[Reader, Token], None]] = {
    "NAME": _name,
    "NABLA": _nabla,
    "PARTIAL": _simple("NAME"),
    "NUMBER": _simple("NUMBER"),
    "SIZED": _sized,
    "MARK": _mark,
    "DOTS": _dots,
    "METHOD_MARK": _method,
    "SIGMA": _sigma,
    "FRAC": _simple("FRAC"),
    "ROOT": lambda reader, token: (reader.begin(token), reader.emit("ROOT" if _braced(reader) else "FUNCTION", token, "sqrt"))[0],
    "OPEN": _open,
    "CLOSE": _close,
    "BEGIN": _begin_matrix,
    "END": _close,
    "BAR": _bar,
    "DOUBLE_BAR": _bar,
    "LANGLE": _angle,
    "RANGLE": _close_angle,
    "TRANSPOSE": _postfix,
    "HERMITIAN": _postfix,
    "INVERSE_TRANSPOSE": _postfix,
    "PSEUDO": _postfix,
    "TRANSPOSE_BELOW": _transpose_below,
    "AMPERSAND": _ampersand,
    "ASTERISK": _asterisk,
    "SUPERSCRIPT": _superscript,
    "PLUS": _sign,
    "MINUS": _sign,
    "STAR": _star,
    "CROSS": _cross,
    "COLON": _colon,
    "RELATION": _relation,
    "ARROW": _arrow,
    "IN": _in,
    "SEMICOLON": _semicolon,
    "LINE_BREAK": _semicolon,
}


def _braced(reader: Reader) -> bool:
    following = reader.peek()
    return following is not None and following.text == "{"
