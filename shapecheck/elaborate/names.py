"""What a name stands for: a value in scope, a size, a constant, an entry, several names written together, or something to infer."""

from __future__ import annotations

import unicodedata

from shapecheck import ops
from shapecheck.core.dimension import named
from shapecheck.core.expression import Expression, make, variable
from shapecheck.core.regex import regex
from shapecheck.core.shape import Shape
from shapecheck.core.span import Span
from shapecheck.elaborate import indexform
from shapecheck.elaborate.constants import constant, identity
from shapecheck.elaborate.problems import visible
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.sheet import Binding
from shapecheck.syntax.tree import Apply, Name, Node

GREEK = regex(
    "^(?:alpha|beta|gamma|delta|epsilon|eps|zeta|eta|theta|iota|kappa|lambda|lam|lmbda|mu|nu|xi|rho|sigma|tau|upsilon|phi|chi|psi|omega)[0-9]*$"
)
COUNTS = regex(
    r"^(?:n|d|num|dim|len|N|D|dt|lr|eps|tol|step|scale|temp|temperature|loss|rate|norm|nu|dof|count|size|weight_decay|momentum)(?:_.*)?$"
)
MEASURES = regex(r"^(?:R?MSE|MAE|KL|ELBO|B?CE|NLL|LOSS|SSE|SSR|RSS|TSS|AIC|BIC|ESS|LL|MI|SNR|PSNR|DT|EPS|LR)[0-9]*$")
MULTIPLE = regex(r"^[α-ω]I$")  # `λI`, the identity times a number
LONGEST_JOIN = 8


def rank_candidates(key: str) -> tuple[int, ...]:
    """The ranks that an undeclared name may have, most usual first: capitals are matrices, small letters vectors, Greek ones numbers."""
    last = key.rpartition(".")[2].lstrip("_") or key
    stem = last.partition("_")[0]
    if last[0] in "∇∂":
        return (0, 1, 2)
    if (COUNTS.match(last) and len(last) > 1) or GREEK.match(stem):
        return (0, 1, 2)
    if len(last) > 1 and last[0] == "d" and last[1].isupper():
        last = last[1:]
    letter = next((mark for mark in unicodedata.normalize("NFKD", last) if mark.isalpha()), "x")
    if letter.isupper():
        return (0, 2, 1) if MEASURES.match(stem) else (2, 0, 1)
    if "GREEK" in unicodedata.name(letter, "") or "MATHEMATICAL" in unicodedata.name(letter, ""):
        return (0, 1, 2)
    return (1, 0, 2)


def is_greek(key: str) -> bool:
    """Whether it is a small Greek letter, by itself or by name."""
    letter = unicodedata.normalize("NFKD", key)[0]
    return GREEK.match(key.partition("_")[0]) is not None or ("GREEK SMALL" in unicodedata.name(letter, "") and letter != "π")


KRONECKER = frozenset({"I", "δ", "delta"})
"""Undeclared, with two indices: one where they are equal, else zero."""


def value_of(node: Name, frame: Frame) -> Expression | None:
    """What a name stands for; an unknown one is inferred. None where its own definition failed."""
    key = node.key
    if key in frame.scope.failed and key not in frame.special:
        return None
    binding = visible(key, frame)
    if binding is not None:
        return binding.variable
    if key in frame.scope.dimensions:
        return make("size", data=(named(key),))
    entry = indexform.name_as_entry(node, frame)
    if entry is not None:
        return indexform.entry(node, *entry, frame)
    known = constant(node, frame)
    if known is not None:
        return known
    family = indexform.family(node, indexform.letters(frame)) if "_" in key else None
    if family is not None and family[0] in KRONECKER and len(family[1]) == 2:
        return indexform.entry(node, identity(frame.solver.fresh()), family[1], frame)
    if family is not None:
        base = Name(family[0], node.span)
        frame.ranks.setdefault(base.key, len(family[1]))
        return indexform.entry(node, infer(base, frame).variable, family[1], frame)
    return infer(node, frame).variable


def infer(node: Name, frame: Frame) -> Binding:
    """A new undeclared name, with the rank that was chosen for it and open sizes."""
    key = node.key
    rank = frame.ranks.get(key)
    if rank is None:
        rank = _usual_rank(key, frame)
    dims = tuple(frame.solver.fresh() for _ in range(rank))
    binding = Binding(key, 0, "inferred", variable(key, Shape(dims)), node.span)
    frame.inferred[key] = binding
    return binding


def _usual_rank(key: str, frame: Frame) -> int:
    """The convention, and what the place says: a divisor is a number, what is transposed is none, `y_i` under `Σ_i` is one."""
    candidates = rank_candidates(key)
    if frame.scalars < 0:
        return next(rank for rank in candidates if rank)
    if 0 < frame.scalars >= candidates[0]:
        return 0
    if candidates[0] == 1 and "_" in key and any(set(indices) <= indexform.bound(frame) for _, indices in indexform.read_name(key)):
        return 0
    return candidates[0]


def joined(node: Node, frame: Frame) -> tuple[Name, ...] | None:
    """The names in scope that an unknown name is made of, as `FPF` of `F` and `P`; None where it is not."""
    if not isinstance(node, Name) or len(node.key) < 2 or frame.ranks.get(node.key) is not None:
        return None
    key = node.key
    if visible(key, frame) is not None or key in frame.scope.dimensions or key in frame.scope.failed or not key[0].isalpha():
        return None
    parts = (key[0], "I") if MULTIPLE.match(key) and visible("I", frame) is None else _split(key, frame)
    if parts is None or len(parts) < 2 or not any(part[0].isupper() or not part[0].isascii() or _is_number(part, frame) for part in parts):
        return None
    if constant(node, frame) is not None or ops.named(key) or any(len(part) > 1 and part.isalpha() and part.islower() for part in parts):
        return None
    exact = node.span.end - node.span.start == len(key)
    names, place = [], node.span.start
    for part in parts:
        names.append(Name(part, Span(place, place + len(part)) if exact else node.span))
        place += len(part)
    return tuple(names)


def _is_number(key: str, frame: Frame) -> bool:
    binding = visible(key, frame)
    return binding is not None and not frame.solver.resolve(binding.shape).rank


def _split(key: str, frame: Frame) -> tuple[str, ...] | None:
    """The fewest declared names that make up the key."""
    if len(key) > LONGEST_JOIN * 16:  # nobody reads that as a product, and the search is cubic
        return None
    best: list[tuple[str, ...] | None] = [()] + [None] * len(key)
    for end in range(1, len(key) + 1):
        for start in range(end):
            before = best[start]
            known = key[start:end] in frame.scope.bindings or (key[start:end] == "I" and start > 0)
            known = known or (end == len(key) and start > 0 and "_" in key[start + 1 :] and _is_entry(key[start:], frame))
            if before is None or not known or len(before) >= LONGEST_JOIN:
                continue
            current = best[end]
            if current is None or len(before) + 1 < len(current):
                best[end] = (*before, key[start:end])
    return best[-1]


def _is_entry(key: str, frame: Frame) -> bool:
    """Whether this is `x_i` of a vector `x`."""
    return any(
        (known := frame.scope.bindings.get(base)) is not None and frame.solver.resolve(known.shape).rank == len(indices)
        for base, indices in indexform.read_name(key)
    )


def product_of(names: tuple[Name, ...], last: Node | None = None) -> Node:
    """The names multiplied; `last` takes the place of the last one, as `F'` in `F P F'`."""
    nodes: list[Node] = [*names[:-1], last if last is not None else names[-1]]
    product = nodes[0]
    for node in nodes[1:]:
        product = Apply("juxtapose", (product, node), Span(node.span.start, node.span.start), product.span.cover(node.span))
    return product


def is_constant_e(node: Node, frame: Frame) -> bool:
    """Whether this is the number e: the base of a power, where no `e` is known."""
    return isinstance(node, Name) and node.key == "e" and visible("e", frame) is None
