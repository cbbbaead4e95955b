"""Names for the arguments of functions, as on paper: `q = ‖r‖²` with `r = σ(z) - y` and `z = W x + b`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shapecheck.calculus import Context
from shapecheck.core.expression import Expression, make, variable
from shapecheck.elaborate import dependence
from shapecheck.elaborate.indexform import free
from shapecheck.explain.question import CannotExplain, Question, ask, is_matrix, is_scalar
from shapecheck.explain.rulebook import is_squared_norm
from shapecheck.ops import ROWS

SCALARS = ("s", "t", "u", "v", "c", "p")
VECTORS = ("z", "r", "u", "v", "p", "h")
MATRICES = ("Z", "M", "R", "S", "U", "V")
VALUES = {"scalar": ("q", "f", "L", "g", "phi"), "vector": ("y", "f", "g", "h"), "matrix": ("Y", "F", "G", "H")}
LINEAR = frozenset({"sum", "mean"})
MOST = 14


def question(of: Expression, wrt: Expression, context: Context, taken: Iterable[str] = ()) -> Question:
    """What is asked, with a name for the value and for each stage. Raises CannotExplain or CannotDerive."""
    moving = _Moving(wrt, context.definitions)
    known = {wrt, *context.definitions, *dependence.ancestors(of, context.definitions)}
    sizes = {size for node in known for dimension in node.shape.dims for size in dimension.names()}
    names = _Names({*taken, *sizes, *(str(node.data[0]) for node in known)})
    own = of if of in context.definitions else next((n for n, value in context.definitions.items() if value is of and n is not wrt), None)
    name = own if own is not None else names.fresh(VALUES[_kind(of)], of)
    meanings: dict[Expression, Expression] = {}
    waiting = [(name, context.definitions.get(of, of))]
    given: dict[Expression, Expression] = {}
    while waiting:
        stage, value = waiting.pop(0)
        meanings[stage], parts = _named(value, moving, names, given)
        waiting += [pair for pair in parts if pair[0] not in meanings and pair[0] not in {known for known, _ in waiting}]
        if len(meanings) > MOST:
            raise CannotExplain("there are too many steps between the variable and the value")
    ordered = {stage: meanings[stage] for stage in _ordered(name, meanings)}
    return ask(of, wrt, context, name, ordered)


class _Moving:
    """Whether an expression changes with the variable, definitions looked through."""

    def __init__(self, wrt: Expression, definitions: Mapping[Expression, Expression]) -> None:
        self.wrt = wrt
        self.definitions = definitions
        self._answers: dict[Expression, bool] = {wrt: True}

    def __call__(self, expression: Expression) -> bool:
        stack = [expression]
        while stack:
            node = stack[-1]
            if node in self._answers:
                stack.pop()
                continue
            parts = (self.definitions[node],) if node in self.definitions else node.args
            missing = [part for part in parts if part not in self._answers]
            if missing:
                stack += missing
                continue
            self._answers[stack.pop()] = any(self._answers[part] for part in parts)
        return self._answers[expression]


class _Names:
    def __init__(self, taken: set[str]) -> None:
        self.taken = taken

    def fresh(self, choices: tuple[str, ...], like: Expression) -> Expression:
        numbered = (f"{choices[0]}_{count}" for count in range(1, 1000))
        name = next(choice for choice in (*choices, *numbered) if choice not in self.taken and f"d{choice}" not in self.taken)
        self.taken.add(name)
        return variable(name, like.shape)


def _kind(expression: Expression) -> str:
    return "scalar" if is_scalar(expression) else "matrix" if expression.shape.rank > 1 and is_matrix(expression) else "vector"


def _named(
    value: Expression, moving: _Moving, names: _Names, given: dict[Expression, Expression]
) -> tuple[Expression, list[tuple[Expression, Expression]]]:
    """The value with moving arguments of functions replaced by names, and what the names in it mean."""
    parts: dict[Expression, Expression] = {}
    done: dict[Expression, Expression] = {}
    stack = [value]
    while stack:
        node = stack[-1]
        if node in done:
            stack.pop()
        elif node.op == "variable" or not node.args or not moving(node):
            done[node] = node
            if node is not moving.wrt and node in moving.definitions and moving(node):
                parts[node] = moving.definitions[node]
        else:
            named = _arguments(node, moving)
            for place in named:
                if node.args[place] not in done:
                    argument = node.args[place]
                    done[argument] = name = given.setdefault(argument, names.fresh(_choices(argument), argument))
                    parts[name] = argument
            missing = [arg for arg in node.args if arg not in done]
            if missing:
                stack += missing
            else:
                done[node] = make(node.op, tuple(done[arg] for arg in node.args), node.shape, node.data)
    return done[value], list(parts.items())


def _choices(expression: Expression) -> tuple[str, ...]:
    if expression.op == "subtract":  # a residual
        return {"scalar": SCALARS, "vector": ("r", *VECTORS), "matrix": ("R", *MATRICES)}[_kind(expression)]
    return {"scalar": SCALARS, "vector": VECTORS, "matrix": MATRICES}[_kind(expression)]


def _arguments(node: Expression, moving: _Moving) -> list[int]:
    """The arguments that are too long to stand inside of a function's differential."""
    row = ROWS.get(node.op)
    if node.op == "ratio":
        places = [0, 1] if moving(node.args[1]) else []
    elif node.op in ("power", "epower"):
        places = [] if is_squared_norm(node) else [0]
    elif node.op == "log" and node.args[0].op == "det":
        places = []
    elif row is not None and row.kind != "index" and node.op not in LINEAR:
        places = [*range(len(node.args))]
    else:
        return []
    return [place for place in places if moving(node.args[place]) and not _is_short(node.args[place]) and not free(node.args[place])]


def _is_short(expression: Expression) -> bool:
    """A name, perhaps transposed or with a sign or a number in front."""
    while expression.op in ("negate", "transpose", "scale"):
        if expression.op == "scale" and expression.args[0].op != "number":
            return False
        expression = expression.args[-1]
    return expression.op == "variable"


def _ordered(name: Expression, meanings: Mapping[Expression, Expression]) -> list[Expression]:
    """The value first, each stage before those that it is made of."""
    ordered: list[Expression] = []
    done: set[Expression] = set()

    def below(stage: Expression) -> list[Expression]:
        return [part for part in sorted(dependence.variables(meanings[stage]), key=lambda v: str(v.data)) if part in meanings]

    stack = [name]
    while stack:
        stage = stack[-1]
        waiting = [] if stage in done else [part for part in below(stage) if part not in done]
        if waiting:
            if len(stack) > 2 * len(meanings) * len(meanings) + 10:
                raise CannotExplain("definitions in a circle")
            stack += waiting
            continue
        stack.pop()
        if stage not in done:
            done.add(stage)
            ordered.append(stage)
    return ordered[::-1]
