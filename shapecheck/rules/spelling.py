"""The user's hand: which signs a statement is written with, so that what we propose is written alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from shapecheck.core.expression import Expression
from shapecheck.core.span import Span
from shapecheck.syntax.tree import Apply, Block, Call, Entry, Name, Node, Paren, Relation, Sigma, Statement

if TYPE_CHECKING:
    from shapecheck.notation.style import Style
    from shapecheck.rules.context import Context

UNICODE = re.compile(r"[ᵀ⊤⁻¹²³⊙∘⊘⊗·⋅×−√‖⟨⟩½∂∇Σ𝟏ℝ∈≡]")
PRODUCTS = {"juxtapose": " ", "star": "*", "at": "@", "dot": "·", "times": "×", "matmul_r": "%*%"}
MARKS = ("'", ".T", ".mT", "ᵀ", "^T", "^⊤", "^{T}", "^{\\top}", "^\\top")
DEEPEST = 400


def style(context: Context) -> Style:
    """The signs of this statement; where it has none of a kind, those of the document's other statements."""
    from shapecheck.notation.style import Style

    own = tuple(_nodes(context.statement))
    inverse = next((_inverse(node, context) for node in own if _inverse(node, context)), None)
    return Style(
        product=_product(own, context),
        transpose=transpose_mark(context),
        hadamard=next((_blanked(node, context) for node in own if isinstance(node, Apply) and node.op in ("dotstar", "hadamard")), None),
        inverse=inverse,
        names=_names(own, context),
    )


def notation(context: Context) -> str:
    """`unicode` where the statement has mathematical signs outside ASCII, else `ascii`."""
    return "unicode" if UNICODE.search(context.source) else "ascii"


def write(expression: Expression, context: Context) -> str:
    """The expression as this user would have typed it."""
    from shapecheck import notation as notations

    return notations.write(expression, notation(context), style(context))


def transpose_mark(context: Context) -> str:
    """How this user marks a transpose: in the statement, else anywhere in the document, else `'`."""
    for node in _nodes(context.statement):
        if isinstance(node, Apply) and node.op == "transpose":
            mark = context.typed(Span(node.args[0].span.end, node.span.end)).strip()
            if mark:
                return mark
    return "ᵀ" if notation(context) == "unicode" else _document_mark(context.text, context.pieces)


@lru_cache(maxsize=8)
def _document_mark(text: str, pieces: tuple[Span, ...]) -> str:
    whole = "\n".join(piece.of(text) for piece in pieces) if pieces else text[:20_000]
    found = {mark: len(re.findall(rf"(?<=[\w)\]]){re.escape(mark)}(?!\w)", whole)) for mark in MARKS}
    best = max(found, key=lambda mark: found[mark])
    return best if found[best] else "'"


def hadamard_sign(context: Context) -> str:
    """How this user multiplies entry by entry: in a statement with `@` by `*`."""
    if any(isinstance(node, Apply) and node.op == "at" for node in _nodes(context.statement)):
        return "*"
    return "⊙" if notation(context) == "unicode" else ".*"


def _product(nodes: tuple[Node, ...], context: Context) -> str | None:
    """The sign most used between factors on the right side, blanks around it as typed."""
    counts: dict[str, int] = {}
    for node in nodes:
        if isinstance(node, Apply) and node.op in PRODUCTS and len(node.args) == 2:
            between = _blanked(node, context)
            weight = 1 if between.strip() else 0.9  # a blank also scales: `2 A @ B` is written with `@`
            counts[between or " "] = counts.get(between or " ", 0) + weight  # type: ignore[assignment]
    return max(counts, key=lambda sign: counts[sign]) if counts else None


def _blanked(node: Apply, context: Context) -> str:
    """The operator with the blanks around it, at most one a side."""
    between = context.masked(Span(node.args[0].span.end, node.args[1].span.start))
    sign = between.strip(" ()[]")
    return f"{' ' if between.startswith(' ') else ''}{sign}{' ' if sign and between.endswith(' ') else ''}"


def _inverse(node: Node, context: Context) -> str | None:
    if isinstance(node, Call) and node.function.key == "inv":
        return "inv"
    if isinstance(node, Apply) and node.op == "power" and context.typed(node.span).endswith(("-1", "⁻¹", "-1}", "-1)")):
        return "^-1"
    return None


def _names(nodes: tuple[Node, ...], context: Context) -> Mapping[str, str]:
    """Names that are typed otherwise than their key, such as `\\omega_A` and `W_{1}`."""
    spelled = {node.key: context.typed(node.span) for node in nodes if isinstance(node, Name)}
    return MappingProxyType({key: text for key, text in spelled.items() if text and text != key})


def _nodes(statement: Statement | None) -> Iterator[Node]:
    """All nodes of a statement, right sides before the left one: that is where answers will stand."""
    sides = (*statement.sides[1:], statement.sides[0]) if isinstance(statement, Relation) else (getattr(statement, "expression", None),)
    pending = [side for side in reversed(sides) if side is not None]
    for _ in range(DEEPEST):
        if not pending:
            return
        node = pending.pop()
        yield node
        pending.extend(reversed(tuple(children(node))))


def children(node: Node) -> Iterator[Node]:
    if isinstance(node, Apply):
        yield from node.args
    elif isinstance(node, Call):
        yield from (*node.args, *(value for _, value in node.keywords))
    elif isinstance(node, Entry):
        yield from (node.base, *node.indices)
    elif isinstance(node, (Sigma, Paren)):
        yield node.body
    elif isinstance(node, Block):
        for row in node.rows:
            yield from row
