"""What people write into declarations beside names and shapes: remarks in brackets, alternatives, spaces of matrices, signs as properties.

`A: (N, D) (weights)`, `x: (N,) or (N, D)`, `S ∈ 𝕊^N_{++}`, `S ≻ 0`, `λ > 0`, and the fact `where D % H == 0`.
"""

from __future__ import annotations

from shapecheck.core.regex import regex
from shapecheck.core.span import Span
from shapecheck.syntax.scan import Token, scan
from shapecheck.syntax.spelling import spell
from shapecheck.syntax.tree import Declaration, Name, Property, ShapeLiteral
from shapecheck.syntax.words import PROPERTIES, SCALARS

_SPACE = regex(
    r"(?P<names>[^=:()]*?)(?:∈|\\in(?![A-Za-z]))\s*(?P<head>𝕊|S|\\(?:mathbb|mathcal|mathbf)\s*\{?S\}?|Sym|SPD|SO|O)\s*"
    r"(?:_\{?(?P<low>\+\+?)\}?|(?P<small>₊₊?))?\s*(?:\^\{?(?P<size>\w+)\}?|\((?P<round>\w+)\)|(?P<upper>[ⁿᴺᵈᴰᵐᴹᵏᴷ¹²³⁴-⁹]))\s*"
    r"(?:_\{?(?P<low_behind>\+\+?)\}?|(?P<small_behind>₊₊?))?\s*[.,]?\s*"
)
_UPPER = dict(zip("ⁿᴺᵈᴰᵐᴹᵏᴷ¹²³⁴⁵⁶⁷⁸⁹", "nNdDmMkK123456789", strict=True))
_HEADS = {"SO": "orthogonal", "O": "orthogonal", "SPD": "posdef"}
_POSITIVE = {
    "≻": "posdef", "⪰": "posdef", "≽": "posdef", "\\succ": "posdef", "\\succeq": "posdef", ">": "> 0", ">=": "> 0", "≥": "> 0",
    "\\geq": "> 0", "\\ge": "> 0", "⩾": "> 0",
}  # fmt: skip
_WORD = regex(r"(?!(?:Alpha|Gamma|Delta|Theta|Kappa|Lambda|Sigma|Omega|Upsilon|Epsilon)\b)[A-Z][a-z]{4,}")
ALTERNATIVES = "or"
"""The property of a name that has one of several shapes: nothing is known of it."""


def space(text: str, base: int) -> Declaration | None:
    """`S ∈ 𝕊^N_{++}`: a square matrix with what the space says of it."""
    if "∈" not in text and "\\in" not in text:
        return None
    found = _SPACE.fullmatch(text)
    if found is None:
        return None
    tokens = scan(found["names"], base)
    names = tuple(Name(spell(token.text), Span(token.start, token.end)) for token in tokens if token.kind == "NAME")
    if not names or any(token.kind not in ("NAME", "COMMA") for token in tokens):
        return None
    group = next(name for name in ("size", "round", "upper") if found[name])
    signed = any(found[name] for name in ("low", "small", "low_behind", "small_behind"))
    word = _HEADS.get(found["head"], "posdef" if signed else "symmetric")
    if found["head"] == "S" and not signed and group != "upper":
        return None  # a name of the user's own
    place = Span(base + found.start(group), base + found.end(group))
    size = Name(_UPPER.get(found[group], found[group]), place)
    whole = Span(base + found.start("head"), base + len(text.rstrip()))
    if size.key.isdigit():
        return None
    return Declaration(names, ShapeLiteral((size, size), whole), (Property(word, whole),), names[0].span.cover(whole))


def property_by_sign(tokens: list[Token]) -> Declaration | None:
    """`S ≻ 0` and `λ, μ > 0` say what names are."""
    if len(tokens) < 3 or tokens[-1].text != "0" or tokens[-2].text not in _POSITIVE:
        return None
    names = tokens[:-2]
    if any(token.kind != ("COMMA" if place % 2 else "NAME") for place, token in enumerate(names)) or names[-1].kind != "NAME":
        return None
    sign = Property(_POSITIVE[tokens[-2].text], Span(tokens[-2].start, tokens[-1].end))
    named = tuple(Name(spell(token.text), Span(token.start, token.end)) for token in names[::2])
    return Declaration(named, None, (sign,), named[0].span.cover(sign.span))


def several_names(tokens: list[Token]) -> Declaration | None:
    """`U, S, V = svd(A)`: values of which nothing is known."""
    sign = next((place for place, token in enumerate(tokens) if token.kind == "RELATION"), 0)
    names = tokens[:sign]
    if len(names) < 3 or any(token.kind not in (("COMMA",) if place % 2 else ("NAME", "MARK")) for place, token in enumerate(names)):
        return None
    if names[-1].kind == "COMMA" or tokens[sign].text != "=" or sign + 2 >= len(tokens):
        return None
    named = tuple(Name(spell(token.text), Span(token.start, token.end)) for token in names[::2] if token.kind == "NAME")
    return Declaration(
        named, None, (Property(ALTERNATIVES, Span(tokens[sign].start, tokens[sign].end)),), Span(names[0].start, tokens[-1].end)
    )


def several_shapes(tokens: list[Token]) -> Declaration | None:
    """`x: (N,) or (N, D)`."""
    colon = next((place for place, token in enumerate(tokens) if token.kind in ("COLON", "IN")), 0)
    names = tokens[:colon]
    if not names or any(token.kind != ("COMMA" if place % 2 else "NAME") for place, token in enumerate(names)):
        return None
    for place in range(colon + 2, len(tokens) - 1):
        word, behind = tokens[place], tokens[place + 1]
        if word.text in ("or", "|") and behind.kind == "OPEN" and tokens[place - 1].kind == "CLOSE" and _level(tokens, place) == 0:
            named = tuple(Name(spell(token.text), Span(token.start, token.end)) for token in names[::2])
            return Declaration(named, None, (Property(ALTERNATIVES, Span(word.start, word.end)),), Span(names[0].start, tokens[-1].end))
    return None


def _level(tokens: list[Token], place: int) -> int:
    return sum((token.kind == "OPEN") - (token.kind == "CLOSE") for token in tokens[:place])


def without_remarks(tokens: list[Token]) -> list[Token]:
    """A declaration without what stands in brackets behind its shape, `A: (N, D) (weights)`, or behind `or`, `(N, D) or None`."""
    kept: list[Token] = []
    colon = next((place for place, token in enumerate(tokens) if token.kind in ("COLON", "IN")), len(tokens))
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if place > colon + 1 and token.kind == "OPEN" and token.gap and _is_finished(kept):
            closing = _closing(tokens, place)
            if closing is not None and _is_remark(tokens[place + 1 : closing], kept[-1]):
                place = closing + 1
                continue
        if (
            place > colon + 1
            and token.text == "or"
            and place + 2 == len(tokens)
            and tokens[place + 1].text in ("None", "nil", "null", "NULL")
        ):
            break
        kept.append(token)
        place += 1
    return kept


def without_last_remark(tokens: list[Token]) -> list[Token]:
    """A definition without its size behind it in brackets, `S = H P H' + R  [m x m]`, or a word, `y = z - H x (Innovation)`."""
    if len(tokens) < 6 or tokens[-1].kind != "CLOSE" or not any(token.kind == "RELATION" for token in tokens):
        return tokens
    opening = len(tokens) - 2
    while opening > 0 and tokens[opening].kind not in ("OPEN", "CLOSE"):
        opening -= 1
    first, inside = tokens[opening], tokens[opening + 1 : -1]
    if first.kind != "OPEN" or not first.gap or tokens[opening - 1].kind not in ("NAME", "CLOSE", "TRANSPOSE", "NUMBER", "SUPERSCRIPT"):
        return tokens
    sizes = (
        first.text == "["
        and len(inside) == 3
        and inside[1].text in ("x", "×", "by")
        and all(token.kind in ("NAME", "NUMBER") for token in inside[::2])
    )
    word = len(inside) == 1 and first.text == "(" and _WORD.fullmatch(inside[0].text) is not None
    return tokens[:opening] if sizes or word else tokens


def _is_finished(kept: list[Token]) -> bool:
    """Whether a shape or a property ends here."""
    last = kept[-1]
    level = sum((token.kind == "OPEN") - (token.kind == "CLOSE") for token in kept)
    return level == 0 and (last.kind == "CLOSE" or (last.kind == "NAME" and (last.text in SCALARS or last.text in PROPERTIES)))


def _is_remark(inside: list[Token], before: Token) -> bool:
    """Whether words stand there, and no second factor of a size."""
    return before.kind != "CLOSE" or before.text != "}" or all(token.kind == "NAME" for token in inside)


def _closing(tokens: list[Token], opening: int) -> int | None:
    level = 0
    for place in range(opening, len(tokens)):
        level += (tokens[place].kind == "OPEN") - (tokens[place].kind == "CLOSE")
        if level == 0:
            return place
    return None


def remainder(tokens: list[Token]) -> tuple[list[Token], list[Token]] | None:
    """`D % H == 0` and `D mod H = 0`: what is divided, and by what."""
    if len(tokens) < 5 or tokens[-1].text != "0" or tokens[-2].kind not in ("RELATION", "COMPARISON"):
        return None
    cut = next((place for place, token in enumerate(tokens) if token.text in ("%", "mod")), 0)
    return (tokens[:cut], tokens[cut + 1 : -2]) if 0 < cut < len(tokens) - 3 else None
