"""The nodes of a graph in an order in which each can be computed."""

from __future__ import annotations

from shapecheck.core.term import Term


def schedule(term: Term) -> list[Term]:
    """The nodes of a term, what they need before them."""
    ordered: list[Term] = []
    done: set[Term] = set()
    stack = [term]
    while stack:
        node = stack[-1]
        waiting = [] if node in done else [arg for arg in node.args if arg not in done]
        if waiting:
            stack.extend(waiting)
            continue
        stack.pop()
        if node not in done:
            done.add(node)
            ordered.append(node)
    return ordered
