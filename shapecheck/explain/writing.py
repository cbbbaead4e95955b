"""Derivations as text, Markdown and plain data.

Every line is an equality of the annotation language, as it could stand in a comment; its reason stands below it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from shapecheck import notation
from shapecheck.core.expression import Expression, make
from shapecheck.explain.explanation import Explanation, Left, Line, Section
from shapecheck.notation import Style

INDENT = "  "


def plain(explanation: Explanation, to: str = "ascii") -> str:
    """Formula lines aligned at their sign, each with its reason below."""
    blocks = [_section(section, to) for section in explanation.sections]
    if explanation.remarks:
        blocks.append("\n".join(["Remarks", *(f"{INDENT}{remark.write(to)}" for remark in explanation.remarks)]))
    return "\n\n".join(blocks) + "\n"


def markdown(explanation: Explanation) -> str:
    """Headings, formulas as code in Unicode, reasons as prose."""
    blocks = []
    for section in explanation.sections:
        blocks.append(f"### {section.title}")
        for line, (left, right) in zip(section.lines, rows(section, "unicode"), strict=True):
            blocks.append(f"    {left} = {right}\n\n{prose(line.reason, 'unicode')}")
        if section.note:
            blocks.append(f"*{prose(section.note, 'unicode')}*")
    if explanation.remarks:
        blocks.append("### Remarks")
        blocks.append("\n".join(f"- {remark.write('unicode')}" for remark in explanation.remarks))
    return "\n\n".join(blocks) + "\n"


def data(explanation: Explanation, to: str = "ascii") -> dict[str, Any]:
    """Plain values for JSON."""
    return {
        "sections": [
            {
                "style": section.style,
                "title": section.title,
                "lines": [
                    {"left": left_text(line.left, to), "right": write(line.right, to), "reason": prose(line.reason, to)}
                    for line in section.lines
                ],
                **({"note": section.note} if section.note else {}),
            }
            for section in explanation.sections
        ],
        "remarks": [remark.write(to) for remark in explanation.remarks],
    }


def rows(section: Section, to: str) -> list[tuple[str, str]]:
    """Left and right of each line; the left is blank where it repeats, as wide as the widest."""
    lefts: list[str] = []
    last = ""
    for line in section.lines:
        text = left_text(line.left, to)
        lefts.append("" if text == last else text)
        last = text
    width = max(map(len, lefts), default=0)
    return [(left.rjust(width), write(line.right, to)) for left, line in zip(lefts, section.lines, strict=True)]


def _section(section: Section, to: str) -> str:
    lines = [section.title]
    for line, (left, right) in zip(section.lines, rows(section, to), strict=True):
        lines.append(f"{INDENT}{left} = {right}")
        lines.append(f"{INDENT}{' ' * len(left)}   {prose(line.reason, to)}")
    if section.note:
        lines.append(f"{INDENT}{section.note}")
    return "\n".join(lines)


def prose(text: str, to: str) -> str:
    """A sentence with its signs as the notation has them."""
    if to == "unicode":
        return re.sub(r"(?<![a-z][a-z])(?<=[A-Za-z)])'(?=[\s,.:)]|$)", "ᵀ", text.replace(" .* ", " ⊙ "))
    return text.replace("‖z‖", "norm(z)") if to == "ascii" else text


def write(expression: Expression, to: str) -> str:
    """A right side; Frobenius products are written with `:`, and differentials as such."""
    return notation.write(_shown(expression), to, Style(names=_differentials(expression) if to == "latex" else {}))


def _shown(expression: Expression) -> Expression:
    """Tensors at their named indices lose the frame, Frobenius products take the sign `:`."""
    if expression.op == "tensor":
        expression = expression.args[0]
    done: dict[Expression, Expression] = {}
    stack = [expression]
    while stack:
        node = stack[-1]
        missing = [arg for arg in node.args if arg not in done]
        if missing:
            stack += missing
            continue
        stack.pop()
        args = tuple(done[arg] for arg in node.args)
        op = "frobenius" if node.op == "inner" and node.args[0].shape == node.args[1].shape else node.op
        done[node] = node if op == node.op and args == node.args else make(op, args, node.shape, node.data)
    return done[expression]


def _differentials(expression: Expression) -> Mapping[str, str]:
    found: dict[str, str] = {}
    seen, waiting = set[Expression](), [expression]
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        waiting += node.args
        if node.op == "variable" and node.data[1] == -1:
            name = str(node.data[0])
            found[name] = r"\mathrm{d}" + notation.write(make("variable", (), node.shape, (name[1:], 0)), "latex")
    return found


def left_text(left: Left, to: str) -> str:
    """`q`, `dq`, `dq/dB` (in ASCII) or `∂q/∂B_jk`."""
    of = _indexed(left.of, left.indices[0] if left.indices else (), to)
    if left.kind == "value":
        return of
    if left.kind == "differential":
        return (r"\mathrm{d}" if to == "latex" else "d") + of
    indices = left.indices[1:] or ((),) * len(left.wrt)
    by = [_indexed(variable, own, to) for variable, own in zip(left.wrt, indices, strict=True)]
    sign = "d" if to == "ascii" else r"\partial " if to == "latex" else "∂"
    if left.kind == "stacked":
        of, by = _stacked(of, to), [_stacked(name, to) for name in by]
    if to == "latex":
        return rf"\frac{{{sign}{of}}}{{{' '.join(sign + name for name in by)}}}"
    return f"{sign}{of}/{''.join(sign + name for name in by)}"


def _stacked(name: str, to: str) -> str:
    return rf"\operatorname{{vec}}\left({name}\right)" if to == "latex" else f" vec({name})"


def _indexed(variable: Expression, indices: tuple[str, ...], to: str) -> str:
    node = make("entry", (variable,), data=indices) if indices else variable
    return notation.write(node, to)


def lines_of(explanation: Explanation) -> list[Line]:
    return [line for section in explanation.sections for line in section.lines]
