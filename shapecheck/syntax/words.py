"""Words that the grammar itself must know."""

from __future__ import annotations

_MODULES = "np numpy jnp torch jax F nn tf math cmath scipy sp linalg LinearAlgebra la special cp cupy mx Statistics onp"
_PROPERTIES = """
symmetric sym symm hermitian posdef pd spd psd semidefinite covariance diagonal diag orthogonal orth ortho orthonormal unitary rotation
lower tril upper triu onehot one_hot unit normalized normalised positive pos nonnegative integer int integers boolean bool binary
invertible nonsingular square real complex constant float double float32 float64 vector matrix tensor
"""

MODULES = frozenset(
    [
        "np",
        "numpy",
        "jnp",
        "torch",
        "jax",
        "F",
        "nn",
        "tf",
        "math",
        "cmath",
        "scipy",
        "sp",
        "linalg",
        "LinearAlgebra",
        "la",
        "special",
        "cp",
        "cupy",
        "mx",
        "Statistics",
        "onp",
        "T",
    ]
) - {"T"}
"""Owners of functions in code: `np.exp(x)` is `exp(x)`."""

REALS = frozenset({"R", "C", "Z", "ℝ", "ℂ", "ℤ", "ℕ", "Reals", "Real"})
SCALARS = frozenset({"scalar", "Scalar"})

PROPERTIES = frozenset(_PROPERTIES.split())
"""Words that are properties even where a shape could stand: `S: symmetric` has no shape."""

METHODS = {"mm": "at", "matmul": "at", "bmm": "at", "mv": "at", "mul": "dotstar", "multiply": "dotstar", "add": "add"} | {
    "sub": "subtract", "subtract": "subtract", "div": "dotslash", "divide": "dotslash"
}  # fmt: skip
"""Functions of two arguments in code that are operators here."""

RENAMED = {
    "inverse": "inv",
    "asin": "asin",
    "pinverse": "pinv",
    "slogdet": "logdet",
    "Diagonal": "diag",
    "asDiagonal": "diag",
    "determinant": "det",
    "Symmetric": "sym",
}
