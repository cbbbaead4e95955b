"""Every feature through the wire, in every encoding, over standard streams, TCP and a WebSocket; with characters outside the BMP ahead."""

from __future__ import annotations

from typing import Any

import pytest

from tests.end_to_end.client import Client, Refused, started
from tests.end_to_end.sessions import Page, client, servers

__all__ = ["client", "servers"]

SCORE = """\
def score(𝔼, A, B, w_a, w_b):
    # shape:
    #   A: (N, D)    𝐁: (D, N)    w_a, w_b: (N)    x̂: (N)
    #   q = w_a' A 𝐁 w_b
    #   dq/d𝐁 = w_a' A w_b
    #   dq/dA = w_a (𝐁 w_b)'
    #   dq/dw_a = 2 A B w_b
    #   z = x̂' A 𝐁 w_b + tr(A B)
    q = w_a @ A @ B @ w_b
    return q
"""


@pytest.fixture
def page(client: Client) -> Page:
    return Page(client, SCORE)


def test_findings_are_pushed_with_all_that_belongs_to_them(page: Page) -> None:
    found = {item["code"]: item for item in page.diagnostics("shape-mismatch", "gradient-value")}
    wrong = found["shape-mismatch"]
    assert page.words(wrong["range"]) == "w_a' A w_b"
    assert wrong["severity"] == 1
    assert wrong["source"] == "shapecheck"
    assert wrong["codeDescription"]["href"].endswith("/rules/shape_mismatch.py")
    assert [page.words(note["location"]["range"]) for note in wrong["relatedInformation"]] == ["A", "w_b"]
    fix = wrong["data"]["fixes"][0]
    assert fix["preferred"]
    assert page.edited({"changes": fix["changes"]}) == SCORE.replace("= w_a' A w_b", "= A' w_a w_b'")
    assert page.words(found["gradient-value"]["range"]) == "2 A B w_b"


def test_findings_are_pulled_with_result_ids(page: Page) -> None:
    first = page.client.request("textDocument/diagnostic", page.document)
    assert first["kind"] == "full"
    assert {item["code"] for item in first["items"]} == {"shape-mismatch", "gradient-value"}
    again = page.client.request("textDocument/diagnostic", {**page.document, "previousResultId": first["resultId"]})
    assert again == {"kind": "unchanged", "resultId": first["resultId"]}
    page.type(SCORE.replace("2 A B", "A B"))
    after = page.client.request("textDocument/diagnostic", {**page.document, "previousResultId": first["resultId"]})
    assert {item["code"] for item in after["items"]} == {"shape-mismatch"}


def test_what_is_not_used_is_tagged(client: Client) -> None:
    page = Page(client, "# shape:\n#   A: (N, D)    C: (N, N)\n#   A A'\n")
    (unused,) = page.diagnostics("unused-declaration")
    assert unused["tags"] == [1]
    assert page.words(unused["range"]) == "C"


@pytest.mark.parametrize(
    ("needle", "parts"),
    [
        ("|A: (N", ["A: (N, D)", "declared on line 3"]),
        ("|𝐁 w_b\n", ["B: (D, N)", "declared on line 3"]),
        (
            "|q = w_a'",
            ["q: scalar", "defined on line 4", "q = w_aᵀ A B w_b", "`∂q/∂B` | `Aᵀ w_a w_bᵀ` | `(D, N)`", "`∂q/∂w_a` | `A B w_b` | `(N)`"],
        ),
        ("w_a'| A 𝐁", ["w_a' A: (1, D)", "Matrix product of `w_a'` (1, N) and `A` (N, D)."]),
        ("w_a|' A 𝐁 w_b\n", ["w_a': (1, N)", "Transpose"]),
        ("|(𝐁 w_b)'", ["(𝐁 w_b): (D)"]),
        ("'| A 𝐁 w_b + tr", ["x̂' A: (1, D)"]),
        ("|tr(A", ["tr(A): (n,n) -> ()", "Sum of the diagonal."]),
        ("|+ tr", ["x̂' A 𝐁 w_b + tr(A B): scalar"]),
        ("|N, D)    𝐁", ["dim N", "A: (N, D)"]),
        ("|q = w_a @", ["q: scalar", "∂q/∂B"]),
        ("|w_a @ A", ["w_a: (N)", "declared on line 3"]),
        ("|x̂' A", ["x̂: (N)"]),
    ],
)
def test_hover(page: Page, needle: str, parts: list[str]) -> None:
    said = page.hover(needle)
    assert [part for part in parts if part not in said] == [], said


@pytest.mark.parametrize(
    ("needle", "parts"),
    [
        ("dq/dA |=", ["✓ verified"]),
        ("|dq/dA =", ["dq/dA: (N, D)", "✓ verified"]),
        ("dq/dw_a |=", ["✗ not equal: twice the right value", "dq/dw_a = A B w_b"]),
        ("= |2 A B", ["2: scalar", "✗ not equal: twice the right value", "dq/dw_a = A B w_b"]),
        ("dq/d𝐁 |=", ["✗ the right side does not fit", "dq/d𝐁 = Aᵀ w_a w_bᵀ"]),
    ],
)
def test_hover_on_a_claim_tells_its_verdict(page: Page, needle: str, parts: list[str]) -> None:
    page.settled()
    said = page.hover(needle)
    assert [part for part in parts if part not in said] == [], said


def test_hover_says_nothing_about_code_and_prose(page: Page) -> None:
    assert page.hover("|return") == ""
    assert page.hover("|score") == ""
    other = Page(page.client, '# shape:\n#   A: (N, D)\n# A plain comment.\ns = "A"\n')
    assert other.hover("|A plain") == ""
    assert other.hover('"|A"') == ""


@pytest.mark.parametrize(
    ("needle", "parts"),
    [
        ("|f(X)", ["f(X): scalar", "f(X) = tr(X Xᵀ)", "`∂f/∂X` | `2 X`"]),
        ("where |N", ["dim N", "`A: (N, D)`", "`N = 2*D` on line 3"]),
        ("A |⊙ A", ["A ⊙ A: (N, D)", "Product entry by entry"]),
        ("|‖A‖", ["‖A‖: scalar", "Frobenius norm of a matrix"]),
        ("(A| A')'", ["A A': (N, N)", "✓ verified"]),
        ("ignore[|gradient-value]", ["gradient-value", "wrong value"]),
        ("|z = Σ", ["z: scalar", "defined on line 7"]),
        ("|softmax", ["∂softmax(x)[i]/∂x[j] = "]),
        ("C |/ z", ["C / z: (N, D)", "Every entry, divided by a scalar."]),
    ],
)
def test_hover_on_other_things(client: Client, needle: str, parts: list[str]) -> None:
    lines = [
        "A: (N, D)    B: (D, N)",
        "where N = 2*D",
        "f(X) = tr(X X')",
        "C = A ⊙ A + ‖A‖",
        "(A A')' == A A'",
        "z = Σ_i A_ij B_jk",
        "S = softmax(C / z)",
    ]
    page = Page(client, "# shape:\n" + "".join(f"#   {line}\n" for line in lines) + "x = 1  # shape: ignore[gradient-value]\n")
    page.settled()
    said = page.hover(needle)
    assert [part for part in parts if part not in said] == [], said
    assert "opaque" not in said


def test_long_derivatives_of_many_axes_do_not_fill_the_hover(client: Client) -> None:
    lines = "#   P: (n, n)    H: (m, n)    R: (m, m)    x: (n)    z: (m)\n#   a = x + P H' inv(H P H' + R) (z - H x)\nb = a + x\n"
    page = Page(client, f"# shape:\n{lines}a = a + x  # shape: (n)\n")
    said = page.hover("|a = x + P")
    assert "| `∂a/∂z` | `P Hᵀ (H P Hᵀ + R)⁻¹` | `(n, m)` |" in said
    assert "`∂a/∂P` (n, n, n), `∂a/∂H` (n, m, n)" in said
    assert "too long for this place: the derivation has them." in said
    assert "defined on line 3" in page.hover("|a = a + x")


def test_the_parameter_of_a_function_needs_no_declaration(client: Client) -> None:
    assert Page(client, "# shape:\n#   A: (N, N)\n#   f(X) = tr(X X')\n#   q = f(A)\n").settled() == []


def test_hover_on_one_hot_vectors_says_what_they_pick(client: Client) -> None:
    page = Page(client, "# shape:\n#   A: (N, D)    B: (D, N)    w_a, w_b: (N) onehot\n#   q = w_a' A B w_b\n")
    said = page.hover("|q =")
    assert "the row of `A` that `w_a` picks, times the column of `B` that `w_b` picks" in said
    assert "one column of the gradient by `B` is non-zero" in said
    assert "Striking out" not in said


def test_quick_fixes_are_offered_with_the_preferred_one_marked(page: Page) -> None:
    actions = page.actions("|w_a' A w_b\n", "quickfix")
    (fix,) = [action for action in actions.values() if action["isPreferred"]]
    assert fix["diagnostics"][0]["code"] == "shape-mismatch"
    assert page.after(fix) == SCORE.replace("= w_a' A w_b", "= A' w_a w_b'")


def test_findings_that_the_editor_names_are_meant_wherever_its_cursor_is(page: Page) -> None:
    named = [item for item in page.settled() if item["code"] == "shape-mismatch"]
    assert not page.actions("|dq/d𝐁", "quickfix")
    (fix,) = [action for action in page.actions("|dq/d𝐁", "quickfix", named=named).values() if action["isPreferred"]]
    assert page.after(fix) == SCORE.replace("= w_a' A w_b", "= A' w_a w_b'")
    assert not page.actions("|dq/d𝐁", "quickfix", named=[{**one, "source": "another"} for one in named])


def test_an_editor_that_does_all_that_it_is_told_of_is_told_of_one_fix() -> None:
    plain = {"textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}}}}
    with started() as client:
        client.initialize(plain)
        page = Page(client, SCORE)
        named = page.diagnostics("shape-mismatch", "gradient-value")
        for one in named:
            asked = {**page.document, "range": page.whole(), "context": {"diagnostics": [one]}}
            (action,) = client.request("textDocument/codeAction", asked)
            assert action["diagnostics"][0]["code"] == one["code"]


def test_all_safe_fixes_at_once(page: Page) -> None:
    (action,) = page.actions("|return", "source.fixAll").values()
    assert action["kind"] == "source.fixAll.shapecheck"
    assert page.after(action) == SCORE.replace("= w_a' A w_b", "= A' w_a w_b'").replace("= 2 A B w_b", "= A B w_b")


def test_gradients_are_inserted_in_the_users_hand(page: Page) -> None:
    actions = page.actions("|q = w_a'", "refactor")
    assert "edit" not in actions["Insert the gradient of q by B"], "the edit is found when it is asked for"
    line = "    #   q = w_a' A 𝐁 w_b\n"
    added = page.after(actions["Insert the gradient of q by B"])
    assert added == SCORE.replace(line, line + "    #   dq/d𝐁 = A' w_a w_b'\n")
    every = page.after(actions["Insert the gradients of q by all its variables"])
    below = ["dq/dA = w_a w_b' 𝐁'", "dq/d𝐁 = A' w_a w_b'", "dq/dw_a = A 𝐁 w_b", "dq/dw_b = 𝐁' A' w_a"]
    assert every == SCORE.replace(line, line + "".join(f"    #   {claim}\n" for claim in below))


@pytest.mark.parametrize(("library", "call"), [("NumPy", "np.outer"), ("PyTorch", "torch.outer"), ("JAX", "jnp.outer")])
def test_gradients_are_inserted_as_code(page: Page, library: str, call: str) -> None:
    text = page.after(page.actions("|q = w_a'")[f"Insert the gradients of q as {library} code"])
    before, _, behind = text.partition("    #   z = x̂' A 𝐁 w_b + tr(A B)\n")
    assert behind.endswith("    q = w_a @ A @ B @ w_b\n    return q\n")
    assert SCORE.startswith(before)
    assert call in behind
    assert all(line.startswith(("    d", "    q", "    r")) for line in behind.splitlines())


@pytest.mark.parametrize(
    ("language", "text", "added"),
    [
        ("python", '"""Doc.\n\nshape:\n    A: (N, N)\n    q = tr(A A)"""\n', "\n    dq/dA = 2 A'"),
        ("c", "/* shape:\n     A: (N, N)\n     q = tr(A A) */\n", "\n     dq/dA = 2 A'"),
        ("c", "/* shape: A: (N, N); q = tr(A A) */\n", "; dq/dA = 2 A'"),
        ("python", "\tx = 1\r\n\t# shape:\r\n\t#\tA: (N, N)\r\n\t#\tq = tr(A A)   \r\n", "\r\n\t#\tdq/dA = 2 A'"),
        ("python", "q = f(A)  # shape: A: (N, N); q = tr(A A)", "\n# shape: dq/dA = 2 A'"),
        ("cpp", "/**\n * shape:\n *   A: (N, N)\n *   q = tr(A A)\n */\n", "\n *   dq/dA = 2 A'"),
        ("haskell", "{- shape:\n  A: (N, N)\n  q = tr(A A)\n-}\n", "\n  dq/dA = 2 A'"),
        ("lua", "-- shape:\n--   A: (N, N)\n--   q = tr(A A)\n", "\n--   dq/dA = 2 A'"),
    ],
)
def test_gradients_are_inserted_as_comments_go_there(client: Client, language: str, text: str, added: str) -> None:
    page = Page(client, text, language)
    behind = text.index("tr(A A)") + len("tr(A A)")
    behind += len(text[behind:]) - len(text[behind:].lstrip(" ")) if "   \r" in text else 0
    assert page.after(page.actions("tr|(A A)")["Insert the gradient of q by A"]) == text[:behind] + added + text[behind:]


def test_inferred_declarations_are_written_down(client: Client) -> None:
    page = Page(client, "# shape:\n#   A: (N, D)\n#   q = u' A v\n")
    text = page.after(page.actions("|u' A")["Write the inferred declarations"])
    assert text == "# shape:\n#   u: (N); v: (D)\n#   A: (N, D)\n#   q = u' A v\n" or "u: (N); v: (D)\n#   q = u' A v" in text


@pytest.mark.parametrize(
    ("ascii_text", "unicode_text"),
    [("q = x' A^2 x", "q = xᵀ A² x"), ("dq/dA = \\omega x x'", "dq/dA = ω x xᵀ"), ("S' == S^-1 S", "Sᵀ ≡ S⁻¹ S")],
)
def test_a_statement_in_another_notation(client: Client, ascii_text: str, unicode_text: str) -> None:
    head = "# shape:\n#   A: (N, N)    x: (N)    S: (N, N)\n#   "
    if "dq" in ascii_text:
        head += "q = \\omega x' A x\n#   "
    page = Page(client, f"{head}{ascii_text}\n")
    assert page.after(page.actions(f"|{ascii_text}")["Rewrite in Unicode"]) == f"{head}{unicode_text}\n"
    back = Page(client, f"{head}{unicode_text}\n")
    assert back.after(back.actions(f"|{unicode_text}")["Rewrite in ASCII"]) == f"{head}{ascii_text}\n"


def test_a_finding_is_silenced_where_it_is(page: Page) -> None:
    text = page.after(page.actions("|2 A B w_b")["Ignore gradient-value here"])
    assert "dq/dw_a = 2 A B w_b  # shape: ignore[gradient-value]\n" in text
    quiet = Page(page.client, text)
    assert {item["code"] for item in quiet.settled()} == {"shape-mismatch"}


def test_an_action_of_an_older_text_comes_without_an_edit(page: Page) -> None:
    action = page.actions("|q = w_a'")["Insert the gradient of q by B"]
    page.type("\n" + SCORE)
    assert "edit" not in page.client.request("codeAction/resolve", action)


def test_inlay_hints(page: Page) -> None:
    page.settled()
    hints = page.client.request("textDocument/inlayHint", {**page.document, "range": page.whole()})
    rows = SCORE.splitlines()
    told = [(rows[hint["position"]["line"]].strip("# "), hint["label"]) for hint in hints]
    shapes = [(row, "".join(part["value"] for part in label)) for row, label in told if isinstance(label, list)]
    assert shapes == [("q = w_a' A 𝐁 w_b", ": ()"), ("z = x̂' A 𝐁 w_b + tr(A B)", ": ()")]
    assert [row for row, label in told if label == "✓"] == ["dq/dA = w_a (𝐁 w_b)'"]


def test_a_size_in_a_hint_leads_to_where_it_is_declared(client: Client) -> None:
    page = Page(client, "# shape:\n#   A: (N, D)\n#   C = A A'\n")
    (hint,) = page.client.request("textDocument/inlayHint", {**page.document, "range": page.whole()})
    assert "".join(part["value"] for part in hint["label"]) == ": (N, N)"
    assert [page.words(part["location"]["range"]) for part in hint["label"] if "location" in part] == ["N", "N"]
    assert hint["position"] == page.at("C| =")["position"]


COMPLETED = """\
def f(𝔼):
    # shape:
    #   A: (N, D)    B: (D, N)    w_a, w_b: (N)
    #   q = w_a' A B w_b
    #   {}
    x = 1
"""


def completed(client: Client, typed: str) -> dict[str, Any]:
    return Page(client, COMPLETED.format(typed)).completions(f"    #   {typed}")


def test_completion_of_names_and_functions(client: Client) -> None:
    found = completed(client, "h = w")
    assert found["w_a"]["detail"] == "(N)"
    assert found["tr(A)"]["textEdit"]["newText"] == "tr($0)"
    assert "Sum of the diagonal." in found["tr(A)"]["documentation"]["value"]


def test_completion_of_signs_by_name(client: Client) -> None:
    page = Page(client, COMPLETED.format("h = \\om"))
    item = page.completions("h = \\om")["\\omega"]
    assert item["textEdit"]["newText"] == "ω"
    assert page.words(item["textEdit"]["range"]) == "\\om"
    assert completed(client, "h = A\\")["\\t"]["textEdit"]["newText"] == "ᵀ"


def test_completion_of_claims_with_what_is_right(client: Client) -> None:
    page = Page(client, COMPLETED.format("dq/d"))
    item = page.completions("#   dq/d")["dq/dB = A' w_a w_b'"]
    assert page.words(item["textEdit"]["range"]) == "dq/d"
    assert item["textEdit"]["newText"] == "dq/dB = A' w_a w_b'"
    assert "A' w_a w_b'" in completed(client, "dq/dB = ")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("d q / d B = ", "A' w_a w_b'"),
        ("∇_B q = ", "A' w_a w_b'"),
        ("d(x' S x)/dx = ", "2 S x"),
        ("dq = ", "dw_a' A B w_b + w_a' A B dw_b + w_a' A dB w_b + w_a' dA B w_b"),
        ("A B : ", "(N, N)"),
        ("A B -> ", "(N, N)"),
        ("grad_B", "grad_B q = A' w_a w_b'"),
        ("r = x' S x; d2r/", "d2r/dx2 = 2 S"),
        ("C: ", "(N, D)"),
        ("where N = 2", "D"),
    ],
)
def test_completion_of_what_must_follow(client: Client, left: str, right: str) -> None:
    text = COMPLETED.format(left).replace("(N)\n", "(N)    x: (N)    S: (N, N) symmetric\n")
    assert right in Page(client, text).completions(f"    #   {left}")


def test_completion_on_the_first_line_of_an_annotation_and_in_remarks(client: Client) -> None:
    assert "where" in Page(client, "# shape:\n#   \n").completions("#   ")
    assert set(Page(client, "# shape: A: (N, D)\nx = f(1)  # shape: \n").completions("(1)  # shape: ")) >= {"(N, D)", "scalar", "ignore["}
    assert set(Page(client, "# shape: A: (N, D)\nx = f(1)  # shape: (\n").completions("(1)  # shape: (")) == {"N", "D"}
    assert completed(client, "h = A -- the ") == {}


def test_completion_of_sizes_and_properties(client: Client) -> None:
    assert set(completed(client, "C: (")) == {"N", "D"}
    assert {"symmetric", "posdef", "onehot"} <= set(completed(client, "C: (N, N) s"))


def test_completion_of_rules_to_ignore(client: Client) -> None:
    page = Page(client, "x = 1  # shape: ignore[grad\n")
    assert "gradient-value" in page.completions("ignore[grad")


def test_completion_is_silent_outside_annotations(client: Client) -> None:
    page = Page(client, COMPLETED.format("A B"))
    assert page.ask("completion", "    x = |1") is None
    assert page.ask("completion", "def f|") is None


def test_signature_help(client: Client) -> None:
    page = Page(client, COMPLETED.format("h = kron(A, B)"))
    found = page.ask("signatureHelp", "kron(A, |B")
    assert found["signatures"][0]["label"] == "kron(A, B)"
    assert found["activeParameter"] == 1
    assert page.ask("signatureHelp", "|kron(") is None


def test_definition_and_references_of_one_name_in_all_its_spellings(page: Page) -> None:
    (where,) = page.ask("definition", "tr(A |B)")
    assert page.words(where["range"]) == "𝐁"
    assert where["range"] == page.client.request("textDocument/documentHighlight", page.at("|𝐁: (D"))[0]["range"]
    found = page.ask("references", "|𝐁: (D", context={"includeDeclaration": True})
    assert [page.words(item["range"]) for item in found] == ["𝐁", "𝐁", "𝐁", "𝐁", "B", "𝐁", "B"]
    assert len(page.ask("references", "|𝐁: (D", context={"includeDeclaration": False})) == 6


def test_a_cursor_behind_a_name_is_on_it(page: Page) -> None:
    assert page.ask("prepareRename", "w_a|' A 𝐁")["placeholder"] == "w_a"
    assert page.ask("definition", "w_a|' A 𝐁")[0]["range"]["start"] == page.at("|w_a, w_b: (N)")["position"]


def test_definition_from_the_code(page: Page) -> None:
    (where,) = page.ask("definition", "q = |w_a @")
    assert where["range"]["start"] == page.at("|w_a, w_b: (N)")["position"]


def test_rename_reaches_differentials_and_entries_and_every_spelling(client: Client) -> None:
    text = "# shape:\n#   \\omega_A, x: (N)    A: (N, N)\n#   q = ω_A' A x + x_i A_ij ω_A_j\n#   dq = dω_A' A x : 1\n"
    page = Page(client, text)
    assert page.ask("prepareRename", "|\\omega_A")["placeholder"] == "\\omega_A"
    after = page.edited(page.ask("rename", "|ω_A' A", newName="y"))
    assert after == "# shape:\n#   y, x: (N)    A: (N, N)\n#   q = y' A x + x_i A_ij y_j\n#   dq = dy' A x : 1\n"
    after = page.edited(page.ask("rename", "A|: (N", newName="M"))
    assert after == text.replace("A: (", "M: (").replace("' A x", "' M x").replace("A_ij", "M_ij")


def test_rename_of_a_size_keeps_to_its_scope(client: Client) -> None:
    text = "def f():\n    # shape: A: (N, D)\n    pass\ndef g():\n    # shape: B: (N, 2N)\n    pass\n"
    page = Page(client, text)
    assert page.edited(page.ask("rename", "B: (|N", newName="M")) == text.replace("B: (N, 2N)", "B: (M, 2M)")


@pytest.mark.parametrize("name", ["A", "tr", "2x", "a b", "", "where", "dim"])
def test_a_name_that_cannot_be_is_refused(page: Page, name: str) -> None:
    with pytest.raises(Refused):
        page.ask("rename", "|w_a, w_b: (N)", newName=name)


def test_a_name_of_the_code_is_not_renamed_in_comments(client: Client) -> None:
    page = Page(client, "x = f()  # shape: (N, D)\n# shape: x' x\n")
    assert page.ask("prepareRename", "|x' x") is None


def test_symbols(page: Page) -> None:
    (block,) = page.client.request("textDocument/documentSymbol", page.document)
    assert block["name"] == "shape: score"
    assert [(item["name"], item["detail"]) for item in block["children"]][:3] == [("A", "(N, D)"), ("B", "(D, N)"), ("w_a", "(N)")]
    (z,) = [item for item in block["children"] if item["name"] == "z"]
    assert (page.words(z["range"]), page.words(z["selectionRange"])) == ("z = x̂' A 𝐁 w_b + tr(A B)", "z")
    found = page.client.request("workspace/symbol", {"query": "w_"})
    assert {"w_a", "w_b"} <= {item["name"] for item in found if item["location"]["uri"] == page.uri}


def test_folding_and_selection(page: Page) -> None:
    assert page.client.request("textDocument/foldingRange", page.document) == [{"startLine": 1, "endLine": 7, "kind": "comment"}]
    (found,) = page.client.request("textDocument/selectionRange", {**page.document, "positions": [page.at("|w_b)'")["position"]]})
    chain = []
    while found:
        chain.append(page.words(found["range"]))
        found = found.get("parent")
    assert chain[:5] == ["w_b", "𝐁 w_b", "(𝐁 w_b)", "(𝐁 w_b)'", "w_a (𝐁 w_b)'"]


def tokens(page: Page) -> list[tuple[str, str, list[str]]]:
    legend = page.client.capabilities["semanticTokensProvider"]["legend"]
    data = page.client.request("textDocument/semanticTokens/full", page.document)["data"]
    line = character = 0
    found = []
    for place in range(0, len(data), 5):
        down, right, length, kind, modifiers = data[place : place + 5]
        line, character = line + down, right + (0 if down else character)
        span = {"start": {"line": line, "character": character}, "end": {"line": line, "character": character + length}}
        names = [name for bit, name in enumerate(legend["tokenModifiers"]) if modifiers >> bit & 1]
        found.append((page.words(span), legend["tokenTypes"][kind], names))
    return found


def test_semantic_tokens(page: Page) -> None:
    page.settled()
    found = tokens(page)
    assert ("𝐁", "variable", ["declaration"]) in found
    assert ("N", "typeParameter", []) in found
    assert ("tr", "function", []) in found
    assert ("2", "number", ["wrong"]) in found
    assert ("x̂", "variable", []) in found


def test_semantic_tokens_as_a_difference(client: Client) -> None:
    page = Page(client, SCORE)
    page.settled()
    first = client.request("textDocument/semanticTokens/full", page.document)
    for text in (SCORE, SCORE.replace("    #   q", "    #   B A\n    #   q"), SCORE.replace("2 A B w_b\n", "A B w_b\n"), "", SCORE):
        page.type(text)
        page.settled()
        changed = client.request("textDocument/semanticTokens/full/delta", {**page.document, "previousResultId": first["resultId"]})
        data = list(first["data"])
        for edit in changed["edits"]:
            data[edit["start"] : edit["start"] + edit["deleteCount"]] = edit["data"]
        whole = client.request("textDocument/semanticTokens/full", page.document)
        assert data == whole["data"]
        first = whole
    unknown = client.request("textDocument/semanticTokens/full/delta", {**page.document, "previousResultId": "?"})
    assert unknown["data"] == first["data"]


def test_what_was_said_stays_while_another_line_is_typed(client: Client) -> None:
    page = Page(client, SCORE)
    page.settled()
    page.diagnostics("gradient-value")
    text, typed = SCORE, "    #   r = w_a' A 𝐁 w_b\n"
    client.drain()
    client.notifications.clear()
    for length in range(12, len(typed) - 1):
        page.type(text.replace("    q =", f"{typed[:length]}\n    q ="))
        found = client.wait_for("textDocument/publishDiagnostics", lambda params: params.get("version") == page.version)["diagnostics"]
        assert "gradient-value" in {item["code"] for item in found}, typed[:length]


def test_links_from_rules_to_their_pages(client: Client) -> None:
    page = Page(client, "x = 1  # shape: ignore[gradient-value, no-such-rule]\n")
    (link,) = page.client.request("textDocument/documentLink", page.document)
    assert page.words(link["range"]) == "gradient-value"
    assert link["target"].endswith("/rules/gradient_value.py")


def test_an_explanation_is_a_document_of_its_own(page: Page) -> None:
    action = page.actions("|q = w_a'")["Explain the derivative of q by B"]
    command = action["command"]
    assert command["command"] == "shapecheck.explain"
    found = page.client.request("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
    assert "∂q/∂B = Aᵀ w_a w_bᵀ" in found["text"]
    content = page.client.request("workspace/textDocumentContent", {"uri": found["uri"]})
    assert content["text"] == found["text"]


def test_the_whole_derivation_for_an_editors_panel(page: Page) -> None:
    found = page.client.request("shapecheck/derivation", page.at("|q = w_a'"))
    assert found["value"]["latex"]
    by = {item["by"]: item for item in found["gradients"]}
    assert by["B"]["formula"]["ascii"] == "A' w_a w_b'"
    assert "np.outer" in by["B"]["code"]["numpy"]
    assert by["B"]["explanation"].startswith("# The derivative of q by B")


def test_a_panel_follows_the_cursor(page: Page) -> None:
    on_claim = page.client.request("shapecheck/panel", page.at("= w_a' A |w_b\n    #   dq/dA"))
    assert (on_claim["name"], on_claim["shape"], on_claim["by"]) == ("q", "scalar", "B")
    assert {one["name"]: one["shape"] for one in on_claim["variables"]} == {"w_a": "(N)", "A": "(N, D)", "B": "(D, N)", "w_b": "(N)"}
    assert on_claim["copies"]["ascii"] == "A' w_a w_b'"
    lines = [line for section in on_claim["sections"] for line in section["lines"]]
    assert all(line["mathml"].startswith("<math") for line in lines)
    asked = page.client.request("shapecheck/panel", {**page.at("|q = w_a'"), "by": "w_a"})
    assert (asked["by"], asked["copies"]["ascii"]) == ("w_a", "A B w_b")
    assert page.client.request("shapecheck/panel", page.at("|return q")) is None


def test_a_command_inserts_a_gradient(page: Page) -> None:
    page.client.request(
        "workspace/executeCommand",
        {"command": "shapecheck.insertGradient", "arguments": [{**page.at("|q = w_a'"), "uri": page.uri, "by": "B"}]},
    )
    edit = page.client.requests[-1]
    assert edit["method"] == "workspace/applyEdit"
    assert "dq/d𝐁 = A' w_a w_b'" in page.edited(edit["params"]["edit"])


def test_a_command_that_is_none_is_refused(client: Client) -> None:
    with pytest.raises(Refused) as refused:
        client.request("workspace/executeCommand", {"command": "shapecheck.nothing", "arguments": []})
    assert refused.value.code == -32602
