"""One file from bytes to findings: decode, look into the cache, ask the engine, fix if wanted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from shapecheck import hosts
from shapecheck.cli.cache import Cache
from shapecheck.cli.faults import Faults
from shapecheck.cli.findings import Findings
from shapecheck.cli.fixing import mend
from shapecheck.cli.lint import Target
from shapecheck.core.diagnostic import Diagnostic
from shapecheck.core.record import dataclass, replace
from shapecheck.core.settings import Settings
from shapecheck.project.document import decode
from shapecheck.project.patterns import Patterns
from shapecheck.project.walk import below

Ask = Callable[[str, str, Settings], tuple[Diagnostic, ...]]
"""What is found in a text of a language under settings."""


@dataclass(frozen=True)
class Wishes:
    """What the command line asks of every file."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fix: bool = False
    cache: bool = True


@dataclass(frozen=True)
class Checked:
    """The findings of a file; `mended` is what is left in its new text where fixes apply.

    A notebook's text is that of its cells; `sources` has the text of the file itself, before and after.
    """

    findings: Findings
    mended: Findings | None = None
    sources: tuple[str, str] | None = None
    faults: tuple[str, ...] = ()

    def before(self) -> str:
        """The text of the file as it is."""
        return self.sources[0] if self.sources else self.findings.text

    def after(self) -> str:
        """The text of the file with its fixes."""
        return self.sources[1] if self.sources else (self.mended or self.findings).text

    def output(self) -> bytes:
        """The bytes of the file with its fixes."""
        return self.findings.document.encode(self.after())


def check(target: Target, wishes: Wishes) -> Checked | str | None:
    """The findings of a file; None where nothing is to be checked, a sentence where something hinders it."""
    with Faults() as faults:
        answer = _check(target, wishes, faults)
    return replace(answer, faults=tuple(dict.fromkeys(faults.heard))) if isinstance(answer, Checked) and faults.heard else answer


def _check(target: Target, wishes: Wishes, faults: Faults) -> Checked | str | None:
    settings = settings_for(target, wishes)
    if settings is None:
        return None
    language = language_for(target, settings)
    if language is None:
        return f"{target.path}: not checked, because its language is unknown (the setting `extensions` can name it)"
    document = decode(target.raw)
    if language != "jupyter" and not _is_annotated(document.text, language):
        return None
    ask = partial(remember, Cache(target.place.root), faults) if wishes.cache and not wishes.fix else diagnose
    if language == "jupyter":
        from shapecheck.cli.notebooks import check_notebook

        return check_notebook(target.path, document, settings, ask, wishes.fix)
    findings = Findings(target.path, document, ask(document.text, language, settings))
    if not wishes.fix:
        return Checked(findings)
    return Checked(findings, mend(findings, lambda text: diagnose(text, language, settings)))


def _is_annotated(text: str, language: str) -> bool:
    """Whether the word that the sieve saw opens an annotation: asked of hosts alone, which load in a tenth of the engine's time."""
    extract = hosts.extract(text, language)
    return bool(extract.annotations or extract.suppressions)


def remember(cache: Cache, faults: Faults, text: str, language: str, settings: Settings) -> tuple[Diagnostic, ...]:
    """The cache's answer, or the engine's. Not for fixing: what a fix writes must come from the rules themselves."""
    key = cache.key(text, language, settings)
    known = cache.read(key, len(text))
    if known is None:
        known = diagnose(text, language, settings)
        if not faults.heard:
            cache.write(key, known)
    return known


def diagnose(text: str, language: str, settings: Settings) -> tuple[Diagnostic, ...]:
    """The engine's answer, in the order of the text."""
    from shapecheck import engine  # late: what the cache answers needs neither parser nor NumPy

    return tuple(sorted(engine.check(text, language, settings), key=lambda one: (one.span, one.rule)))


def settings_for(target: Target, wishes: Wishes) -> Settings | None:
    """The settings that hold for this file; None where every rule is ignored in it."""
    settings = target.place.settings or Settings()
    ignore = [*settings.ignore, *wishes.ignore]
    path = below(target.path, target.place.root)
    for pattern, rules in settings.per_file_ignores.items():
        if Patterns([pattern]).covers(path):
            ignore += rules
    if "all" in ignore:
        return None
    select = wishes.select or settings.select
    return replace(settings, ignore=tuple(dict.fromkeys(ignore)), select=() if "all" in select else select)


def language_for(target: Target, settings: Settings) -> str | None:
    """The host language by the file's name, the `extensions` setting first, else by its `#!` line."""
    ending = target.path.rpartition(".")[2]
    if ending in settings.extensions:
        return settings.extensions[ending]
    if target.path.endswith(".ipynb"):
        return "jupyter"
    if target.path == "-":
        return "python"
    return hosts.language_of(target.path, target.raw[:200].split(b"\n")[0].decode("ascii", "replace"))
