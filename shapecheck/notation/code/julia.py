"""Julia: vectors are columns, elementwise operations are dotted."""

from shapecheck.notation.code.language import ATOM, Language

SOFTMAX = """\
function _softmax(x)
    over = ndims(x) == 1 ? 1 : ndims(x)
    shifted = exp.(x .- maximum(x, dims=over))
    return shifted ./ sum(shifted, dims=over)
end
"""

LOGSOFTMAX = """\
function _logsoftmax(x)
    over = ndims(x) == 1 ? 1 : ndims(x)
    shifted = x .- maximum(x, dims=over)
    return shifted .- log.(sum(exp.(shifted), dims=over))
end
"""

SOFTPLUS = """\
_softplus(x) = max(x, 0) + log1p(exp(-abs(x)))
"""

LOGSUMEXP = """\
function _logsumexp(x)
    top = maximum(x)
    return top + log(sum(exp.(x .- top)))
end
"""

ERF = """\
using SpecialFunctions: erf as _erf
"""

ALONG = """\
function _logsumexp_along(x, axis)
    top = maximum(x, dims=axis)
    return dropdims(top .+ log.(sum(exp.(x .- top), dims=axis)), dims=axis)
end
"""

EINSUM = """\
function _einsum(inputs, output, operands...)
    sizes = Dict(letter => size(part, axis) for (axes, part) in zip(inputs, operands) for (axis, letter) in enumerate(axes))
    letters = unique(string(output, inputs...))
    out = zeros((sizes[letter] for letter in output)...)
    for point in CartesianIndices(Tuple(sizes[letter] for letter in letters))
        at = Dict(zip(letters, Tuple(point)))
        factors = (part[(at[letter] for letter in axes)...] for (axes, part) in zip(inputs, operands))
        out[(at[letter] for letter in output)...] += prod(factors)
    end
    return isempty(output) ? out[] : out
end
"""

SCATTER = """\
function _scatter(core, pattern, axes, shape)
    letters = unique(pattern)
    out = zeros(shape...)
    for point in CartesianIndices(Tuple(shape[findfirst(==(letter), pattern)] for letter in letters))
        at = Dict(zip(letters, Tuple(point)))
        out[(at[letter] for letter in pattern)...] = core[(at[letter] for letter in axes)...]
    end
    return out
end
"""

ELEMENTWISE = {
    key: f"{name}.({{0:0}})"
    for key, name in {
        **{key: key for key in ("exp", "log", "log1p", "expm1", "log2", "log10", "sqrt", "abs", "sign")},
        **{key: key for key in ("sin", "cos", "tan", "asin", "acos", "atan")},
        **{key: key for key in ("sinh", "cosh", "tanh", "asinh", "acosh", "atanh")},
    }.items()
}

RESERVED = """
baremodule begin break catch const continue do else elseif end export false finally for function global if
import let local macro module quote return struct true try using while I size ones zeros sum prod maximum
minimum dot tr det inv pinv kron norm diag diagm vec cross stack only π ℯ
"""

LANGUAGE = Language(
    name="julia",
    comment="#",
    rows="julia",
    aligned_left=True,
    reserved=frozenset(RESERVED.split()),
    templates={
        "add": ("{0:60} .+ {1:61}", 60),
        "subtract": ("{0:60} .- {1:61}", 60),
        "multiply": ("{0:70} .* {1:71}", 70),
        "divide": ("{0:70} ./ {1:71}", 70),
        "negate": ("-{0:80}", 80),
        "power": ("{0:91} .^ {1:91}", 90),
        "add_scalar": ("{0:60} + {1:61}", 60),
        "subtract_scalar": ("{0:60} - {1:61}", 60),
        "multiply_scalar": ("{0:70} * {1:71}", 70),
        "divide_scalar": ("{0:70} / {1:71}", 70),
        "power_scalar": ("{0:91} ^ {1:91}", 90),
        "as_column": ("{0}", ATOM),
        "as_row": ("{0:100}'", ATOM),
        "row_matrix": ("permutedims({0})", ATOM),
        "column_matrix": ("reshape({0}, :, 1)", ATOM),
        "transpose": ("{0:100}'", ATOM),
        "matmul": ("{0:70} * {1:71}", 70),
        "matvec": ("{0:70} * {1:71}", 70),
        "masked": ("{0:70} .* ({1:61} .> 0)", 70),
        "dot": ("dot({0}, {1})", ATOM),
        "outer": ("{0:70} * {1:100}'", 70),
        "solve": ("{0:70} \\ {1:71}", 70),
        "total": ("sum({0})", ATOM),
        "sumproduct": ("dot({0}, {1})", ATOM),
        "rowdots": ("vec(sum({0:70} .* {1:71}, dims=2))", ATOM),
        "sum_axis": ("dropdims(sum({0}, dims=<axis>), dims=<axis>)", ATOM),
        "transpose_tensor": ("permutedims({0}, (1:ndims({0}) - 2..., ndims({0}), ndims({0}) - 1))", ATOM),
        "einsum": ('_einsum([<texts>], "<output>", <operands>)', ATOM),
        "einsum_contracting": ('_einsum([<texts>], "<output>", <operands>)', ATOM),
        "scatter": ('_scatter({0}, "<pattern>", "<core>", <shape>)', ATOM),
        "stack": ("stack((<each> for <index> in eachcol(Matrix{Float64}(I, <size>, <size>))); dims=1)", ATOM),
        "axis": ("vec({call}, dims={axis}))", ATOM),
        "first_axis": ("1", ATOM),
        "eye": ("Matrix{Float64}(I, <size>, <size>)", ATOM),
        "ones": ("ones(<sizes>)", ATOM),
        "zeros": ("zeros(<sizes>)", ATOM),
        "one": ("1.0", ATOM),
        "zero": ("0.0", ATOM),
        "entry": ("{0:100}[<places>]", ATOM),
        "entry_row": ("{0:100}[<places>]", ATOM),
        "entry_tensor": ("{0:100}[<places>]", ATOM),
        "rounding": ("1e-12", ATOM),
        "unit": ("Float64.(1:<size> .== <index>)", ATOM),
        "reshape": ("reshape({0}, (<sizes>))", ATOM),  # of tensors: axes of size one come and go
        "reshape_1": ("vec(permutedims({0}))", ATOM),
        "reshape_2": ("permutedims(reshape({0}, reverse((<sizes>))))", ATOM),
        "to_scalar": ("only({0})", ATOM),
        "matrix_power": ("{0:100}^<exponent>", 90),
        "matrix_root": ("{0:100}^<exponent>", 90),
        "block": ("[<rows>]", ATOM),
        "block_row": ("<cells>", ATOM),
        "block_cell": (" ", ATOM),
        "block_between": ("; ", ATOM),
        "concatenate": ("[<parts>]", ATOM),
        "concatenate_between": ("; ", ATOM),
        "constant_pi": ("π", ATOM),
        "constant_e": ("ℯ", ATOM),
        "floor_divide": ("div(<top>, <bottom>)", ATOM),
    },
    functions={
        **ELEMENTWISE,
        "sigmoid": "(1 ./ (1 .+ exp.(-{0:100})))",
        "relu": "max.({0:0}, 0)",
        "step": "Float64.({0:61} .> 0)",
        "sigmoid of negative": "(1 ./ (1 .+ exp.({0:0})))",
        "softplus": "_softplus.({0:0})",
        "silu": "({0:70} ./ (1 .+ exp.(-{0:100})))",
        "erf": "_erf.({0:0})",
        "gelu": "(0.5 .* {0:71} .* (1 .+ _erf.({0:71} ./ sqrt(2))))",
        "skew": "[0 -{0:100}[3] {0:100}[2]; {0:100}[3] 0 -{0:100}[1]; -{0:100}[2] {0:100}[1] 0]",
        "maximum": "max.({0:0}, {1:0})",
        "minimum": "min.({0:0}, {1:0})",
        "softmax": "_softmax({0:0})",
        "logsoftmax": "_logsoftmax({0:0})",
        "logsumexp": "_logsumexp({0:0})",
        "mean": "(sum({0:0}) / length({0:0}))",
        "prod": "prod({0:0})",
        "max": "maximum({0:0})",
        "min": "minimum({0:0})",
        "norm": "norm({0:0})",
        "norm1": "sum(abs.({0:0}))",
        "max axis": "dropdims(maximum({0:0}, dims=<axis>), dims=<axis>)",
        "min axis": "dropdims(minimum({0:0}, dims=<axis>), dims=<axis>)",
        "norm axis": "dropdims(sqrt.(sum(abs2, {0:0}, dims=<axis>)), dims=<axis>)",
        "norm1 axis": "dropdims(sum(abs, {0:0}, dims=<axis>), dims=<axis>)",
        "logsumexp axis": "_logsumexp_along({0:0}, <axis>)",
        "cross": "cross({0:0}, {1:0})",
        "diag": "diagm({0:0})",
        "diagonal": "diag({0:0})",
        "tr": "tr({0:0})",
        "kron": "kron({0:0}, {1:0})",
        "inv": "inv({0:0})",
        "pinv": "pinv({0:0})",
        "det": "det({0:0})",
        "logdet": "logabsdet({0:0})[1]",
    },
    helpers={
        "_erf": ERF,
        "_softplus": SOFTPLUS,
        "_softmax": SOFTMAX,
        "_logsoftmax": LOGSOFTMAX,
        "_logsumexp": LOGSUMEXP,
        "_logsumexp_along": ALONG,
        "_einsum": EINSUM,
        "_scatter": SCATTER,
    },
)

IMPORT = "using LinearAlgebra"
