"""What section 2 of the language says about where annotations stand, sentence by sentence."""

from __future__ import annotations

import pytest

from shapecheck import hosts
from shapecheck.hosts import Annotation, Extract


def pieces(text: str, language: str = "python") -> list[list[str]]:
    return [[piece.of(text) for piece in annotation.pieces] for annotation in hosts.extract(text, language).annotations]


def only(text: str, language: str = "python") -> Annotation:
    (annotation,) = hosts.extract(text, language).annotations
    return annotation


def scope_of(text: str, mark: str, language: str = "python") -> str:
    """The name of the scope that the annotation declaring `mark` belongs to."""
    found = hosts.extract(text, language)
    (scope,) = {a.scope for a in found.annotations if any(mark in piece.of(text) for piece in a.pieces)}
    return found.scopes[scope].name


def silenced(text: str, language: str = "python") -> list[tuple[str, tuple[str, ...], str, str]]:
    return [(s.kind, s.rules, s.span.of(text), s.covers.of(text)) for s in hosts.extract(text, language).suppressions]


RUNNING_EXAMPLE = """\
def score(A, B, w_a, w_b):
    # shape:
    #   A: (N, D)    B: (D, N)    w_a, w_b: (N)
    #   q = w_a' A B w_b
    #   dq/dB = w_a' A w_b            <- flagged
    q = w_a @ A @ B @ w_b
"""


def test_running_example() -> None:
    assert pieces(RUNNING_EXAMPLE) == [
        ["A: (N, D)    B: (D, N)    w_a, w_b: (N)", "q = w_a' A B w_b", "dq/dB = w_a' A w_b            <- flagged"]
    ]
    assert only(RUNNING_EXAMPLE).kind == "block"
    assert scope_of(RUNNING_EXAMPLE, "q =") == "score"


def test_documentation_right_above_a_function_is_of_its_scope() -> None:
    text = (
        "// shape: A: (F)\nvoid f() {}\n/// shape: B: (F)\n\n#include <x>\n"
        "/** shape: C: (g) */\nvoid g() {\n  /// shape: E: (g)\n  if (x) {}\n}\n"
    )
    wanted = {"A": "", "B": "", "C": "g", "E": "g"}
    assert {name: scope_of(text, f"{name}: (", "cpp") for name in wanted} == wanted


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# shape: A: (N, D)", [["A: (N, D)"]]),
        ("#shape:A: (N, D)", [["A: (N, D)"]]),
        ("## shape: A: (N, D)", [["A: (N, D)"]]),
        ("# Shape: A: (N, D)", []),
        ("# the shape: A: (N, D)", []),
        ("# reshape: A", []),
        ("s = '# shape: A: (N, D)'", []),
        ('s = f"""\n# shape: A: (N, D)\n"""', []),
        ("s = 'it\\'s'  # shape: (N)", [["(N)"]]),
        ("# shape:\n# A: (N, D)", []),
        ("# shape:\n#   A: (N, D)\n# B: (N, D)", [["A: (N, D)"]]),
        ("# shape:\n#\tA: (N, D)", [["A: (N, D)"]]),
        ("# shape:\n#   A: (N, D)\n\n#   B: (D, N)", [["A: (N, D)"]]),
        ("# shape:\n#   A: (N, D)\n#\n#   B: (D, N)", [["A: (N, D)", "B: (D, N)"]]),
        ("# shape:\n#   A: (N, D)\nx = 1  #   B: (D, N)", [["A: (N, D)"]]),
        ("    # shape:\n  #   A: (N, D)", [["A: (N, D)"]]),
        ("def f(A):  # shape:\n    #     A: (N, D)\n    pass", [["A: (N, D)"]]),
        ("# shape:", []),
        ("# shape: \nx = 1", []),
        ("# as above # shape: ignored", []),
        ("# old = f(x)  # shape: (N)", []),
        ("x = 1  # type: ignore[attr]  # shape: (N)", [["(N)"]]),
        ("x = 1  # noqa: E501 # shape: (N)", [["(N)"]]),
    ],
)
def test_word(text: str, found: list[list[str]]) -> None:
    assert pieces(text) == found
    assert pieces(text.replace("\n", "\r\n")) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# shape: q = a' B +\n#   c", [["q = a' B +", "c"]]),
        ("# shape: q = f(\n#   c)", [["q = f(", "c)"]]),
        ("# shape: q = a' B\n#   + c\n#   - d", [["q = a' B", "+ c", "- d"]]),
        ("# shape: q = a' B\n#   = c", [["q = a' B", "= c"]]),
        ("# shape: q = a' B\n# is what we want", [["q = a' B"]]),
        ("# shape: q = a' B\n# - it is what we want", [["q = a' B"]]),
        ("# shape: q = a' B\n# ------", [["q = a' B"]]),
        ("# shape: q = a' B +\nx = 1\n#   c", [["q = a' B +"]]),
        ("x = f(y)  # shape: A +\n          #        B", [["A +", "B"]]),
        ("# shape: A: (N, D)\n# shape: = B", [["A: (N, D)"], ["= B"]]),
    ],
)
def test_continuation(text: str, found: list[list[str]]) -> None:
    assert pieces(text) == found


@pytest.mark.parametrize(
    ("code", "language", "target"),
    [
        ("x = f(y)", "python", "x"),
        ("self.x = f(y)", "python", "self.x"),
        ("x: Tensor = f(y)", "python", "x"),
        ("x: Tensor", "python", "x"),
        ("a, b = f(y)", "python", "a b"),
        ("self.a, (b, *c), d[0], _ = f(y)", "python", "self.a b *c d[0] _"),
        ("[a, b] = f(y)", "python", "a b"),
        ("x, = f(y)", "python", "x"),
        ("a + b, c = f(y)", "python", ""),
        ("if (x := f(y)) > 0:", "python", "x"),
        ("with f(y) as x, g(y) as (a, b):", "python", "x a b"),
        ("for a, (b, c) in xs:", "python", "a b c"),
        ("for i, (a, b) in enumerate(xs):", "python", "a b"),
        ("for k, x in xs.items():", "python", "x"),
        ("x[0] = f(y)", "python", ""),
        ("x += f(y)", "python", "x"),
        ("a = b = f(y)", "python", "a b"),
        ("a = b == c", "python", "a"),
        ("a = 1; b = f(y)", "python", "b"),
        ("x = f(a=1, b='=')", "python", "x"),
        ("f(a=1)", "python", ""),
        ("return x", "python", ""),
        ("x == y", "python", ""),
        ("if a: x = f(y)", "python", "x"),
        ("for x in xs:", "python", "x"),
        ("x = f(\n    y,\n)", "python", "x"),
        ("x = f(\n    y,\n).view(B, T).sum(\n    1,\n).t()", "python", "x"),
        ("x = [\n    f(a),\n]", "python", "x"),
        ("x = {\n    f(a),\n}", "python", ""),
        ("def f(x,", "python", "x"),
        ("def f(a, x):", "python", ""),
        ("def f(\n    a,\n    x: Tensor = None,", "python", "x"),
        ("def f(a, x=None,", "python", "x"),
        ("def f(\n    self,\n    a, b: Dict[str, int] = None, *,", "python", "a b"),
        ("def f(\n    q, k, v,", "python", "q k v"),
        ("y = g(\n    x=1,", "python", ""),
        ("else:", "python", ""),
        ("auto x = f(y);", "cpp", "x"),
        ("const Eigen::Matrix<double, 3, 4>& x = f(y);", "cpp", "x"),
        ("Eigen::MatrixXd K;", "cpp", "K"),
        ("const Eigen::Matrix<double, 3, 4> A(n, 2 * m), B{n, m};", "cpp", "A B"),
        ("Eigen::MatrixXd K, L;", "cpp", "K L"),
        ("MatrixXd solve(const MatrixXd& A);", "cpp", ""),
        ("MatrixXd solve(const MatrixXd& A) {", "cpp", ""),
        ("void f(\n    const MatrixXd& A, const MatrixXd& B = MatrixXd(),", "cpp", "A B"),
        ("auto [Q, R] = qr(A);", "cpp", "Q R"),
        ("const float* __restrict__ Q,", "cuda-cpp", "Q"),
        ("float acc[4][5], *b;", "c", "acc b"),
        ("this->x = f(y);", "cpp", "x"),
        ("f(a, b);", "cpp", ""),
        ("return x;", "cpp", ""),
        ("x[i] = 1;", "cpp", ""),
        ("let mut x = f(y);", "rust", "x"),
        ("let x: Array2<f64> = f(y);", "rust", "x"),
        ("pub x: Array2<f64>,", "rust", "x"),
        ("let (q, mut r): (A, B) = f(y);", "rust", "q r"),
        ("fn f(\n    mut q: &Array2<f64>,", "rust", "q"),
        ("const x = f(y);", "javascript", "x"),
        ("const [q, k] = f(y);", "javascript", "q k"),
        ("const { q, k } = f(y);", "typescript", "q k"),
        ("x := f(y)", "go", "x"),
        ("q, err := f(y)", "go", "q err"),
        ("func f(\n    q, k *mat.Dense,", "go", "q k"),
        ("x <- f(y)", "r", "x"),
        ("x = f(y);", "matlab", "x"),
        ("[Q, R] = qr(A);", "matlab", "Q R"),
        ("[~, R] = qr(A);", "matlab", "~ R"),
        ("x = f(y)", "julia", "x"),
        ("q, (k, v) = f(y)", "julia", ""),
        ("q, k = f(y)", "julia", "q k"),
        ("x::Matrix{Float64} = f(y)", "julia", "x"),
        ("local x = f(y)", "lua", "x"),
        ("local q, r = f(y)", "lua", "q r"),
        ("let x = f y in", "ocaml", "x"),
        ("let q, r = f y in", "ocaml", "q r"),
        ("let f x = y", "ocaml", ""),
        ("x = f y", "haskell", "x"),
        ("(q, r) = f y", "haskell", "q r"),
        ("f x = y", "haskell", ""),
        ("real(8) :: a(n, m), b(m)", "FortranFreeForm", "a b"),
        ("val x: Matrix = f(y)", "kotlin", "x"),
        ("val (q, r) = f(y)", "kotlin", "q r"),
        ("let x = f(y)", "swift", "x"),
        ("let (q, r) = f(y)", "swift", "q r"),
        ("var x = f(y);", "csharp", "x"),
    ],
)
def test_target(code: str, language: str, target: str) -> None:
    sign = {"python": "#", "r": "#", "julia": "#", "matlab": "%", "lua": "--", "haskell": "--", "FortranFreeForm": "!"}.get(language, "//")
    text = f"{code}  (* shape: (N, D) *)" if language == "ocaml" else f"{code}  {sign} shape: (N, D)"
    annotation = only(text, language)
    assert annotation.kind == "trailing"
    assert tuple(found.of(text) for found in annotation.targets) == tuple(target.split())


@pytest.mark.parametrize(
    "text",
    [
        "/* shape:\n *   A: (N, D)\n *   q = B C\n */",
        "/* shape:\n     A: (N, D)\n     q = B C\n*/",
        "/* shape:\n   A: (N, D)\n   q = B C */",
        "/*\n * Prose.\n * shape:\n *   A: (N, D)\n *   q = B C\n * More.\n */",
        "/**\n   shape:\n     A: (N, D)\n\n     q = B C\n   More.\n */",
        "  /* shape: */\n  /*   A: (N, D) */\n  /*   q = B C */",
        "// shape:\n//   A: (N, D)\n//   q = B C\n// More.",
        "/// shape:\n///   A: (N, D)\n///   q = B C\nint x;",
    ],
)
def test_block_comments(text: str) -> None:
    for document in (text, f"int y;\n{text}\n", text.replace("\n", "\r\n")):
        assert pieces(document, "cpp") == [["A: (N, D)", "q = B C"]]
        assert only(document, "cpp").kind == "block"


DOCSTRING = '''\
{before}
    """Score of a pair.

    shape:
        A: (N, D)    # rows

        q = w' A v
    Returns:
        shape:
            tuple of ints, the shape
        shape: (N, D)
    """
'''


@pytest.mark.parametrize("before", ["def f(a: int = {}, *, b=(1, 2)) -> dict[str, int]:", "class K(Base[int]):", "async def f():  # why"])
def test_docstring(before: str) -> None:
    text = DOCSTRING.format(before=before) if "{}" not in before else DOCSTRING.replace("{before}", before)
    assert pieces(text) == [["A: (N, D)    # rows", "q = w' A v"]]
    assert scope_of(text, "q =") in ("f", "K")


@pytest.mark.parametrize(
    "before", ["x = [\n    1,\n]", "if x:", "def f():\n    pass\n\nx = 1", "def f():\n    x = lambda:", "'''Module.'''"]
)
def test_other_strings_are_no_docstrings(before: str) -> None:
    assert pieces(DOCSTRING.replace("{before}", before)) == []


def test_module_docstring() -> None:
    text = '#!/usr/bin/python\n# A comment.\nr"""\nshape:\n  A: (N, D)\n"""\n'
    assert pieces(text) == [["A: (N, D)"]]
    assert pieces("f" + text.split("\nr", 1)[1]) == []


def test_docstring_of_prose_is_silent() -> None:
    for body in (
        *("tuple of ints", "The shape: a tuple of ints", "(n, m)", "Dimensions of :py:class:`~.SDM` matrix", "type: integer"),
        *("default: None", "axis=0, keepdims=True", "shape of the array, i.e. (n, m)", "A tuple (rows, columns)."),
    ):
        assert pieces(f'def f():\n    """\n    shape:\n        {body}\n    """') == []


@pytest.mark.parametrize(
    "first",
    [
        "A, B: (N, D)",
        "x: N",
        "A : [N, D]",
        "A in R^(NxD)",
        "λ: scalar",
        "A: N x D",
        "q = A B",
        "q=A B",
        "where D = H*E",
        "dim N, D",
        "x: n_rows",
    ],
)
def test_docstring_of_statements(first: str) -> None:
    assert pieces(f'def f():\n    """\n    shape:\n        {first}\n        y: M\n    """') == [[first, "y: M"]]


PYTHON_SCOPES = '''\
# shape: A: (F, F)
class K:
    # shape: B: (K, K)
    @property
    def f(self,
x=(
1)):  # shape: C: (f, f)
        """Text
at the margin."""
        y = """
text
"""
        # shape: D: (f, f)
# shape: E: (f, f)
        z = g(
    1
)
        # shape: G: (f, f)
    # shape: H: (K, K)
    async def h(self): return 1  # shape: I: (h, h)
    # shape: J: (K, K)
    def broken(:
\tif x:
\t    # shape: L: (broken, broken)
        def inner(
# shape: M: (after, after)
def after():

    # shape: N: (after, after)

# shape: O: (F, F)
x = [1,
# shape: P: (F, F)
'''


def test_python_scopes() -> None:
    wanted = {
        "A": "",
        "B": "K",
        "C": "f",
        "D": "f",
        "E": "f",
        "G": "f",
        "H": "K",
        "I": "h",
        "J": "K",
        "L": "broken",
        "N": "after",
        "O": "",
        "P": "",
    }
    assert {name: scope_of(PYTHON_SCOPES, f"{name}: (") for name in wanted} == wanted


CPP_SCOPES = """\
// shape: A: (F, F)
namespace n {
/* { */ const char* s = "{"; char c = '{';
void f(const float* x,  // shape: B: (f, f)
       float* y) {
  // shape: C: (f, f)
  for (int i = 0; i < 3; ++i) {
    // shape: D: (f, loop)
  }
}
// shape: E: (n, n)
struct K {
  // shape: G: (K, K)
};
}
// shape: H: (F, F)
"""


def test_brace_scopes() -> None:
    wanted = {"A": "", "B": "f", "C": "f", "D": "", "E": "n", "G": "K", "H": ""}
    assert {name: scope_of(CPP_SCOPES, f"{name}: (", "cpp") for name in wanted} == wanted
    found = hosts.extract(CPP_SCOPES, "cpp")
    loop = next(a.scope for a in found.annotations if "D:" in a.pieces[0].of(CPP_SCOPES))
    assert found.scopes[loop].parent == next(i for i, scope in enumerate(found.scopes) if scope.name == "f")


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        (
            "# shape: A: (F)\nfunction f(x)\n  y = [a for a in x if a > x[end]]\n  # shape: B: (f)\n"
            "  if y; begin; end; end\nend\n# shape: C: (F)\n",
            "julia",
            {"A": "", "B": "f", "C": ""},
        ),
        ("function f(x)\n# shape: A: (F)\n", "julia", {"A": ""}),
        (
            "% shape: A: (F)\nfunction y = f(x)\n% shape: B: (f)\ny = x(end);\nif y, y = 1; end\nend\n% shape: C: (F)\n",
            "matlab",
            {"A": "", "B": "f", "C": ""},
        ),
        ("function y = f(x)\n% shape: A: (f)\nif y, y = 1; end\nfunction g(x)\n% shape: B: (g)\n", "matlab", {"A": "f", "B": "g"}),
        (
            "classdef K\n  methods (Static)\n    function y = f(x)\n      % shape: A: (f)\n    end\n  end\n  % shape: B: (F)\nend\n",
            "matlab",
            {"A": "f", "B": ""},
        ),
        (
            "local function f(x)\n  for i = 1, 2 do if x then y() elseif z then end end\n  -- shape: A: (f)\nend\n-- shape: B: (F)\n",
            "lua",
            {"A": "f", "B": ""},
        ),
        (
            "module m\ncontains\nreal(8) function f(x)\n  if (x) then\n  end if\n  ! shape: A: (f)\n"
            "end function f\nsubroutine s\n! shape: B: (s)\nend\nend module m\n",
            "fortran",
            {"A": "f", "B": "s"},
        ),
        ("f <- function(x) {\n  # shape: A: (f)\n}\n# shape: B: (F)\n", "r", {"A": "f", "B": ""}),
        ("const f = (x) => {\n  // shape: A: (f)\n  `${ {} }`\n}\n// shape: B: (F)\n", "javascript", {"A": "f", "B": ""}),
    ],
)
def test_word_scopes(text: str, language: str, wanted: dict[str, str]) -> None:
    assert {name: scope_of(text, f"{name}: (", language) for name in wanted} == wanted


def test_ignore() -> None:
    assert silenced("x = A @ B  # shape: ignore\n") == [("ignore", (), "# shape: ignore", "x = A @ B  # shape: ignore")]
    assert silenced("x = 1  # shape: ignore[a, b-c]") == [
        ("ignore", ("a", "b-c"), "# shape: ignore[a, b-c]", "x = 1  # shape: ignore[a, b-c]")
    ]
    assert silenced("# shape: ignored\n# to write shape: ignore\ns = '# shape: ignore'\n# `# shape: ignore`") == []


def test_ignore_behind_a_statement() -> None:
    text = "# shape:\n#   A: (N, D)\n#   q = A +   # shape: ignore[shape-mismatch]\n#     B\n#   r = A\n"
    assert pieces(text) == [["A: (N, D)", "q = A +", "B", "r = A"]]
    (found,) = silenced(text)
    assert found[1:3] == (("shape-mismatch",), "# shape: ignore[shape-mismatch]")
    assert found[3] == "#   q = A +   # shape: ignore[shape-mismatch]\n#     B"


def test_ignore_behind_an_annotation() -> None:
    for ignore in ("shape: ignore", " shape: ignore[a]", "# shape: ignore"):
        assert pieces(f"# shape:\n#   q = A B {ignore}") == [["q = A B"]]
    assert pieces("x = f(y)  # shape: (N, D)  # shape: ignore") == [["(N, D)"]]
    assert pieces("x = f(y);  // shape: (N, D//H)  // shape: ignore", "cpp") == [["(N, D//H)"]]
    assert silenced("/* shape: A B  // shape: ignore */", "c")[0][2] == "// shape: ignore"


def test_regions() -> None:
    text = "a\n# shape: off\nb\n# shape: on\nc\n# shape: off[x]\nd\n"
    assert silenced(text) == [
        ("region", (), "# shape: off", "# shape: off\nb\n# shape: on"),
        ("region", ("x",), "# shape: off[x]", "# shape: off[x]\nd\n"),
    ]
    assert pieces("# shape: off by one\n# shape: on") == [["off by one"]]


def test_other_line_ends_are_none() -> None:
    for sign in "\x0b\x0c\x1c\x85\u2028":
        assert pieces(f"# shape: A: (N,{sign} D)") == [[f"A: (N,{sign} D)"]]
        assert pieces(f"# a{sign}# shape: A: (N, D)") == []


MARKDOWN = """\
Prose `<!-- shape: no -->` and <!-- shape: A: (N, D) -->.

```py title="x"
def f():
    # shape: B: (f, f)
```

~~~shape
C: (N, K)
D: (K, N)
~~~

shape:
    E: (N, M)
    G: (M, N)

shape:
    some prose about the shape

````cpp
```
// shape: H: (N, N)
````

```text
# shape: no
```

<!--
shape:
  I: (N, D)
-->
"""


def test_markdown() -> None:
    assert pieces(MARKDOWN, "markdown") == [
        ["A: (N, D)"],
        ["B: (f, f)"],
        ["C: (N, K)", "D: (K, N)"],
        ["E: (N, M)", "G: (M, N)"],
        ["H: (N, N)"],
        ["I: (N, D)"],
    ]
    found: Extract = hosts.extract(MARKDOWN, "markdown")
    assert [a.kind for a in found.annotations] == ["line", "line", "block", "block", "line", "block"]
    assert scope_of(MARKDOWN, "B:", "markdown") == "f"
    assert [a.scope for a in found.annotations].count(0) == 4
