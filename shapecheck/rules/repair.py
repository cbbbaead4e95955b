"""The few smallest edits with which a statement fits: each is tried by elaborating the statement anew.

Edits are of the text, so that all else stays as typed: a transpose set or taken away, neighbours swapped, `.*` for `*`.
They are tried in order of size; the first size at which any fits is shown. What fits need not be meant: where the
statement is a claim, those come first that are true.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, combinations, islice, pairwise

from shapecheck.core.diagnostic import Fix
from shapecheck.core.record import dataclass
from shapecheck.core.span import Edit, Span
from shapecheck.elaborate.sheet import Elaborated, Problem
from shapecheck.elaborate.walk import walk
from shapecheck.rules import agreement, answer, prose, spelling
from shapecheck.rules.context import Context
from shapecheck.syntax.tree import Apply, Assertion, Bare, Block, Call, Entry, Name, Node, Number, Paren, Relation, ShapeLiteral

TRIES = 40
SHOWN = 3
SITES = 8
PRODUCTS = frozenset({"juxtapose", "star", "at", "dot", "times", "matmul_r"})
SUMS = frozenset({"add", "subtract", "hadamard", "hadamard_divide", "dotstar", "dotslash", "frobenius"})
POSTFIX = frozenset({"transpose", "hermitian"})
NEVER_ERRORS = frozenset({"ambiguous-name", "ambiguous-product", "undeclared-name", "unused-declaration"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """An edit to try, told in the words of its fix."""

    size: int
    title: str
    edits: tuple[Edit, ...]


def fixes(problem: Problem, context: Context) -> tuple[Fix, ...]:
    """What would mend the problem, best first; where the right side of a claim can be derived, that alone."""
    derived = answer.fixes(problem, context)
    if derived:
        return derived
    fitting = tuple(_fitting(problem, context))
    true = tuple(fix for fix in fitting if fix.applicability == "safe")
    return true or (*fitting, *agreement.fixes(problem, context))


def _fitting(problem: Problem, context: Context) -> list[Fix]:
    """The smallest edits that fit; of a claim those that are true, or not known to be false, else what it should say."""
    kept: list[tuple[bool, Fix]] = []
    size, correct = 0, None
    for candidate, tried in _mending(problem, context):
        if kept and candidate.size > size:
            break
        judged = answer.judged(tried, context)
        if judged.standing == "wrong":
            correct = correct or judged.formula
            continue
        size, right = candidate.size, judged.standing == "right"
        title = _titled("write" if right else candidate.title, candidate, problem, context)
        kept.append((not right, Fix(title, candidate.edits, "safe" if right else "suggested")))
    side = answer.failing_side(problem, context)
    if not kept and correct is not None and side is not None:
        return [answer.replacement(correct, side, context)]
    kept.sort(key=lambda pair: pair[0])
    return [fix for _, fix in kept[:SHOWN]]


def _mending(problem: Problem, context: Context) -> Iterator[tuple[Candidate, Elaborated]]:
    """The edits that fit, each once, by size."""
    seen: set[tuple[Edit, ...]] = set()
    for candidate in islice(_candidates(problem, context), TRIES):
        if candidate.edits not in seen:
            seen.add(candidate.edits)
            tried = context.attempt(candidate.edits)
            if tried is not None and mends(tried, problem, context):
                yield candidate, tried


def mends(tried: Elaborated, problem: Problem, context: Context) -> bool:
    """Whether this problem is gone, and no other has come."""
    own = [checked for checked in context.elaborated.statements if checked.statement is context.statement] if context.elaborated else []
    before = _kinds(other for checked in own for other in checked.problems if other is not problem)
    return not _kinds(found for statement in tried.statements for found in statement.problems) - before


def _kinds(problems: Iterable[Problem]) -> Counter[tuple[str, str]]:
    return Counter((problem.rule, problem.kind) for problem in problems if problem.rule not in NEVER_ERRORS)


def _titled(title: str, candidate: Candidate, problem: Problem, context: Context) -> str:
    """The title with what the failing part will read."""
    whole = _region(problem, context)
    inside = [edit for edit in candidate.edits if whole.start <= edit.span.start and edit.span.end <= whole.end]
    text = context.preview(whole, inside)
    return f"{title}{'' if title == 'write' else ':'} {prose.quote(text)}" if text else title


def _region(problem: Problem, context: Context) -> Span:
    """What a title shows: the failing part, or the side of the relation that it stands in where that is short."""
    span = problem.node.span if problem.node is not None else problem.span
    statement = context.statement
    if isinstance(statement, Relation | Bare | Assertion):
        for side in statement.sides if isinstance(statement, Relation) else (statement.expression,):
            if side.span.start <= span.start and span.end <= side.span.end and side.span.end - side.span.start <= 40:
                return side.span
    return span


def _candidates(problem: Problem, context: Context) -> Iterator[Candidate]:
    """Edits by size: one transpose; a swap or another operator; two of these."""
    mark = spelling.transpose_mark(context)
    sites = _sites(problem)
    toggles = [toggle for site in sites for toggle in _toggle(site, spelling.transpose_mark(context, site), context)]
    operators = list(_operators(problem, context))
    if problem.kind == "elementwise-meant":
        yield from operators
    yield from _bracketed(problem, context)
    yield from _around_diagonal(problem, context)
    yield from toggles
    yield from operators
    yield from _moved(problem, mark, context)
    swaps = list(_swaps(problem, context))
    yield from swaps
    for first, second in combinations(toggles, 2):
        if not any(a.span.touches(b.span) or a.span == b.span for a in first.edits for b in second.edits):
            yield Candidate(3, f"{first.title} and {_rest(second.title)}", (*first.edits, *second.edits))
    for swap in swaps:
        yield from _swapped_and_turned(swap, toggles)


def _rest(title: str) -> str:
    return title.removeprefix("transpose ")


def _swapped_and_turned(swap: Candidate, toggles: Sequence[Candidate]) -> Iterator[Candidate]:
    """A swap whose texts take a transpose along."""
    for toggle in toggles:
        (edit,) = toggle.edits[:1]
        if len(toggle.edits) != 1:
            continue
        moved = []
        for mine, other in (swap.edits, swap.edits[::-1]) if len(swap.edits) == 2 else ():
            if edit.span.end == mine.span.end and edit.text and not edit.span.end - edit.span.start:
                moved.append(Edit(other.span, other.text + edit.text))
            else:
                moved.append(other)
        if len(moved) == 2 and tuple(moved[::-1]) != swap.edits and tuple(moved) != swap.edits:
            yield Candidate(4, f"{swap.title}, {toggle.title}", tuple(sorted(moved)))


def _sites(problem: Problem) -> list[Node]:
    """The places where a transpose may be missing or too many: nearest to the failing operator first."""
    arguments = _arguments(problem)
    found: list[Node] = []
    for left, right in zip([_chain(a)[::-1] for a in arguments[:1]], [_chain(a) for a in arguments[1:2]], strict=False):
        found += [right[0], left[0], *left[1:], *right[1:]]
    found = found or [factor for argument in arguments for factor in _chain(argument)]
    wholes = [a for a in arguments if isinstance(a, Apply) and sum(not isinstance(factor, Number) for factor in _chain(a)) > 1]
    inner = [part for node in found if isinstance(node, Paren) for part in _chain(node.body)]
    sites: list[Node] = []
    for node in [*found, *wholes, *inner]:
        if not isinstance(node, ShapeLiteral) and not any(node is other for other in sites):
            sites.append(node)
    return sites[:SITES]


def _arguments(problem: Problem) -> tuple[Node, ...]:
    if problem.sides:
        sides = problem.sides[1:] if problem.kind in ("definition", "update", "redefined") else problem.sides
        return tuple(side.node for side in sides)
    node = problem.node
    return node.args if isinstance(node, (Apply, Call)) else (node,) if node is not None else ()


def _chain(node: Node) -> list[Node]:
    """The factors of a product, left to right; the terms of a sum likewise; a single node else."""
    found: list[Node] = []
    pending = [node]
    while pending and len(found) < 2 * SITES:
        node = pending.pop()
        if isinstance(node, Apply) and (node.op in PRODUCTS or node.op in SUMS or node.op in ("slash", "negate", "kron")):
            pending.extend(reversed(node.args))
        else:
            found.append(node)
    return found


def _toggle(node: Node, mark: str, context: Context) -> Iterator[Candidate]:
    """Set a transpose, or take it away."""
    if isinstance(node, Apply) and node.op in POSTFIX:
        inner = node.args[0]
        gone = Span(inner.span.end, node.span.end)
        yield Candidate(1, f"do not transpose {prose.part(inner, context)}", (Edit(gone, ""),))
    elif isinstance(node, (Name, Paren, Entry, Block)) or (isinstance(node, Call) and node.style != "prefix"):
        end = Span(node.span.end, node.span.end)
        yield Candidate(1, f"transpose {prose.part(node, context)}", (Edit(end, mark),))
    elif (outer := _outer_product(node)) is not None:
        first, second = outer
        between = context.masked(Span(first.span.end, second.span.start)) or " "
        inner = second.args[0]
        sign = context.typed(Span(inner.span.end, second.span.end))
        text = f"{context.typed(inner.span)}{between}{context.typed(first.span)}{sign}"
        yield Candidate(1, f"transpose {prose.part(node, context)}", (Edit(node.span, text),))
    elif isinstance(node, (Apply, Call)):
        start, end = Span(node.span.start, node.span.start), Span(node.span.end, node.span.end)
        yield Candidate(1, f"transpose {prose.part(node, context)}", (Edit(start, "("), Edit(end, ")" + mark)))


def _outer_product(node: Node) -> tuple[Name, Apply] | None:
    """`x y'`, whose transpose is `y x'`."""
    if not (isinstance(node, Apply) and node.op in PRODUCTS and len(node.args) == 2):
        return None
    first, second = node.args
    turned = isinstance(second, Apply) and second.op in POSTFIX and isinstance(second.args[0], Name)
    return (first, second) if isinstance(first, Name) and isinstance(second, Apply) and turned else None


def _bracketed(problem: Problem, context: Context) -> Iterator[Candidate]:
    """`tr(A'A)` for `tr A'A`, which is `(tr A') A`."""
    call, statement = problem.node, context.statement
    if not (isinstance(call, Call) and call.style == "prefix" and isinstance(statement, Relation | Bare | Assertion)):
        return
    for side in statement.sides if isinstance(statement, Relation) else (statement.expression,):
        for node in walk(side):
            if isinstance(node, Apply) and node.op in PRODUCTS and any(factor == call for factor in _chain(node)[:-1]):
                start = call.args[0].span.start
                blank = Span(call.function.span.end, start)
                yield Candidate(1, "put brackets", (Edit(blank, "("), Edit(Span(node.span.end, node.span.end), ")")))
                return


def _around_diagonal(problem: Problem, context: Context) -> Iterator[Candidate]:
    """`A diag(x)` for `diag(x) A`: a diagonal matrix stands on the side that has its size."""
    node = problem.node
    if isinstance(node, Apply) and node.op in PRODUCTS and len(node.args) == 2:
        pair = (_chain(node.args[0])[-1], _chain(node.args[1])[0])
        if any(isinstance(factor, Call) and factor.function.key in ("diag", "Diag", "Diagonal") for factor in pair):
            texts = [context.typed(factor.span) for factor in pair]
            title = f"swap {prose.quote(texts[0])} and {prose.quote(texts[1])}"
            yield Candidate(1, title, (Edit(pair[0].span, texts[1]), Edit(pair[1].span, texts[0])))


def _operators(problem: Problem, context: Context) -> Iterator[Candidate]:
    """Entry by entry in place of a product or a power."""
    node = problem.node
    if not isinstance(node, Apply) or len(node.args) != 2 or (len(problem.sides) == 2 and problem.sides[0].shape != problem.sides[1].shape):
        return
    gap = Span(node.args[0].span.end, node.args[1].span.start)
    between = context.masked(gap)
    sign = between.strip(" ()")
    for op, text, title in (
        (PRODUCTS, spelling.hadamard_sign(context), "multiply entry by entry"),
        (("slash",), "./", "divide entry by entry"),
        (("power",), ".^", "take the power of each entry"),
    ):
        if node.op not in op:
            continue
        if node.op == "power" and not between.startswith(("^", "**")):
            exponent = node.args[1]
            if isinstance(exponent, Number) and node.operator.start < node.operator.end:  # `x²`
                yield Candidate(1, title, (Edit(node.operator, f".^{exponent.value}"),))
            return
        place = between.find(sign) if sign else 0
        old = "**" if sign.startswith("**") else sign[:1] if node.op == "power" else sign
        length = len(old) if sign else len(between)
        span = Span(gap.start + place, gap.start + place + length)
        yield Candidate(1, title, (Edit(span, text if sign else f" {text} "),))


def _moved(problem: Problem, mark: str, context: Context) -> Iterator[Candidate]:
    """`A' M A` for `A M A'` and the other way round, where the failing operator is one of these."""
    statement = context.statement
    failing = problem.node
    if not isinstance(failing, Apply) or len(failing.args) != 2 or not isinstance(statement, Relation | Bare | Assertion):
        return
    at = failing.args[0].span.end
    for side in statement.sides if isinstance(statement, Relation) else (statement.expression,):
        for node in walk(side):
            if not isinstance(node, Apply) or node.op not in PRODUCTS:
                continue
            holds = node.span.start <= at < node.span.end
            if not holds and not any(
                part.node.span.start <= node.span.start and node.span.end <= part.node.span.end for part in problem.sides
            ):
                continue
            for first, last in combinations(_chain(node)[:SITES], 2):
                plain, turned = (last, first) if isinstance(first, Apply) else (first, last)
                if isinstance(plain, Name) and _turns(turned, plain):
                    inner = turned.args[0]  # type: ignore[union-attr]
                    end = Span(plain.span.end, plain.span.end)
                    texts = [prose.part(factor, context) for factor in (first, last)]
                    title = f"swap {texts[0]} and {texts[1]}" if plain is first and len(_chain(node)) == 2 else "move the transpose"
                    yield Candidate(1, title, tuple(sorted((Edit(Span(inner.span.end, turned.span.end), ""), Edit(end, mark)))))


def _turns(node: Node, name: Name) -> bool:
    """Whether this is the name transposed."""
    return isinstance(node, Apply) and node.op == "transpose" and isinstance(node.args[0], Name) and node.args[0].key == name.key


def _swaps(problem: Problem, context: Context) -> Iterator[Candidate]:
    """Neighbouring factors in the other order, those at the failing operator first; then its two sides."""
    arguments = _arguments(problem)
    chains = [_chain(problem.node)] if isinstance(problem.node, Apply) and problem.node.op in PRODUCTS else [_chain(a) for a in arguments]
    pairs = list(chain.from_iterable(pairwise(part) for part in chains))
    if problem.operator is not None:
        at = problem.operator.start
        pairs.sort(key=lambda pair: abs(pair[0].span.end - at))
    if len(arguments) == 2 and isinstance(problem.node, Apply) and problem.node.op in PRODUCTS:
        pairs.append((arguments[0], arguments[1]))
    for left, right in pairs[:SITES]:
        first, second = context.typed(left.span), context.typed(right.span)
        if first != second:
            title = f"swap {prose.quote(first)} and {prose.quote(second)}"
            yield Candidate(2, title, (Edit(left.span, second), Edit(right.span, first)))
