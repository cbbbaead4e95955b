"""`shapecheck grad`: formulas from the command line and from files, in every notation."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from shapecheck.cli import main
from shapecheck.core.version import VERSION

Call = Callable[..., tuple[int, str, str]]
SCORE = ("w_a' A B w_b", "--where", "A: (N, D); B: (D, N); w_a, w_b: (N)")
MODEL = """\
def loss(X, w, y):
    # shape:
    #   X: (N, D)    w: (D)    y: (N)
    #   r = X w - y
    #   L = 1/2 r' r
    #       + λ/2 w' w
    #   dL/dw = X' r + λ w
    #   y = y + X w
    #   X w : (N)
    return X @ w - y
"""


@pytest.fixture
def grad(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text(MODEL, encoding="utf-8")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(["grad", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.mark.parametrize(
    ("notation", "text"),
    [
        ("ascii", "A' w_a w_b'"),
        ("unicode", "Aᵀ w_a w_bᵀ"),
        ("latex", "A^{"),
        ("mathml", "<math"),
        ("numpy", "np.outer(A.T @ w_a, w_b)"),
        ("torch", "torch.outer(A.T @ w_a, w_b)"),
        ("jax", "jnp.outer(A.T @ w_a, w_b)"),
        ("julia", "A' * w_a * w_b'"),
        ("matlab", "A' * w_a * w_b'"),
    ],
)
def test_every_notation(grad: Call, notation: str, text: str) -> None:
    code, out, err = grad(*SCORE, "--wrt", "B", "--to", notation)
    assert (code, err) == (0, "")
    assert text in out


def test_several_variables_and_orders(grad: Call) -> None:
    assert grad(*SCORE, "--wrt", "B, A")[1] == "d/dB = A' w_a w_b'    (D, N)\nd/dA = w_a w_b' B'    (N, D)\n"
    assert grad(*SCORE, "--wrt", "w_a", "--wrt", "w_b", "--order", "2")[1] == (
        "d2/dw_a2 = zeros(N, N)    (N, N)\nd2/dw_a dw_b = A B    (N, N)\nd2/dw_b2 = zeros(N, N)    (N, N)\n"
    )
    assert grad("x^4", "--where", "x: scalar", "--wrt", "x", "--order", "3")[1] == "24 x\n"


def test_matrices_by_matrices_are_stacked_too(grad: Call) -> None:
    asked = ("A X B", "--wrt", "X,A", "--where", "A: (N, D); X: (D, K); B: (K, M)")
    assert grad(*asked)[1].splitlines()[:2] == [
        "d/dX = A_ik B_lj -> [i,j,k,l]    (N, M, D, K)",
        "d vec/d vec(X) = kron(B', A)    (M*N, D*K)",
    ]
    assert [row["stacked"] for row in json.loads(grad(*asked, "--format", "json")[1])] == ["kron(B', A)", "kron(B' X', I_N)"]


def test_json_tells_everything(grad: Call) -> None:
    row, other = json.loads(grad(*SCORE, "--wrt", "B,w_a", "--format", "json", "--to", "latex")[1])
    assert row["wrt"] == "B"
    assert row["shape"] == ["D", "N"]
    assert row["notation"] == "latex"
    assert row["formula"] == "w_a' A B w_b"
    assert other["wrt"] == "w_a"
    (kinked,) = json.loads(grad("sum(relu(x))", "--wrt", "x", "--where", "x: (n)", "--format", "json")[1])
    assert any("relu" in note for note in kinked["notes"])


def test_a_formula_of_a_file(grad: Call) -> None:
    assert grad("--at", "model.py:4", "--wrt", "w") == (0, "X\n", "")
    for line in ("5", "6"):
        assert grad("--at", f"model.py:{line}", "--wrt", "r")[1] == "r\n"
        assert grad("--at", f"model.py:{line}", "--wrt", "w")[1] == "X' r + λ w\n"
    assert grad("--at", "model.py:7") == (0, "X' r + λ w\n", "")
    assert [line.split()[0] for line in grad("--at", "model.py:4")[1].splitlines() if "vec" not in line] == ["d/dX", "d/dw", "d/dy"]
    assert grad("--at", "model.py:4", "--wrt", "z", "--where", "z: (D)")[0] == 0


def test_code_runs_and_gives_both(grad: Call) -> None:
    code = grad("--at", "model.py:7", "--to", "numpy", "--value", "--name", "loss_and_slope")[1]
    space: dict[str, object] = {}
    exec(code, space)
    random = np.random.default_rng(3)
    X, w, y, scale = random.normal(size=(5, 3)), random.normal(size=3), random.normal(size=5), 0.7
    named = {"X": X, "w": w, "y": y, "λ": scale}
    value, slope = space["loss_and_slope"](**named)  # type: ignore[operator]
    r = X @ w - y
    np.testing.assert_allclose(value, r @ r / 2 + scale / 2 * w @ w)
    np.testing.assert_allclose(slope, X.T @ r + scale * w)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("x' x",), "by which variable?"),
        (("--at", "model.py", "--wrt", "w"), "wants FILE:LINE"),
        (("--at", "model.py:1"), "no formula that fits at line 1; there are some at 4, 5, 7"),
        (("--at", "none.py:1"), "No such file"),
        (("--at", "model.xyz:1"), "No such file"),
        (("x", "--at", "model.py:4"), "not both"),
        (("x' x", "--wrt", "x", "--value"), "is about code"),
        (("x' x", "--wrt", "x", "--to", "numpy", "--name", "a b"), "no name for a function"),
        (("x' x", "--wrt", "x", "--order", "9"), "cannot be `9`"),
        (("x' x", "--wrt", "x", "--to", "pytorch"), "did you mean `torch`?"),
    ],
)
def test_misuse(grad: Call, arguments: tuple[str, ...], message: str) -> None:
    code, out, err = grad(*arguments)
    assert (code, out) == (2, "")
    assert message in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("x' A x", "--wrt", "x", "--where", "A: (N, D); x: (N)"), "shape-mismatch"),
        (("x' x", "--wrt", "y", "--where", "x: (N)"), "`y` is not known"),
        (("x' x", "--wrt", "x", "--where", "x: (N"), "<where>:1:4"),
        (("x' x +", "--wrt", "x", "--where", "x: (N)"), "syntax-error"),
        (("x' x", "--wrt", "velocty", "--where", "x: (N); velocity: (N)"), "is `velocity` meant?"),
    ],
)
def test_findings(grad: Call, arguments: tuple[str, ...], message: str) -> None:
    code, out, err = grad(*arguments)
    assert (code, out) == (1, "")
    assert message in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("x' expm(S) x", "--wrt", "S", "--where", "x: (N); S: (N, N)"),
        ("y' f(y)", "--wrt", "x,y", "--where", "dim H; where H | N; x, y: (N); f(z) = sort(z) .* x; y = y + (1/H) x"),
        ("--at", "model.py:5", "--wrt", "r"),
    ],
)
def test_what_cannot_be_derived_comes_with_the_command_that_reports_it(grad: Call, arguments: tuple[str, ...]) -> None:
    Path("model.py").write_text(MODEL.replace("1/2 r' r", "1/2 r' cumsum(r)"), encoding="utf-8")
    code, out, err = grad(*arguments)
    assert (code, out) == (1, "")
    assert "cannot derive: nothing is known of `" in err
    (said,) = [line.partition("to report it: ")[2] for line in err.splitlines() if "to report it" in line]
    again, _, version = said.rpartition("  ")
    assert version == f"(shapecheck {VERSION})"
    words = shlex.split(again)
    assert words[:2] == ["shapecheck", "grad"]
    repeated = grad(*words[2:])[2]
    assert "cannot derive: nothing is known of `" in repeated
    assert again in repeated
