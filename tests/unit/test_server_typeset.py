"""Typeset formulas: pictures where the package is there, text where it is not or where it gives up."""

from __future__ import annotations

import sys
from base64 import b64decode
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

import shapecheck
from shapecheck.server import typeset
from shapecheck.server.card import Card

GRADIENT = shapecheck.Sheet("A: (N, D); x: (D)").gradient("x' A' A x", "x").expression


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    typeset._library.cache_clear()
    typeset._svg.cache_clear()
    yield
    typeset._library.cache_clear()
    typeset._svg.cache_clear()


def test_a_formula_becomes_a_picture_that_says_it_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []

    def latex(text: str, size: int, color: str) -> SimpleNamespace:
        drawn.append((text, color))
        return SimpleNamespace(svg=lambda: "<svg/>")

    monkeypatch.setitem(sys.modules, "ziamath", SimpleNamespace(Latex=latex))  # type: ignore[arg-type]
    card = Card(theme="dark")
    card.formula("g", GRADIENT)
    (text, color), shown = drawn[0], card.markdown()
    assert text.startswith("g = 2 A^")
    assert color == "#d4d4d4"
    assert shown.startswith("![2 Aᵀ A x](data:image/svg+xml;base64,")
    assert b64decode(shown.rpartition(",")[2].rstrip(")")) == b"<svg/>"
    card.table(("gradient",), [(card.cell(GRADIENT),)])
    assert "| ![2 Aᵀ A x](data:" in card.markdown()


def test_text_where_the_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ziamath", None)
    card = Card(theme="light")
    card.formula("g", GRADIENT)
    assert card.markdown() == "```shape\ng = 2 Aᵀ A x\n```"


def test_text_where_a_formula_cannot_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    def latex(text: str, size: int, color: str) -> None:
        raise ValueError("no such sign")

    monkeypatch.setitem(sys.modules, "ziamath", SimpleNamespace(Latex=latex))  # type: ignore[arg-type]
    assert typeset.picture(GRADIENT, "g", "auto") is None


def test_the_real_package_draws() -> None:
    pytest.importorskip("ziamath")
    assert "data:image/svg+xml;base64," in (typeset.picture(GRADIENT, "g", "dark") or "")


@pytest.mark.parametrize("is_rich", [True, False])
def test_a_card_for_every_client(is_rich: bool) -> None:
    card = Card()
    card.code("q: scalar")
    card.say("defined on line `4`")
    card.table(("gradient", "formula"), [("∂q/∂A", "x|y"), ("∂q/∂BC", "z")])
    content = card.content(is_rich)
    assert content["kind"] == ("markdown" if is_rich else "plaintext")
    expected = "| gradient | formula |\n| :-- | :-- |\n| `∂q/∂A` | `x\\|y` |\n| `∂q/∂BC` | `z` |" if is_rich else "∂q/∂A   x|y\n∂q/∂BC  z"
    assert content["value"].endswith(expected)
