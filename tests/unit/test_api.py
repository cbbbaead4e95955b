"""The Python interface."""

from __future__ import annotations

import subprocess
import sys

import pytest

import shapecheck
from shapecheck import Sheet

DECLARED = "A: (N, D); B: (D, N); w_a, w_b: (N)"


def test_shape_of_an_expression() -> None:
    sheet = Sheet(DECLARED)
    assert str(sheet.shape("w_a' A B w_b")) == "()"
    assert tuple(sheet.shape("A B")) == ("N", "N")
    assert str(sheet.add("q = A' w_a").shape("q")) == "(D)"


def test_what_does_not_fit_raises_with_its_diagnostic() -> None:
    text = "w_a' A w_b"
    with pytest.raises(shapecheck.ShapeError) as caught:
        Sheet(DECLARED).shape(text)
    diagnostic = caught.value.diagnostic
    assert diagnostic.rule == "shape-mismatch"
    assert diagnostic.span.of(text) == text
    assert [operand.shape for operand in diagnostic.operands] == ["(1, D)", "(N, 1)"]
    assert all(note.span is None for note in diagnostic.notes)
    assert isinstance(caught.value, shapecheck.Error)


@pytest.mark.parametrize("text", ["A +", "A: (", "q = A w_a", ""])
def test_add_raises_and_adds_nothing(text: str) -> None:
    sheet = Sheet(DECLARED)
    if text:
        with pytest.raises(shapecheck.ShapeError):
            sheet.add(text)
    assert str(sheet.shape("A B")) == "(N, N)"


@pytest.mark.parametrize("text", ["A +", "", "A B = B A", "A: (N, D)"])
def test_what_is_no_expression_raises(text: str) -> None:
    with pytest.raises(shapecheck.ShapeError):
        Sheet(DECLARED).shape(text)


def test_check_tells_and_does_not_add() -> None:
    sheet = Sheet(DECLARED + "; q = w_a' A B w_b")
    (found,) = [one for one in sheet.check("dq/dB = w_a' A w_b") if one.severity == "error"]
    assert found.rule == "shape-mismatch"
    sheet.check("r = A B")
    with pytest.raises(shapecheck.ShapeError):
        sheet.gradient("A", "r")


def test_check_of_a_document() -> None:
    text = "# shape:\n#   A: (N, D)   x: (N)\n#   y = A x\n"
    assert [one.rule for one in shapecheck.check(text)] == ["shape-mismatch"]
    assert [one.rule for one in shapecheck.check(text.replace("#", "//"), language="c")] == ["shape-mismatch"]


def test_importing_is_light() -> None:
    code = "import sys, shapecheck; print([name for name in ('lark', 'numpy', 'pygls', 'dataclasses', 're') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() in ("[]", "['re']")


def test_unknown_attributes_are_told() -> None:
    with pytest.raises(AttributeError, match="Sheep"):
        shapecheck.Sheep  # noqa: B018


def test_gradient_of_the_first_question() -> None:
    gradient = Sheet(DECLARED).gradient("w_a' A B w_b", "B")
    assert str(gradient) == "A' w_a w_b'"
    assert str(gradient.shape) == "(D, N)"
    assert gradient.write("unicode") == "Aᵀ w_a w_bᵀ"
    with pytest.raises(ValueError, match="no notation"):
        gradient.write("klingon")


def test_gradients_of_names_second_order_and_zero() -> None:
    sheet = Sheet("S: (N, N) symmetric; x: (N); y: (D); A: (N, D); q = x' S x + x' A y")
    assert str(sheet.gradient("x' S x", "x")) == "2 S x"
    assert str(sheet.gradient("x' S x", "x", order=2)) == "2 S"
    assert str(sheet.gradient("q", ("x", "y"))) == "A"
    assert str(sheet.gradient("x' S x", "y").shape) == "(D)"
    with pytest.raises(shapecheck.Error):
        sheet.gradient("x' S x", "z")


def test_a_name_in_an_answer_is_what_it_is_after_its_updates() -> None:
    sheet = Sheet("P: (N, N); x: (N); y = tanh(P x); y = tanh(P y)")
    assert str(sheet.gradient("norm(y)^2", "x")) == "2 P' (P' (y .* (1 - y.^2)) .* (1 - tanh(P x).^2))"
    updated = Sheet("P: (N, N); x: (N); x = P x; x = P x").gradient("norm(x)^2", "P")
    assert str(updated) == "2 (P^2 x x' P' + P' P^2 x x')"
    assert updated.notes == ("`x` is its value before the update",)
