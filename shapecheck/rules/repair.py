"""The few smallest edits with which a statement fits: each is tried by elaborating the statement anew.

Edits are of the text, so that all else stays as typed: a transpose set or taken away, neighbours swapped, `.*` for `*`.
They are tried in order of size; the first size at which any fits is shown. What fits need not be meant: where the
statement is a claim, those come first that are true.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations, islice

from shapecheck.core.diagnostic import Fix
from shapecheck.core.span import Edit, Span
from shapecheck.elaborate.sheet import Elaborated, Problem
from shapecheck.elaborate.walk import walk
from shapecheck.rules import agreement, answer, following, prose, reordering, spelling
from shapecheck.rules.candidate import PRODUCTS, SITES, Candidate, arguments_of, chain_of
from shapecheck.rules.context import Context
from shapecheck.syntax.tree import Apply, Assertion, Bare, Block, Call, Entry, Name, Node, Number, Paren, Relation, ShapeLiteral

TRIES = 40
SHOWN = 3
POSTFIX = frozenset({"transpose", "hermitian"})
NEVER_ERRORS = frozenset({"ambiguous-name", "ambiguous-product", "undeclared-name", "unused-declaration"})


def fixes(problem: Problem, context: Context) -> tuple[Fix, ...]:
    """What would mend the problem, best first; where the right side of a claim can be derived, that alone."""
    derived = answer.fixes(problem, context)
    if derived:
        return derived
    fitting = tuple(_fitting(problem, context))
    true = tuple(fix for fix in fitting if fix.applicability == "safe")
    return true or (*fitting, *agreement.fixes(problem, context))


def _fitting(problem: Problem, context: Context) -> list[Fix]:
    """The smallest edits that fit; of a claim those that are true, or not known to be false, else what it should say.

    Of a definition, those come first with which the statements that use it fit too.
    """
    kept: list[tuple[int, Fix]] = []
    size, correct = 0, None
    for candidate, tried in _mending(problem, context):
        if candidate.size > size and any(doubt < 2 for doubt, _ in kept):
            break
        judged = answer.judged(tried, context)
        if judged.standing == "wrong":
            correct = correct or judged.formula
            continue
        size, right = candidate.size, judged.standing == "right"
        title = _titled("write" if right else candidate.title, candidate, problem, context)
        doubt = 0 if right else 2 if judged.standing == "none" and following.contradicts(tried, context) else 1
        kept.append((doubt, Fix(title, candidate.edits, "safe" if right else "suggested")))
    side = answer.failing_side(problem, context)
    if not kept and correct is not None and side is not None:
        return [answer.replacement(correct, side, context)]
    kept.sort(key=lambda pair: pair[0])
    least = kept[0][0] if kept else 0
    return [fix for doubt, fix in kept if doubt < 2 or doubt == least][:SHOWN]


def _mending(problem: Problem, context: Context) -> Iterator[tuple[Candidate, Elaborated]]:
    """The edits that fit, each once, by size."""
    seen: set[tuple[Edit, ...]] = set()
    for candidate in islice(_candidates(problem, context), TRIES):
        if candidate.edits not in seen:
            seen.add(candidate.edits)
            tried = context.attempt(candidate.edits)
            if tried is not None and mends(tried, problem, context) and not (candidate.mends_all and _has_problems(tried)):
                yield candidate, tried


def mends(tried: Elaborated, problem: Problem, context: Context) -> bool:
    """Whether this problem is gone, and no other has come."""
    own = [checked for checked in context.elaborated.statements if checked.statement is context.statement] if context.elaborated else []
    before = _kinds(other for checked in own for other in checked.problems if other is not problem)
    return not _kinds(found for statement in tried.statements for found in statement.problems) - before


def _has_problems(tried: Elaborated) -> bool:
    return any(_kinds(statement.problems) for statement in tried.statements)


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
    yield from reordering.indices(problem, context)
    yield from _bracketed(problem, context)
    yield from _around_diagonal(problem, context)
    yield from toggles
    yield from operators
    yield from _moved(problem, mark, context)
    swaps = list(reordering.swaps(problem, context))
    yield from swaps
    for first, second in combinations(toggles, 2):
        if not any(a.span.touches(b.span) or a.span == b.span for a in first.edits for b in second.edits):
            yield Candidate(3, f"{first.title} and {_rest(second.title)}", (*first.edits, *second.edits))
    yield from reordering.moves(problem, context)
    for swap in swaps:
        yield from reordering.turned(swap, toggles)


def _rest(title: str) -> str:
    return title.removeprefix("transpose ")


def _sites(problem: Problem) -> list[Node]:
    """The places where a transpose may be missing or too many: nearest to the failing operator first."""
    arguments = arguments_of(problem)
    found: list[Node] = []
    for left, right in zip([chain_of(a)[::-1] for a in arguments[:1]], [chain_of(a) for a in arguments[1:2]], strict=False):
        found += [right[0], left[0], *left[1:], *right[1:]]
    found = found or [factor for argument in arguments for factor in chain_of(argument)]
    wholes = [a for a in arguments if isinstance(a, Apply) and sum(not isinstance(factor, Number) for factor in chain_of(a)) > 1]
    inner = [part for node in found if isinstance(node, Paren) for part in chain_of(node.body)]
    sites: list[Node] = []
    for node in [*found, *wholes, *inner]:
        if not isinstance(node, ShapeLiteral) and not any(node is other for other in sites):
            sites.append(node)
    return sites[:SITES]


def _toggle(node: Node, mark: str, context: Context) -> Iterator[Candidate]:
    """Set a transpose, or take it away."""
    if isinstance(node, Apply) and node.op in POSTFIX:
        inner = node.args[0]
        gone = Span(inner.span.end, node.span.end)
        yield Candidate(1, f"do not transpose {prose.part(inner, context)}", (Edit(gone, ""),))
    elif isinstance(node, Call) and node.style == "call" and node.function.key in ("t", "transpose") and len(node.args) == 1:
        yield Candidate(1, f"do not transpose {prose.part(node.args[0], context)}", (Edit(node.span, context.typed(node.args[0].span)),))
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
            if isinstance(node, Apply) and node.op in PRODUCTS and any(factor == call for factor in chain_of(node)[:-1]):
                start = call.args[0].span.start
                blank = Span(call.function.span.end, start)
                yield Candidate(1, "put brackets", (Edit(blank, "("), Edit(Span(node.span.end, node.span.end), ")")))
                return


def _around_diagonal(problem: Problem, context: Context) -> Iterator[Candidate]:
    """`A diag(x)` for `diag(x) A`: a diagonal matrix stands on the side that has its size."""
    node = problem.node
    if isinstance(node, Apply) and node.op in PRODUCTS and len(node.args) == 2:
        pair = (chain_of(node.args[0])[-1], chain_of(node.args[1])[0])
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
            for first, last in combinations(chain_of(node)[:SITES], 2):
                plain, turned = (last, first) if isinstance(first, Apply) else (first, last)
                if isinstance(plain, Name) and _turns(turned, plain):
                    inner = turned.args[0]  # type: ignore[union-attr]
                    end = Span(plain.span.end, plain.span.end)
                    texts = [prose.part(factor, context) for factor in (first, last)]
                    title = f"swap {texts[0]} and {texts[1]}" if plain is first and len(chain_of(node)) == 2 else "move the transpose"
                    yield Candidate(1, title, tuple(sorted((Edit(Span(inner.span.end, turned.span.end), ""), Edit(end, mark)))))


def _turns(node: Node, name: Name) -> bool:
    """Whether this is the name transposed."""
    return isinstance(node, Apply) and node.op == "transpose" and isinstance(node.args[0], Name) and node.args[0].key == name.key
