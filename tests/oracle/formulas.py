"""Formulas that people derive, each with its declarations and its variable."""

from __future__ import annotations

from dataclasses import dataclass

from shapecheck import Formula, Sheet


@dataclass(frozen=True)
class Case:
    formula: str
    by: str
    declared: str
    order: int = 1

    @property
    def name(self) -> str:
        return f"d{self.order}/d{self.by} {self.formula}".replace(" ", "")

    def derived(self) -> Formula:
        return Sheet(self.declared).gradient(self.formula, self.by, order=self.order)


LINEAR = "X: (N, D); w: (D); y: (N); λ: scalar"
NET = "W_1: (H, D); W_2: (K, H); b_1: (H); b_2: (K); x: (D); y: (K)"
FACTORS = "R: (N, M); U: (N, k); V: (M, k)"
GAUSS = "x, μ: (n); S: (n, n) posdef; s: scalar"
STACKS = "Q, K: (B, T, d); V, G: (B, T, e); X: (B, T, D); W: (D, e)"
SQUARE = "A, B, X: (n, n); x: (n)"
CASES = (
    Case("w_a' A B w_b", "B", "A: (N, D); B: (D, N); w_a, w_b: (N)"),
    Case("1/(2 N) ‖X w - y‖² + λ/2 ‖w‖²", "w", LINEAR),
    Case("1/(2 N) ‖X w - y‖² + λ/2 ‖w‖²", "λ", LINEAR),
    Case("-y' log(σ(X w)) - (1 - y)' log(1 - σ(X w))", "w", LINEAR),
    Case("-y' log(σ(X w)) - (1 - y)' log(1 - σ(X w))", "w", LINEAR, 2),
    Case("sum(softplus(-y .* (X w)))", "w", LINEAR, 2),
    Case("sum(relu(1 - y .* (X w))) + λ ‖w‖_1", "w", LINEAR),
    Case("‖W_2 tanh(W_1 x + b_1) + b_2 - y‖²", "W_1", NET),
    Case("‖W_2 tanh(W_1 x + b_1) + b_2 - y‖²", "x", NET, 2),
    Case("sum(G .* (softmax(Q K' / sqrt(d)) V))", "Q", STACKS),
    Case("sum(G .* relu(X W))", "W", STACKS),
    Case("sum(G .* (V - max(V, axis=-1)))", "V", STACKS),
    Case("sum(G .* (V - mean(V, axis=-1)) ./ sqrt(mean(V.^2, axis=-1) + 1))", "V", STACKS),
    Case("-y' logsoftmax(W_2 gelu(W_1 x + b_1) + b_2)", "W_1", NET),
    Case("W_2 silu(W_1 x + b_1)", "x", NET),
    Case("-sum(Y .* logsoftmax(X W))", "W", "X: (N, D); W: (D, K); Y: (N, K)"),
    Case("sum(softmax(Q K' / sqrt(d)) V)", "K", "Q: (T, d); K, V: (T, d)"),
    Case("‖R - U V'‖_F²", "U", FACTORS),
    Case("‖R - U V'‖_F²", "U", FACTORS, 2),
    Case("1/2 (x - μ)' S^-1 (x - μ) + 1/2 log det(S)", "S", GAUSS),
    Case("1/2 (x - μ)' S^-1 (x - μ) + 1/2 log det(S)", "μ", GAUSS),
    Case("1/2 x' inv(S + s I) x + 1/2 logdet(S + s I)", "s", GAUSS),
    Case("1/2 x' inv(S + s I) x + 1/2 logdet(S + s I)", "s", GAUSS, 2),
    Case("tr(A X B X)", "X", SQUARE),
    Case("tr(A inv(X) B)", "X", SQUARE),
    Case("logsumexp(A x)", "x", SQUARE, 2),
    Case("A X B", "X", "A: (m, n); X: (n, p); B: (p, q)"),
    Case("inv(X)", "X", SQUARE),
    Case("diag(x) A x", "x", SQUARE),
    Case("x' A x / (x' x)", "x", SQUARE),
    Case("‖kron(X, A) - B‖_F²", "X", "X: (m, n); A: (p, q); B: (m*p, n*q)"),
    Case("vec(X)' kron(B, A) vec(X)", "X", "X: (m, n); A: (m, m); B: (n, n)"),
    Case("(x - mean(x)) / sqrt(mean((x - mean(x)).^2) + 1/10)", "x", "x: (n)"),
    Case("logdet([A, B; C, D])", "B", "A: (n, n); B: (n, m); C: (m, n); D: (m, m)"),
    Case("Σ_i exp(Σ_j A_ij x_j)", "x", "A: (m, n); x: (n)"),
    Case("sum(logsumexp(X, axis=1)) + sum(max(X, axis=0))", "X", "X: (m, n)"),
    Case("a' (b b' + diag(c))^-1 a", "c", "a, b, c: (n)"),
    Case("r A r'", "r", "r: (1, n); A: (n, n)"),
    Case("c' A c", "c", "c: (n, 1); A: (n, n)"),
    Case("t^3 + sin(t) t", "t", "t: scalar", 2),
    Case("N λ + D", "λ", LINEAR),
    Case("ε ‖T‖", "T", "T: (B, H, d); ε: scalar"),
    Case("‖softmax(Q K' / sqrt(d)) V‖²", "K", "Q, K, V: (B, T, d)"),
    Case("A[1,2] x_3^2 + Σ_j A_2j x_j^3", "x", SQUARE),
    Case("w' max(Z + 𝟏 y', axis=1)", "Z", "Z: (m, n); y: (n); w: (m)"),
    Case("x' kron(A, B) x", "x", "x: (m*n); A: (m, m); B: (n, n)"),
    Case("S^(1/2) x", "x", "S: (n, n) posdef; x: (n)"),
)
