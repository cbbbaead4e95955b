"""Calls: functions of the operator table, functions that the user defined, and products that look like calls."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from shapecheck import ops
from shapecheck.core.dimension import Dimension, Unknown, integer
from shapecheck.core.expression import Expression, make
from shapecheck.core.shape import Shape
from shapecheck.elaborate import build, constants, dependence, indexform, library, reshaping, rows, slices
from shapecheck.elaborate.problems import fail, visible
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.sheet import Binding
from shapecheck.elaborate.solver import plain, substitute_sizes
from shapecheck.elaborate.suggestions import closest
from shapecheck.syntax.tree import Apply, Call, Entry, Name, Node, Number, Paren, ShapeLiteral

Elaborate = Callable[[Node, Frame], Expression | None]
MODULES = frozenset(
    {
        "np",
        "numpy",
        "jnp",
        "jax",
        "torch",
        "math",
        "scipy",
        "linalg",
        "F",
        "nn",
        "functional",
        "tf",
        "xp",
        "cp",
        "LA",
        "sp",
        "special",
        "mx",
    }
)
OVER_INDEX = frozenset({"max", "min", "argmax", "argmin", "prod", "mean", "avg", "sup", "inf", "lim"})
NORMS = frozenset({"fro", "Fro", "F", "Inf", "inf", "np.inf", "nuc"})
OPAQUE_LETTERS = frozenset("fghϕφψF")


def call(node: Call, frame: Frame, elaborate: Elaborate) -> Expression | None:
    """The value of a call, or of what only looks like one."""
    key = node.function.key
    if key == "pinv" and node.args and isinstance(node.args[0], Name) and (primed := visible(f"{node.args[0].key}^+", frame)) is not None:
        return primed.variable
    if node.style == "hat":
        return _hat(node, frame, elaborate)
    if node.style == "call":
        if slices.takes(node) and visible(key, frame) is not None:
            return elaborate(slices.part(node), frame)
        binding = visible(key, frame)
        if binding is not None and not (binding.kind == "inferred" and library.knows(key)):
            if binding.parameters:
                return _applied(node, binding, frame, elaborate)
            return binding.variable if _says_of_what(node, binding, frame) else _product(node, frame, elaborate)
        if key in frame.scope.failed:
            return None
        if node.owner and visible(node.owner, frame) is not None:  # `F.sum(axis=0)` of a variable F
            value = Name(node.owner, type(node.span)(node.span.start, node.span.start + len(node.owner)))
            method = Name(key, type(node.span)(value.span.end + 1, node.function.span.end))
            called = Call(method, (value, *node.args), node.keywords, "call", node.span)
            return _function(_counting_from_zero(called, key), key, frame, elaborate)
        head, _, last = key.rpartition(".")
        module = bool(head) and head.partition(".")[0] in MODULES and visible(head, frame) is None
        if head and not module:
            owner = visible(head, frame)
            if owner is not None and library.knows(last):
                return _method(node, head, last, frame, elaborate)
        key = last if module else key
        if module or node.owner or node.span.start < node.function.span.start:  # `np.sum`, `X.sum`
            node = _counting_from_zero(node, key)
        if key in constants.IDENTITIES | constants.ONES | constants.ZEROS and (made := constants.filled(node, frame)) is not None:
            return made
        if key in frame.scope.dimensions and not ops.named(key):
            return _product(node, frame, elaborate)
    return _function(node, key, frame, elaborate)


def _hat(node: Call, frame: Frame, elaborate: Elaborate) -> Expression | None:
    """`[ω]_×` and `ω^∧`: of three numbers the matrix of the cross product, of six that of a motion; else not known."""
    value = elaborate(node.args[0], frame)
    shape = plain(frame.solver.resolve(value.shape)) if value is not None else None
    if value is None or shape is None or shape.rank != 1:
        return None
    if shape.dims[0].constant == 6:
        return build.opaque("hat", (value,), Shape((integer(4), integer(4))))
    return None if frame.solver.unify(shape.dims[0], integer(3)) is False else named("skew", node, [value], frame)


def _function(node: Call, key: str, frame: Frame, elaborate: Elaborate) -> Expression | None:
    if not library.knows(key) and not is_over_index(key) and node.style == "call":
        return _unknown(node, key, frame, elaborate)
    if key == "norm" and len(node.args) == 2 and isinstance(which := node.args[1], Name) and which.key.strip("'\"") in NORMS:
        node = Call(node.function, node.args[:1], (*node.keywords, ("ord", which)), node.style, node.span)
    if reshaping.knows(key) and (key != "transpose" or len(node.args) > 1):
        return reshaping.call(node, key, frame, elaborate)
    kept = frame.scalars
    if not any(row.kind == "elementwise" for row in ops.named(key)):
        frame.scalars = 0
    under = frame.summed
    frame.summed = under and any(row.kind == "elementwise" for row in ops.named(key))
    args = [elaborate(arg, frame) for arg in node.args]
    frame.scalars, frame.summed = kept, under
    if any(arg is None for arg in args):
        return None
    values = [arg for arg in args if arg is not None]
    if node.style == "bars":
        return _bars(node, values[0], frame)
    return _over_index(key, values, frame) if is_over_index(key) and values else named(key, node, values, frame)


def is_over_index(key: str) -> bool:
    """`max_i`, `argmin_k`: a reduction over an index."""
    base, _, index = key.partition("_")
    return len(index) == 1 and index.isalpha() and base in OVER_INDEX


def _over_index(key: str, values: list[Expression], frame: Frame) -> Expression:
    """Only its shape is known; the index is bound in it."""
    index = key.partition("_")[2]
    body = indexform.bind(values[0], (index,), frame) if index in indexform.free(values[0]) else values[0]
    return build.opaque(key, (body,), frame.solver.resolve(values[0].shape))


def named(key: str, node: Call, values: list[Expression], frame: Frame) -> Expression | None:
    """The function of this name applied to typed arguments."""
    special = library.SPECIAL.get(key) or (library.other_norm if key.startswith("norm_") and not ops.named(key) else None)
    return special(frame, node, values) if special is not None else rows.apply(frame, node, key, values)


def _bars(node: Call, value: Expression, frame: Frame) -> Expression | None:
    """`|x|`, entry by entry; of a matrix it might mean the determinant as well."""
    shape = frame.solver.resolve(value.shape)
    if shape.rank < 2 or 1 in (dim.constant for dim in shape.dims):
        return make("abs", (value,), shape)
    square = frame.solver.facts.equal(shape.dims[-1], shape.dims[-2]) is not False
    fail(frame, "shape-mismatch", "bars", node, None, (rows.argument_side(node, 0, value, frame),), function="det" if square else "abs")
    return None


def _says_of_what(node: Call, binding: Binding, frame: Frame) -> bool:
    """`f(x)` where `f` was defined by a formula of `x`: still `f`, as in `∇f(x)`."""
    if binding.value is None or binding.kind != "defined" or not node.args or node.keywords:
        return False
    given = [visible(arg.key, frame) if isinstance(arg, Name) else None for arg in node.args]
    below = dependence.ancestors(binding.value, frame.scope.definitions())
    return all(known is not None and known.variable in below for known in given)


def is_product(node: Call, frame: Frame) -> bool:
    """Whether what looks like a call of one argument multiplies: `A(x + y)` with `A` a variable."""
    if node.style != "call" or len(node.args) != 1 or node.keywords or isinstance(node.args[0], Number):
        return False
    binding = visible(node.function.key, frame)
    if binding is None or binding.parameters or (binding.kind == "inferred" and library.knows(node.function.key)):
        return False
    if slices.takes(node) or _are_columns(node.function, node.args[0], frame):
        return False
    return not _says_of_what(node, binding, frame)


def _product(node: Call, frame: Frame, elaborate: Elaborate) -> Expression | None:
    """`A (x + y)` with `A` a variable; with several arguments, or numbers, an entry."""
    if node.keywords:
        return None
    if len(node.args) != 1:
        return elaborate(Entry(node.function, node.args, node.span), frame) if node.args else elaborate(node.function, frame)
    start = node.function.span.end
    body = Paren(node.args[0], type(node.span)(start, node.span.end))
    mark = frame.mark()
    found = elaborate(Apply("juxtapose", (node.function, body), type(node.span)(start, start), node.span), frame)
    if found is None and len(frame.problems) > mark[0] and _are_columns(node.function, node.args[0], frame):
        frame.rollback(mark)
        return elaborate(node.function, frame)
    return found


def _are_columns(function: Name, argument: Node, frame: Frame) -> bool:
    """Whether both are vectors: those have no product, and `f(x)` is the vector that a function gives."""
    bindings = [visible(name.key, frame) for name in (function, argument) if isinstance(name, Name)]
    return len(bindings) == 2 and all(known is not None and frame.solver.resolve(known.shape).rank == 1 for known in bindings)


def _method(node: Call, head: str, last: str, frame: Frame, elaborate: Elaborate) -> Expression | None:
    """`X.sum(axis=0)`: the function of the value."""
    span = node.function.span
    owner, function = Name(head, type(span)(span.start, max(span.start, span.end - len(last) - 1))), Name(last, span)
    called = Call(function, (owner, *node.args), node.keywords, "call", node.span)
    return _function(_counting_from_zero(called, last), last, frame, elaborate)


def _counting_from_zero(node: Call, key: str) -> Call:
    """`X.sum(1)` and `np.sum(X, 1)`: there the second argument is an axis as NumPy counts them."""
    if len(node.args) != 2 or key == "norm":  # `np.linalg.norm(x, 1)` says which norm
        return node
    if key not in library.REDUCED + library.SPREADS and not any(row.kind == "reduction" for row in ops.named(key)):
        return node
    return Call(node.function, node.args[:1], (*node.keywords, ("axis", node.args[1])), node.style, node.span)


def _applied(node: Call, binding: Binding, frame: Frame, elaborate: Elaborate) -> Expression | None:
    """`f(A)` where `f(X) = ...` was defined: its value with the arguments put in."""
    args = [elaborate(arg, frame) for arg in node.args]
    if any(arg is None for arg in args):
        return None
    values = [arg for arg in args if arg is not None]
    if len(values) != len(binding.parameters):
        rows.arity(frame, node, len(binding.parameters))
        return None
    if binding.value is None:
        return build.opaque(binding.name, tuple(values), frame.solver.resolve(binding.shape))
    fresh: dict[Unknown, Dimension] = {}

    def renamed(dimension: Dimension) -> Dimension:
        dimension = frame.solver.dimension(dimension)
        for atom in dimension.atoms():
            if isinstance(atom, Unknown) and atom not in fresh:
                fresh[atom] = frame.solver.fresh(atom.hint)
        return dimension.substitute(fresh)  # type: ignore[arg-type]

    memo: dict[int, Expression] = {}
    copy = substitute_sizes(binding.value, renamed, memo)
    formal = [substitute_sizes(parameter, renamed, memo) for parameter in binding.parameters]
    for place, (parameter, value) in enumerate(zip(formal, values, strict=True)):
        if frame.solver.same(parameter.shape, value.shape) is False:
            sides = (rows.argument_side(node, place, value, frame),)
            fail(
                frame, "shape-mismatch", "function-argument", node, None, sides,
                function=binding.name, expected=str(frame.solver.resolve(parameter.shape)), argument=place,
            )  # fmt: skip
            return None
    return indexform.replaced(copy, dict(zip(formal, values, strict=True)))


def _unknown(node: Call, key: str, frame: Frame, elaborate: Elaborate) -> Expression | None:
    """A name before brackets that is neither a function nor a variable: a product with an undeclared variable, or an unknown function."""
    if node.span.start < node.function.span.start:  # a method of some library's
        return None
    letters = key.partition("_")[0]
    close = closest(key, library.known_names()) if len(key) > 3 else None
    grouped = len(node.args) == 1 and not node.keywords and _looks_like_product(node.args[0])
    if grouped and close is None and len(letters) == 1 and letters not in OPAQUE_LETTERS:
        return _product(node, frame, elaborate)
    problems = len(frame.problems)
    args = [elaborate(arg, frame) for arg in node.args if not isinstance(arg, ShapeLiteral)]
    if len(frame.problems) > problems or None in args:
        return None
    if len(letters) == 1 and close is None:
        return None
    fail(frame, "unknown-function", "misspelt" if close else "unknown", node, None, (), name=key, close=(close,) if close else ())
    return None


def _looks_like_product(argument: Node) -> bool:
    """`A (x + y)`, `β (1 - β)`: brackets around a sum or a product are there to group; around one name they are a call's."""
    return isinstance(argument, Apply | Paren | Call) or (isinstance(argument, Number) and not isinstance(argument.value, Fraction))
