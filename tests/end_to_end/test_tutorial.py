"""The tutorial ends where it says: with the right gradient in the file."""

from __future__ import annotations

import shapecheck
from shapecheck.cli import tutorial


def test_it_leads_to_the_right_gradient(run, tmp_path):
    done = run("tutorial")
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    text = (tmp_path / tutorial.FILE).read_text(encoding="utf-8")
    assert "#   dq/dB = A' w_a w_b'\n" in text
    assert not shapecheck.check(text, "python")
    told = done.stdout
    stops = [told.index(part) for part in ("does not fit", "Frobenius product", "1 fixed", "np.outer(A.T @ w_a, w_b)", "From here")]
    assert stops == sorted(stops)


def test_it_overwrites_nothing(run, tmp_path):
    (tmp_path / tutorial.FILE).write_text("mine\n", encoding="utf-8")
    done = run("tutorial")
    assert done.returncode == 2
    assert tutorial.FILE in done.stderr
    assert (tmp_path / tutorial.FILE).read_text(encoding="utf-8") == "mine\n"


def test_it_tells_when_a_configuration_interferes(run, tmp_path):
    (tmp_path / "shapecheck.toml").write_text('ignore = ["shape-mismatch"]\n', encoding="utf-8")
    done = run("tutorial")
    assert done.returncode == 1
    assert "configuration" in done.stderr


def test_its_example_is_wrong_in_one_place():
    (found,) = shapecheck.check(tutorial.EXAMPLE, "python")
    assert found.rule == "shape-mismatch"
