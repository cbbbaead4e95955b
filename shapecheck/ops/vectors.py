"""Functions of vectors."""

from shapecheck.ops.build import operator, primitive

ROWS = (
    primitive(
        "softmax(x)",
        "(n) -> (n)",
        derivative="[i] / [j] = softmax(x)[i] I[i,j] - softmax(x)[i] softmax(x)[j]",
        about="exp(x) over its sum; of a matrix, over each row.",
    ),
    primitive(
        "logsoftmax(x)",
        "(n) -> (n)",
        derivative="[i] / [j] = I[i,j] - softmax(x)[j]",
        aliases="log_softmax",
        about="Logarithm of softmax; of a matrix, over each row.",
    ),
    operator("dot(x, y)", "(n), (n) -> ()", index="x[i] y[i]", about="Inner product of two vectors.", ascii="{x}' {y}", numpy="{x} @ {y}"),
    operator(
        "outer(x, y)",
        "(m), (n) -> (m,n)",
        index="x[i] y[j] -> [i,j]",
        about="Outer product of two vectors.",
        ascii="{x} {y}'",
        numpy="np.outer({x}, {y})",
    ),
    operator(
        "cross(x, y)",
        "(3), (3) -> (3)",
        index="e[i,j,k] x[j] y[k] -> [i]",
        about="Cross product of two vectors of three.",
        unicode="{x} × {y}",
        numpy="np.cross({x}, {y})",
    ),
    operator("skew(x)", "(3) -> (3,3)", index="e[i,k,j] x[k] -> [i,j]", aliases="hat", about="The matrix with skew(x) y = cross(x, y)."),
    operator(
        "diag(x)",
        "(n) -> (n,n)",
        key="diag",
        index="x[i] I[i,j] -> [i,j]",
        aliases="Diag",
        prefix=True,
        about="Diagonal matrix of a vector.",
        numpy="np.diag({x})",
    ),
)
