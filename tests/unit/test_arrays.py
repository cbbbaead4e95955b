"""Small arrays mean what NumPy's mean, function by function; and what they cannot do is NumPy's."""

from __future__ import annotations

import subprocess
import sys
from itertools import product

import numpy as np
import pytest

from shapecheck.calculus import arrays
from shapecheck.calculus.arrays import functions, loading, solving
from shapecheck.calculus.arrays.loading import Beyond
from shapecheck.calculus.arrays.small import Small, large

SHAPES = [(), (3,), (1, 4), (3, 1), (3, 4), (4, 4), (2, 3, 4), (2, 1, 4)]
GENERATOR = np.random.default_rng(5)


def pair(shape, step=0.0):
    """The same numbers in both kinds; `step` makes them complex, near the real axis."""
    array = GENERATOR.uniform(0.15, 0.85, shape)
    array = array + 1j * step * GENERATOR.uniform(0.5, 1.0, shape) if step else array
    return Small(shape, array.reshape(-1).tolist()), array


def same(small, array):
    found = large(small)
    array = np.asarray(array)
    assert np.shape(found) == array.shape
    np.testing.assert_allclose(np.real(found), np.real(array), rtol=1e-11, atol=1e-12)
    if np.iscomplexobj(array):
        np.testing.assert_allclose(np.imag(found), np.imag(array), rtol=1e-9, atol=1e-32)


@pytest.mark.parametrize(
    "name", [name for name, function in functions.FUNCTIONS.items() if "mapped" in getattr(function, "__qualname__", "")]
)
@pytest.mark.parametrize("step", [0.0, 1e-20])
def test_functions_of_each_number(name, step):
    if step and name in ("sign", "round", "abs"):
        return  # taken of real parts only
    small, array = pair((3, 4), step)
    same(functions.FUNCTIONS[name](small), getattr(np, name)(array))
    if not step and name not in ("log", "log2", "log10", "sqrt", "log1p", "imag"):
        same(functions.FUNCTIONS[name](-small), getattr(np, name)(-array))


def test_operators_broadcast_as_numpy_does():
    operations = [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / b, lambda a, b: a**b, lambda a, b: a > b]
    for first, second, step in product(SHAPES, SHAPES, (0.0, 1e-20)):
        (a, b), (c, d) = pair(first, step), pair(second)
        try:
            np.broadcast_shapes(first, second)
        except ValueError:
            with pytest.raises(ValueError, match="broadcast"):
                a + c
            continue
        for operation in operations[: 4 if step else None]:
            same(operation(a, c), operation(b, d))
    a, b = pair((3, 4))
    same(2 - a, 2 - b)
    same(1 / -a, 1 / -b)
    assert int(Small((), [3.0])) == 3
    same(a**2 + (2.5 * a) ** -1, b**2 + (2.5 * b) ** -1)


def test_axes():
    a, b = pair((2, 3, 4))
    same(a.reshape(2, -1), b.reshape(2, -1))
    same(a.reshape((4, 6))[:, None, ::2], b.reshape((4, 6))[:, None, ::2])
    same(a[..., 1], b[..., 1])
    same(a[1, -1], b[1, -1])
    same(a[:, 1:][..., None], b[:, 1:][..., None])
    own = functions.FUNCTIONS
    same(own["transpose"](a, (2, 0, 1)), np.transpose(b, (2, 0, 1)))
    same(own["swapaxes"](a, -1, -2), np.swapaxes(b, -1, -2))
    same(own["moveaxis"](a, 0, -1), np.moveaxis(b, 0, -1))
    same(own["expand_dims"](a, 1), np.expand_dims(b, 1))
    same(own["take"](a, 2, axis=1), np.take(b, 2, axis=1))
    same(own["concatenate"]([a, 2 * a], axis=-1), np.concatenate([b, 2 * b], axis=-1))
    same(own["broadcast_to"](a[:, :1], (5, 2, 3, 4)), np.broadcast_to(b[:, :1], (5, 2, 3, 4)))
    for name, axis, kept in product(("sum", "mean", "prod", "max"), (None, 0, 1, -1), (False, True)):
        same(own[name](a, axis=axis, keepdims=kept), getattr(np, name)(b, axis=axis, keepdims=kept))
    same(own["where"](a > 0.5, a, 0), np.where(b > 0.5, b, 0))


def test_products():
    a, b = pair((3, 4), 1e-20)
    c, d = pair((4, 4))
    own = functions.FUNCTIONS
    same(a @ c, b @ d)
    same(own["einsum"](a, [0, 1], c, [1, 2], [2, 0]), np.einsum(b, [0, 1], d, [1, 2], [2, 0]))
    same(own["einsum"](c, [0, 0], [0]), np.einsum(d, [0, 0], [0]))
    same(own["einsum"](a, [0, 1], c, [2, 3], [3, 0, 1, 2]), np.einsum(b, [0, 1], d, [2, 3], [3, 0, 1, 2]))
    same(own["tensordot"](a, a, axes=2), np.tensordot(b, b, axes=2))
    same(own["tensordot"](a, c, axes=1), np.tensordot(b, d, axes=1))
    same(own["trace"](c, axis1=-2, axis2=-1), np.trace(d, axis1=-2, axis2=-1))
    same(own["diag"](own["diag"](c)), np.diag(np.diag(d)))


@pytest.mark.parametrize("side", [1, 2, 3, 5])
@pytest.mark.parametrize("step", [0.0, 1e-20])
def test_systems(side, step):
    """A step of 1e-20 is far below rounding, and must come through the elimination."""
    a, b = pair((side, side), step)
    a, b = a + functions.eye(side) * 2, b + np.eye(side) * 2
    same(solving.inv(a), np.linalg.inv(b))
    same(solving.det(a), np.linalg.det(b))
    same(solving.solve(a, a @ a), np.linalg.solve(b, b @ b))
    same(solving.matrix_power(a, 3), np.linalg.matrix_power(b, 3))
    if not step:
        same(solving.slogdet(a)[1], np.linalg.slogdet(b)[1])
        assert solving.cond(a).values[0] >= np.linalg.cond(b) * (1 - 1e-12)


def test_what_is_not_a_number_is_the_largest():
    assert np.isnan(Small((3,), [1.0, float("nan"), 2.0]).max())
    assert np.isnan(functions.FUNCTIONS["max"](Small((3,), [float("nan"), 1.0, 2.0])).values[0])
    assert Small((2,), [1.0, float("inf")]).max() == np.inf


def test_what_is_singular_or_large_is_numpys():
    for function in (solving.inv, solving.det, solving.cond):
        with pytest.raises(Beyond):
            function(Small((2, 2), [1.0, 2.0, 2.0, 4.0]))
    with pytest.raises(Beyond):
        functions.eye(1000)
    zero, one = Small((2,), [0.0, 1.0]), Small((2,), [1.0, -1.0])
    with np.errstate(all="ignore"):
        assert np.isinf(one / zero)[0]
        assert np.isnan(one**0.5)[1]
    with pytest.raises(ValueError, match="read-only"):
        one.flat[0] = 3.0  # a copy: what is written there would be lost


SCRIPT = """
import sys
from shapecheck import Sheet
from shapecheck.calculus.arrays import loading
if {used}:
    loading.numpy()
sheet = Sheet("A, S: (n, n); x, b: (n); C: (m, n); y: (m); P: (n, n) posdef")
asked = "log(det(A' A)) A; sum(log(1 + exp(C x))) x; norm(C x - y)^2 / 2 C; tr(inv(A) S) A; x' A x / (x' P x) x; logsumexp(C x) x"
for question in (asked + "; det(A) x A; sqrt(1 + x' x) x; tr(kron(A, S)) A").split("; "):
    print(sheet.gradient(question[:-2], question[-1]))
for claim in ("x' A x)/dx = 2 A x", "tr(A S))/dA = S", "C x)/dx = C'", "log(det(A)))/dA = inv(A)", "sum(tanh(C x)))/dx = C' tanh(C x)"):
    print([(one.rule, one.message, [fix.title for fix in one.fixes]) for one in sheet.check("d(" + claim)])
"""


def test_answers_do_not_depend_on_numpy():
    """Small arrays and NumPy's give the same derivatives and findings."""
    runs = [subprocess.run([sys.executable, "-c", SCRIPT.format(used=used)], capture_output=True, text=True) for used in (True, False)]
    assert runs[0].stdout == runs[1].stdout != ""
    assert [run.returncode for run in runs] == [0, 0]


def test_numpy_takes_over():
    """Before and after, and with arrays of both kinds, names are NumPy's."""
    loading.numpy()
    small, array = pair((3, 3))
    same(arrays.np.exp(small) @ array, np.exp(array) @ array)
    same(array * small - small @ array, array * array - array @ array)
    assert arrays.np.linalg.LinAlgError is np.linalg.LinAlgError
    assert arrays.np.exp is np.exp
