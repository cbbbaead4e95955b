"""PyTorch: NumPy's forms, where its names differ."""

from shapecheck.notation.code.language import ATOM, Language
from shapecheck.notation.code.numpy import LANGUAGE as NUMPY

LOGSUMEXP = """\
def _logsumexp(x, axis=None):
    return torch.logsumexp(x.reshape(-1), 0) if axis is None else torch.logsumexp(x, axis)
"""

SCATTER = """\
def _scatter(core, pattern, axes, shape):
    factors, letters, result = [core], [axes], ""
    for position, letter in enumerate(pattern):
        fresh = letter if letter not in result else chr(ord("A") + position)
        if fresh != letter:
            factors.append(torch.eye(shape[position], dtype=core.dtype, device=core.device))
            letters.append(letter + fresh)
        result += fresh
    return torch.einsum(",".join(letters) + "->" + result, *factors)
"""

ROOT = """\
def _matrix_power(a, exponent):
    values, vectors = torch.linalg.eig(a)
    return torch.real((vectors * values**exponent) @ torch.linalg.inv(vectors))
"""

LANGUAGE = Language(
    name="torch",
    comment="#",
    rows="torch",
    parent=NUMPY,
    reserved=NUMPY.reserved,
    words=(("np.", "torch."), ("keepdims=True", "keepdim=True")),
    templates={
        "rounding": ('1e3 * torch.finfo(_like["dtype"]).eps', 70),
        "solve": ("torch.linalg.solve({0}, {1})", ATOM),
        "sumproduct": ("torch.sum({0:70} * {1:71})", ATOM),
        "eye": ("torch.eye(<size>, **_like)", ATOM),
        "ones": ("torch.ones(<shape>, **_like)", ATOM),
        "zeros": ("torch.zeros(<shape>, **_like)", ATOM),
        "unit": ("torch.eye(<size>, **_like)[<index>]", ATOM),
        "stack": ("torch.stack([<each> for <index> in torch.eye(<size>, **_like)])", ATOM),
        "block": ("torch.cat([<rows>], dim=0)", ATOM),
        "block_row": ("torch.cat([<cells>], dim=1)", ATOM),
        "reshape_scalar": ("torch.reshape({0}, <shape>)", ATOM),
        "concatenate": ("torch.cat([<parts>])", ATOM),
        "constant_pi": ("math.pi", ATOM),
        "constant_e": ("math.e", ATOM),
        "einsum_contracting": ('torch.einsum("<spec>", <operands>)', ATOM),
        "scatter": ('_scatter({0}, "<pattern>", "<core>", <shape>)', ATOM),
    },
    functions={
        "sigmoid": "torch.sigmoid({0:0})",
        "sigmoid of negative": "torch.sigmoid(-{0:80})",
        "relu": "torch.relu({0:0})",
        "softplus": "torch.nn.functional.softplus({0:0})",
        "erf": "torch.erf({0:0})",
        "gelu": "torch.nn.functional.gelu({0:0})",
        "silu": "torch.nn.functional.silu({0:0})",
        "softmax": "torch.softmax({0:0}, dim=-1)",
        "logsoftmax": "torch.log_softmax({0:0}, dim=-1)",
        "kron": "torch.kron({0:100}.contiguous(), {1:100}.contiguous())",
        "step": "({0:61} > 0).to({0:100}.dtype)",
        "diagonal": "torch.diagonal({0:0})",
        "cross": "torch.linalg.cross({0:0}, {1:0})",
        "max": "torch.amax({0:0})",
        "min": "torch.amin({0:0})",
        "exp": "torch.exp({0:0})",
        "mean": "torch.mean({0:0})",
        "log": "torch.log({0:0})",
        "sqrt": "torch.sqrt({0:0})",
    },
    lift="torch.tensor(<number>, **_like)",
    scalars={
        **{key: f"math.{key}({{0}})" for key in ("exp", "log", "log1p", "expm1", "log2", "log10", "sqrt", "erf")},
        **{key: f"math.{key}({{0}})" for key in ("sin", "cos", "tan", "asin", "acos", "atan")},
        **{key: f"math.{key}({{0}})" for key in ("sinh", "cosh", "tanh", "asinh", "acosh", "atanh")},
        "abs": "abs({0})",
        **dict.fromkeys(("sum", "mean", "prod", "max", "min"), "{0}"),
        "norm": "abs({0})",
        "norm1": "abs({0})",
    },
    helpers={"_logsumexp": LOGSUMEXP, "_scatter": SCATTER, "_matrix_power": ROOT},
)

IMPORT = "import torch"
