"""Whether a document means its `shape:` comments for us: many say `shape:` in prose."""

from __future__ import annotations

from collections.abc import Iterable

from shapecheck.engine.block import Block, statements
from shapecheck.syntax.tree import Assertion, Bare, Broken, Declaration, Fact, Relation, ShapeLiteral


def is_ours(blocks: Iterable[Block]) -> bool:
    """Whether at least one indented block consists, for the greater part, of statements."""
    return any(block.kind == "block" and _speaks(block) for block in blocks)


def is_whole(block: Block) -> bool:
    """Whether a comment of one line is of the language by itself: no word of prose in it."""
    return all(
        not isinstance(item, Broken | Bare) or (isinstance(item, Bare) and isinstance(item.expression, ShapeLiteral))
        for item in statements(block)
    )


def _speaks(block: Block) -> bool:
    found = statements(block)
    good = sum(
        isinstance(item, Relation | Assertion | Fact) or (isinstance(item, Declaration) and item.shape is not None) for item in found
    )
    return good > 0 and 2 * good >= len(found)
