"""Transposes pushed to where they are shortest, and dropped where a property says so."""

from __future__ import annotations

from shapecheck.calculus.fold.context import Context
from shapecheck.calculus.fold.product import Product, chained, flattened
from shapecheck.core.dimension import ONE
from shapecheck.core.expression import Expression, make
from shapecheck.core.record import replace
from shapecheck.core.shape import Shape
from shapecheck.ops import ROWS

ENTRYWISE = frozenset({"add", "subtract", "negate", "hadamard", "ratio", "scale"})


def flipped(shape: Shape) -> Shape:
    dims = shape.dims
    if len(dims) == 1:
        return Shape((ONE, dims[0]))
    if len(dims) == 2 and dims[0] == ONE:
        return Shape((dims[1],))
    return Shape((*dims[:-2], dims[-1], dims[-2]))


def transpose(expression: Expression, context: Context) -> Expression:
    """The transpose of one factor."""
    op, args = expression.op, expression.args
    if not expression.shape.dims:
        return expression
    shape = flipped(expression.shape)
    if op == "transpose":
        return args[0]
    if is_symmetric(expression, context):
        return expression
    if op in ("ones", "zeros") and len(expression.shape.dims) == 2 and ONE not in expression.shape.dims:
        return make(op, (), shape)
    if op == "zeros":
        return make(op, (), Shape(tuple(dimension for dimension in shape.dims if dimension != ONE)) if shape.dims[-1] == ONE else shape)
    if op == "inv" and args[0].op == "transpose":
        return make("inv", (args[0].args[0],), shape)
    if op == "kron":
        return make("kron", tuple(transpose(argument, context) for argument in args), shape)
    if (op in ENTRYWISE or _goes_inside(expression)) and _mostly_transposed(expression):
        return _inside(expression, context)
    if op == "sum" and expression.data and len(args[0].shape.dims) == 2 and _mostly_transposed(args[0]):
        return make("sum", (transpose(args[0], context),), shape, (1 - expression.data[0],))
    if op == "block":
        return _turned_block(expression, context)
    if op == "matmul" and len(shape.dims) == 2:
        return _chained(expression, context)
    return make("transpose", (expression,), shape)


def _chained(product: Expression, context: Context) -> Expression:
    """The transpose of a product, factor by factor."""
    turned = chained(reversed_chain(flattened(product), context))
    return product if turned is None else turned


def _goes_inside(expression: Expression) -> bool:
    """Functions of each entry, and those of a row that are the same of a column."""
    if expression.op == "epower":
        return True
    row = ROWS.get(expression.op)
    along = expression.op in ("softmax", "logsoftmax") and len(expression.shape.dims) == 1
    return row is not None and (row.kind == "elementwise" or along)


def _turned_block(expression: Expression, context: Context) -> Expression:
    rows, columns, *rest = expression.data
    cells = [transpose(expression.args[r * columns + c], context) for c in range(columns) for r in range(rows)]
    return make("block", tuple(cells), flipped(expression.shape), (columns, rows, *rest))


def _inside(expression: Expression, context: Context) -> Expression:
    parts = []
    for argument in expression.args:
        if argument.shape.dims and argument.op == "matmul":
            parts.append(_chained(argument, context))
        else:
            parts.append(transpose(argument, context) if argument.shape.dims else argument)
    return make(expression.op, tuple(parts), flipped(expression.shape), expression.data)


def _mostly_transposed(expression: Expression) -> bool:
    """Whether pushing the transpose inside leaves fewer marks than one outside."""
    plain, marked = _marks(expression, 0)
    return plain < marked + 1 and marked > 0


def _marks(expression: Expression, depth: int) -> tuple[int, int]:
    if depth > 12 or not expression.shape.dims:
        return 0, 0
    if expression.op == "transpose":
        return 0, 1
    if expression.op == "sum" and expression.data:
        plain, marked = _marks(expression.args[0], depth + 1)
        return (0, 1) if plain < marked + 1 and marked else (1, 0)
    if expression.op in ENTRYWISE or expression.op == "matmul" or _goes_inside(expression):
        counts = [_marks(argument, depth + 1) for argument in expression.args]
        return sum(plain for plain, _ in counts), sum(marked for _, marked in counts)
    if expression.op in ("identity", "diag"):
        return 0, 0
    return 1, 0


def is_symmetric(expression: Expression, context: Context, depth: int = 0) -> bool:
    """Whether a matrix is its own transpose, by a declared property or by how it is made."""
    dims = expression.shape.dims
    if len(dims) != 2 or dims[0] != dims[1] or depth > 12:
        return False
    op, args = expression.op, expression.args
    if op in ("identity", "diag", "ones", "zeros"):
        return True
    if op == "variable":
        return context.has(expression, "symmetric", "posdef", "diagonal")
    if op in ("inv", "power", "pinv", "kron") or (op in ENTRYWISE and all(len(part.shape.dims) != 1 for part in args)):
        return all(not part.shape.dims or is_symmetric(part, context, depth + 1) for part in args) or _sum_with_transpose(expression)
    if op == "matmul":
        chain = flattened(expression)
        return chain == reversed_chain(chain, context)
    if op == "block":
        return expression.data[0] == expression.data[1] and _turned_block(expression, context) is expression
    return _goes_inside(expression) and all(not part.shape.dims or is_symmetric(part, context, depth + 1) for part in args)


def _sum_with_transpose(expression: Expression) -> bool:
    if expression.op != "add":
        return False
    left, right = expression.args
    return (right.op == "transpose" and right.args[0] is left) or (left.op == "transpose" and left.args[0] is right)


def reversed_chain(chain: tuple[Expression, ...], context: Context) -> tuple[Expression, ...]:
    return tuple(transpose(factor, context) for factor in reversed(chain))


def transposed(product: Product, context: Context) -> Product:
    """The transpose of a matrix product; vectors stay columns."""
    if len(product.dims) < 2:
        return product
    chain = reversed_chain(product.chain, context)
    skews = [factor for factor in chain if factor.op == "transpose" and factor.args[0].op == "skew"]
    upright = tuple(factor.args[0] if factor in skews else factor for factor in chain)
    sign = -1 if len(skews) % 2 else 1
    return replace(product, coefficient=sign * product.coefficient, chain=upright, dims=product.dims[::-1])


def as_row(product: Product, context: Context) -> Product:
    """A vector as the row of its entries."""
    return replace(product, chain=reversed_chain(product.chain, context), dims=(ONE, *product.dims))
