"""NumPy: the forms that PyTorch and JAX inherit. Vectors and rows are one-dimensional arrays."""

from fractions import Fraction
from keyword import kwlist

from shapecheck.core.dimension import Dimension
from shapecheck.notation.code.gather import Gathering, Scaled
from shapecheck.notation.code.language import ATOM, Language

SOFTMAX = """\
def _softmax(x):
    shifted = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return shifted / np.sum(shifted, axis=-1, keepdims=True)
"""

LOGSOFTMAX = """\
def _logsoftmax(x):
    shifted = x - np.max(x, axis=-1, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))
"""

LOGSUMEXP = """\
def _logsumexp(x, axis=None):
    top = np.max(x) if axis is None else np.max(x, axis=axis, keepdims=True)
    total = np.log(np.sum(np.exp(x - top), axis=axis))
    return total + (top if axis is None else np.squeeze(top, axis))
"""

ERF = """\
_erf = np.vectorize(math.erf, otypes=[float])
"""

SCATTER = """\
def _scatter(core, diagonal, shape):
    out = np.zeros(shape)
    np.einsum(diagonal, out)[...] = core
    return out
"""

ROOT = """\
def _matrix_power(a, exponent):
    values, vectors = np.linalg.eig(a)
    return np.real((vectors * values.astype(complex) ** exponent) @ np.linalg.inv(vectors))
"""

SKEW = """\
def _skew(x):
    zero = 0 * x[0]
    return np.stack([np.stack([zero, -x[2], x[1]]), np.stack([x[2], zero, -x[0]]), np.stack([-x[1], x[0], zero])])
"""


def _sigmoid(gathering: Gathering, scaled: Scaled, dims: tuple[Dimension, ...]) -> Scaled:
    """(1 + tanh(x/2)) / 2: it neither overflows nor loses digits."""
    sign, inner = gathering.function("tanh", (scaled[0] / 2, scaled[1]), dims)
    one = gathering.made.add("number", (), (Fraction(1),))
    return Fraction(1, 2), gathering.made.add("add" if sign > 0 else "subtract", (one, inner), (), dims)


LANGUAGE = Language(
    name="numpy",
    comment="#",
    rows="numpy",
    reserved=frozenset([*kwlist, "float", "tuple", "abs", "ValueError"]),
    expansions={"sigmoid": _sigmoid},
    templates={
        "add": ("{0:60} + {1:61}", 60),
        "subtract": ("{0:60} - {1:61}", 60),
        "multiply": ("{0:70} * {1:71}", 70),
        "divide": ("{0:70} / {1:71}", 70),
        "negate": ("-{0:80}", 80),
        "power": ("{0:91} ** {1:80}", 90),
        "as_column": ("{0:100}[:, None]", ATOM),
        "as_row": ("{0}", ATOM),
        "row_matrix": ("{0:100}[None, :]", ATOM),
        "column_matrix": ("{0:100}[:, None]", ATOM),
        "transpose": ("{0:100}.T", ATOM),
        "transpose_tensor": ("np.swapaxes({0}, -1, -2)", ATOM),
        "matmul": ("{0:70} @ {1:71}", 70),
        "matvec": ("{0:70} @ {1:71}", 70),
        "matmul_tensor": ("{0:70} @ {1:71}", 70),
        "matvec_tensor": ("{0:70} @ {1:71}", 70),
        "vecmat": ("{0:71} @ {1:71}", 70),
        "masked": ("{0:70} * ({1:61} > 0)", 70),
        "dot": ("{0:70} @ {1:71}", 70),
        "outer": ("np.outer({0}, {1})", ATOM),
        "solve": ("np.linalg.solve({0}, {1})", ATOM),
        "total": ("{0:100}.sum()", ATOM),
        "sumproduct": ("np.vdot({0}, {1})", ATOM),
        "rowdots": ("({0:70} * {1:71}).sum(axis=1)", ATOM),
        "sum_axis": ("{0:100}.sum(axis=<axis>)", ATOM),
        "axis": ("{call}, axis={axis})", ATOM),
        "first_axis": ("0", ATOM),
        "eye": ("np.eye(<size>)", ATOM),
        "ones": ("np.ones(<shape>)", ATOM),
        "zeros": ("np.zeros(<shape>)", ATOM),
        "one": ("1", ATOM),
        "zero": ("0.0", ATOM),
        "entry": ("{0:100}[<places>]", ATOM),
        "entry_row": ("{0:100}[<places>]", ATOM),
        "entry_tensor": ("{0:100}[<places>]", ATOM),
        "rounding": ("1e-12", ATOM),
        "unit": ("np.eye(<size>)[<index>]", ATOM),
        "reshape": ("{0:100}.reshape(<sizes>)", ATOM),
        "reshape_scalar": ("np.reshape({0}, <shape>)", ATOM),
        "to_scalar": ("{0:100}.reshape(())", ATOM),
        "matrix_power": ("np.linalg.matrix_power({0}, <exponent>)", ATOM),
        "matrix_root": ("_matrix_power({0}, <exponent>)", ATOM),
        "einsum": ('np.einsum("<spec>", <operands>)', ATOM),
        "einsum_contracting": ('np.einsum("<spec>", <operands>, optimize=True)', ATOM),
        "scatter": ('_scatter({0}, "<view>", <shape>)', ATOM),
        "stack": ("np.stack([<each> for <index> in np.eye(<size>)])", ATOM),
        "block": ("np.block([<rows>])", ATOM),
        "block_row": ("[<cells>]", ATOM),
        "block_cell": (", ", ATOM),
        "block_between": (", ", ATOM),
        "concatenate": ("np.concatenate([<parts>])", ATOM),
        "concatenate_between": (", ", ATOM),
        "constant_pi": ("np.pi", ATOM),
        "constant_e": ("np.e", ATOM),
        "floor_divide": ("(<top> // <bottom>)", ATOM),
    },
    functions={
        "erf": "_erf({0:0})",
        "gelu": "(0.5 * {0:71} * (1 + _erf({0:71} / np.sqrt(2))))",
        "silu": "(0.5 * {0:71} * (1 + np.tanh(0.5 * {0:71})))",
        "mean": "{0:100}.mean()",
        "softmax": "_softmax({0:0})",
        "logsoftmax": "_logsoftmax({0:0})",
        "logsumexp": "_logsumexp({0:0})",
        "skew": "_skew({0:0})",
        "step": "(1.0 * ({0:61} > 0))",
        "diagonal": "np.diagonal({0:0})",
    },
    helpers={
        "_softmax": SOFTMAX,
        "_logsoftmax": LOGSOFTMAX,
        "_logsumexp": LOGSUMEXP,
        "_erf": ERF,
        "_scatter": SCATTER,
        "_matrix_power": ROOT,
        "_skew": SKEW,
    },
)

IMPORT = "import numpy as np"
