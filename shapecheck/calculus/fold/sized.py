"""Which axes of a formula have a size that the formula itself tells: that of `e_1` depends on what stands beside it."""

from __future__ import annotations

from shapecheck.core.expression import Expression

Told = tuple[bool, ...]


def is_sized(expression: Expression) -> bool:
    return all(_told(expression))


def _told(node: Expression) -> Told:
    """One answer an axis; as deep as the formula, which folding keeps shallow."""
    rank = node.shape.rank
    if not rank:
        return ()
    if node.op == "basis":
        return (False,)
    if node.op in ("add", "subtract", "hadamard"):
        left, right = map(_told, node.args)
        return tuple(one or other for one, other in zip(left, right, strict=True)) if len(left) == len(right) else (True,) * rank
    if node.op in ("scale", "negate"):
        return _told(node.args[-1])
    if node.op == "ratio":
        return _told(node.args[0])
    if node.op == "transpose":
        inner = _told(node.args[0])
        return (True, *inner) if len(inner) < rank else inner[::-1][:rank]
    if node.op == "matmul":
        left, right = map(_told, node.args)
        return (*left[:1], *right[1:])[:rank] if rank == 2 else left[:1] if len(left) == 2 and len(right) < 2 else (True,) * rank
    return _block(node) if node.op == "block" and rank == 2 else (True,) * rank


def _block(node: Expression) -> Told:
    """Of every column of blocks, one must tell its size."""
    columns = int(node.data[1])
    cells = [_told(cell) for cell in node.args]
    return True, all(any(len(cell) < 2 or cell[1] for cell in cells[column::columns]) for column in range(columns))
