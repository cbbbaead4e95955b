"""The user's hand: which signs a statement is written with, so that what we propose is written alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from shapecheck.core.expression import Expression
from shapecheck.core.regex import regex
from shapecheck.core.span import Span
from shapecheck.syntax.tree import Apply, Block, Call, Entry, Name, Node, Paren, Relation, Sigma, Statement

if TYPE_CHECKING:
    from shapecheck.notation.style import Style
    from shapecheck.rules.context import Context

UNICODE = regex(r"[ᵀ⊤⁻¹²³⊙∘⊘⊗·⋅×−√‖⟨⟩½Σ𝟏]")
"""Signs that tell a hand which writes formulas as on paper; `∂` and `∇` alone do not."""

_REDUCTION = regex(r"\b(?:sum|mean)\(")
_LAST_AXIS = regex(r", ([12])\)$")
_TURNED = regex(r"'|ᵀ|\.T\b")
LATEX = regex(r"\\(?:frac|partial|nabla|top|left|cdot|mathbf|mathrm)(?![A-Za-z])")
PRODUCTS = frozenset({"juxtapose", "star", "at", "dot", "times", "matmul_r"})
SIGNS = frozenset({"", "*", "@", "·", "⋅", "×", "%*%"})
MARKS = ("'", ".T", ".mT", "ᵀ", "^T", "^⊤", "^{T}", "^{\\top}", "^\\top")
MOST = 400


def style(context: Context) -> Style:
    """The signs of this statement; where it has none of a kind, those of the document's other statements."""
    from shapecheck.notation.style import Style

    own = tuple(_nodes(context.statement))
    product = _product(own, context)
    entrywise = _stars(context)
    typed = (
        _blanked(node, context) for node in own if isinstance(node, Apply) and (node.op in ("dotstar", "hadamard") or node in entrywise)
    )
    return Style(
        product=" @ " if entrywise else product,
        transpose=transpose_mark(context),
        hadamard=next(typed, " * " if product == " @ " else None),
        inverse=next((mark for node in own if (mark := _inverse(node, context))), None),
        names=_names(own, context),
    )


def _stars(context: Context) -> list[Node]:
    """The stars of the statement that go entry by entry, as in NumPy."""
    if context.elaborated is None or context.statement is None:
        return []
    own = [checked for checked in context.elaborated.statements if checked.statement is context.statement]
    typed = [item for checked in own for item in checked.typed if isinstance(item.node, Apply) and item.node.op == "star"]
    return [item.node for item in typed if item.expression.op == "hadamard"]


def notation(context: Context) -> str:
    """`unicode` where the statement has mathematical signs outside ASCII, else `ascii`."""
    return "unicode" if UNICODE.search(context.source) else "ascii"


def write(expression: Expression, context: Context) -> str:
    """The expression as this user would have typed it."""
    from shapecheck import notation as notations

    text = notations.write(expression, notation(context), style(context))
    text = _compared(text) if ">" in context.source else text
    text = _by_axis(text) if "axis=" in context.source else text
    return text if "−" in context.source or "-" not in context.source else text.replace("−", "-")


def _by_axis(text: str) -> str:
    """`sum(X, 1)'`, which is a vector, as NumPy has it: `sum(X, axis=0)`."""
    for found in reversed(list(_REDUCTION.finditer(text))):
        depth, end = 1, found.end()
        while depth and end < len(text):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        axis = _LAST_AXIS.search(text, found.end(), end)
        if axis is not None:
            turned = _TURNED.match(text, end)
            behind = text[turned.end() :] if turned is not None and axis[1] == "1" else text[end:]
            text = f"{text[: axis.start()]}, axis={int(axis[1]) - 1}){behind}"
    return text


def _compared(text: str) -> str:
    """`step(Z)` as `(Z > 0)`."""
    while (start := text.find("step(")) >= 0 and not text[start - 1 : start].isalnum():
        depth, end = 1, start + 5
        while depth and end < len(text):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        text = f"{text[:start]}({text[start + 5 : end - 1]} > 0){text[end:]}"
    return text


def transpose_mark(context: Context, factor: Node | None = None) -> str:
    """How this user marks a transpose: in the statement, else in the statements around it, else as fits the notation.

    Beside `@` it is NumPy's; there `.T` turns all axes of a factor that has more than two.
    """
    for node in _nodes(context.statement):
        if isinstance(node, Apply) and node.op == "transpose":
            mark = context.typed(Span(node.args[0].span.end, node.span.end)).strip()
            if mark:
                return mark
    if LATEX.search(context.source):
        return "^\\top"
    if _multiplies_as_numpy(context):
        return ".mT" if _is_batched([factor] if isinstance(factor, Name) else _nodes(context.statement), context) else ".T"
    around = _document_mark(context.text, context.pieces) or _document_mark(context.before, ())
    return around or ("ᵀ" if notation(context) == "unicode" else "'")


def _multiplies_as_numpy(context: Context) -> bool:
    return any(isinstance(node, Apply) and node.op == "at" for node in _nodes(context.statement))


def _is_batched(nodes: Iterable[Node], context: Context) -> bool:
    """Whether one of these names has more than two axes."""
    known = context.scope.bindings if context.scope is not None else {}
    return any(isinstance(node, Name) and node.key in known and known[node.key].shape.rank > 2 for node in nodes)


@lru_cache(maxsize=8)
def _document_mark(text: str, pieces: tuple[Span, ...]) -> str | None:
    whole = _formulas(text, pieces)
    found = {mark: len(re.findall(rf"(?<=[\w)\]]){re.escape(mark)}(?!\w)", whole)) for mark in MARKS}
    best = max(found, key=lambda mark: found[mark])
    return best if found[best] else None


@lru_cache(maxsize=8)
def _document_product(text: str, pieces: tuple[Span, ...]) -> str | None:
    """The sign for products in the statements around; `@` before all, since it means nothing else."""
    whole = _formulas(text, pieces)
    if re.search(r"[\w)\]'ᵀ] @ [\w(\[]", whole):
        return " @ "
    starred = re.search(r"[\w)\]'ᵀ]( ?)\*\1[A-Za-z(\[]", whole)
    return f"{starred[1]}*{starred[1]}" if starred else None


def _formulas(text: str, pieces: tuple[Span, ...]) -> str:
    return "\n".join(piece.of(text) for piece in pieces) if pieces else text[:20_000]


def hadamard_sign(context: Context) -> str:
    """How this user multiplies entry by entry: in a statement with `@` by `*`."""
    if _multiplies_as_numpy(context):
        return "*"
    return "⊙" if notation(context) == "unicode" else ".*"


def _product(nodes: tuple[Node, ...], context: Context) -> str | None:
    """The sign most used between factors, with the blanks around it; a blank also scales, so any other sign outdoes it."""
    products = [node for node in nodes if isinstance(node, Apply) and node.op in PRODUCTS and len(node.args) == 2]
    signed = [node for node in products if node.op != "juxtapose"]
    matrix = [node for node in signed if node.op in ("at", "matmul_r")] or signed or products
    signs = Counter(sign for node in matrix if (sign := _blanked(node, context) or " ").strip() in SIGNS)
    return signs.most_common(1)[0][0] if signs else _around(context)


def _around(context: Context) -> str | None:
    return _document_product(context.text, context.pieces) or _document_product(context.before, ())


def _blanked(node: Apply, context: Context) -> str:
    """The operator with the blanks around it, at most one a side."""
    between = context.masked(Span(node.args[0].span.end, node.args[1].span.start))
    sign = between.strip()
    return f"{' ' if between.startswith(' ') else ''}{sign}{' ' if sign and between.endswith(' ') else ''}"


def _inverse(node: Node, context: Context) -> str | None:
    if isinstance(node, Call) and node.function.key == "inv":
        return "inv"
    if isinstance(node, Apply) and node.op == "power":
        typed = context.typed(node.span)
        return next((mark for mark in ("⁻¹", "^-1", "^{-1}") if typed.endswith(mark)), "^-1" if typed.endswith("^(-1)") else None)
    if isinstance(node, Apply) and node.op == "inverse_transpose":
        return "⁻¹" if "⁻" in context.typed(node.span) else "^-1"
    return None


def _names(nodes: tuple[Node, ...], context: Context) -> Mapping[str, str]:
    """Names that are typed otherwise than their key, such as `\\omega_A` and `W_{1}`: here, or in the statements around."""
    around = (typed.node for checked in context.elaborated.statements for typed in checked.typed) if context.elaborated is not None else ()
    found: dict[str, str] = {}
    for node in (*nodes, *around):
        if isinstance(node, Name) and node.span.start >= 0:
            found.setdefault(node.key, context.typed(node.span))
    return MappingProxyType({key: text for key, text in found.items() if text and text != key})


def _nodes(statement: Statement | None) -> Iterator[Node]:
    """All nodes of a statement, right sides before the left one: that is where answers will stand."""
    sides = (*statement.sides[1:], statement.sides[0]) if isinstance(statement, Relation) else (getattr(statement, "expression", None),)
    return nodes([side for side in sides if side is not None])


def nodes(roots: Iterable[Node]) -> Iterator[Node]:
    """These and all that is in them, in the order of the text; of a very long formula the beginning."""
    pending = [*roots][::-1]
    for _ in range(MOST):
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
