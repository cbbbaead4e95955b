"""What expressions mean: grouping, spellings, and the many ways to write one thing."""

from __future__ import annotations

import pytest

from shapecheck.syntax import NotAFormula, parse_expression
from tests.unit.syntax_trees import written

LEVELS = [
    ("w_a' A B w_b", "(((w_a' _ A) _ B) _ w_b)"),
    ("1/n X' X", "(((1 / n) _ X') _ X)"),
    ("A .* B * C", "((A .* B) * C)"),
    ("A + B - C", "((A + B) - C)"),
    ("A : B + C", "((A : B) + C)"),
    ("A ⊙ B C", "(A ⊙ (B _ C))"),
    ("A ⊗ B C", "((A ⊗ B) _ C)"),
    ("A B ⊗ C", "(A _ (B ⊗ C))"),
    ("A : B ⊙ C", "(A : (B ⊙ C))"),
    ("-x' A x", "(((-x') _ A) _ x)"),
    ("-x^2", "(-(x ^ 2))"),
    ("a - -b", "(a - (-b))"),
    ("a * -b", "(a * (-b))"),
    ("x^2'", "(x ^ 2)'"),
    ("x'^2", "(x' ^ 2)"),
    ("e^x^2", "(e ^ (x ^ 2))"),
    ("X^T^-1", "(X' ^ -1)"),
    ("2^-x", "(2 ^ (-x))"),
    ("X^-1/2", "((X ^ -1) / 2)"),
    ("x''", "x''"),
    ("A \\ b", "(A \\ b)"),
    ("P*H'/(H*P*H' + R)", "((P * H') / P((((H * P) * H') + R)))"),
    ("2x", "(2 _ x)"),
    ("(A)(B)", "(P(A) _ P(B))"),
    ("X'X", "(X' _ X)"),
    ("FPF'", "FPF'"),
    ("-1/2 x", "(((-1) / 2) _ x)"),
]
SPELLINGS = [
    ("A'", ["Aᵀ", "A^T", "A^{T}", "A^⊤", "A^\\top", "A^{\\top}", "A.T", "A.mT", "A⊤", "A′", "A.'", "A.transpose()", "A.t()", "transpose(A)",
            "A^\\mathsf{T}", "A^{\\mathsf{T}}", "A^{\\mathrm{T}}", "A.transpose(-2, -1)", "A^\\intercal"]),
    ("A^-T", ["A⁻ᵀ", "A^{-T}", "A^{-\\top}", "A^(-T)"]),
    ("A^H", ["Aᴴ", "A^{H}", "A.H", "A^*", "A^{\\ast}"]),
    ("(A ^ -1)", ["A^-1", "A⁻¹", "A^{-1}", "A**-1"]),
    ("(x ^ 2)", ["x²", "x^2", "x**2", "x^{2}"]),
    ("(x .^ 2)", ["x.^2", "x.**2", "x.^{2}"]),
    ("pinv(A)", ["A^+", "A⁺", "A†", "A^†", "A^\\dagger", "A^{+}"]),
    ("norm<norm>(x)", ["‖x‖", "||x||", "\\|x\\|", "\\lVert x \\rVert", "\\Vert x \\Vert", "\\left\\| x \\right\\|"]),
    ("(norm2<norm>(x) ^ 2)", ["‖x‖₂²", "||x||_2^2", "\\|x\\|_2^2", "‖x‖_{2}^2", "\\|x\\|^2_2"]),
    ("(normF<norm>(X) ^ 2)", ["‖X‖_F²", "||X||_F^2", "\\|X\\|_F^2", "\\|X\\|^2_F"]),
    ("inner<angle>(A, B)", ["<A, B>", "⟨A, B⟩", "\\langle A, B \\rangle"]),
    ("(A · B)", ["A · B", "A ⋅ B", "A \\cdot B"]),
    ("(A × B)", ["A × B", "A \\times B"]),
    ("(A ⊙ B)", ["A ⊙ B", "A ∘ B", "A \\odot B"]),
    ("(A ⊗ B)", ["A ⊗ B", "A \\otimes B"]),
    ("(A - B)", ["A - B", "A − B"]),
    ("(1 / 2)", ["1/2", "\\frac{1}{2}", "1 / 2", "\\tfrac{1}{2}"]),
    ("1/2", ["½"]),
    ("exp(x)", ["np.exp(x)", "torch.exp(x)", "jnp.exp(x)", "exp(x)", "x.exp()"]),
    ("inv(A)", ["inv(A)", "np.linalg.inv(A)", "A.inverse()", "A.inv()"]),
    ("(A @ B)", ["A @ B", "np.matmul(A, B)", "A.mm(B)", "torch.matmul(A, B)"]),
    ("tr(A)", ["tr(A)", "\\operatorname{tr}(A)", "\\mathrm{tr}(A)", "\\text{tr}(A)", "\\tr(A)", "\\operatorname{tr}\\left(A\\right)"]),
    ("x̂", ["x̂", "\\hat{x}", "\\hat x", "\\widehat{x}", "\\hat{\\mathbf{x}}", "\\mathbf{\\hat{x}}"]),
    ("W̄", ["W̄", "\\bar{W}", "\\bar W", "\\overline{W}"]),
    ("W_1", ["W₁", "W_1", "W_{1}", "\\mathbf{W}_1"]),
    ("A_ij", ["Aᵢⱼ", "A_ij", "A_{ij}", "A_{i,j}", "A_{i, j}"]),
    ("ω_A", ["ω_A", "\\omega_A", "\\omega_{A}"]),
    ("A", ["A", "𝐀", "\\mathbf{A}", "\\boldsymbol{A}", "𝔸"]),
    ("∂q", ["∂q", "\\partial q", "∂ q"]),
    ("∇_x", ["∇_x", "\\nabla_x", "∇_{x}", "\\nabla_{\\mathbf{x}}"]),
    ("∇²_x", ["∇²_x", "∇^2_x", "\\nabla^2_x", "\\nabla_x^2", "\\nabla_{x}^{2}"]),
    ("𝟏", ["𝟏", "𝟙", "\\mathbf{1}", "\\mathbb{1}"]),
    ("1_N", ["1_N", "𝟏_N", "1_{N}", "\\mathbf{1}_N"]),
    ("W^(1)", ["W^{(1)}", "W⁽¹⁾", "W^[1]", "W^{[1]}", "\\mathbf{W}^{(1)}"]),
    ("P_{k|k-1}", ["P_{k|k-1}", "P_{k | k-1}", "P_{k\\mid k-1}"]),
]  # fmt: skip
OTHERS = [
    ("tr A B", "(tr~(A) _ B)"),
    ("log det S'", "log~(det~(S'))"),
    ("tr(A) B", "(tr(A) _ B)"),
    ("tr (A B)", "tr~(P((A _ B)))"),
    ("max (x, y)", "max(x, y)"),
    ("log |X|", "log~(abs<bars>(X))"),
    ("√x + √(y z)", "(sqrt~(x) + sqrt~(P((y _ z))))"),
    ("\\sqrt{x' x} y", "(sqrt~((x' _ x)) _ y)"),
    ("tanh²(z)", "(tanh(z) .^ 2)"),
    ("1 - tanh^2(z)", "(1 - (tanh(z) .^ 2))"),
    ("|x| |y|", "(abs<bars>(x) _ abs<bars>(y))"),
    ("a |x| b", "((a _ abs<bars>(x)) _ b)"),
    ("‖A x - b‖² + ‖x‖", "((norm<norm>(((A _ x) - b)) ^ 2) + norm<norm>(x))"),
    ("f(x, axis=1, keepdims=True)", "f(x, axis=1, keepdims=True)"),
    ("f(x,)", "f(x)"),
    ("A(B + C)D", "(A((B + C)) _ D)"),
    ("A (B + C)", "(A _ P((B + C)))"),
    ("x' (A y)", "(x' _ P((A _ y)))"),
    ("σ'(z)", "(σ' _ P(z))"),
    ("A[i, j] + x[3]", "(A[i, j] + x[3])"),
    ("A[:, i]", "A[:, i]"),
    ("w^T_k x", "(w_k' _ x)"),
    ("x^TAx", "(x' _ Ax)"),
    ("w^Tx", "(w' _ x)"),
    ("AᵀB", "(A' _ B)"),
    ("σ²", "(σ ^ 2)"),
    ("2πΣ", "((2 _ π) _ Σ)"),
    ("x^* ", "x^*"),
    ("self.W.T @ x", "(self.W' @ x)"),
    ("(A @ B).sum(axis=0)", "sum(P((A @ B)), axis=0)"),
    ("t(X) %*% X", "(t(X) %*% X)"),
    ("solve(A, b)", "(A \\ b)"),
    ("[A, B; C, D]", "[A, B; C, D]"),
    ("[A B; C D]", "[A, B; C, D]"),
    ("[A x, b; C y]", "[(A _ x), b; C, y]"),
    ("[A | b]", "[A, b]"),
    ("[A || b]", "[A, b]"),
    ("[R | -R t]", "[R, ((-R) _ t)]"),
    ("[x; 1]", "[x; 1]"),
    ("[[A, B], [C, D]]", "[A, B; C, D]"),
    ("np.vstack([A, B])", "[A; B]"),
    ("A^T_{ij} + (A^{-1})_{ij}", "(A'[i, j] + P((A ^ -1))[i, j])"),
    ("[1 -1; 2 - 3]", "[1, (-1); (2 - 3)]"),
    ("[A' B]' x", "([A', B]' _ x)"),
    ("\\begin{bmatrix} A & B \\\\ C & D \\end{bmatrix}", "[A, B; C, D]"),
    ("Σ_ijk v_i A_ij B_jk w_k", "Σijk((((v_i _ A_ij) _ B_jk) _ w_k))"),
    ("Σ_i a_i + b", "(Σi(a_i) + b)"),
    ("2 Σ_i a_i b_i / n", "(2 _ Σi(((a_i _ b_i) / n)))"),
    ("Σ_i (a_i - b_i)^2", "Σi((P((a_i - b_i)) ^ 2))"),
    ("Σ_{i=1}^N Σ_j A_ij", "Σi=1..N(Σj(A_ij))"),
    ("\\sum_{i=1}^{N} x_i", "Σi=1..N(x_i)"),
    ("sum_i x_i", "Σi(x_i)"),
    ("∑ᵢ xᵢ", "Σi(x_i)"),
    ("-Σ_i y_i log p_i", "(-Σi((y_i _ log~(p_i))))"),
    ("log Σ_i exp(x_i)", "log~(Σi(exp(x_i)))"),
    ("x' Σ x", "((x' _ Σ) _ x)"),
    ("Σ_k^-1 x", "((Σ_k ^ -1) _ x)"),
    ("Σ_xx y", "(Σ_xx _ y)"),
    ("sum(x)", "sum(x)"),
    ("(B, T) @ (T, C)", "(<B, T> @ <T, C>)"),
    ("()", "<>"),
    ("(N,)", "<N>"),
    ("1e-3 + 0.5 + 2.x", "((1/1000 + 1/2) + (2 _ x))"),
]  # fmt: skip
DERIVATIVES = [
    ("dq/dB", "(dq / dB)"),
    ("∂q/∂B_jk", "(∂q / ∂B_jk)"),
    ("\\frac{\\partial q}{\\partial B}", "(∂q / ∂B)"),
    ("d q / d B", "(((d _ q) / d) _ B)"),
    ("d(x' A x)/dx", "(d(((x' _ A) _ x)) / dx)"),
    ("d/dX tr(A X)", "((d / dX) _ tr((A _ X)))"),
    ("∂x'a/∂x", "(((∂ _ x') _ a) / ∂x)"),
    ("∂ log det(X) / ∂X", "((∂ _ log~(det(X))) / ∂X)"),
    ("d2q/dx2", "(d2q / dx2)"),
    ("d^2 q/dx^2", "(((d ^ 2) _ q) / (dx ^ 2))"),
    ("∂²q/∂x∂y'", "((((∂ ^ 2) _ q) / ∂x) _ ∂y')"),
    ("grad_B q", "(grad_B _ q)"),
    ("∇_B f(B)", "(∇_B _ f(B))"),
    ("∇f(x)", "∇f(x)"),
    ("∇²_x q", "(∇²_x _ q)"),
    ("hess_x q", "(hess_x _ q)"),
    ("W.grad", "W.grad"),
    ("dX W'", "(dX _ W')"),
]


@pytest.mark.parametrize(("text", "tree"), [*LEVELS, *OTHERS, *DERIVATIVES])
def test_tree(text: str, tree: str) -> None:
    assert written(parse_expression(text)) == tree


@pytest.mark.parametrize(("tree", "text"), [(tree, text) for tree, texts in SPELLINGS for text in texts])
def test_spelling(tree: str, text: str) -> None:
    assert written(parse_expression(text)) == tree


def test_what_is_no_expression_says_why() -> None:
    with pytest.raises(NotAFormula, match="expected a name, a number or a bracket") as raised:
        parse_expression("A +")
    assert raised.value.broken.at.start == 3


@pytest.mark.parametrize("text", ["A = B", "A: (N)", "A; B", "", "   ", "A ->"])
def test_statements_are_no_expressions(text: str) -> None:
    with pytest.raises(NotAFormula):
        parse_expression(text)
