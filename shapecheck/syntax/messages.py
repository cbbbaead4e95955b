"""Why a statement does not parse, in the user's words: what was found, and what was expected there."""

from __future__ import annotations

from shapecheck.syntax.scan import Token

_OPERANDS = frozenset({"NAME", "NUMBER", "LPAR"})
_OPERATORS = {
    "PLUS", "MINUS", "STAR", "AT", "DOT", "CROSS", "DOTSTAR", "DOTSLASH", "SLASH", "BACKSLASH", "FLOORDIV", "MATMUL_R", "KRON", "HADAMARD",
    "OSLASH", "COLON", "POWER", "DOTPOWER",
}  # fmt: skip
_CLOSERS = {
    "RPAR": "`)`",
    "CLOSE_BLOCK": "`]`",
    "CLOSE_INDEX": "`]`", "RBRACE": "`}`", "CLOSE_SPACE": "a closing bracket", "CLOSE_NORM": "a closing `‖`",
    "CLOSE_BAR": "a closing `|`", "CLOSE_ANGLE": "`>`",
}  # fmt: skip
TOO_LONG = "this statement is longer than 10,000 characters; write it as several, with names for the parts"

TOO_LARGE = "this number is too large to compute with"


def unexpected(token: Token | None, before: Token | None, accepted: frozenset[str]) -> str:
    """One sentence for a token that does not fit; `accepted` names those that would."""
    found = (
        f"`{token.text.strip()}`"
        if token is not None and token.text.strip()
        else "the end of the statement"
        if token is None
        else "another name"
    )
    if token is not None and token.kind in ("UNKNOWN", "COMPARISON"):
        return _unknown(token, before)
    behind = f" behind `{before.text.strip()}`" if before is not None and before.text.strip() else ""
    if accepted == {"REALS"}:
        return f"expected a space such as `ℝ^{{N×D}}`{behind}, found {found}"
    if accepted >= _OPERANDS:
        return _missing_operand(token, before, found, behind)
    if token is not None and token.kind == "RELATION" and "RELATION" not in accepted:
        return f"`{token.text}` cannot stand here: expected {_expected(accepted)}"
    if accepted == {"PROPERTY", "COMMA"} or "PROPERTY" in accepted:
        return (
            f"expected the end of the declaration, a property such as `symmetric`, or `;` before the next statement{behind}, found {found}"
        )
    if "LBRACE" in accepted and "NAME" not in accepted:
        return f"expected `{{`{behind}, found {found}"
    if accepted == {"NAME"}:
        return f"expected a name{behind}, found {found}"
    return f"expected {_expected(accepted)}{behind}, found {found}"


def _missing_operand(token: Token | None, before: Token | None, found: str, behind: str) -> str:
    if before is None:
        if token is None:
            return "expected a formula, a declaration such as `A: (N, D)`, or a fact such as `where D = H*E`"
        return f"a statement cannot begin with {found}: a name, a number or a bracket is missing before it"
    if token is not None and token.kind in _OPERATORS and before.kind in _OPERATORS:
        return f"two operators stand side by side, `{before.text}` and {found}: a name, a number or a bracket is missing between them"
    if before.kind == "RELATION":
        return f"expected a formula{behind}, found {found}"
    if before.kind in ("COLON", "ASSERT", "ARROW"):
        return f"expected a shape such as `(N, D)`{behind}, found {found}"
    return f"expected a name, a number or a bracket{behind}, found {found}"


def _expected(accepted: frozenset[str]) -> str:
    wanted = sorted({text for kind, text in _CLOSERS.items() if kind in accepted})
    if "COMMA" in accepted and wanted:
        wanted.append("`,`")
    if accepted & _OPERATORS:
        wanted.append("an operator")
    if "RELATION" in accepted and "DIVIDES" in accepted:
        return "`=` or `|`, as in `where D = H*E` or `where H | D`"
    if "RELATION" in accepted:
        wanted.append("`=`")
    if "$END" in accepted:
        wanted.append("the end of the statement")
    if len(wanted) < 2:
        return wanted[0] if wanted else "something else"
    return f"{', '.join(wanted[:-1])} or {wanted[-1]}"


def _unknown(token: Token, before: Token | None) -> str:
    sign = token.text
    if sign in "'′’":
        return "a transpose stands right behind what it transposes: write `A'` without a blank"
    if sign in "\"'":
        return "quotes have no meaning here"
    if token.kind == "COMPARISON":
        return f"`{sign}` cannot be checked: write `=` or `==`"
    if not sign.isprintable():
        return f"the character U+{ord(sign):04X} has no meaning here"
    return f"`{sign}` has no meaning here"


def unbalanced(token: Token | None, closing: bool) -> str:
    sign = token.text.strip() if token is not None else ""
    if closing:
        return f"`{sign}` closes nothing: no bracket is open before it"
    return f"`{sign}` is never closed"


def too_deep(levels: int) -> str:
    return f"this formula has more than {levels} operations inside each other or in one chain; give a name to a part of it"


def too_nested(levels: int) -> str:
    return f"more than {levels} brackets stand inside each other; give a name to a part of the formula"
