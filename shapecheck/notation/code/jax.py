"""JAX: NumPy's forms under `jnp`."""

from shapecheck.notation.code.language import ATOM, Language
from shapecheck.notation.code.numpy import LANGUAGE as NUMPY

ERF = """\
_erf = jax.scipy.special.erf
"""

SCATTER = """\
def _scatter(core, pattern, axes, shape, dtype):
    core = jnp.asarray(core, dtype)
    factors, letters, result = [core], [axes], ""
    for position, letter in enumerate(pattern):
        fresh = letter if letter not in result else chr(ord("A") + position)
        if fresh != letter:
            factors.append(jnp.eye(shape[position], dtype=dtype))
            letters.append(letter + fresh)
        result += fresh
    return jnp.einsum(",".join(letters) + "->" + result, *factors)
"""

ROOT = """\
def _matrix_power(a, exponent):
    values, vectors = jnp.linalg.eig(a)
    return jnp.real((vectors * values**exponent) @ jnp.linalg.inv(vectors))
"""

LANGUAGE = Language(
    name="jax",
    comment="#",
    rows="jax",
    parent=NUMPY,
    reserved=NUMPY.reserved,
    words=(("np.", "jnp."),),
    templates={
        "eye": ("jnp.eye(<size>, dtype=_dtype)", ATOM),
        "ones": ("jnp.ones(<shape>, dtype=_dtype)", ATOM),
        "zeros": ("jnp.zeros(<shape>, dtype=_dtype)", ATOM),
        "unit": ("jnp.eye(<size>, dtype=_dtype)[<index>]", ATOM),
        "stack": ("jnp.stack([<each> for <index> in jnp.eye(<size>, dtype=_dtype)])", ATOM),
        "rounding": ("1e3 * jnp.finfo(_dtype).eps", 70),
        "scatter": ('_scatter({0}, "<pattern>", "<core>", <shape>, _dtype)', ATOM),
    },
    functions={
        "sigmoid": "jax.nn.sigmoid({0:0})",
        "sigmoid of negative": "jax.nn.sigmoid(-{0:80})",
        "relu": "jax.nn.relu({0:0})",
        "softplus": "jax.nn.softplus({0:0})",
        "silu": "jax.nn.silu({0:0})",
        "step": "({0:61} > 0).astype(_dtype)",
        "softmax": "jax.nn.softmax({0:0}, axis=-1)",
        "logsoftmax": "jax.nn.log_softmax({0:0}, axis=-1)",
        "logsumexp": "jax.nn.logsumexp({0:0})",
    },
    helpers={"_erf": ERF, "_scatter": SCATTER, "_matrix_power": ROOT},
)

IMPORT = "import jax\nimport jax.numpy as jnp"
