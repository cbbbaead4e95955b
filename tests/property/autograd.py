"""Expressions computed in PyTorch, for its gradients; None where an operator is not covered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch

from shapecheck.calculus.evaluate import Assignment, schedule
from shapecheck.core.expression import Expression

Tensor = Any


def evaluate(expression: Expression, tensors: Mapping[Expression, Tensor], assignment: Assignment) -> Tensor | None:
    known: dict[Expression, Tensor] = {}
    for node in schedule([expression], {}):
        value = _value(node, [known[arg] for arg in node.args], tensors, assignment)
        if value is None:
            return None
        known[node] = value.reshape(assignment.shape(node.shape))
    return known[expression]


def _value(node: Expression, args: list[Tensor], tensors: Mapping[Expression, Tensor], assignment: Assignment) -> Tensor | None:
    sizes = assignment.shape(node.shape)
    if node.op == "variable":
        return tensors[node]
    if node.op == "number":
        return torch.tensor(float(node.data[0]), dtype=torch.float64)
    if node.op == "constant":
        return torch.tensor(torch.pi if node.data[0] == "pi" else torch.e, dtype=torch.float64)
    if node.op == "size":
        return torch.tensor(float(node.data[0].evaluate(assignment.sizes)), dtype=torch.float64)
    if node.op in ("ones", "zeros", "identity"):
        return torch.eye(sizes[0], dtype=torch.float64) if node.op == "identity" else getattr(torch, node.op)(sizes, dtype=torch.float64)
    if node.op in BINARY:
        return BINARY[node.op](*(_fitted(arg, sizes) for arg in args))
    if node.op == "matmul":
        left, right = (arg if arg.ndim > 1 else arg[:, None] for arg in args)
        return left @ right
    if node.op == "transpose":
        return args[0].mT if args[0].ndim > 1 else args[0]
    if node.op in UNARY:
        return UNARY[node.op](args[0])
    if node.op in REDUCED:
        return REDUCED[node.op](args[0], tuple(node.data) or tuple(range(args[0].ndim)))
    return None


def _fitted(array: Tensor, sizes: tuple[int, ...]) -> Tensor:
    if array.ndim == 1 and len(sizes) == 2:
        return array[:, None] if array.shape[0] == sizes[0] else array[None, :]
    return array


BINARY: dict[str, Callable[..., Tensor]] = {
    "add": torch.add,
    "subtract": torch.subtract,
    "hadamard": torch.mul,
    "scale": torch.mul,
    "ratio": torch.div,
    "epower": torch.pow,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
}
UNARY: dict[str, Callable[[Tensor], Tensor]] = {
    **{
        name: getattr(torch, name) for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "tanh", "sinh", "cosh", "sigmoid", "relu", "erf")
    },
    **{
        name: getattr(torch, name) for name in ("asin", "acos", "atan", "asinh", "acosh", "atanh", "log1p", "expm1", "log2", "log10", "abs")
    },
    "negate": torch.neg,
    "softplus": torch.nn.functional.softplus,
    "gelu": torch.nn.functional.gelu,
    "silu": torch.nn.functional.silu,
    "softmax": lambda x: torch.softmax(x, -1),
    "logsoftmax": lambda x: torch.log_softmax(x, -1),
    "inv": torch.linalg.inv,
    "det": torch.linalg.det,
    "logdet": lambda x: torch.linalg.slogdet(x)[1],
    "pinv": torch.linalg.pinv,
    "tr": torch.trace,
    "diag": torch.diag,
    "diagonal": torch.diagonal,
}
REDUCED: dict[str, Callable[[Tensor, Any], Tensor]] = {
    "sum": torch.sum,
    "mean": torch.mean,
    "max": torch.amax,
    "min": torch.amin,
    "logsumexp": torch.logsumexp,
    "norm": lambda x, axes: torch.sqrt(torch.sum(x * x, axes)),
    "norm1": lambda x, axes: torch.sum(torch.abs(x), axes),
}
