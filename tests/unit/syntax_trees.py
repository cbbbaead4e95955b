"""Trees as short text, so that a test can state one in a line."""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.syntax import parse_statements
from shapecheck.syntax.tree import (
    Apply,
    Assertion,
    Assigned,
    Bare,
    Block,
    Broken,
    Call,
    Declaration,
    DimensionDeclaration,
    Entry,
    Fact,
    Name,
    Node,
    Number,
    Paren,
    Relation,
    ShapeLiteral,
    Sigma,
    Statement,
)

SIGNS = {
    "greater": ">", "less": "<", "at_least": ">=", "at_most": "<=", "equal": "==", "unequal": "!=",
    "add": "+", "subtract": "-", "juxtapose": "_", "star": "*", "at": "@", "dot": "·", "times": "×", "dotstar": ".*", "dotslash": "./",
    "slash": "/", "backslash": "\\", "floordiv": "//", "matmul_r": "%*%", "kron": "⊗", "hadamard": "⊙", "hadamard_divide": "⊘",
    "frobenius": ":", "power": "^", "dotpower": ".^",
}  # fmt: skip
POSTFIX = {"transpose": "'", "hermitian": "^H", "inverse_transpose": "^-T"}


def written(node: Node) -> str:
    """Fully bracketed: `A x + b` is `((A _ x) + b)`."""
    match node:
        case Name():
            return node.key
        case Number():
            return str(node.value)
        case Apply() if node.op in POSTFIX:
            return f"{written(node.args[0])}{POSTFIX[node.op]}"
        case Apply() if len(node.args) == 1:
            return f"({'-' if node.op == 'negate' else '+'}{written(node.args[0])})"
        case Apply():
            return f"({written(node.args[0])} {SIGNS[node.op]} {written(node.args[1])})"
        case Call():
            style = {"call": "", "prefix": "~"}.get(node.style, f"<{node.style}>")
            parts = [*map(written, node.args), *(f"{word}={written(value)}" for word, value in node.keywords)]
            return f"{node.function.key}{style}({', '.join(parts)})"
        case Entry():
            return f"{written(node.base)}[{', '.join(map(written, node.indices))}]"
        case Sigma():
            limits = "" if node.limits is None else f"={written(node.limits[0])}..{written(node.limits[1])}"
            return f"Σ{''.join(node.indices)}{limits}({written(node.body)})"
        case Block():
            return f"[{'; '.join(', '.join(map(written, row)) for row in node.rows)}]"
        case Paren():
            return f"P({written(node.body)})"
        case ShapeLiteral():
            return f"<{', '.join(map(written, node.dims))}>"


def stated(statement: Statement) -> str:
    match statement:
        case Declaration():
            shape = "" if statement.shape is None else f" {written(statement.shape)}"
            return f"declare {', '.join(map(written, statement.names))}:{shape}{''.join(f' {word.word}' for word in statement.properties)}"
        case Assigned():
            words = "".join(f" {word.word}" for word in statement.properties)
            return f"{', '.join(map(written, statement.names))} is {written(statement.shape)}{words}"
        case DimensionDeclaration():
            return f"dim {', '.join(map(written, statement.names))}"
        case Fact():
            return f"where {written(statement.left)} {statement.relation} {written(statement.right)}"
        case Relation():
            rest = (f" {sign} {written(side)}" for sign, side in zip(statement.relations, statement.sides[1:], strict=True))
            return written(statement.sides[0]) + "".join(rest)
        case Assertion():
            return f"{written(statement.expression)} -> {' -> '.join(map(written, statement.shapes))}"
        case Bare():
            return f"bare {written(statement.expression)}"
        case Broken():
            return f"broken: {statement.message}"


def read(text: str) -> list[str]:
    return list(map(stated, parse_statements(text)))


def nodes(item: object) -> Iterator[Node]:
    """All nodes below a statement, itself left out."""
    if isinstance(item, tuple):
        for part in item:
            yield from nodes(part)
    elif isinstance(item, Name | Number | Apply | Call | Entry | Sigma | Block | Paren | ShapeLiteral):
        yield item
        for field in item.__slots__:
            yield from nodes(getattr(item, field))
    elif isinstance(item, Statement):
        for field in item.__slots__:
            yield from nodes(getattr(item, field))
