"""What was typed, as a tree with places: nothing is resolved yet, only grouped.

Whether `dX` is a differential, `f(x)` a call or a product, `A_ij` an entry or a name, `dq/dB = ...` a claim
or a definition depends on the scope, so it is settled in `elaborate`; here it is a `Name`, a `Call`, a
`Relation`. Spans are code-point offsets into the document.

Derivatives are plain trees too; products go from left to right, so that what is derived may lie several levels up:

- `dq/dB`, `∂q/∂B_jk`, `\\frac{\\partial q}{\\partial B}`: `slash(Name dq, Name dB)`; `d q / d B`: the product chain `d, q, / d, B`.
- `d(x' A x)/dx`: `slash(Call d(...), Name dx)`; `∂(...)/∂x`, `∂x'a/∂x`, `∂ log det X/∂X`: a chain that begins with the Name `∂`.
- `d/dX tr(A X)`: `juxtapose(slash(d, dX), tr(...))`; of more factors each is juxtaposed to what stands before it.
- `d2q/dx2`: Names; `d^2 q/dx^2`: `slash(juxtapose(power(d, 2), q), power(dx, 2))`; `∂²q/∂x∂y'`: the chain `∂², q, / ∂x, ∂y'`.
- `grad_B q`, `hess_x q`, `∇_B f(B)`, `∇²_x q`: `juxtapose(Name ∇_B, ...)`; `∇f(x)`, `∇²f(x)`: a Call of the Name `∇f`.
- `W̄`, `W.grad`, `dX`, `grad_W`, `dL_dW`: Names. `σ'(z)`: `juxtapose(transpose(σ), Paren)`. `x^T` is `transpose` with an operator of two
  characters or more, so that a declared `T` can be told; `β^t` is a power.
"""

from __future__ import annotations

from fractions import Fraction

from shapecheck.core.record import dataclass
from shapecheck.core.span import Span


@dataclass(frozen=True, slots=True)
class Name:
    """A name. `key` is its one spelling: LaTeX names are Unicode (`\\omega_A` is `ω_A`), `W₁` and `W_{1}` are `W_1`.

    Names keep what belongs to them: `self.P`, `x̂`, `dB`, `∂q`, `∇_B`, `∇²_x`, `grad_B`, `e_i`, `X_ij`.
    """

    key: str
    span: Span


@dataclass(frozen=True, slots=True)
class Number:
    value: Fraction | float
    span: Span


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator with its arguments; `operator` is where the sign stands (empty for a blank between factors).

    op: sum level `add subtract`; `frobenius`; `hadamard hadamard_divide` (⊙ ∘ ⊘); product level `juxtapose star at
    dot times dotstar dotslash slash backslash` (blank, `*`, `@`, `· ⋅`, `×`, `.*`, `./`, `/`, `\\`); `matmul_r` (R's
    `%*%`); `kron` (⊗); unary `negate plus`; `power` and `dotpower` (base, exponent); postfix `transpose` (`' ᵀ ^T ^⊤ .T .mT`),
    `hermitian`, `inverse_transpose` (`^-T ⁻ᵀ`); dimensions also `floordiv`.
    """

    op: str
    args: tuple[Node, ...]
    operator: Span
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """`f(x, y, axis=1)`, `tr A`, `‖x‖`, `|x|`, `<A, B>`: the function's name as typed or, for brackets, its key.

    `style` is "call" for brackets right behind a name, "prefix" for `tr A` and `log det S`, and for the
    bracket notations "norm" (function key `norm`, `norm1`, `norm2`, `normF`), "bars" (`|x|`, key `abs`), "angle" (`inner`).
    `owner` is the module that stands before the function: `np` in `np.sum(x)`.
    """

    function: Name
    args: tuple[Node, ...]
    keywords: tuple[tuple[str, Node], ...]
    style: str
    span: Span
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """`A[i, j]`, `x[3]`, `W.grad[i]`: explicit index brackets. (`A_ij` and `A_{ij}` are names until resolved.)"""

    base: Node
    indices: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Sigma:
    """`Σ_ijk body`, `sum_i body`, `Σ_{i=1}^N body`: `indices` names, `limits` (lower, upper) where given.

    `name` is what `Σ_k` is where it is bound, a covariance; empty where the sign can only be a sum.
    """

    indices: tuple[str, ...]
    limits: tuple[Node, Node] | None
    body: Node
    operator: Span
    span: Span
    name: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """`[A, B; C, D]`, `[A B; C D]`, `[A | b]`, `[x; 1]`: rows of cells."""

    rows: tuple[tuple[Node, ...], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Paren:
    """Round brackets around one expression; kept because `(x)(y)` and fixes need to know."""

    body: Node
    span: Span


@dataclass(frozen=True, slots=True)
class ShapeLiteral:
    """`(B, T, C)`, `[N, D]`, `N x D`, `ℝ^{N×D}`, `scalar`, `()`: dimensions as nodes; `...` and `*` are names `...`."""

    dims: tuple[Node, ...]
    span: Span


Node = Name | Number | Apply | Call | Entry | Sigma | Block | Paren | ShapeLiteral


@dataclass(frozen=True, slots=True)
class Property:
    """A word behind a declaration's shape: `symmetric`, `posdef`, ... (known or not)."""

    word: str
    span: Span


@dataclass(frozen=True, slots=True)
class Declaration:
    """`A, C: (N, D) symmetric`, `λ: scalar`, `X.shape = (N, D)`, `A ∈ ℝ^{N×D}`; `shape` None where only properties stand."""

    names: tuple[Name, ...]
    shape: ShapeLiteral | None
    properties: tuple[Property, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Assigned:
    """A shape behind code, that of the names to which the code gives new values there: `x = f(y)  # shape: (N, D)`."""

    names: tuple[Name, ...]
    shape: ShapeLiteral
    properties: tuple[Property, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class DimensionDeclaration:
    """`dim N, D`."""

    names: tuple[Name, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Fact:
    """`where D = H*E` (relation "="), `where H | D` (relation "|")."""

    left: Node
    relation: str
    right: Node
    span: Span


@dataclass(frozen=True, slots=True)
class Relation:
    """Two or more sides joined by relations: definitions, chains, identities, claims, updates, index forms.

    `relations[i]` stands between `sides[i]` and `sides[i + 1]`, canonical: `=` (also `≔ := ←`), `==` (also `≡`), `≈`, `+=`, `-=`.
    """

    sides: tuple[Node, ...]
    relations: tuple[str, ...]
    operators: tuple[Span, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Assertion:
    """`A B : (N, N)`, `X W -> (N, K)`, `(B, T, hs) @ (B, hs, T) -> (B, T, T)`, chains of flows with several arrows."""

    expression: Node
    shapes: tuple[ShapeLiteral, ...]
    operator: Span
    span: Span


@dataclass(frozen=True, slots=True)
class Bare:
    """An expression that stands alone."""

    expression: Node
    span: Span


@dataclass(frozen=True, slots=True)
class Broken:
    """A statement that does not parse: what was found at `at`, and what was expected, in the user's words."""

    message: str
    at: Span
    span: Span


Statement = Declaration | Assigned | DimensionDeclaration | Fact | Relation | Assertion | Bare | Broken
