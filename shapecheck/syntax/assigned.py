"""Shapes behind code: `(N, D)` is the shape of what the code on the row assigns, `(B, T), (B, T, C)` those of as many names."""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.core.span import Span
from shapecheck.syntax.scan import Token, scan
from shapecheck.syntax.statements import LONGEST, NotAFormula, attempt, read_expression, read_statements, stripped
from shapecheck.syntax.tree import Apply, Assigned, Broken, Declaration, Name, Node, Number, Paren, Property, ShapeLiteral, Statement
from shapecheck.syntax.words import PROPERTIES

Read = tuple[ShapeLiteral, tuple[Property, ...]]
Names = tuple[Name | None, ...]

_SIZES = frozenset({"add", "subtract", "negate", "juxtapose", "star", "dot", "times", "slash", "floordiv", "power"})
_SEPARATORS = frozenset({"and", "&", ";"})
_REMARKS = frozenset({"NAME", "COMMA", "NUMBER", "COLON", "DOT", "MINUS", "OPEN", "CLOSE", "UNKNOWN", "FLOORDIV"})
_ALTERNATIVES = frozenset({"or", "|"})
_NOTHING = frozenset({"or", "|", "None", "?", "null", "nil"})


def names_at(text: str, targets: Sequence[Span]) -> Names:
    """The names that stand at these places in the code; None for what is no name."""
    return tuple(_name_at(text, target) for target in targets)


def _name_at(text: str, target: Span) -> Name | None:
    try:
        node = read_expression(target.of(text))
    except NotAFormula:
        return None
    return Name(node.key, target) if isinstance(node, Name) else None


def read_behind(parts: Sequence[tuple[str, int]], names: Names) -> list[Statement]:
    """The statements in these stretches of a comment behind code that gives the names their values."""
    if len(parts) == len(names) > 1:
        single = [_single(text, base) for text, base in parts]
        if all(single):
            return _each([one for one in single if one is not None], names)
    found: list[Statement] = []
    for text, base in parts:
        alone = read_assigned(text, base, names)
        found += [_of_code(one, names) for one in read_statements(text, base)] if alone is None else alone
    return found


def read_assigned(text: str, base: int, names: Names) -> list[Statement] | None:
    """The shapes alone that `text` is, of the names that the code assigns: one for all of them, or one for each. None where it is more."""
    if len(text) > LONGEST:
        return None
    tokens = stripped(scan(text, base))
    whole = _literal(tokens, text, base)
    if whole is not None:
        return [_assigned(whole, tuple(name for name in names if name is not None))]
    several = _several(tokens, text, base)
    if several is not None:
        return _each(several, names)
    return _with_remark(tokens, text, base, names) or _between_arrows(tokens, text, base)


def _single(text: str, base: int) -> Read | None:
    return _literal(stripped(scan(text, base)), text, base) if len(text) <= LONGEST else None


def _each(read: Sequence[Read], names: Names) -> list[Statement]:
    """One shape for each name; where there are more or fewer, none says of which name it is."""
    if len(read) != len(names):
        return [_assigned(one, ()) for one in read]
    return [_assigned(one, (name,) if name is not None else ()) for one, name in zip(read, names, strict=True)]


def _assigned(read: Read, names: tuple[Name, ...]) -> Assigned:
    literal, properties = read
    return Assigned(names, literal, properties, literal.span.cover(properties[-1].span) if properties else literal.span)


def _of_code(statement: Statement, names: Names) -> Statement:
    """`y: (N, D)` behind code that assigns `y` says the shape of its new value."""
    if isinstance(statement, Declaration) and statement.shape is not None:
        known = {name.key for name in names if name is not None}
        if known.issuperset(name.key for name in statement.names):
            return Assigned(statement.names, statement.shape, statement.properties, statement.span)
    return statement


def _literal(tokens: list[Token], text: str, base: int) -> Read | None:
    if len(tokens) > 4 and tokens[0].text == "torch.Size":
        tokens = tokens[2:-1]
    result = attempt(list(tokens), "assigned", text, base) if tokens else None
    if result is None or isinstance(result, Broken):
        return None
    literal, properties = result
    if not all(map(_is_size, literal.dims)) or any(word.word not in PROPERTIES for word in properties):
        return None
    if literal.dims and literal.dims[0].span == literal.span and not isinstance(literal.dims[0], Name | Number):
        return None
    return literal, properties


def _is_size(node: Node) -> bool:
    """Whether a node can be meant as a size; two words side by side are prose."""
    if isinstance(node, Apply):
        words = node.op == "juxtapose" and not isinstance(node.args[0], Number)
        return node.op in _SIZES and not words and all(map(_is_size, node.args))
    return isinstance(node, Name | Number) or (isinstance(node, Paren) and _is_size(node.body))


def _several(tokens: list[Token], text: str, base: int) -> list[Read] | None:
    read = [_literal(part, text, base) for part in _parts(tokens)]
    return [one for one in read if one is not None] if len(read) > 1 and all(read) else None


def _between_arrows(tokens: list[Token], text: str, base: int) -> list[Statement] | None:
    """`(N, D), (K) -> (N, K)` behind the head of a function: what it takes and gives."""
    found: list[Read] = []
    sides: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "ARROW":
            sides.append([])
        else:
            sides[-1].append(token)
    for side in sides:
        whole = _literal(side, text, base)
        several = [whole] if whole is not None else _several(side, text, base)
        if several is None:
            return None
        found += several
    return [_assigned(one, ()) for one in found] if len(found) > len(sides) > 1 else None


def _parts(tokens: list[Token]) -> list[list[Token]]:
    """What stands between commas or `and`, the brackets around all of it left out; each part must have brackets of its own."""
    if len(tokens) > 2 and tokens[0].kind == tokens[1].kind == "OPEN" and _closing(tokens) == len(tokens) - 1:
        tokens = tokens[1:-1]
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.kind == "OPEN") - (token.kind == "CLOSE")
        if not depth and (token.kind == "COMMA" or token.text in _SEPARATORS):
            parts.append([])
        else:
            parts[-1].append(token)
    parts = [part for part in parts if part]
    return parts if all(part[0].kind == "OPEN" or part[0].text in ("scalar", "torch.Size") for part in parts) else []


def _closing(tokens: Sequence[Token]) -> int:
    """Where the bracket that stands first is closed."""
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token.kind == "OPEN") - (token.kind == "CLOSE")
        if not depth:
            return place
    return -1


def _with_remark(tokens: list[Token], text: str, base: int, names: Names) -> list[Statement] | None:
    """A shape of two sizes or more, and what is said of it: `(N, D), the logits`, `(B, T, C) = (32, 128, 768)`, `(B, C), C = H*D`."""
    end = _closing(tokens) + 1 if tokens and tokens[0].kind == "OPEN" else 0
    read = _literal(tokens[:end], text, base) if 2 < end < len(tokens) else None
    if read is None:
        return None
    behind = tokens[end:]
    if behind[0].text in _ALTERNATIVES and len(behind) > 1 and behind[1].kind == "OPEN":
        return [_assigned(read, ())]
    if len(read[0].dims) < 2 and tokens[end - 2].kind != "COMMA":
        return None
    if behind[0].kind == "COMMA":
        fact = attempt(list(behind[1:]), "fact", text, base)
        if isinstance(fact, list):
            return [_assigned(read, tuple(name for name in names if name is not None)), *fact]
    assigned = _assigned(read, tuple(name for name in names if name is not None))
    if all(token.text in _NOTHING for token in behind):
        return [assigned]
    if all(token.kind in _REMARKS for token in behind) and any(token.kind == "NAME" and len(token.text) > 2 for token in behind):
        return [assigned]
    if behind[0].kind == "RELATION" and len(behind) > 2 and behind[1].kind == "OPEN" and behind[-1].kind == "CLOSE":
        sizes = all(token.kind in ("NUMBER", "COMMA") for token in behind[2:-1])
        return [assigned] if sizes else None
    return None
