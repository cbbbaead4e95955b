"""Which bracket closes which, and what stands between them."""

from __future__ import annotations

from shapecheck.syntax.scan import Token

DEEPEST = 100
_PARTNER = {"(": ")", "[": "]", "{": "}"}


class Unbalanced(Exception):
    """A bracket without its partner: `token` is the one that stands alone."""

    def __init__(self, token: Token | None, closing: bool = False) -> None:
        super().__init__()
        self.token, self.closing = token, closing


class TooNested(Exception):
    """More brackets inside each other than anyone can read."""

    def __init__(self, token: Token) -> None:
        super().__init__()
        self.token = token


class Group:
    """What an opening bracket encloses: the index of its partner, the bars directly inside, and for each row whether it has commas."""

    __slots__ = ("bars", "closing", "rows", "sign")

    def __init__(self, sign: str) -> None:
        self.sign, self.closing, self.bars = sign, -1, 0
        self.rows = [False]

    @property
    def commas(self) -> bool:
        return any(self.rows)


class Frame:
    """A bracket, bar or angle that is open at the moment."""

    __slots__ = ("commas", "group", "kind", "row", "token")

    def __init__(self, kind: str, token: Token | None) -> None:
        self.kind, self.token, self.row = kind, token, 0
        self.group = token.value if token is not None and isinstance(token.value, Group) else None
        self.commas = self.group is not None and self.group.commas

    @property
    def blank_cells(self) -> bool:
        """Whether blanks separate the cells of the current row of a block, since no commas and bars do."""
        return (
            self.kind == "block"
            and self.group is not None
            and self.group.sign == "["
            and not (self.group.rows[self.row] or self.group.bars)
        )

    @property
    def many_bars(self) -> bool:
        return self.group is not None and self.group.bars > 1


def pair(tokens: list[Token]) -> None:
    """Gives every opening bracket its Group; raises Unbalanced at the bracket that has no partner, TooNested beyond the limit."""
    open_at: list[int] = []
    for index, token in enumerate(tokens):
        kind = token.kind
        if kind == "OPEN" or kind == "BEGIN":
            sign = "begin" if kind == "BEGIN" else "{" if "brace" in token.text else "[" if "brack" in token.text else token.text[-1]
            token.value = Group(sign)
            open_at.append(index)
            if len(open_at) > DEEPEST:
                raise TooNested(token)
        elif kind == "CLOSE" or kind == "END":
            sign = "end" if kind == "END" else "}" if "brace" in token.text else "]" if "brack" in token.text else token.text[-1]
            if not open_at:
                raise Unbalanced(token, closing=True)
            group = tokens[open_at[-1]].value
            assert isinstance(group, Group)
            if _PARTNER.get(group.sign, "end") != sign:
                raise Unbalanced(tokens[open_at[-1]])
            group.closing = index
            open_at.pop()
        elif open_at and kind in ("COMMA", "BAR", "DOUBLE_BAR", "SEMICOLON", "LINE_BREAK"):
            group = tokens[open_at[-1]].value
            assert isinstance(group, Group)
            if kind == "COMMA":
                group.rows[-1] = True
            elif kind.endswith("BAR"):
                group.bars += 1
            else:
                group.rows.append(False)
    if open_at:
        raise Unbalanced(tokens[open_at[-1]])
