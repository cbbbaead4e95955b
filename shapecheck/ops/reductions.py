"""Functions that turn all entries, or those along an axis, into one number."""

from shapecheck.ops.build import reduction

ROWS = (
    reduction("sum(x)", about="Sum of all entries; `sum(X, 1)` of each column, `sum(X, 2)` of each row.", numpy="np.sum({x})"),
    reduction(
        "mean(x)",
        definition="sum(x) / count(x)",
        aliases="avg average",
        about="Mean of all entries; `mean(X, 1)` of each column, `mean(X, 2)` of each row.",
        numpy="np.mean({x})",
    ),
    reduction("prod(x)", derivative="prod(x) ./ x", domain="nonzero", about="Product of all entries.", numpy="np.prod({x})"),
    reduction(
        "max(x)",
        key="max",
        derivative="1 - step(max(x) - x)",
        domain="distinct",
        kink="1 at the largest entry",
        about="The largest entry.",
        numpy="np.max({x})",
    ),
    reduction(
        "min(x)",
        key="min",
        derivative="1 - step(x - min(x))",
        domain="distinct",
        kink="1 at the smallest entry",
        about="The smallest entry.",
        numpy="np.min({x})",
    ),
    reduction(
        "norm(x)",
        definition="sqrt(sum(x.^2))",
        domain="nonzero",
        aliases="norm2 normF l2norm",
        kink="0 at 0",
        about="Square root of the sum of squares: the Euclidean norm of a vector, the Frobenius norm of a matrix.",
        unicode="‖{x}‖",
        latex=r"\left\|{x}\right\|",
        numpy="np.linalg.norm({x})",
    ),
    reduction(
        "norm1(x)",
        definition="sum(abs(x))",
        domain="nonzero",
        kink="sign(0) = 0",
        about="Sum of absolute values.",
        unicode="‖{x}‖₁",
        latex=r"\left\|{x}\right\|_1",
        numpy="np.sum(np.abs({x}))",
    ),
    reduction("logsumexp(x)", derivative="exp(x - logsumexp(x))", aliases="lse LSE", about="Logarithm of the sum of exponentials."),
)
