"""What is being typed: whether it is an annotation, and what stands before the cursor."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from shapecheck.engine import Analysis, PlacedBlock
from shapecheck.server.features import places
from shapecheck.server.source import Source

if TYPE_CHECKING:
    from shapecheck.server.server import Server

OPENED = re.compile(r"(?:#|//|/\*|%|--|!|;|\(\*|\{-|<!--|\*|\"\"\"|''')[^\w\r\n]*shape:[ \t]*")
SIGN = re.compile(r"[ \t]*(?:#+|//+|%+|--+|!+|;+|\*)?[ \t]*")
REMARK = re.compile(r"(?:^|\s)(?:--|#)\s")
CALL = re.compile(r"([^\W\d]\w*)$")


@dataclass(frozen=True, slots=True)
class Typed:
    """`before` is what stands on the line before the cursor, without the comment's sign; `block` the annotation, if there is one yet."""

    source: Source
    analysis: Analysis
    offset: int
    before: str
    block: PlacedBlock | None
    behind_code: bool = False


def typed(server: Server, uri: str, position: lsp.Position) -> Typed | None:
    """None outside annotations."""
    at = places.at(server, uri, position)
    if at is None:
        return None
    text = at.analysis.text
    line = max(text.rfind("\n", 0, at.offset), text.rfind("\r", 0, at.offset)) + 1
    head = text[line : at.offset]
    if len(head) > 2000:
        return None
    opened = OPENED.search(head)
    block = next((block for block in at.analysis.blocks if _holds(block, at.offset, line)), None)
    if block is None and opened is None:
        block = _above(at.analysis, line, head)
        if block is None and not _is_below_word(text, line, head):
            return None
    before = _without_sign(head, opened)
    if REMARK.search(before) is not None:
        return None
    behind_code = opened is not None and not head[: opened.start()].isspace() and opened.start() > 0
    return Typed(at.source, at.analysis, at.offset, before, block, behind_code)


def _holds(block: PlacedBlock, offset: int, line: int) -> bool:
    """Whether a place is in one of a block's lines, behind what stands there too."""
    pieces = block.result.block.pieces
    if not pieces or not block.start <= offset:
        return False
    last = block.start + pieces[-1].end
    return offset <= last or line <= last


def _above(analysis: Analysis, line: int, head: str) -> PlacedBlock | None:
    """The block that a comment line without content goes on with: the one that ends on the line above."""
    text = analysis.text
    if not head.strip() or SIGN.fullmatch(head) is None or line == 0:
        return None
    before = text[:line].rstrip("\r\n")
    start = max(before.rfind("\n"), before.rfind("\r")) + 1
    for block in analysis.blocks:
        if block.result.block.kind == "block" and block.result.block.pieces:
            last = block.start + block.result.block.pieces[-1].end
            if start <= last <= line:
                return block
    return None


def _is_below_word(text: str, line: int, head: str) -> bool:
    """Whether the line above opens an annotation that has no line yet."""
    before = text[:line].rstrip("\r\n")
    above = before[max(before.rfind("\n"), before.rfind("\r")) + 1 :]
    opened = OPENED.search(above)
    sign = SIGN.match(head)
    is_comment = sign is not None and bool(sign[0].strip())
    return is_comment and opened is not None and opened.end() == len(above) and not above[: opened.start()].strip()


def _without_sign(head: str, opened: re.Match[str] | None) -> str:
    if opened is not None:
        return head[opened.end() :]
    sign = SIGN.match(head)
    return head[sign.end() :] if sign is not None else head


def call_around(before: str) -> tuple[str, int] | None:
    """The function whose brackets are open at the end of a text, and the number of the argument that is being typed."""
    depth, commas = 0, 0
    for place in range(len(before) - 1, -1, -1):
        sign = before[place]
        if sign in ")]}":
            depth += 1
        elif sign in "([{":
            if depth:
                depth -= 1
                continue
            name = CALL.search(before[:place])
            return (name[1], commas) if sign == "(" and name is not None else None
        elif sign == "," and not depth:
            commas += 1
        elif sign == ";" and not depth:
            return None
    return None
