"""Any text at all: statements with places inside it, the same each time, and never an exception."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from shapecheck.syntax import NotAFormula, parse_expression, parse_statements
from shapecheck.syntax.tree import Broken
from tests.property.drawing import examples

_WORDS = r"""
A B x y_1 w_a Σ_i Σ ∑ₖ λ σ x̂ dX ∂q ∇_B ∇ d 2 0.5 ½ 1_N 𝟏 I + - * @ / \ .* ./ .^ ^ ^T ' ᵀ ² ⁻¹ .T ^-1 ⊙ ⊗ : ; , ( ) [ ] { } | || ‖
< > ⟨ ⟩ = == := ← -> → ∈ ℝ ℝ^{ R^ where dim : x × -- # // % _2 _F tr log det √ f( sum( inv( axis= \frac \hat \sum \mathbf{ \alpha
\begin{bmatrix} \end{bmatrix} & \ ... .sum( A[ scalar symmetric
"""
PIECES = st.sampled_from([*_WORDS.split(), " ", "  ", "   ", "\n", "\t", "\u00a0", "\x00", "𝐀", "\u0301"])
SOUP = st.lists(PIECES, max_size=30).map("".join)


@settings(max_examples=examples(400), deadline=None)
@given(SOUP | st.text(max_size=60))
@example("‖x‖_2²_F")
@example("x_{_}")
def test_any_text_is_read(text: str) -> None:
    statements = parse_statements(text)
    assert statements == parse_statements(text)
    for statement in statements:
        assert 0 <= statement.span.start <= statement.span.end <= len(text)
        if isinstance(statement, Broken):
            assert statement.message
            assert 0 <= statement.at.start <= statement.at.end <= len(text)


@settings(max_examples=examples(150), deadline=None)
@given(SOUP)
def test_what_is_no_expression_is_refused_cleanly(text: str) -> None:
    try:
        place = parse_expression(text).span
    except NotAFormula as refused:
        place = refused.broken.span
    assert 0 <= place.start <= place.end <= len(text)
