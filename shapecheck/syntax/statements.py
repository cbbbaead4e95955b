"""One stretch of text to statements: finds out which kind each is, and where the next begins without a sign between them."""

from __future__ import annotations

from typing import Any

from shapecheck.core.span import Span
from shapecheck.syntax import asides, brackets, build, machine, messages, steps
from shapecheck.syntax.context import resolve
from shapecheck.syntax.scan import Limits, Token, scan
from shapecheck.syntax.spelling import spell
from shapecheck.syntax.tree import Broken, Fact, Node, Statement
from shapecheck.syntax.words import PROPERTIES, REALS, SCALARS

LONGEST = 10_000
"""Characters of a statement."""
_DIMENSIONS = ("dim", "dims", "dimension", "dimensions")
_MARKS = frozenset(".✓✗✔✘☑,")


class NotAFormula(ValueError):
    """Text that is not one expression; `broken` says why."""

    def __init__(self, broken: Broken) -> None:
        super().__init__(broken.message)
        self.broken = broken


def read_statements(text: str, base: int) -> list[Statement]:
    """The statements that stand in `text`, whose first character has the offset `base`."""
    if len(text) > LONGEST:
        whole = Span(base, base + len(text))
        return [Broken(messages.TOO_LONG, whole, whole)]
    found: list[Statement] = []
    space = asides.space(text, base)
    if space is not None:
        return [space]
    rest = steps.joined(stripped(scan(text, base)))
    while rest:
        rule, tokens = _kind(rest)
        cut = _next_start(tokens, rule)
        found += _read(tokens[:cut], rule, text, base)
        skipped = cut < len(tokens) and tokens[cut].kind == "COMMA"
        rest = tokens[cut + skipped :]
    return found


def read_expression(text: str, base: int = 0) -> Node:
    """The one expression that `text` is; raises NotAFormula."""
    if len(text) > LONGEST:
        whole = Span(base, base + len(text))
        raise NotAFormula(Broken(messages.TOO_LONG, whole, whole))
    tokens = steps.joined(stripped(scan(text, base)))
    result = attempt(tokens, "expression", text, base)
    if isinstance(result, Broken):
        raise NotAFormula(result)
    node: Node = result
    return node


def stripped(tokens: list[Token]) -> list[Token]:
    """Without a full stop, a tick or the number of an equation at the end."""
    while tokens and tokens[-1].text in _MARKS and tokens[-1].kind in ("UNKNOWN", "COMMA"):
        tokens.pop()
    if len(tokens) > 4 and _is_equation_number(tokens):
        del tokens[-3:]
    return tokens


def _is_equation_number(tokens: list[Token]) -> bool:
    """Whether `(12)` stands at the end, set off by blanks from a finished formula."""
    before, opening, number, closing = tokens[-4:]
    numbered = opening.text == "(" and opening.gap >= 2 and number.kind == "NUMBER" and number.text.isdigit() and closing.text == ")"
    return numbered and before.kind in ("NAME", "NUMBER", "CLOSE", "TRANSPOSE", "SUPERSCRIPT")


# ------------------------------------------------------------------------------------------------------ kinds


def _kind(tokens: list[Token]) -> tuple[str, list[Token]]:
    """The rule that reads these tokens, and the tokens without words that only tell the kind."""
    first = tokens[0]
    second = tokens[1] if len(tokens) > 1 else None
    if second is not None and first.kind == "NAME":
        if first.text in ("let", "Let", "given", "Given", "with", "for") and second.kind == "NAME" and _declares(tokens[1:]):
            return "declaration", tokens[1:]
        if first.text in _DIMENSIONS and second.kind == "COLON" and _are_names(tokens[2:]):
            return "dimensions", tokens[2:]
        if first.text == "where" and (second.kind in ("NAME", "NUMBER") or (second.kind == "OPEN" and second.gap)):
            return "fact", tokens[1:]
        if first.text in _DIMENSIONS and second.kind == "NAME" and second.gap:
            return "dimensions", tokens[1:]
    if second is not None and first.kind in ("MINUS", "STAR", "DOT") and second.gap and _declares(tokens[1:]):
        return "declaration", tokens[1:]
    return ("declaration" if _declares(tokens) else "formula"), tokens


def _are_names(tokens: list[Token]) -> bool:
    return len(tokens) > 1 and all(token.kind == ("COMMA" if index % 2 else "NAME") for index, token in enumerate(tokens))


def _declares(tokens: list[Token]) -> bool:
    """Whether names and a colon stand first, or a name in a space, or the shape of a name."""
    index = 0
    while index + 2 < len(tokens) and tokens[index].kind in ("NAME", "SIZED") and tokens[index + 1].kind == "COMMA":
        index += 2
    if index + 2 >= len(tokens) or tokens[index].kind not in ("NAME", "SIZED"):
        return False
    name, sign, behind = tokens[index], tokens[index + 1], tokens[index + 2]
    if sign.kind == "COLON":
        fourth = tokens[index + 3] if index + 3 < len(tokens) else None
        plain = behind.kind == "NAME" and behind.text not in SCALARS and behind.text not in PROPERTIES
        return not (fourth is not None and fourth.kind == "RELATION" and plain)
    if sign.kind == "IN" or _is_in(sign, tokens[index + 2 : index + 3]):
        sign.kind = "IN"
        return True
    return sign.kind == "RELATION" and sign.text in ("=", "==") and name.text.endswith(".shape") and behind.kind == "OPEN"


def _is_in(token: Token, behind: list[Token]) -> bool:
    """Whether the word is the `in` of `A in R^(NxD)`."""
    return token.kind == "NAME" and token.text == "in" and bool(behind) and behind[0].kind == "NAME" and spell(behind[0].text) in REALS


def _next_start(tokens: list[Token], rule: str) -> int:
    """Where the next statement begins: at `where`, or, behind a declaration, at names with a colon or at a name behind three blanks."""
    depth, colon = 0, 0
    seen = False
    for index, token in enumerate(tokens):
        if rule == "declaration" and not depth and _is_in(token, tokens[index + 1 : index + 2]):
            token.kind = "IN"
        if token.kind == "OPEN":
            depth += 1
        elif token.kind == "CLOSE":
            depth -= 1
        elif depth:
            continue
        elif token.kind == "NAME" and token.text == "where" and index and _goes_on(tokens, index):
            return index
        elif rule == "formula":
            if token.kind == "NAME" and token.gap >= 3 and asides.property_by_sign(tokens[:index]) is not None:
                return index
            if token.kind == "IN" and index > 1 and tokens[index - 2].kind == "COMMA":
                return index - 2
        elif token.kind in ("COLON", "IN") or (token.kind == "RELATION" and not seen and rule == "declaration"):
            if (seen or rule != "declaration") and token.kind != "RELATION":
                return _names_before(tokens, index, colon + 1)
            seen, colon = True, index
        elif seen and rule == "declaration" and token.kind == "NAME" and token.gap >= 3 and index > colon + 1 and _begins(tokens, index):
            return index
    return len(tokens)


def _goes_on(tokens: list[Token], index: int) -> bool:
    """Whether something stands behind the word at `index` that is not the brackets of its call."""
    behind = tokens[index + 1] if index + 1 < len(tokens) else None
    return behind is not None and not (behind.text == "(" and not behind.gap)


def _begins(tokens: list[Token], index: int) -> bool:
    return tokens[index].text not in PROPERTIES and tokens[index - 1].kind in ("CLOSE", "NAME", "NUMBER")


def _names_before(tokens: list[Token], colon: int, limit: int) -> int:
    """Where the names before this colon begin, and the comma before them if there is one."""
    start = colon - 1
    if start <= limit or tokens[start].kind != "NAME":
        return len(tokens)
    while (
        start - 2 > limit
        and tokens[start - 1].kind == "COMMA"
        and tokens[start - 2].kind == "NAME"
        and tokens[start - 2].text not in PROPERTIES
        and (tokens[start - 3].kind in ("COMMA", "CLOSE") or tokens[start - 2].gap > 1)  # else it ends the shape before: `ℝ^n, A ∈ …`
    ):
        start -= 2
    return start - 1 if tokens[start - 1].kind == "COMMA" else start


# ---------------------------------------------------------------------------------------------------- reading


def _read(tokens: list[Token], rule: str, text: str, base: int) -> list[Statement]:
    if not tokens:
        return []
    aside = _aside(tokens, rule, text, base)
    if aside is not None:
        return [aside]
    start, end = tokens[0].start, tokens[-1].end
    if rule == "declaration":
        tokens = asides.without_remarks(tokens)
    elif rule == "formula":
        tokens = asides.without_last_remark(tokens)
    result: list[Statement] | Broken = attempt(tokens, rule, text, base)
    if isinstance(result, Broken) and rule == "declaration" and any(token.kind == "RELATION" for token in tokens):
        again: list[Statement] | Broken = attempt(steps.joined(scan(text[start - base : end - base], start)), "formula", text, base)
        result = result if isinstance(again, Broken) else again
    return [result] if isinstance(result, Broken) else result


def _aside(tokens: list[Token], rule: str, text: str, base: int) -> Statement | None:
    """What says something of names without being a formula or a shape."""
    if rule == "formula":
        return asides.property_by_sign(tokens) or asides.several_names(tokens)
    if rule == "declaration":
        return asides.several_shapes(tokens)
    divided = asides.remainder(tokens) if rule == "fact" else None
    if divided is None:
        return None
    sides = [attempt(part, "expression", text, base) for part in divided]
    if any(isinstance(part, Broken) for part in sides):
        return None
    return Fact(sides[1], "|", sides[0], Span(tokens[0].start, tokens[-1].end))


def attempt(tokens: list[Token], rule: str, text: str, base: int) -> Any:
    """What the tokens mean by this rule, or Broken."""
    if not tokens:
        whole = Span(base, base + len(text))
        return Broken(messages.unexpected(None, None, frozenset({"NAME", "NUMBER", "LPAR"})), whole, whole)
    whole = Span(tokens[0].start, tokens[-1].end)
    _strip_shape(tokens, rule)
    try:
        read = resolve(tokens, text, base, rule)
        for token in read:
            if token.kind == "SIGMA":
                _resolve_limits(token)
        return machine.run(read, rule)
    except machine.Unexpected as error:
        at = Span(error.token.start, max(error.token.end, error.token.start)) if error.token is not None else Span(whole.end, whole.end)
        return Broken(messages.unexpected(error.token, error.before, error.accepted), at, whole)
    except brackets.Unbalanced as error:
        return Broken(messages.unbalanced(error.token, error.closing), _place(error.token, whole), whole)
    except brackets.TooNested as error:
        return Broken(messages.too_nested(brackets.DEEPEST), _place(error.token, whole), whole)
    except build.TooLarge as error:
        return Broken(messages.TOO_LARGE, _place(error.token, whole), whole)
    except machine.TooDeep as error:
        return Broken(messages.too_deep(machine.DEEPEST), _place(error.token, whole), whole)
    except NotAFormula as error:
        return Broken(error.broken.message, error.broken.at, whole)


def _place(token: Token | None, whole: Span) -> Span:
    return Span(token.start, token.end) if token is not None else Span(whole.end, whole.end)


def _strip_shape(tokens: list[Token], rule: str) -> None:
    """`X.shape = (N, D)` declares X."""
    first = tokens[0]
    if rule == "declaration" and len(tokens) > 1 and tokens[1].kind in ("RELATION", "COLON") and first.text.endswith(".shape"):
        first.text, first.end = first.text.removesuffix(".shape"), first.end - len(".shape")


def _resolve_limits(token: Token) -> None:
    head = token.value
    assert isinstance(head, Limits)
    if head.lower is not None and head.upper is not None:
        lower, upper = (read_expression(*_trimmed(*limit)) for limit in (head.lower, head.upper))
        head.nodes = lower, upper


def _trimmed(text: str, start: int) -> tuple[str, int]:
    return text.strip(), start + len(text) - len(text.lstrip())
