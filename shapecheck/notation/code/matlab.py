"""MATLAB and Octave: everything is a matrix, vectors are columns."""

from shapecheck.notation.code.language import ATOM, Language

SOFTMAX = """\
function y = softmax_(x)
    over = 2 - (size(x, 2) == 1);
    shifted = exp(x - max(x, [], over));
    y = shifted ./ sum(shifted, over);
end
"""

LOGSUMEXP = """\
function y = logsumexp_(x)
    top = max(x(:));
    y = top + log(sum(exp(x(:) - top)));
end
"""

LOGDET = """\
function y = logdet_(A)
    [~, U] = lu(A);
    y = sum(log(abs(diag(U))));
end
"""

SAME = ("exp", "log", "log1p", "expm1", "log2", "log10", "sqrt", "abs", "sign", "sin", "cos", "tan", "asin", "acos", "atan")
HYPERBOLIC = ("sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "kron", "inv", "pinv", "det")

LANGUAGE = Language(
    name="matlab",
    comment="%",
    rows="matlab",
    templates={
        "add": ("{0:60} + {1:61}", 60),
        "subtract": ("{0:60} - {1:61}", 60),
        "multiply": ("{0:70} .* {1:71}", 70),
        "divide": ("{0:70} ./ {1:71}", 70),
        "negate": ("-{0:70}", 60),
        "power": ("{0:91} .^ {1:91}", 90),
        "as_column": ("{0}", ATOM),
        "as_row": ("{0:100}'", ATOM),
        "row_matrix": ("{0:100}'", ATOM),
        "column_matrix": ("{0}", ATOM),
        "transpose": ("{0:100}'", ATOM),
        "matmul": ("{0:70} * {1:71}", 70),
        "matvec": ("{0:70} * {1:71}", 70),
        "dot": ("{0:100}' * {1:71}", 70),
        "outer": ("{0:70} * {1:100}'", 70),
        "solve": ("{0:70} \\ {1:71}", 70),
        "total": ("sum(sum({0}))", ATOM),
        "sumproduct": ("sum(sum({0:70} .* {1:71}))", ATOM),
        "rowdots": ("sum({0:70} .* {1:71}, 2)", ATOM),
        "sum_axis": ("reshape(sum({0}, <axis>), [], 1)", ATOM),
        "axis": ("reshape({call}, {axis}), [], 1)", ATOM),
        "first_axis": ("1", ATOM),
        "eye": ("eye(<size>)", ATOM),
        "ones_1": ("ones(<size>, 1)", ATOM),
        "ones": ("ones(<sizes>)", ATOM),
        "zeros_1": ("zeros(<size>, 1)", ATOM),
        "zeros": ("zeros(<sizes>)", ATOM),
        "one": ("1", ATOM),
        "zero": ("0", ATOM),
        "unit": ("eye(<size>)(:, <index>)", ATOM),
        "reshape_1": ("reshape({0:100}', [], 1)", ATOM),
        "reshape_2": ("reshape({0}, fliplr([<sizes>]))'", ATOM),
        "to_scalar": ("{0}", ATOM),
        "matrix_power": ("{0:100}^<exponent>", 90),
        "matrix_root": ("{0:100}^<exponent>", 90),
        "block": ("[<rows>]", ATOM),
        "block_row": ("<cells>", ATOM),
        "block_cell": (", ", ATOM),
        "block_between": ("; ", ATOM),
        "concatenate": ("[<parts>]", ATOM),
        "concatenate_between": ("; ", ATOM),
        "constant_pi": ("pi", ATOM),
        "constant_e": ("exp(1)", ATOM),
        "floor_divide": ("floor(<top> / <bottom>)", ATOM),
    },
    functions={
        **{key: f"{key}({{0:0}})" for key in (*SAME, *HYPERBOLIC)},
        "kron": "kron({0:0}, {1:0})",
        "sigmoid": "(1 ./ (1 + exp(-{0:100})))",
        "relu": "max({0:0}, 0)",
        "step": "double({0:61} > 0)",
        "softplus": "log1p(exp({0:0}))",
        "silu": "({0:70} ./ (1 + exp(-{0:100})))",
        "gelu": "(0.5 * {0:71} .* (1 + erf({0:71} / sqrt(2))))",
        "maximum": "max({0:0}, {1:0})",
        "minimum": "min({0:0}, {1:0})",
        "softmax": "softmax_({0:0})",
        "logsoftmax": "log(softmax_({0:0}))",
        "logsumexp": "logsumexp_({0:0})",
        "mean": "(sum(sum({0:0})) / numel({0:0}))",
        "prod": "prod(prod({0:0}))",
        "max": "max(max({0:0}))",
        "min": "min(min({0:0}))",
        "norm": "norm({0:0}, 'fro')",
        "norm1": "sum(sum(abs({0:0})))",
        "cross": "cross({0:0}, {1:0})",
        "skew": "[0, -{0:100}(3), {0:100}(2); {0:100}(3), 0, -{0:100}(1); -{0:100}(2), {0:100}(1), 0]",
        "diag": "diag({0:0})",
        "diagonal": "diag({0:0})",
        "tr": "trace({0:0})",
        "logdet": "logdet_({0:0})",
    },
    helpers={"softmax_": SOFTMAX, "logsumexp_": LOGSUMEXP, "logdet_": LOGDET},
)

IMPORT = ""
