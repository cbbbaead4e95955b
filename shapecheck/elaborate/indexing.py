"""Index notation at the left of a statement: `C_ik = A_ij B_jk`, `∂q/∂B_jk = ...`; and Einstein's convention at its right."""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass
from shapecheck.core.shape import Shape
from shapecheck.elaborate import build, indexform
from shapecheck.elaborate.expression import elaborate_expression
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.sheet import Binding
from shapecheck.syntax.tree import Entry, Name, Node

Index = str | int


@dataclass(frozen=True, slots=True)
class Split:
    """`C_ik` as the name `C` and its indices."""

    base: Name
    indices: tuple[str, ...]


def entry(node: Node, frame: Frame) -> tuple[Binding, tuple[Index, ...]] | None:
    """The tensor and the indices of an entry such as `B_jk` or `B[j, k]`; the indices get the sizes of its axes."""
    if isinstance(node, Name):
        readings = indexform.read_name(node.key)
    elif isinstance(node, Entry) and isinstance(node.base, Name) and all(isinstance(index, Name) for index in node.indices):
        readings = [(node.base.key, tuple(index.key for index in node.indices if isinstance(index, Name)))]
    else:
        return None
    for base, indices in readings:
        binding = frame.lookup(base)
        if binding is None:
            continue
        dims = frame.solver.resolve(binding.shape).dims
        if len(dims) == len(indices):
            for index, dim in zip(indices, dims, strict=True):
                if isinstance(index, str):
                    frame.indices.setdefault(index, dim)
            return binding, indices
    return None


def left_side(name: Name, rights: Sequence[Node], frame: Frame) -> Split | None:
    """The indices on the left of a definition: those that the right side leaves free."""
    for base, indices in indexform.read_name(name.key):
        letters = tuple(index for index in indices if isinstance(index, str))
        if len(letters) != len(indices) or len(set(letters)) != len(letters):
            continue
        known = frame.lookup(base)
        if known is not None and frame.solver.resolve(known.shape).rank != len(letters):
            continue
        mark = frame.mark()
        found = elaborate_expression(rights[0], frame)
        free = indexform.free(found) if found is not None else frozenset[str]()
        frame.rollback(mark)
        if free and set(letters) <= free:
            return Split(Name(base, name.span), letters)
    return None


def closed(expression: Expression, indices: tuple[str, ...], frame: Frame) -> Expression:
    """The tensor with these indices as its axes, all others summed."""
    if not indices and expression.op not in ("sigma", "entry") and not indexform.free(expression):
        return expression
    for index in indices:
        if index not in frame.indices:
            frame.indices[index] = frame.solver.fresh()
    return indexform.bind(indexform.close(expression, frozenset(indices), frame), indices, frame)


def defined(expression: Expression, indices: tuple[str, ...], frame: Frame) -> Expression:
    """The value of a definition. In `L = -log p_c` nothing tells whether `c` is summed or chosen: then it is not known."""
    if not indices and expression.op != "entry" and indexform.lone(expression):
        return build.opaque("a chosen entry", (closed(expression, indices, frame),), Shape())
    return closed(expression, indices, frame)


def matched(values: Sequence[Expression], frame: Frame) -> tuple[Expression, ...]:
    """The sides of an identity with the indices that all of them leave free as axes."""
    free = [indexform.free(value) for value in values]
    if not any(free):
        return tuple(values)
    common = tuple(sorted(frozenset.intersection(*free)))
    return tuple(closed(value, common, frame) for value in values)
