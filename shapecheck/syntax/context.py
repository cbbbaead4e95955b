"""Raw tokens to those of the grammar, by what stands around each.

A blank between two operands becomes JUXTAPOSE (in a block without commas CELL); a bar opens or closes; a name before a
bracket is a CALL, one before an operand may be a FUNCTION; behind a colon stands a shape. Reads each token once.
"""

from __future__ import annotations

from collections.abc import Callable

from shapecheck.syntax import comparisons, enclosures, operands, signs
from shapecheck.syntax.brackets import Unbalanced, pair
from shapecheck.syntax.reader import Reader
from shapecheck.syntax.scan import Token


def resolve(raw: list[Token], text: str, base: int, rule: str) -> list[Token]:
    """The tokens of a statement that the grammar's `rule` reads; raises Unbalanced or TooNested."""
    pair(raw)
    reader = Reader(raw, text, base, rule)
    while reader.position < len(raw):
        token = raw[reader.position]
        handler = _HANDLERS.get(token.kind)
        if handler is None:
            reader.out.append(token)
        else:
            handler(reader, token)
        reader.position += 1
    if len(reader.frames) > 1:
        raise Unbalanced(reader.frames[-1].token)
    return reader.out


_HANDLERS: dict[str, Callable[[Reader, Token], None]] = {
    "NAME": operands.name,
    "NABLA": operands.nabla,
    "BELOW": operands.below,
    "SKEW": operands.skew,
    "PI": operands.leaf("NAME"),
    "PARTIAL": operands.leaf("NAME"),
    "NUMBER": operands.leaf("NUMBER"),
    "STRING": operands.leaf("NAME"),
    "SIZED": operands.sized,
    "MARK": operands.mark,
    "DOTS": operands.dots,
    "METHOD_MARK": operands.method,
    "SIGMA": operands.sigma,
    "FRAC": operands.leaf("FRAC"),
    "ROOT": enclosures.root,
    "OPEN": enclosures.open_bracket,
    "CLOSE": enclosures.close_bracket,
    "BEGIN": enclosures.begin_matrix,
    "END": enclosures.close_bracket,
    "BAR": enclosures.bar,
    "DOUBLE_BAR": enclosures.bar,
    "LANGLE": enclosures.open_angle,
    "RANGLE": enclosures.close_angle,
    "COMPARISON": comparisons.sign,
    "HADAMARD": signs.hadamard,
    "TRANSPOSE": signs.postfix,
    "HERMITIAN": signs.postfix,
    "INVERSE_TRANSPOSE": signs.postfix,
    "PSEUDO": signs.postfix,
    "TRANSPOSE_BELOW": signs.transpose_below,
    "AMPERSAND": enclosures.ampersand,
    "ASTERISK": signs.asterisk,
    "SUPERSCRIPT": signs.superscript,
    "PLUS": signs.sign,
    "MINUS": signs.sign,
    "STAR": signs.star,
    "CROSS": signs.cross,
    "COLON": signs.colon,
    "RELATION": signs.relation,
    "ARROW": signs.arrow,
    "IN": signs.membership,
    "SEMICOLON": signs.semicolon,
    "LINE_BREAK": signs.semicolon,
}
