"""How each kind of mismatch is told: which shapes meet, and whose they are."""

from __future__ import annotations

from shapecheck.core.diagnostic import Note
from shapecheck.core.record import replace
from shapecheck.core.shape import Shape
from shapecheck.elaborate.sheet import Problem, Side
from shapecheck.rules import prose, spelling
from shapecheck.rules.context import Context
from shapecheck.syntax.tree import Apply, Name, Node

FACTORS = frozenset({"inner", "elementwise-meant"})
"""Kinds in which vectors are told as the columns that they are."""

PRODUCTS = frozenset({"juxtapose", "star", "at", "dot", "times", "matmul_r"})


def told(problem: Problem, context: Context, operator: str | None) -> str:
    """The message; `operator` is the sign as typed, None where there is none."""
    sides = problem.sides
    if problem.facts.get("message"):
        return str(problem.facts["message"])
    if problem.kind in CALLS:
        return CALLS[problem.kind](problem, context)
    if len(sides) != 2:
        return f"{_subject(operator)} does not fit here"
    texts = [prose.part(side.node, context) for side in sides]
    shapes = [prose.column(side.shape) if problem.kind in FACTORS else str(side.shape) for side in sides]
    are = f"{texts[0]} is {shapes[0]}, {texts[1]} is {shapes[1]}"
    match problem.kind:
        case "definition":
            return f"{texts[0]} is {shapes[0]}, but {texts[1]} is {shapes[1]}"
        case "cotangent":
            variable = prose.quote(str(problem.facts.get("variable", "")))
            return f"{texts[0]} has the shape of {variable}, {shapes[0]}, but {texts[1]} is {shapes[1]}"
        case "identity":
            return f"the sides of {_subject(operator)} cannot be equal: {are}"
        case "inner" if problem.facts.get("divides") or problem.facts.get("solves"):
            return f"{_subject(operator)} does not fit: {are}"
        case "inner":
            return f"{_subject(operator)} does not fit: {are}; {_meeting(sides[0], sides[1], context)}"
        case "elementwise-meant":
            return f"{_subject(operator)} is a matrix product here, and both {texts[0]} and {texts[1]} are {shapes[0]}"
        case "batch":
            return f"the leading axes do not fit: {are}"
        case "sum" | "elementwise" | "frobenius":
            return f"{_subject(operator)} needs equal shapes: {are}"
    return f"{_subject(operator)} does not fit: {are}"


def notes(problem: Problem) -> tuple[Note, ...]:
    """Why each shape is so: of a product, why those factors are so that do not meet."""
    if problem.kind != "inner" or len(problem.sides) != 2:
        return prose.reasons(problem.sides)
    left, right = problem.sides
    meeting = ((left, _rightmost(left.node)), (right, _leftmost(right.node)))
    sides = [replace(side, reasons=tuple(reason for reason in side.reasons if reason.name in _names(node))) for side, node in meeting]
    return prose.reasons(sides)


def _names(node: Node) -> frozenset[str]:
    return frozenset(part.key for part in spelling.nodes((node,)) if isinstance(part, Name))


def _bars(problem: Problem, context: Context) -> str:
    """`|A|` of a matrix: which of the two it means must be said."""
    whole, inner = prose.quote(context.typed(problem.span)), prose.part(problem.sides[0].node, context)
    meant = "say whether you mean det or abs" if problem.facts.get("function") == "det" else "for the size of each entry write abs"
    return f"{whole} of a matrix: {inner} is {problem.sides[0].shape}; {meant}"


def _axis(problem: Problem, context: Context) -> str:
    side, axis = problem.sides[0], problem.facts["axis"]
    return f"{prose.part(side.node, context)} is {side.shape}: it has no axis {axis} (axis= counts from 0)"


def _arity(problem: Problem, context: Context) -> str:
    function, expected, given = (problem.facts[key] for key in ("function", "expected", "given"))
    numbers = "no" if given == 0 else prose.NUMBERS[given] if given < 10 else str(given)
    return f"{prose.quote(function)} takes {prose.count(prose.NUMBERS[expected], 'argument')}, not {numbers}"


WANTED = {
    "(n)": "a vector",
    "(m)": "a vector",
    "(m,n)": "a matrix",
    "(m, n)": "a matrix",
    "same": "two arguments of one shape",
    "()": "a scalar",
}


def _argument(problem: Problem, context: Context) -> str:
    function, expected, side = problem.facts["function"], problem.facts["expected"], problem.sides[0]
    wanted = WANTED.get(expected) or (f"a vector of {expected[1:-1]}" if expected[1:-1].isdigit() else expected)
    return f"{prose.quote(function)} needs {wanted}, but {prose.part(side.node, context)} is {side.shape}"


def _index(problem: Problem, context: Context) -> str:
    index, sizes, text = problem.facts["index"], problem.facts["sizes"], prose.quote(context.typed(problem.span))
    if len(sizes) == 1:
        return f"{text} is out of range: the axis has {sizes[0]} entries"
    return f"index {prose.quote(index)} runs over {sizes[0]}, but in {text} over {sizes[1]}"


def _index_count(problem: Problem, context: Context) -> str:
    side, given = problem.sides[0], problem.facts["given"]
    indices = prose.count(prose.NUMBERS[given] if given < 10 else str(given), "index").replace("indexs", "indices")
    return f"{prose.part(side.node, context)} is {side.shape}, but has {indices} here"


def _block(problem: Problem, context: Context) -> str:
    first, second = (f"{prose.part(side.node, context)} is {prose.column(side.shape)}" for side in problem.sides)
    if problem.kind == "block-height":
        return f"blocks side by side need as many rows: {first}, {second}"
    above, below = problem.facts["sizes"]
    return f"rows of blocks need as many columns: one with {above} stands above one with {below}; {first}, {second}"


CALLS = {
    "bars": _bars,
    "axis": _axis,
    "arity": _arity,
    "function-argument": _argument,
    "index": _index,
    "index-count": _index_count,
    "block-height": _block,
    "block-width": _block,
}
"""How what does not fit inside the brackets of a call, an entry or a block is told, by kind."""


def _subject(operator: str | None) -> str:
    return prose.quote(operator) if operator and operator.strip() else "the product"


def _meeting(left: Side, right: Side, context: Context) -> str:
    """Which sizes meet: `A has D columns, w_b has N rows`, told of the factors that stand next to each other."""
    columns, rows = _last(left.shape), _first(right.shape)
    if columns == rows:
        return "their leading axes differ"
    last, first = prose.part(_rightmost(left.node), context), prose.part(_leftmost(right.node), context)
    return f"{last} has {prose.count(columns, 'column')}, {first} has {prose.count(rows, 'row')}"


def _last(shape: Shape) -> str:
    return "1" if shape.rank < 2 else str(shape.dims[-1])


def _first(shape: Shape) -> str:
    return "1" if not shape.rank else str(shape.dims[0] if shape.rank == 1 else shape.dims[-2])


def _rightmost(node: Node) -> Node:
    while isinstance(node, Apply) and node.op in PRODUCTS:
        node = node.args[-1]
    return node


def _leftmost(node: Node) -> Node:
    while isinstance(node, Apply) and node.op in PRODUCTS:
        node = node.args[0]
    return node
