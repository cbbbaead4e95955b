"""Functions that act entry by entry."""

from shapecheck.ops.build import elementwise

ROWS = (
    elementwise("exp(x)", derivative="exp(x)", about="Exponential of each entry.", numpy="np.exp({x})"),
    elementwise(
        "log(x)", derivative="1 ./ x", domain="positive", aliases="ln", about="Natural logarithm of each entry.", numpy="np.log({x})"
    ),
    elementwise("log1p(x)", derivative="1 ./ (1 + x)", domain="positive", about="log(1 + x) of each entry.", numpy="np.log1p({x})"),
    elementwise("expm1(x)", derivative="exp(x)", about="exp(x) - 1 of each entry.", numpy="np.expm1({x})"),
    elementwise(
        "log2(x)", derivative="1 ./ (log(2) x)", domain="positive", about="Logarithm to base 2 of each entry.", numpy="np.log2({x})"
    ),
    elementwise(
        "log10(x)", derivative="1 ./ (log(10) x)", domain="positive", about="Logarithm to base 10 of each entry.", numpy="np.log10({x})"
    ),
    elementwise("sqrt(x)", definition="x.^(1/2)", domain="positive", aliases="√", about="Square root of each entry.", numpy="np.sqrt({x})"),
    elementwise("abs(x)", derivative="sign(x)", kink="sign(0) = 0", about="Absolute value of each entry.", numpy="np.abs({x})"),
    elementwise(
        "sign(x)", derivative="0", kink="0 everywhere", aliases="sgn", about="-1, 0 or 1 by the sign of each entry.", numpy="np.sign({x})"
    ),
    elementwise(
        "step(x)",
        derivative="0",
        kink="0 everywhere",
        aliases="heaviside",
        about="1 where the entry is positive, else 0.",
        numpy="({x} > 0).astype(float)",
    ),
    elementwise("sin(x)", derivative="cos(x)", about="Sine of each entry.", numpy="np.sin({x})"),
    elementwise("cos(x)", derivative="-sin(x)", about="Cosine of each entry.", numpy="np.cos({x})"),
    elementwise("tan(x)", derivative="1 + tan(x).^2", about="Tangent of each entry.", numpy="np.tan({x})"),
    elementwise(
        "asin(x)",
        derivative="1 ./ sqrt(1 - x.^2)",
        domain="unit",
        aliases="arcsin",
        about="Inverse sine of each entry.",
        numpy="np.arcsin({x})",
    ),
    elementwise(
        "acos(x)",
        derivative="-1 ./ sqrt(1 - x.^2)",
        domain="unit",
        aliases="arccos",
        about="Inverse cosine of each entry.",
        numpy="np.arccos({x})",
    ),
    elementwise("atan(x)", derivative="1 ./ (1 + x.^2)", aliases="arctan", about="Inverse tangent of each entry.", numpy="np.arctan({x})"),
    elementwise("sinh(x)", derivative="cosh(x)", about="Hyperbolic sine of each entry.", numpy="np.sinh({x})"),
    elementwise("cosh(x)", derivative="sinh(x)", about="Hyperbolic cosine of each entry.", numpy="np.cosh({x})"),
    elementwise("tanh(x)", derivative="1 - tanh(x).^2", about="Hyperbolic tangent of each entry.", numpy="np.tanh({x})"),
    elementwise(
        "asinh(x)",
        derivative="1 ./ sqrt(1 + x.^2)",
        aliases="arcsinh",
        about="Inverse hyperbolic sine of each entry.",
        numpy="np.arcsinh({x})",
    ),
    elementwise(
        "acosh(x)",
        derivative="1 ./ sqrt(x.^2 - 1)",
        domain="above one",
        aliases="arccosh",
        about="Inverse hyperbolic cosine of each entry.",
        numpy="np.arccosh({x})",
    ),
    elementwise(
        "atanh(x)",
        derivative="1 ./ (1 - x.^2)",
        domain="unit",
        aliases="arctanh",
        about="Inverse hyperbolic tangent of each entry.",
        numpy="np.arctanh({x})",
    ),
    elementwise(
        "sigmoid(x)",
        derivative="sigmoid(x) .* (1 - sigmoid(x))",
        aliases="σ sigm logistic",
        about="1 / (1 + exp(-x)) of each entry.",
        unicode="σ({x})",
        latex=r"\sigma\left({x}\right)",
    ),
    elementwise(
        "relu(x)",
        derivative="step(x)",
        kink="0 at 0",
        aliases="ReLU",
        about="The entry where it is positive, else 0.",
        numpy="np.maximum({x}, 0)",
    ),
    elementwise("softplus(x)", derivative="sigmoid(x)", about="log(1 + exp(x)) of each entry.", numpy="np.logaddexp(0, {x})"),
    elementwise("erf(x)", derivative="2 / sqrt(pi) * exp(-x.^2)", about="Error function of each entry."),
    elementwise(
        "gelu(x)",
        derivative="(1 + erf(x / sqrt(2))) / 2 + x .* exp(-x.^2 / 2) / sqrt(2 pi)",
        aliases="GELU",
        about="x times the normal distribution function at x, of each entry.",
    ),
    elementwise(
        "silu(x)", derivative="sigmoid(x) + x .* sigmoid(x) .* (1 - sigmoid(x))", aliases="swish SiLU", about="x sigmoid(x) of each entry."
    ),
    elementwise(
        "max(x, y)",
        key="maximum",
        derivative="step(x - y); 1 - step(x - y)",
        kink="the second where equal",
        aliases="maximum",
        about="The larger of two entries.",
        numpy="np.maximum({x}, {y})",
    ),
    elementwise(
        "min(x, y)",
        key="minimum",
        derivative="1 - step(x - y); step(x - y)",
        kink="the first where equal",
        aliases="minimum",
        about="The smaller of two entries.",
        numpy="np.minimum({x}, {y})",
    ),
)
