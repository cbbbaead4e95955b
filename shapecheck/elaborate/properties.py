"""Words behind a declaration's shape, and what each says of a value."""

from __future__ import annotations

_SYNONYMS: dict[str, tuple[str, ...]] = {
    "symmetric": ("sym", "symm", "hermitian", "selfadjoint", "self-adjoint"),
    "posdef": (
        "pd",
        "spd",
        "psd",
        "pos-def",
        "positive-definite",
        "positivedefinite",
        "positive_definite",
        "semidefinite",
        "possemidef",
        "covariance",
    ),
    "diagonal": ("diag",),
    "orthogonal": ("orth", "ortho", "orthonormal", "unitary", "rotation"),
    "lower": ("lower-triangular", "lower_triangular", "tril"),
    "upper": ("upper-triangular", "upper_triangular", "triu"),
    "onehot": ("one-hot", "one_hot"),
    "unit": ("normalized", "normalised", "unit-norm", "unit_norm"),
    "positive": ("> 0", "pos", "nonnegative", "non-negative", "positive-valued"),
    "integer": ("int", "integers", "int8", "int16", "int32", "int64", "uint8", "long", "binary", "boolean", "bool"),
}
_IMPLIED: dict[str, tuple[str, ...]] = {"posdef": ("symmetric",), "diagonal": ("symmetric",), "onehot": ("unit",)}
_SAYS_NOTHING = frozenset(
    (
        *("invertible", "nonsingular", "regular", "square", "real", "complex", "dense", "sparse", "constant", "const", "fixed", "given"),
        *(
            "trainable",
            "learnable",
            "parameter",
            "parameters",
            "input",
            "output",
            "matrix",
            "vector",
            "scalar",
            "tensor",
            "array",
            "column",
        ),
        *("float", "float16", "float32", "float64", "bfloat16", "double", "half", "f16", "f32", "f64", "fp16", "fp32", "fp64"),
    )
)

PROPERTIES: dict[str, frozenset[str]] = {
    word: frozenset((name, *_IMPLIED.get(name, ()))) for name, synonyms in _SYNONYMS.items() for word in (name, *synonyms)
} | dict.fromkeys(_SAYS_NOTHING, frozenset())
"""Every word that is understood, with the properties that it gives."""

NAMES = tuple(_SYNONYMS)
"""The words to suggest."""


def meaning(word: str) -> frozenset[str] | None:
    """The properties that a word gives; None where it is not understood."""
    return PROPERTIES.get(word, PROPERTIES.get(word.lower()))
