"""Functions beside the operator table: other spellings of operators, and those of which only the shape is known."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from shapecheck import ops
from shapecheck.core.dimension import DimensionTooLarge
from shapecheck.core.expression import Expression, make, number
from shapecheck.core.shape import Shape
from shapecheck.core.span import Span
from shapecheck.elaborate import build, powers, products, rows
from shapecheck.elaborate.broadcast import entrywise
from shapecheck.elaborate.literals import NotADimension, read_dimension
from shapecheck.elaborate.problems import fail
from shapecheck.elaborate.scope import Frame
from shapecheck.syntax.tree import Apply, Call, Name, Node, Number

Special = Callable[[Frame, Call, list[Expression]], Expression | None]


def _binary(op: str, then: Callable[[Frame, Apply, Expression, Expression], Expression | None]) -> Special:
    """A function of two arguments that is an operator."""

    def special(frame: Frame, node: Call, values: list[Expression]) -> Expression | None:
        if len(values) != 2:
            rows.arity(frame, node, 2)
            return None
        return then(frame, _as_operator(op, node), values[0], values[1])

    return special


def _as_operator(op: str, node: Call) -> Apply:
    return Apply(op, node.args, Span(node.span.start, node.span.start), node.span)


def _unary(op: str, then: Callable[[Frame, Apply, Expression], Expression | None]) -> Special:
    def special(frame: Frame, node: Call, values: list[Expression]) -> Expression | None:
        if not values:
            rows.arity(frame, node, 1)
            return None
        return then(frame, Apply(op, node.args[:1], Span(node.span.start, node.span.start), node.span), values[0])

    return special


def _matrix_power(exponent: Fraction) -> Special:
    def special(frame: Frame, node: Call, values: list[Expression]) -> Expression | None:
        if len(values) != 1:
            rows.arity(frame, node, 1)
            return None
        operator = Apply("power", (node.args[0], Number(exponent, node.span)), Span(node.span.start, node.span.start), node.span)
        return powers.power(frame, operator, values[0], number(exponent))

    return special


def _solve(frame: Frame, node: Call, values: list[Expression]) -> Expression | None:
    """`solve(A, b)`; of one matrix, as in R, its inverse."""
    return (
        _matrix_power(Fraction(-1))(frame, node, values)
        if len(values) == 1
        else _binary("backslash", products.backslash)(frame, node, values)
    )


def _dot(frame: Frame, node: Call, values: list[Expression]) -> Expression | None:
    """`dot(x, y)` of two vectors, and as NumPy has it of matrices."""
    if len(values) == 2 and any(frame.solver.resolve(value.shape).rank != 1 for value in values):
        return products.product(frame, _as_operator("at", node), values[0], values[1])
    return rows.apply(frame, node, "dot", values)


def _cross_product(transposed: int) -> Special:
    """R's `crossprod(X, Y)`, which is X' Y, and `tcrossprod(X, Y)`, which is X Y'; of one matrix with itself."""

    def special(frame: Frame, node: Call, values: list[Expression]) -> Expression | None:
        if len(values) not in (1, 2):
            rows.arity(frame, node, 2)
            return None
        operator = Apply("at", (node.args[0], node.args[-1]), Span(node.span.start, node.span.start), node.span)
        factors = [values[0], values[-1]]
        turned = powers.transpose(frame, operator, factors[transposed])
        if turned is None:
            return None
        factors[transposed] = turned
        return products.product(frame, operator, *factors)

    return special


def _square_like(frame: Frame, node: Call, values: list[Expression]) -> Expression | None:
    """A function of a square matrix that gives another one, `expm` and `chol`: only its shape is known."""
    if len(values) != 1:
        return None
    shape = frame.solver.resolve(values[0].shape)
    if shape.rank >= 2 and not products.square(frame, shape):
        fail(frame, "not-square", "function", node, None, (rows.argument_side(node, 0, values[0], frame),), function=node.function.key)
        return None
    return build.opaque(node.function.key, tuple(values), shape)


def _shape_kept(frame: Frame, node: Call, values: list[Expression]) -> Expression | None:
    """A function whose value has the shape of its first argument."""
    return build.opaque(node.function.key, tuple(values), frame.solver.resolve(values[0].shape)) if values else None


def _reduced(frame: Frame, node: Call, values: list[Expression]) -> Expression | None:
    """A reduction of which only the shape is known, as `std`."""
    found = rows.apply(frame, node, "sum", values[:2])
    return None if found is None else build.opaque(node.function.key, tuple(values), found.shape)


def _spread(frame: Frame, node: Call, values: list[Expression]) -> Expression | None:
    """`var` and `std`: of the entries' number, where it is sure that no one is subtracted from it, as NumPy has it."""
    says = dict(node.keywords)
    taken_off = [says[word] for word in ("ddof", "correction", "unbiased") if word in says]
    none = "axis" in says or bool(taken_off)
    if not none or not all(_is_none(value) for value in taken_off) or len(values) != 1:
        return _reduced(frame, node, values)
    value, shape = values[0], values[0].shape
    mean = rows.apply(frame, node, "mean", values)
    of_squares = rows.apply(frame, node, "mean", [make("epower", (value, number(2)), shape)])
    if mean is None or of_squares is None:
        return None
    var = make("subtract", (of_squares, make("epower", (mean, number(2)), mean.shape)), mean.shape)
    return var if node.function.key == "var" else make("sqrt", (var,), var.shape)


def _is_none(value: Node) -> bool:
    return value.key == "False" if isinstance(value, Name) else isinstance(value, Number) and value.value == 0


def _along(key: str, axis: int) -> Special:
    """`rowsum(X)`, `colmeans(X)`: a reduction of each row or each column."""

    def special(frame: Frame, node: Call, values: list[Expression]) -> Expression | None:
        shape = frame.solver.resolve(values[0].shape) if len(values) == 1 else build.SCALAR
        if shape.rank < 2:
            return rows.apply(frame, node, key, values)
        place = shape.rank - 1 if axis else shape.rank - 2
        return make(key, (values[0],), rows.reduced(shape, place), (place,))

    return special


def other_norm(frame: Frame, node: Call, values: list[Expression]) -> Expression | None:
    """`‖x‖_∞`, `‖x‖_A`, `rank(X)`: a number, of which no more is known."""
    return build.opaque(node.function.key, tuple(values), build.SCALAR)


def _square(frame: Frame, node: Call, values: list[Expression]) -> Expression | None:
    return make("epower", (values[0], number(2)), values[0].shape) if len(values) == 1 else None


def _sum_of_squares(frame: Frame, node: Call, values: list[Expression]) -> Expression | None:
    return make("inner", (values[0], values[0]), build.SCALAR) if len(values) == 1 else None


def _power(frame: Frame, node: Call, values: list[Expression]) -> Expression | None:
    return entrywise(frame, _as_operator("dotpower", node), "epower", values[0], values[1]) if len(values) == 2 else None


def _of_identity(frame: Frame, node: Call, values: list[Expression]) -> Expression | None:
    return values[0] if len(values) == 1 else None


def _same(frame: Frame, node: Call, values: list[Expression]) -> Expression | None:
    """The value itself, in another type: `(x > 0).astype(float)`."""
    return values[0] if values else None


def _where(frame: Frame, node: Call, values: list[Expression]) -> Expression | None:
    """`where(c, a, b)`: a where c holds and b elsewhere; silent where they do not line up."""
    if len(values) != 3:
        return None
    condition, first, second = values
    problems = len(frame.problems)
    operator = _as_operator("hadamard", node)
    kept = entrywise(frame, operator, "hadamard", condition, first)
    rest = entrywise(frame, operator, "subtract", number(1), condition)
    other = None if rest is None else entrywise(frame, operator, "hadamard", rest, second)
    if kept is None or other is None:
        del frame.problems[problems:]
        return None
    if second.op == "number" and second.data[0] == 0:
        return kept
    return other if first.op == "number" and first.data[0] == 0 else entrywise(frame, operator, "add", kept, other)


def _unvec(frame: Frame, node: Call, values: list[Expression]) -> Expression | None:
    """`unvec(x, N, M)`: the (N, M) matrix X with vec(X) = x; without its sizes, silent."""
    try:
        dims = tuple(map(read_dimension, node.args[1:]))
    except (NotADimension, DimensionTooLarge, ZeroDivisionError):
        return None
    if len(dims) != 2:
        return None
    expected = Shape((dims[0] * dims[1],))
    if frame.solver.same(values[0].shape, expected) is False:
        facts = {"function": node.function.key, "expected": str(expected), "argument": 0}
        fail(frame, "shape-mismatch", "function-argument", node, None, (rows.argument_side(node, 0, values[0], frame),), **facts)
        return None
    return make("unvec", (values[0],), Shape(dims))


def _stays_unknown(frame: Frame, node: Call, values: list[Expression]) -> Expression | None:
    """What makes a value whose shape the arguments do not tell: silent, and so is what contains it."""
    return None


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


KEPT = _words(
    "conj conjugate real imag round floor ceil clip cwiseAbs cwiseInverse cwiseSqrt cwiseMax cwiseMin normalized clamp "
    "dropout layernorm LayerNorm layer_norm rmsnorm RMSNorm batchnorm BatchNorm normalize normalise leaky_relu LeakyReLU "
    "elu ELU selu mish hardtanh cumsum cumprod tril triu sort flip roll stop_gradient stopgrad sg mask rope RoPE "
    "softsign digamma gamma lgamma loggamma gammaln erfc erfinv sinc sech csch sec csc cot logit Phi probit array "
    "normcdf nan_to_num contiguous logcosh positive"
)
COUNTED = _words("rank matrix_rank cond nnz")
REDUCED = _words("median argmax argmin any all count count_nonzero amax amin nansum nanmean entropy quantile ptp")
SPREADS = ("var", "std")
SILENT = _words(
    "reshape view permute swapaxes swapdims expand_dims einsum cat concat concatenate stack split chunk gather scatter "
    "conv conv1d conv2d fft ifft rand randn "
    "arange linspace repeat repeat_interleave tile expand squeeze unsqueeze flatten E Var Cov Corr cov corr corrcoef Pr Normal KL "
    "MSE CE BCE shape size len range cross_entropy mse mse_loss nll_loss attention pad svd eig eigh eigvals qr partial grad vjp jvp "
    "vmap "
    "index_select argsort topk interpolate pool maxpool avgpool embedding Embedding Linear linear MLP LSTM GRU poly O numel ndims ravel "
    "mat "
    "sample uniform normal Uniform Bernoulli Categorical Dirichlet Gamma Beta Poisson IW Wishart GP cos_sim cosine_similarity null "
    "orth span ker im col row diff gradient hessian jacobian Jacobian Hessian div curl args lim inf sup "
)

FACTORISED = _words(
    "ldlt llt lu partialPivLu fullPivLu colPivHouseholderQr householderQr fullPivHouseholderQr completeOrthogonalDecomposition"
)
"""Of Eigen: a matrix made ready, as in `A.ldlt().solve(b)`."""

SPECIAL: dict[str, Special] = {
    **dict.fromkeys(KEPT, _shape_kept),
    **dict.fromkeys(SILENT, _stays_unknown),
    **dict.fromkeys(REDUCED, _reduced),
    **dict.fromkeys(SPREADS, _spread),
    **dict.fromkeys(COUNTED, other_norm),
    **dict.fromkeys(("expm", "logm", "chol", "cholesky", "adj", "adjugate", "cofactor", "sinm", "cosm", "sym", "skewsym"), _square_like),
    **dict.fromkeys(("transpose", "t", "T"), _unary("transpose", powers.transpose)),
    **dict.fromkeys(("matmul", "mm", "bmm", "mv", "multiply_matrices", "gemm"), _binary("at", products.product)),
    **dict.fromkeys(
        ("multiply", "mul", "hadamard", "cwiseProduct"), _binary("hadamard", lambda f, n, a, b: entrywise(f, n, "hadamard", a, b))
    ),
    **dict.fromkeys(("divide", "div_elementwise", "cwiseQuotient"), _binary("dotslash", lambda f, n, a, b: entrywise(f, n, "ratio", a, b))),
    **dict.fromkeys(("add", "plus"), _binary("add", lambda f, n, a, b: entrywise(f, n, "add", a, b))),
    **dict.fromkeys(("subtract", "minus"), _binary("subtract", lambda f, n, a, b: entrywise(f, n, "subtract", a, b))),
    **dict.fromkeys(("solve", "mldivide"), _solve),
    **dict.fromkeys(("inverse", "invert", "Inv"), _matrix_power(Fraction(-1))),
    **dict.fromkeys(("sqrtm",), _matrix_power(Fraction(1, 2))),
    **dict.fromkeys(("square",), _square),
    "squaredNorm": _sum_of_squares,
    "unvec": _unvec,
    **dict.fromkeys(FACTORISED, _same),
    **dict.fromkeys(("where", "ifelse"), _where),
    **dict.fromkeys(("astype", "float", "double", "logical", "to", "detach", "copy", "clone", "array", "matrix", "eval", "item"), _same),
    **dict.fromkeys(("pow", "power"), _power),
    **dict.fromkeys(("vdot", "dot", "dot_product"), _dot),
    "crossprod": _cross_product(0),
    "tcrossprod": _cross_product(1),
    **{
        f"{side}{mark}{word}": _along(key, axis)
        for side, axis in (("row", 1), ("col", 0))
        for mark in ("", "_", "-")
        for word, key in (
            ("sum", "sum"),
            ("sums", "sum"),
            ("Sum", "sum"),
            ("Sums", "sum"),
            ("max", "max"),
            ("mean", "mean"),
            ("Means", "mean"),
        )
    },
}


def knows(name: str) -> bool:
    """Whether a name calls a function."""
    return name.startswith("norm_") or name in SPECIAL or bool(ops.named(name)) or name in ops.ROWS


@lru_cache(maxsize=1)
def known_names() -> tuple[str, ...]:
    """The names to suggest for a misspelt one."""
    return tuple(sorted({*ops.names(), "solve", "transpose", "matmul", "eye", "ones", "zeros", "unvec"}))
