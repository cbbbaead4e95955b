"""Where the pass over a statement's raw tokens stands: what has been made, which brackets are open, whether a shape is being read."""

from __future__ import annotations

from shapecheck.syntax.brackets import Frame
from shapecheck.syntax.scan import Token

ENDS = frozenset(
    {"NAME", "NUMBER", "RPAR", "RBRACE", "CLOSE_NORM", "CLOSE_BAR", "CLOSE_ANGLE", "CLOSE_INDEX", "CLOSE_BLOCK", "CLOSE_SPACE"}
    | {"TRANSPOSE", "HERMITIAN", "INVERSE_TRANSPOSE", "PSEUDOINVERSE", "SKEW", "SUPER", "PROPERTY", "REALS"}
)


class Reader:
    """One pass over the raw tokens of a statement that the grammar's `rule` reads.

    `shape`: a shape stands at the outermost level. `declares`: only the names of a declaration have been read.
    """

    def __init__(self, raw: list[Token], text: str, base: int, rule: str) -> None:
        self.raw, self.text, self.base = raw, text, base
        self.declares, self.equations = rule == "declaration", rule == "fact"
        self.shape = rule == "assigned"
        self.out: list[Token] = []
        self.frames: list[Frame] = [Frame("", None)]
        self.related = False
        self.position = 0

    @property
    def ended(self) -> bool:
        """Whether an operand has just ended."""
        return bool(self.out) and self.out[-1].kind in ENDS

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
            if self.shape and len(self.frames) == 1 and self.out[-1].kind != "NUMBER":
                return  # in a shape only `2N` needs no sign
            cells = self.frames[-1].blank_cells and token.gap
            self.out.append(Token("CELL" if cells else "JUXTAPOSE", "", token.start, token.start, 0))

    @property
    def in_dimensions(self) -> bool:
        """At the outermost level of a shape, or inside its brackets."""
        return self.shape and all(frame.kind in ("", "paren", "space", "block") for frame in self.frames)
