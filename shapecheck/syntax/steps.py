"""Names of steps: `x_k+1` where that is defined, and `x⁻`, `P^-`, `x⁺` of filters and recursions, as one name each."""

from __future__ import annotations

from shapecheck.syntax.scan import Token

_STEMS = ("_k", "_t", "_n", "_i", "_l")
_BEHIND = frozenset({"RELATION", "CLOSE", "COMMA", "TRANSPOSE", "COLON", "IN"})


def joined(tokens: list[Token]) -> list[Token]:
    """The tokens of a statement with each such name as one token."""
    tokens = _with_marks(tokens)
    if len(tokens) < 4 or tokens[3].kind != "RELATION" or not _is_step(tokens, 0):
        return tokens
    found: list[Token] = []
    index = 0
    while index < len(tokens):
        if _is_step(tokens, index):
            name, sign, number = tokens[index : index + 3]
            stem, _, step = name.text.rpartition("_")
            found.append(Token("NAME", f"{stem}_{{{step}{sign.text}{number.text}}}", name.start, number.end, name.gap))
            index += 3
        else:
            found.append(tokens[index])
            index += 1
    return found


def _is_step(tokens: list[Token], index: int) -> bool:
    if index + 2 >= len(tokens):
        return False
    name, sign, number = tokens[index : index + 3]
    stepped = name.kind == "NAME" and name.text[-2:] in _STEMS
    return stepped and sign.kind in ("PLUS", "MINUS") and number.kind == "NUMBER" and not (sign.gap or number.gap)


def _with_marks(tokens: list[Token]) -> list[Token]:
    """`x⁻` and `P⁻` are what is known before a measurement, `x⁺` is the next `x`; `A⁺` is a pseudoinverse, but beside a `P⁻`."""
    marks = {place: _mark(tokens, place) for place, token in enumerate(tokens) if token.kind in ("SUPERSCRIPT", "POWER", "PSEUDO")}
    if not any(marks.values()):
        return tokens
    filtered = any(mark is not None and mark[0] == "-" for mark in marks.values())
    found: list[Token] = []
    index = 0
    while index < len(tokens):
        token, mark = tokens[index], marks.get(index)
        last = found[-1] if found else None
        if mark is not None and last is not None and last.kind.endswith("NAME") and not token.gap and (
            mark[0] == "-" or filtered or last.text[:1].islower() or last.text[:1] == "\\"
        ):  # fmt: skip
            found[-1] = Token(last.kind, f"{last.text}^{mark[0]}", last.start, tokens[index + mark[1] - 1].end, last.gap)
            index += mark[1]
        else:
            found.append(token)
            index += 1
    return found


def _mark(tokens: list[Token], place: int) -> tuple[str, int] | None:
    """The sign that stands alone above a name here, and of how many tokens it is."""
    token = tokens[place]
    if token.kind == "SUPERSCRIPT":
        return ("-", 1) if token.text == "⁻" else ("+", 1) if token.text == "⁺" else None
    if token.kind == "PSEUDO":
        return ("+", 1) if "+" in token.text or token.text == "⁺" else None
    inside = tokens[place + 1 : place + 4]
    if not inside or inside[0].gap:
        return None
    if [part.text for part in inside] in (["{", "-", "}"], ["{", "−", "}"], ["{", "+", "}"]):
        return ("+" if inside[1].text == "+" else "-"), 4
    if inside[0].kind not in ("MINUS", "PLUS") or not (len(inside) == 1 or inside[1].gap or inside[1].kind in _BEHIND):
        return None
    return ("+" if inside[0].kind == "PLUS" else "-"), 2
