"""Looking through what was typed: the parts of a node, names as entries, and whether it is written with NumPy's `@`."""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.syntax.tree import Apply, Block, Call, Entry, Name, Node, Number, Paren, Sigma

Index = str | int
NEW_AXIS = frozenset({"None", "newaxis", "np.newaxis", "jnp.newaxis"})
_KEYWORDS = frozenset({"axis", "keepdims", "dim", "keepdim"})


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node in the order of the text."""
    if isinstance(node, Apply):
        return node.args
    if isinstance(node, Paren):
        return (node.body,)
    if isinstance(node, Call):
        return (*node.args, *(value for _, value in node.keywords)) if node.keywords else node.args
    match node:
        case Entry():
            return (node.base, *node.indices)
        case Sigma():
            return (*(node.limits or ()), node.body)
        case Block():
            return tuple(cell for row in node.rows for cell in row)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all its parts, in the order of the text."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        if not isinstance(current, Name):
            waiting += reversed(children(current))


def uses_at(node: Node) -> bool:
    """Whether `@` stands anywhere in it."""
    return any(part.op == "at" for part in _operations(node))


def uses_dots(node: Node) -> bool:
    """Whether `.*` or `./` stands anywhere in it, and so `*` is the matrix product."""
    return any(part.op in ("dotstar", "dotslash") and part.operator.end - part.operator.start == 2 for part in _operations(node))


def _operations(node: Node) -> Iterator[Apply]:
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Apply):
            yield current
            waiting += current.args
        elif not isinstance(current, Name):
            waiting += children(current)


def counts_from_zero(node: Node) -> bool:
    """Whether brackets hold a 0, as in `x[0]`."""
    entries = (part for part in walk(node) if isinstance(part, Entry))
    return any(isinstance(index, Number) and index.value == 0 for part in entries for index in part.indices)


def is_programmed(node: Node) -> bool:
    """Whether it can only be NumPy's: `axis=`, `keepdims`, `np.exp(x)`, `X.sum(...)`, `**`, `x[:, None]`."""
    for part in walk(node):
        if isinstance(part, Call) and part.style == "call":
            if part.owner or any(word in _KEYWORDS for word, _ in part.keywords) or part.span.start < part.function.span.start:
                return True
        elif isinstance(part, Apply):
            if part.op == "range" or (part.op == "power" and is_starred(part)):
                return True
        elif isinstance(part, Name) and part.key in NEW_AXIS:
            return True
    return False


def is_starred(node: Apply) -> bool:
    """Whether a power is written `**`: the one sign for powers that is two characters long and stands before its exponent."""
    start, end = node.operator.start, node.operator.end
    return end - start == 2 and end <= node.args[1].span.start


def read_name(key: str) -> list[tuple[str, tuple[Index, ...]]]:
    """The ways to read a name as an entry: what stands before a `_`, and the indices behind it."""
    found = []
    place = key.rfind("_")
    while place > 0:
        indices = _indices(key[place + 1 :])
        if indices:
            found.append((key[:place], indices))
        place = key.rfind("_", 0, place)
    return found


def _indices(text: str) -> tuple[Index, ...]:
    parts = text.strip("{}").split(",") if "," in text else list(text.strip("{}"))
    found: list[Index] = []
    for part in map(str.strip, parts):
        if part.isdecimal() and len(part) < 9:
            found.append(int(part))
        elif len(part) == 1 and part.isalpha() and part.islower():
            found.append(part)
        else:
            return ()
    return tuple(found)
