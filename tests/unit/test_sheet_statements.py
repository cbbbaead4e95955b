"""Declarations, definitions, updates, facts, readings of undeclared names."""

from __future__ import annotations

import pytest

from shapecheck import elaborate, syntax
from shapecheck.core.span import Span
from shapecheck.elaborate.scope import Scope
from tests.unit.sheets import binding, claims, problems, problems_of, read, shapes


def test_declarations_bind_shapes_and_properties() -> None:
    text = "S: (N, N) symmetric; w, v: (N) onehot; k: scalar; P: (n, n) spd"
    assert shapes(text) == {"S": "(N, N)", "w": "(N)", "v": "(N)", "k": "()", "P": "(n, n)"}
    assert binding(text, "P").properties == {"posdef", "symmetric"}
    assert binding(text, "v").properties == {"onehot", "unit"}


def test_a_declaration_below_its_use_works() -> None:
    assert problems("q = A x\nA: (M, N)\nx: (N)") == []
    assert problems("q = A x\nA: (M, N)\nx: (M)") == [("shape-mismatch", "inner")]


def test_an_unknown_property_is_told_with_those_there_are() -> None:
    (problem,) = problems_of(read("S: (N, N) symetric"))
    assert problem.rule == "unknown-property"
    assert problem.facts["word"] == "symetric"
    assert "symmetric" in problem.facts["known"]


@pytest.mark.parametrize("text", ["A: (N, D); A: (D, N)", "A: (N, D); B: (N); A: (N)"])
def test_two_shapes_for_one_name_conflict(text: str) -> None:
    (problem,) = problems_of(read(text))
    assert problem.rule == "conflicting-declaration"
    assert problem.facts["previous"].span.of(text) == "A"


def test_the_same_shape_twice_and_inner_scopes_do_not_conflict() -> None:
    assert problems("A: (N, D); A: (N, D)") == []
    outer = read("A: (N, D)").scope
    inner = read("A: (D, N, K)", outer.inner())
    assert problems_of(inner) == []
    assert str(inner.scope.bindings["A"].shape) == "(D, N, K)"


def test_facts_make_sizes_equal() -> None:
    assert problems("A: (N, D); x: (H*E); where D = H*E; y = A x") == []
    assert problems("A: (N, D); x: (H*E); y = A x") == [("shape-mismatch", "inner")]


def test_a_definition_is_checked_against_its_declaration() -> None:
    text = "A: (M, N); x: (N); q: (N); q = A x"
    (problem,) = problems_of(read(text))
    assert (problem.rule, problem.kind) == ("shape-mismatch", "definition")
    assert problem.operator is not None
    assert problem.operator.of(text) == "="
    assert [str(side.shape) for side in problem.sides] == ["(N)", "(M)"]


def test_what_uses_a_failed_name_is_silent() -> None:
    assert problems("A: (M, N); x: (M); q = A x; r = q' A; s = r r r") == [("shape-mismatch", "inner")]


def test_updates_make_versions_of_the_same_shape() -> None:
    elaborated = read("P, F, Q: (n, n); P = F P F' + Q; P = F P F' + Q")
    assert elaborated.scope.bindings["P"].version == 2
    assert [version.version for version in elaborated.scope.versions.values() if version.name == "P"] == [0, 1, 2]
    (problem,) = problems_of(read("P: (n, n); H: (m, n); P = H P H'"))
    assert (problem.rule, problem.kind) == ("update-shape", "update")
    assert [str(side.shape) for side in problem.sides] == ["(n, n)", "(m, m)"]


def test_plus_equals_adds_to_the_old_value() -> None:
    assert problems("x: (n); K: (n, m); y: (m); x += K y") == []
    assert problems("x: (n); K: (m, n); y: (n); x += K y") == [("shape-mismatch", "sum")]
    assert shapes("x: (n); s += x' x")["s"] == "()"


def test_functions_bind_their_parameters() -> None:
    text = "X: (n, n); f(X) = det(X)"
    assert [parameter.data[0] for parameter in binding(text, "f").parameters] == ["X"]
    assert shapes(text + "; A: (n, n); y = f(A)")["y"] == "()"


def test_a_chain_binds_first_and_claims_the_rest() -> None:
    text = "A: (M, N); x: (N); y = A x = (x' A')' = A x"
    assert len(claims(text)) == 2
    assert shapes(text)["y"] == "(M)"
    assert problems("A: (M, N); x: (N); y = A x = x' A'") == [("shape-mismatch", "identity")]


def test_equations_and_assumptions_are_no_identities() -> None:
    assert len(claims("A, B: (N, N); (A B)' = B' A'")) == 1
    for text in ("A: (N, N); x, b: (N); A x = b", "Q: (N, N); Q' Q = I", "P: (N, N); P P = P", "A: (N, N); A' = A"):
        assert claims(text) == [], text
        assert problems(text) == [], text
    assert len(claims("Q: (N, N); Q' Q == I")) == 1


def test_undeclared_names_take_the_ranks_that_fit() -> None:
    assert shapes("q = x' A x")["A"] == "(?, ?)" or shapes("q = x' A x")["x"].startswith("(")
    assert problems("A: (M, N); B: (N, K); y = A X; Y = A x + y z'") == []
    assert problems("X: (N, D); y = X w + b; L = (y - t)' (y - t)") == []


def test_a_later_statement_may_change_the_reading_of_a_name() -> None:
    text = "A: (N, D); y = A z; B: (N, K); q = A z : B"
    assert problems(text) == []
    assert shapes(text)["z"] == "(D, K)"


def test_names_keep_one_shape_where_no_reading_fits() -> None:
    assert len(problems("A: (N, D); B: (K, N); y = A z; w = B z; v: (D); u = z + v; t = B B")) >= 1


def test_trailing_shapes_are_versions_not_conflicts() -> None:
    scope = read("x: (N, D); y: (N)").scope
    after = elaborate.elaborate(syntax.parse_trailing("x (D, N)", (Span(2, 8),), (Span(0, 1),)), scope)
    assert problems_of(after) == []
    assert str(after.scope.bindings["x"].shape) == "(D, N)"
    assert after.scope.bindings["x"].version == 1
    same = elaborate.elaborate(syntax.parse_trailing("x (N, D)", (Span(2, 8),), (Span(0, 1),)), scope)
    assert same.scope.bindings["x"].version == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A, B: (N, N); A B : (N, N)", []),
        ("X: (B, N); W: (N, K); X W -> (B, K)", []),
        ("X: (B, N); W: (N, K); X W -> (B, N)", [("shape-assertion", "flow")]),
        ("(B, T, hs) @ (B, hs, T) -> (B, T, T)", []),
        ("(B, T, hs) @ (B, hs, T) -> (B, T, hs)", [("shape-assertion", "flow")]),
        ("(B, T, hs) @ (B, T, hs) -> (B, T, T)", [("shape-mismatch", "inner")]),
        ("(B, T, C) -> (B, nh, T, hs)", []),
        ("(B, T, C) -> (B, T, 3*C) -> (B, T)", []),
        ("y: (B, nh, T, hs); y -> (B, T, nh*hs)", []),
    ],
)
def test_assertions_and_flows(text: str, expected: list[tuple[str, str]]) -> None:
    assert problems(text) == expected


def test_index_form_defines_tensors() -> None:
    text = "A: (N, D); B: (D, K); C_ik = A_ij B_jk; v: (N); w: (K); q = Σ_ijk v_i A_ij B_jk w_k"
    assert problems(text) == []
    assert shapes(text)["C"] == "(N, K)"
    assert shapes(text)["q"] == "()"
    assert shapes("A: (N, D); B_ji = A_ij")["B"] == "(D, N)"
    assert [rule for rule, _ in problems("A: (N, D); B: (N, K); C_ik = A_ij B_jk")] == ["shape-mismatch"]


def test_sizes_that_are_found_are_put_in_everywhere() -> None:
    elaborated = read("A: (M, N); y = A x; z = x + x")
    assert str(elaborated.scope.bindings["z"].shape) == "(N)"
    assert all("?" not in str(value.shape) for value in elaborated.definitions.values())


def test_many_statements_take_linear_time() -> None:
    text = "\n".join(["A: (N, N)", *(f"x{n} = A x{n - 1}" for n in range(1, 300))])
    assert problems(text) == []


def test_reading_many_undeclared_names_is_bounded() -> None:
    text = "A: (N, D); " + "; ".join(f"a{n} = b{n} c{n} + A d{n} + A" for n in range(60))
    read(text)


def test_an_empty_scope_is_left_as_it_is() -> None:
    scope = Scope()
    read("A: (N, D); q = A x", scope)
    assert not scope.bindings


def test_a_primed_name_may_be_new() -> None:
    assert shapes("R: (3, 3); p, t: (3); p' = R p + t; q = R p'")["q"] == "(3)"
    assert shapes("H: (N, N); σ: (); H' = H + σ I; K = H' H'")["K"] == "(N, N)"
    assert "x'" not in shapes("x: (N); A: (N, M); y: (M); x' = y' A'")
    assert problems("x: (N); A: (N, M); y: (M); x' = y' A'") == []


def test_primed_functions_are_derivatives() -> None:
    assert problems("z: (N); W: (N, M); d: (N); e = (W' d); f = d .* σ'(z); g = tanh'(z)") == []
    assert shapes("z: (N); g = tanh'(z)")["g"] == "(N)"


def test_a_name_may_be_defined_anew() -> None:
    assert problems("W: (H, D); V: (K, H); x: (D); h = W x; h = V (W x)") == []


def test_readings_look_at_claims_too() -> None:
    text = "f = log det(S) + (x - μ)' S^-1 (x - μ); df/dμ = -2 S^-1 (x - μ)"
    assert shapes(text)["μ"].count("?") == 1


def test_differentials_of_what_failed_are_silent() -> None:
    assert len(problems("X: (B, D); W: (K, D); Y = X W; dW = X' dY; db = dY' 𝟏; dX = dY W'")) == 1


def test_derivatives_of_what_is_not_known_are_silent() -> None:
    assert problems("x: (N); H: (N, N); g = ∇f(x); y = x - inv(H) ∇f(x); θ: (); K: (N, N); z = tr(K ∂K/∂φ)") == []
