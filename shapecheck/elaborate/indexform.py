"""Index notation: `A_ij` as an entry of `A`, sums over indices, and the indices that a formula leaves free."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from shapecheck.core.dimension import ONE, Dimension, DimensionTooLarge
from shapecheck.core.expression import Expression, make
from shapecheck.core.shape import Shape
from shapecheck.elaborate import build, slices
from shapecheck.elaborate.literals import NotADimension, read_dimension
from shapecheck.elaborate.problems import fail, side, visible
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.walk import Index, read_name, walk
from shapecheck.syntax.tree import Apply, Entry, Name, Node, Number, Paren, Sigma

__all__ = [
    "Index",
    "bind",
    "bound",
    "bracketed",
    "close",
    "entry",
    "free",
    "implied",
    "letters",
    "lone",
    "name_as_entry",
    "read_name",
    "replaced",
    "sigma",
    "summed",
]

TIMES = frozenset("tkn")  # `x_t`, `P_k`: as often a step in time as an index
KEPT = "·"  # before the axis that a slice keeps
COMPUTED = "="  # before the letter of an index such as `k+1`
MANY = 200  # entries in one formula; an index among so many is not looked for
SPREAD = frozenset({"add", "subtract", "negate"})  # a sum over an index goes into their terms


def letters(frame: Frame) -> frozenset[str]:
    """The letters that are indices in this statement: bound by a sum, in brackets, or below a name that has as many axes."""
    if frame.letters is None:
        found = set(frame.chosen)
        for root in frame.roots:
            for node in walk(root):
                found.update(_letters_of(node, frame))
        frame.letters = frozenset(found)
    return frame.letters


def bound(frame: Frame) -> frozenset[Index]:
    """The indices that a sum of this statement binds."""
    if not letters(frame):
        return frozenset()
    return frozenset(index for root in frame.roots for node in walk(root) if isinstance(node, Sigma) for index in node.indices)


def _letters_of(node: Node, frame: Frame) -> set[str]:
    match node:
        case Sigma():
            return set(node.indices)
        case Entry():
            found = {part.key for part in node.indices if isinstance(part, Name) and len(part.key) == 1}
            return found if len(node.indices) > 1 else found - TIMES
        case Name() if "_" in node.key:
            for base, indices in read_name(node.key):
                named = {index for index in indices if isinstance(index, str)}
                if any((known := visible(index, frame)) is not None and known.shape.rank for index in named):
                    continue  # `q_v` beside a vector `v` is a name
                if _rank(base, frame) == len(indices) and (len(indices) > 1 or not named & TIMES):
                    return named
    return set()


def _rank(base: str, frame: Frame) -> int:
    binding = visible(base, frame) or (visible(base.lstrip("∂∇d"), frame) if base[:1] in ("∂", "d") else None)
    return -1 if binding is None else frame.solver.resolve(binding.shape).rank


def name_as_entry(node: Name, frame: Frame) -> tuple[Expression, tuple[Index, ...]] | None:
    """The variable and the indices of a name such as `A_ij`, where `A` is known; None where it is no entry."""
    if not frame.entries or "_" not in node.key:
        return None
    for base, indices in read_name(node.key):
        binding = visible(base, frame)
        if binding is None or frame.solver.resolve(binding.shape).rank != len(indices) or 0 in indices:
            continue
        if all(isinstance(index, int) or index in letters(frame) for index in indices):
            return binding.variable, indices
    return None


def family(node: Name, bound: frozenset[str]) -> tuple[str, tuple[Index, ...]] | None:
    """A name of nothing known whose indices are all bound by sums, as `B_ij` in `Σ_ij B_ij`."""
    for base, indices in read_name(node.key):
        if len(indices) > 1 and all(index in bound for index in indices):
            return base, indices
    return None


def entry(node: Node, value: Expression, indices: tuple[Index, ...], frame: Frame) -> Expression | None:
    """One entry; an index that runs over axes of different size is a problem."""
    dims = frame.solver.resolve(value.shape).dims
    for index, dim in zip(indices, dims, strict=True):
        if isinstance(index, int):
            if dim.constant is not None and index > dim.constant:
                fail(frame, "shape-mismatch", "index", node, None, (side(node, value, frame),), index=str(index), sizes=(str(dim),))
                return None
            continue
        known = frame.indices.setdefault(index, dim)
        if frame.solver.unify(known, dim) is False:
            sizes = (str(frame.solver.dimension(known)), str(frame.solver.dimension(dim)))
            fail(frame, "shape-mismatch", "index", node, None, (side(node, value, frame),), index=index, sizes=sizes)
            return None
    return make("entry", (value,), Shape(), indices)


def bracketed(node: Entry, value: Expression, frame: Frame) -> Expression | None:
    """`A[i, j]`, `x[0]`, or a slice `X[i, :]`, `X[i]` where `:` or nothing stands for an axis.

    With a 0 in any brackets of the annotation, all count from 0; of an axis of size 1, any number is the one entry.
    """
    if slices.is_slice(node):
        return slices.sliced(node, value, frame)
    dims = frame.solver.resolve(value.shape).dims
    indices = _bracket_indices(node, frame)
    if indices and not dims and isinstance(node.base, Paren) and (axes := _axes(indices, value)):
        return bind(close(value, frozenset(axes), frame), axes, frame)
    if indices is None or not dims or not indices:
        return None
    if len(indices) > len(dims):
        fail(frame, "shape-mismatch", "index-count", node, None, (side(node.base, value, frame),), expected=len(dims), given=len(indices))
        return None
    if len(dims) == 1 and _is_time(indices[0], frame):
        return build.opaque("step", (value,), value.shape)
    indices = tuple(1 if isinstance(index, int) and dim == ONE else index for index, dim in zip(indices, dims, strict=False))
    indices = tuple(f"{KEPT}{axis}" if index == ":" else index for axis, index in enumerate((*indices, *":" * (len(dims) - len(indices)))))
    kept = tuple(index for index in indices if isinstance(index, str) and index.startswith(KEPT))
    if any(isinstance(index, str) and index.startswith(COMPUTED) for index in indices):
        return build.opaque("entry", (value,), Shape(tuple(dims[int(index.removeprefix(KEPT))] for index in kept)))
    if len(kept) == len(dims):
        return value
    for index in kept:
        frame.indices[index] = dims[int(index.removeprefix(KEPT))]
    one = entry(node, value, indices, frame)
    return one if one is None else bind(one, kept, frame)


def _axes(indices: tuple[Index, ...], value: Expression) -> tuple[str, ...]:
    """The indices behind a formula in brackets that leaves them free: `(A_ik B_lj)[i,j,k,l]` is the tensor with these axes."""
    named = tuple(index for index in indices if isinstance(index, str))
    return named if len(set(named)) == len(indices) and set(named) <= free(value) else ()


def _is_time(index: Index, frame: Frame) -> bool:
    """Whether `x[k]` and `x[k+1]` are the vector at a step in time: the letter is usual for that, and indexes nothing else."""
    return isinstance(index, str) and index.removeprefix(COMPUTED) in TIMES and index.removeprefix(COMPUTED) not in letters(frame)


def _bracket_indices(node: Entry, frame: Frame) -> tuple[Index, ...] | None:
    """Letters, numbers from 1, `:`, and what is computed from one letter; None where something else stands there."""
    found: list[Index] = []
    for part in node.indices:
        if isinstance(part, Name) and len(part.key) == 1:
            found.append(part.key)
        elif isinstance(part, Number) and isinstance(part.value, Fraction) and part.value.denominator == 1 and part.value >= 0:
            found.append(int(part.value))
        else:
            names = {inner.key for inner in walk(part) if isinstance(inner, Name)}
            if len(names) != 1 or not isinstance(part, Apply) or len(next(iter(names))) != 1:
                return None
            found.append(f"{COMPUTED}{next(iter(names))}")
    first = 0 if "zero" in frame.manner or 0 in found else 1
    return tuple(index + 1 - first if isinstance(index, int) else index for index in found)


def _has_entries(expression: Expression) -> bool:
    seen = {expression}
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if node.op == "entry":
            return True
        for part in node.args:
            if part not in seen:
                seen.add(part)
                waiting.append(part)
    return False


def free(expression: Expression) -> frozenset[str]:
    """The indices that an expression leaves open."""
    if not _has_entries(expression):
        return frozenset()
    memo: dict[Expression, frozenset[str]] = {}
    waiting = [expression]
    while waiting:
        node = waiting[-1]
        if node in memo:
            waiting.pop()
            continue
        missing = [part for part in node.args if part not in memo]
        if missing:
            waiting += missing
            continue
        waiting.pop()
        found = frozenset[str]().union(*(memo[part] for part in node.args))
        if node.op == "entry":
            found |= {index for index in node.data if isinstance(index, str)}
        elif node.op == "sigma":
            found -= {index for index, _ in node.data}
        elif node.op == "tensor":
            found -= set(node.data)
        memo[node] = found
    return memo[expression]


def lone(expression: Expression) -> frozenset[str]:
    """The open indices that stand at one entry only, written once."""
    open_here = free(expression)
    count = dict.fromkeys(open_here, 0)
    waiting = [expression] if open_here else []
    while waiting and min(count.values()) < 2:
        node = waiting.pop()
        if node.op == "entry":
            for index in open_here & set(node.data):
                count[index] += 1
        waiting += (part for part in node.args if _has_entries(part))
        if sum(count.values()) > MANY:
            return frozenset()
    return frozenset(index for index in open_here if count[index] == 1)


def close(expression: Expression, outer: frozenset[str], frame: Frame) -> Expression:
    """Einstein's convention: summed, term by term, over the free indices that are not in `outer`."""
    open_here = free(expression) - outer
    if not open_here:
        return expression
    if expression.op in SPREAD:
        return make(expression.op, tuple(close(part, outer, frame) for part in expression.args), expression.shape, expression.data)
    expression = _inside(expression, outer, frame)
    return sigma(expression, tuple(sorted(free(expression) - outer)), frame)


def _inside(expression: Expression, outer: frozenset[str], frame: Frame) -> Expression:
    """With sums over indices that are repeated within the argument of a function, or stand below a fraction only, done there."""
    op, args = expression.op, expression.args
    if op in ("entry", "sigma", "tensor") or not args:
        return expression
    if op in ("scale", "hadamard", "matmul"):
        return make(op, tuple(_inside(part, outer, frame) for part in args), expression.shape, expression.data)
    if op == "ratio":
        top = _inside(args[0], outer, frame)
        return make(op, (top, close(args[1], outer | free(args[0]), frame)), expression.shape)
    closed = tuple(close(part, outer | (free(part) - _repeated(part)), frame) for part in args)
    return make(op, closed, expression.shape, expression.data)


def _repeated(expression: Expression) -> frozenset[str]:
    """Indices that occur twice in a product of the expression."""
    if expression.op in SPREAD:
        return frozenset[str]().union(*map(_repeated, expression.args))
    factors, waiting = [], [expression]
    while waiting:
        node = waiting.pop()
        if node.op in ("scale", "hadamard"):
            waiting += node.args
        else:
            factors.append(free(node))
    return frozenset(index for found in factors for index in found if sum(index in other for other in factors) > 1)


def implied(expression: Expression) -> tuple[str, ...]:
    """The axes of an index form that stands alone, as einsum has them: the indices that occur once, in the order of the alphabet."""
    return tuple(sorted(free(expression) - _repeated(expression)))


def sigma(body: Expression, indices: tuple[str, ...], frame: Frame) -> Expression:
    """The sum over indices that the body has free."""
    if not indices:
        return body
    return make("sigma", (body,), body.shape, tuple((index, frame.solver.dimension(frame.indices[index])) for index in indices))


def bind(body: Expression, indices: tuple[str, ...], frame: Frame) -> Expression:
    """The tensor whose axes are these free indices; of `A[i, :]`, which has an axis besides, only the shape is known."""
    if not indices:
        return body
    if body.shape.dims:
        return make("opaque", (body,), body.shape, ("a chosen slice",))
    return make("tensor", (body,), Shape(tuple(frame.solver.dimension(frame.indices[index]) for index in indices)), indices)


def summed(node: Sigma, body: Expression, frame: Frame) -> Expression | None:
    """`Σ_i body`, with its limits checked against the axes that the index runs over."""
    found = free(body)
    if not node.indices:
        return _summed_whole(body, found, frame)
    count = _count(node)
    bound = tuple(index for index in node.indices if index in found)
    if len(bound) < len(node.indices) and not (count is not None and len(node.indices) == 1 and not _mentions(node.body, node.indices[0])):
        return build.opaque("sum", (body,), body.shape)
    if not bound:
        assert count is not None
        return build.scale(make("size", data=(count,)), body)
    if count is not None and len(bound) == 1:
        known = frame.indices[bound[0]]
        fits = frame.solver.unify(known, count)
        if fits is False and frame.solver.facts.contradicts(frame.solver.dimension(known), count):
            return build.opaque("sum", (sigma(body, bound, frame),), body.shape)
        if fits is False:
            sizes = (str(frame.solver.dimension(known)), str(count))
            fail(frame, "shape-mismatch", "index", node, node.operator, (), index=bound[0], sizes=sizes)
            return None
    elif node.limits is not None:
        return build.opaque("sum", (sigma(body, bound, frame),), body.shape)
    return sigma(body, bound, frame)


def _summed_whole(body: Expression, found: frozenset[str], frame: Frame) -> Expression:
    """`∑ x_i`, `∑ log(x)`: over all free indices, else over all entries."""
    if found:
        return sigma(body, tuple(sorted(found)), frame)
    return make("sum", (body,), Shape()) if body.shape.dims else build.opaque("sum", (body,), Shape())


def _count(node: Sigma) -> Dimension | None:
    """How many values the index takes, where the limits say so."""
    if node.limits is None:
        return None
    try:
        lower, upper = map(read_dimension, node.limits)
        return upper - lower + ONE
    except (NotADimension, DimensionTooLarge, ZeroDivisionError):
        return None


def _mentions(node: Node, index: str) -> bool:
    """Whether a name in the node carries the index, as `x_i` does."""
    for part in walk(node):
        if isinstance(part, Name) and (part.key == index or any(index in found for _, found in read_name(part.key))):
            return True
    return False


def replaced(expression: Expression, values: Mapping[Expression, Expression]) -> Expression:
    """The expression with these nodes replaced."""
    memo: dict[Expression, Expression] = dict(values)
    waiting = [expression]
    while waiting:
        node = waiting[-1]
        if node in memo:
            waiting.pop()
            continue
        missing = [part for part in node.args if part not in memo]
        if missing:
            waiting += missing
            continue
        waiting.pop()
        args = tuple(memo[part] for part in node.args)
        memo[node] = node if args == node.args else make(node.op, args, node.shape, node.data)
    return memo[expression]
