"""What each row of the operator table is worth in NumPy, for real arrays and for complex ones near the real axis.

Complex arguments serve derivatives by complex steps: every function here is extended analytically from the real axis, so
comparisons look at real parts and nothing conjugates. Leading axes beyond a function's own are batch axes.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi

from shapecheck.calculus.arrays import Array, np


def sign(x: Array) -> Array:
    result: Array = np.sign(x.real) + 0 * x
    return result


def step(x: Array) -> Array:
    """Differences that are zero but for rounding count as zero: `max(x) - x` at the largest entry."""
    top = np.max(np.abs(x.real), initial=0.0)
    result: Array = (x.real > 1e-11 * top) + 0 * x
    return result


def sigmoid(x: Array) -> Array:
    return (1 + np.tanh(x / 2)) / 2


def softplus(x: Array) -> Array:
    positive = np.where(x.real > 0, x, 0)
    return positive + np.log1p(np.exp(np.where(x.real > 0, -x, x)))


def erf(x: Array) -> Array:
    result: Array = np.where(np.abs(x.real) < NEAR, _erf_series(x), np.sign(x.real) * (1 - _erfc_fraction(x)))
    return result


def erfc(x: Array) -> Array:
    """1 - erf(x), exact where that is small."""
    far = _erfc_fraction(x)
    return np.where(np.abs(x.real) < NEAR, 1 - _erf_series(x), np.where(x.real > 0, far, 2 - far))


NEAR = 2.2


def _erf_series(x: Array) -> Array:
    """The Taylor series, for small arguments."""
    near = np.where(np.abs(x.real) < NEAR, x, 0)
    term = total = near * (2 / np.sqrt(pi))
    square = near * near
    for n in range(1, 45):
        term = -term * square / n
        total = total + term / (2 * n + 1)
    result: Array = total
    return result


def _erfc_fraction(x: Array) -> Array:
    """The complement's continued fraction, for the absolute value of large arguments."""
    far = np.where(np.abs(x.real) < NEAR, 4.0, x * np.sign(x.real))
    fraction = far
    for n in range(90, 0, -1):
        fraction = far + n / 2 / fraction
    result: Array = np.exp(-far * far) / (np.sqrt(pi) * fraction)
    return result


def gelu(x: Array) -> Array:
    result: Array = x * erfc(-x / np.sqrt(2.0)) / 2
    return result


def silu(x: Array) -> Array:
    return x * sigmoid(x)


def maximum(x: Array, y: Array) -> Array:
    return np.where(x.real > y.real, x, y)


def minimum(x: Array, y: Array) -> Array:
    return np.where(x.real < y.real, x, y)


def power(x: Array, y: Array) -> Array:
    """Whole exponents keep their sign rule; others need a positive base."""
    whole = np.round(y.real)
    if np.all(y == whole):
        return x**whole
    return np.where(x.real > 0, np.exp(y * np.log(np.where(x.real > 0, x, 1))), np.nan)


def real_power(x: Array, exponent: float) -> Array:
    if exponent == int(exponent):
        return x ** int(exponent) if exponent >= 0 else 1 / x ** int(-exponent)
    return np.where(x.real > 0, x, np.nan) ** exponent


def _positive_only(function: Callable[[Array], Array], low: float) -> Callable[[Array], Array]:
    return lambda x: np.where(x.real > low, function(np.where(x.real > low, x, low + 1)), np.nan)


def _inside(function: Callable[[Array], Array]) -> Callable[[Array], Array]:
    return lambda x: np.where(np.abs(x.real) < 1, function(np.where(np.abs(x.real) < 1, x, 0)), np.nan)


ELEMENTWISE: dict[str, Callable[..., Array]] = {
    "exp": np.exp,
    "log": _positive_only(np.log, 0),
    "log1p": _positive_only(np.log1p, -1),
    "expm1": np.expm1,
    "log2": _positive_only(np.log2, 0),
    "log10": _positive_only(np.log10, 0),
    "sqrt": _positive_only(np.sqrt, 0),
    "abs": lambda x: np.sign(x.real) * x,
    "sign": sign,
    "step": step,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": _inside(np.arcsin),
    "acos": _inside(np.arccos),
    "atan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "asinh": np.arcsinh,
    "acosh": _positive_only(np.arccosh, 1),
    "atanh": _inside(np.arctanh),
    "sigmoid": sigmoid,
    "relu": lambda x: np.where(x.real > 0, x, 0),
    "softplus": softplus,
    "erf": erf,
    "gelu": gelu,
    "silu": silu,
    "maximum": maximum,
    "minimum": minimum,
    "epower": power,
}

# reductions over the last axis, into which all reduced axes were joined


def _largest(x: Array) -> Array:
    place = np.argmax(x.real, axis=-1, keepdims=True)
    return np.take_along_axis(x, place, -1)[..., 0]


def _smallest(x: Array) -> Array:
    place = np.argmin(x.real, axis=-1, keepdims=True)
    return np.take_along_axis(x, place, -1)[..., 0]


def logsumexp(x: Array) -> Array:
    top = np.max(x.real, axis=-1, keepdims=True)
    result: Array = top[..., 0] + np.log(np.sum(np.exp(x - top), axis=-1))
    return result


REDUCTIONS: dict[str, Callable[[Array], Array]] = {
    "sum": lambda x: np.sum(x, axis=-1),
    "mean": lambda x: np.mean(x, axis=-1),
    "prod": lambda x: np.prod(x, axis=-1),
    "max": _largest,
    "min": _smallest,
    "norm": lambda x: np.sqrt(np.sum(x * x, axis=-1)),
    "norm1": lambda x: np.sum(np.sign(x.real) * x, axis=-1),
    "logsumexp": logsumexp,
}

# functions of the last one or two axes


def softmax(x: Array) -> Array:
    weights = np.exp(x - np.max(x.real, axis=-1, keepdims=True))
    result: Array = weights / np.sum(weights, axis=-1, keepdims=True)
    return result


def logsoftmax(x: Array) -> Array:
    return x - logsumexp(x)[..., None]


def pinv(x: Array) -> Array:
    """By the normal equations, since the singular value decomposition conjugates."""
    turned = np.swapaxes(x, -1, -2)
    if x.shape[-2] >= x.shape[-1]:
        return np.linalg.solve(turned @ x, turned)
    return np.swapaxes(np.linalg.solve(x @ turned, x), -1, -2)


def logdet(x: Array) -> Array:
    if not np.iscomplexobj(x):
        return np.asarray(np.linalg.slogdet(x)[1])
    value = np.linalg.det(x)
    result: Array = np.log(value * np.sign(value.real))
    return result


def root(x: Array, degree: int = 2) -> Array:
    """The principal root of a matrix whose eigenvalues keep away from the negative axis."""
    values = np.linalg.eigvals(x)
    if np.any((np.abs(values.imag) < 1e-9) & (values.real <= 0)):
        return np.full_like(x, np.nan)
    return _square_root(x) if degree == 2 else _root(x, degree)


def _square_root(x: Array) -> Array:
    """Denman and Beavers' iteration: only sums and inverses, so complex steps pass through it."""
    first, second = x, np.broadcast_to(np.eye(x.shape[-1], dtype=x.dtype), x.shape)
    for _ in range(60):
        before = first
        first, second = (first + np.linalg.inv(second)) / 2, (second + np.linalg.inv(first)) / 2
        if np.max(np.abs(first - before)) <= 1e-15 * np.max(np.abs(first)):
            break
    return (first + np.linalg.inv(second)) / 2


def _root(x: Array, degree: int) -> Array:
    values, vectors = np.linalg.eig(x)
    scaled = vectors * (values ** (1 / degree))[..., None, :]
    result = np.linalg.solve(np.swapaxes(vectors, -1, -2), np.swapaxes(scaled, -1, -2))
    result = np.swapaxes(result, -1, -2)
    return result if np.iscomplexobj(x) else result.real


def vec(x: Array) -> Array:
    return np.swapaxes(x, -1, -2).reshape(*x.shape[:-2], -1)


def kron(x: Array, y: Array) -> Array:
    m, n, p, q = *x.shape[-2:], *y.shape[-2:]
    result: Array = np.einsum("...ik,...jl->...ijkl", x, y).reshape(*np.broadcast_shapes(x.shape[:-2], y.shape[:-2]), m * p, n * q)
    return result


def skew(x: Array) -> Array:
    a, b, c = x[..., 0], x[..., 1], x[..., 2]
    nil = 0 * a
    rows = [(nil, -c, b), (c, nil, -a), (-b, a, nil)]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


FUNCTIONS: dict[str, Callable[..., Array]] = {
    "softmax": softmax,
    "logsoftmax": logsoftmax,
    "inv": np.linalg.inv,
    "pinv": pinv,
    "det": np.linalg.det,
    "logdet": logdet,
    "root": root,
    "root trace": lambda x, degree=2: np.trace(root(x, degree), axis1=-2, axis2=-1),
    "tr": lambda x: np.trace(x, axis1=-2, axis2=-1),
    "diagonal": lambda x: np.diagonal(x, axis1=-2, axis2=-1),
    "diag": lambda x: x[..., None] * np.eye(x.shape[-1]),
    "vec": vec,
    "kron": kron,
    "dot": lambda x, y: np.sum(x * y, axis=-1),
    "outer": lambda x, y: x[..., :, None] * y[..., None, :],
    "cross": np.cross,
    "skew": skew,
}
