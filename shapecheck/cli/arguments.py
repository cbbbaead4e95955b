"""Command lines into values. Smaller than argparse, which alone would double the time of a run that finds nothing."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any


class Misuse(Exception):
    """A command line that cannot be meant; the text says what would be right."""


class Option:
    """One option: a flag where `value` is empty, else `value` names what follows it."""

    __slots__ = ("about", "choices", "many", "name", "short", "value")

    def __init__(
        self, name: str, about: str, value: str = "", *, short: str = "", choices: tuple[str, ...] = (), many: bool = False
    ) -> None:
        self.name = name
        self.about = about
        self.value = value
        self.short = short
        self.choices = choices
        self.many = many  # may be repeated, and holds several values between commas

    @property
    def written(self) -> str:
        return f"{self.short}, {self.name}" if self.short else self.name


HELP = Option("--help", "Show this text.", short="-h")


class Arguments:
    """What was given: `values` by option name, and the words that belong to no option."""

    __slots__ = ("values", "words")

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.words: list[str] = []

    def flag(self, name: str) -> bool:
        return bool(self.values.get(name, False))

    def text(self, name: str, default: str = "") -> str:
        return str(self.values.get(name, default))

    def many(self, name: str) -> tuple[str, ...]:
        return tuple(self.values.get(name, ()))


FORMULAS = ("grad", "explain")
"""Commands whose words are formulas, which may begin with a minus."""


def parse(given: Sequence[str], options: Iterable[Option], command: str) -> Arguments:
    """Arguments by the table of options; raises `Misuse` with the nearest known name for what it does not know."""
    known: dict[str, Option] = {}
    for option in options:
        known[option.name] = option
        if option.short:
            known[option.short] = option
    arguments = Arguments()
    waiting = iter(given)
    for word in waiting:
        if word == "--":
            arguments.words += waiting
            break
        if not word.startswith("-") or word == "-":
            arguments.words.append(word)
            continue
        name, joined, value = word.partition("=")
        if not word.startswith("--") and len(word) > 2 and word[:2] in known:
            name, joined, value = word[:2], "=", word[2:].removeprefix("=")
        found = known.get(name)
        if found is None and command in FORMULAS and _is_formula(word):
            arguments.words.append(word)
            continue
        if found is None:
            raise Misuse(f"unknown option `{name}`{nearest(name, known)}\nTry `shapecheck {command} --help`.")
        if not found.value:
            if joined:
                raise Misuse(f"`{name}` takes no value")
            arguments.values[found.name] = True
            continue
        if not joined:
            following = next(waiting, None)
            if following is None:
                raise Misuse(f"`{name}` needs a value: `{name} {found.value}`")
            value = following
        _store(arguments, found, value)
    return arguments


def _is_formula(word: str) -> bool:
    """`-x' A x`, `-sum(x)`, `-x`: one sign, and what no name of an option has."""
    return not word.startswith("--") and (len(word) == 2 or not word[1:].replace("-", "_").replace("=", "_").isidentifier())


def _store(arguments: Arguments, option: Option, value: str) -> None:
    if option.many:
        arguments.values.setdefault(option.name, []).extend(part.strip() for part in value.split(",") if part.strip())
        return
    if option.choices and value not in option.choices:
        listed = ", ".join(option.choices)
        raise Misuse(f"`{option.name}` cannot be `{value}`{nearest(value, option.choices)}\nPossible values: {listed}.")
    arguments.values[option.name] = value


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean …?` where some known name is near."""
    from difflib import get_close_matches

    bare = {one.lstrip("-"): one for one in known}  # the dashes are alike in all of them
    close = get_close_matches(name.lstrip("-"), list(bare), 1, 0.6)
    return f"; did you mean `{bare[close[0]]}`?" if close else ""


def usage(line: str, about: str, options: Iterable[Option], sections: str = "") -> str:
    """The help text of a command."""
    rows = [(f"{option.written} {option.value}".rstrip(), _described(option)) for option in (*options, HELP)]
    width = min(max(len(left) for left, _ in rows), 30)
    table = "\n".join(
        f"  {left:<{width}}  {right}" if len(left) <= width else f"  {left}\n  {'':<{width}}  {right}" for left, right in rows
    )
    return f"{about}\n\nUsage: {line}\n\nOptions:\n{table}\n{sections}"


def _described(option: Option) -> str:
    return option.about + (f" [{', '.join(option.choices)}]" if option.choices else "")
