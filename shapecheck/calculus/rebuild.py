"""A term built again through the normalising constructors, with some leaves replaced."""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.calculus.evaluate_order import schedule
from shapecheck.calculus.functions import map_, primitive
from shapecheck.calculus.leaves import made
from shapecheck.calculus.powers import power
from shapecheck.calculus.product import add, einsum
from shapecheck.core.term import Term


def substitute(term: Term, replaced: Mapping[Term, Term]) -> Term:
    """The term with the leaves in `replaced` exchanged for terms of the same axes; all else is normalised anew."""
    known: dict[Term, Term] = {}
    for node in schedule(term):
        known[node] = replaced[node] if node in replaced else again(node, known)
    return known[term]


def again(node: Term, known: Mapping[Term, Term]) -> Term:
    """The node with other arguments."""
    args = tuple([known[arg] for arg in node.args])
    if args == node.args:
        return node
    if node.kind == "einsum":
        return einsum(node.coefficient[0], list(zip(args, node.indices, strict=False)), node.indices[-1], dict(enumerate(node.data)))
    if node.kind == "add":
        return add(zip(node.coefficient, args, strict=True), node.dims)
    if node.kind == "map":
        return power(args[0], node.data[0]) if node.name == "pow" else map_(node.name, args)
    if node.data:
        return made("primitive", node.dims, name=node.name, args=args, data=node.data)
    return primitive(node.name, args, node.dims)
