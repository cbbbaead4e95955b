"""MATLAB and Octave: everything is a matrix, vectors are columns."""

from shapecheck.notation.code.language import ATOM, Language

SOFTMAX = """\
function y = softmax_(x, axis)
    shifted = exp(x - max(x, [], axis));
    y = shifted ./ sum(shifted, axis);
end
"""

LOGSOFTMAX = """\
function y = logsoftmax_(x, axis)
    shifted = x - max(x, [], axis);
    y = shifted - log(sum(exp(shifted), axis));
end
"""

SOFTPLUS = """\
function y = softplus_(x)
    y = max(x, 0) + log1p(exp(-abs(x)));
end
"""

LOGSUMEXP = """\
function y = logsumexp_(x)
    top = max(x(:));
    y = top + log(sum(exp(x(:) - top)));
end
"""

ALONG = """\
function y = logsumexp_along_(x, axis)
    top = max(x, [], axis);
    y = top + log(sum(exp(x - top), axis));
end
"""

DROP = """\
function y = drop_(y, axis)
    sizes = [size(y), 1, 1];
    sizes(axis) = [];
    y = reshape(y, sizes);
end
"""

EINSUM = """\
function out = einsum_(inputs, output, varargin)
    letters = [output, setdiff([inputs{:}], output)];
    out = 1;
    for place = 1:numel(inputs)
        axes = inputs{place};
        own = letters(ismember(letters, axes));
        shape = ones(1, max(2, numel(letters)));
        for axis = 1:numel(axes)
            shape(letters == axes(axis)) = size(varargin{place}, axis);
        end
        entries = entries_(own, shape(ismember(letters, own)), axes);
        out = out .* reshape(varargin{place}(entries), shape);
    end
    for axis = numel(output) + 1:numel(letters)
        out = sum(out, axis);
    end
end
"""

ENTRIES = """\
function entries = entries_(letters, sizes, axes)
    strides = cumprod([1, arrayfun(@(letter) sizes(letters == letter), axes)]);
    entries = ones([sizes, 1, 1]);
    for place = 1:numel(axes)
        axis = find(letters == axes(place));
        shape = ones(1, max(2, numel(letters)));
        shape(axis) = sizes(axis);
        entries = entries + strides(place) * reshape(0:sizes(axis) - 1, shape);
    end
end
"""

SCATTER = """\
function out = scatter_(core, pattern, axes, shape)
    letters = unique(pattern);
    sizes = arrayfun(@(letter) shape(find(pattern == letter, 1)), letters);
    out = zeros(shape);
    out(entries_(letters, sizes, pattern)) = core(entries_(letters, sizes, axes));
end
"""

STACK = """\
function out = stack_(part, count, rank)
    units = eye(count);
    for place = 1:count
        one = part(units(:, place));
        out(place, :) = reshape(one, 1, []);
    end
    sizes = size(one);
    out = reshape(out, [count, sizes(1:rank), ones(1, rank == 0)]);
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

RESERVED = """
break case catch else elseif end for function global if otherwise parfor persistent return switch try while
ans i j e pi eps inf nan size eye ones zeros sum mean prod max min abs exp log sqrt diag trace det inv pinv
kron norm reshape repmat full double cross mean permute numel erf tanh sign assert floor result result2
"""

LANGUAGE = Language(
    name="matlab",
    comment="%",
    rows="matlab",
    aligned_left=True,
    reserved=frozenset(RESERVED.split()),
    ascii=True,
    indexes_names=True,
    templates={
        "add": ("{0:60} + {1:61}", 60),
        "subtract": ("{0:60} - {1:61}", 60),
        "multiply": ("{0:70} .* {1:71}", 70),
        "divide": ("{0:70} ./ {1:71}", 70),
        "negate": ("-{0:80}", 80),
        "power": ("{0:91} .^ {1:91}", 90),
        "multiply_scalar": ("{0:70} * {1:71}", 70),
        "divide_scalar": ("{0:70} / {1:71}", 70),
        "power_scalar": ("{0:91} ^ {1:91}", 90),
        "as_column": ("{0}", ATOM),
        "as_row": ("{0:100}'", ATOM),
        "row_matrix": ("{0:100}'", ATOM),
        "column_matrix": ("{0}", ATOM),
        "transpose": ("{0:100}'", ATOM),
        "matmul": ("{0:70} * {1:71}", 70),
        "matvec": ("{0:70} * {1:71}", 70),
        "masked": ("{0:70} .* ({1:61} > 0)", 70),
        "dot": ("{0:100}' * {1:71}", 70),
        "outer": ("{0:70} * {1:100}'", 70),
        "solve": ("{0:70} \\ {1:71}", 70),
        "total": ("sum(sum({0}))", ATOM),
        "sumproduct": ("sum(sum({0:70} .* {1:71}))", ATOM),
        "sumproduct_tensor": ("sum(reshape({0:70} .* {1:71}, [], 1))", ATOM),
        "rowdots": ("sum({0:70} .* {1:71}, 2)", ATOM),
        "total_tensor": ("sum(reshape({0}, [], 1))", ATOM),
        "sum_axis_tensor": ("permute(sum({0}, <axis>), [setdiff(1:<rank> + 1, <axis>), <axis>])", ATOM),
        "transpose_tensor": ("permute({0}, [1:ndims({0}) - 2, ndims({0}), ndims({0}) - 1])", ATOM),
        "einsum": ("einsum_({<inputs>}, '<output>', <operands>)", ATOM),
        "einsum_contracting": ("einsum_({<inputs>}, '<output>', <operands>)", ATOM),
        "scatter": ("scatter_({0}, '<pattern>', '<core>', [<sizes>])", ATOM),
        "stack": ("stack_(@(<index>) <each>, <size>, <rank>)", ATOM),
        "sum_axis": ("reshape(sum({0}, <axis>), [], 1)", ATOM),
        "axis": ("reshape({call}, {axis}), [], 1)", ATOM),
        "first_axis": ("1", ATOM),
        "eye": ("full(eye(<size>))", ATOM),
        "ones_1": ("ones(<size>, 1)", ATOM),
        "ones": ("ones(<sizes>)", ATOM),
        "zeros_1": ("zeros(<size>, 1)", ATOM),
        "zeros": ("zeros(<sizes>)", ATOM),
        "one": ("1", ATOM),
        "zero": ("0", ATOM),
        "entry": ("{0:100}(<places>)", ATOM),
        "entry_row": ("{0:100}(<places>)'", ATOM),
        "entry_tensor": ("reshape({0:100}(<places>), [<sizes>, 1])", ATOM),
        "rounding": ("1e-12", ATOM),
        "unit": ("double((1:<size>)' == <index>)", ATOM),
        "reshape": ("reshape({0}, [<sizes>])", ATOM),  # of tensors: axes of size one come and go
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
        "sigmoid of negative": "(1 ./ (1 + exp({0:0})))",
        "softplus": "softplus_({0:0})",
        "silu": "({0:70} ./ (1 + exp(-{0:100})))",
        "gelu": "(0.5 * {0:71} .* (1 + erf({0:71} / sqrt(2))))",
        "maximum": "max({0:0}, {1:0})",
        "minimum": "min({0:0}, {1:0})",
        "softmax": "softmax_({0:0}, <last>)",
        "logsoftmax": "logsoftmax_({0:0}, <last>)",
        "logsumexp": "logsumexp_({0:0})",
        "mean": "mean(reshape({0:0}, [], 1))",
        "prod": "prod(reshape({0:0}, [], 1))",
        "max": "max(reshape({0:0}, [], 1))",
        "min": "min(reshape({0:0}, [], 1))",
        "norm": "norm(reshape({0:0}, [], 1))",
        "norm1": "norm(reshape({0:0}, [], 1), 1)",
        "mean axis": "drop_(mean({0:0}, <axis>), <axis>)",
        "prod axis": "drop_(prod({0:0}, <axis>), <axis>)",
        "max axis": "drop_(max({0:0}, [], <axis>), <axis>)",
        "min axis": "drop_(min({0:0}, [], <axis>), <axis>)",
        "norm axis": "drop_(sqrt(sum({0:100}.^2, <axis>)), <axis>)",
        "norm1 axis": "drop_(sum(abs({0:0}), <axis>), <axis>)",
        "logsumexp axis": "drop_(logsumexp_along_({0:0}, <axis>), <axis>)",
        "cross": "cross({0:0}, {1:0})",
        "skew": "[0, -{0:100}(3), {0:100}(2); {0:100}(3), 0, -{0:100}(1); -{0:100}(2), {0:100}(1), 0]",
        "diag": "diag({0:0})",
        "diagonal": "diag({0:0})",
        "tr": "trace({0:0})",
        "logdet": "logdet_({0:0})",
    },
    helpers={
        "softplus_": SOFTPLUS,
        "softmax_": SOFTMAX,
        "logsoftmax_": LOGSOFTMAX,
        "logsumexp_": LOGSUMEXP,
        "logsumexp_along_": ALONG,
        "drop_": DROP,
        "logdet_": LOGDET,
        "einsum_": EINSUM,
        "entries_": ENTRIES,
        "scatter_": SCATTER,
        "stack_": STACK,
    },
)

IMPORT = ""
