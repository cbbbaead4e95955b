"""The pattern language of `.gitignore`, which `exclude` and `per-file-ignores` use too.

Most patterns are plain names (`build/`) or endings (`*.o`): those are looked up in tables, and only the others cost a
regular expression. The last pattern that matches decides, as in git.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from re import Pattern

_STAR = "[^/]*"
_WILD = frozenset("*?[\\")


class Patterns:
    """The patterns of one file or setting. Paths are given relative to the folder they stand in, with `/`."""

    __slots__ = ("_endings", "_names", "_others", "_paths", "anything", "rules")

    def __init__(self, lines: Iterable[str]) -> None:
        self.rules: list[tuple[bool, bool]] = []  # (ignores, only folders), in order
        self._names: dict[str, list[int]] = {}
        self._endings: dict[str, list[int]] = {}
        self._paths: dict[str, list[int]] = {}
        self._others: list[tuple[int, bool, Pattern[str]]] = []  # (rule, whole path or name only, expression)
        for line in lines:
            self._add(line)
        self.anything = bool(self.rules)

    def _add(self, line: str) -> None:
        pattern = _without_trailing_blanks(line.rstrip("\r\n"))
        if not pattern or pattern.startswith("#"):
            return
        ignores = not pattern.startswith("!")
        pattern = pattern if ignores else pattern[1:]
        folders = pattern.endswith("/")
        pattern = pattern.removesuffix("/")
        anchored = "/" in pattern
        pattern = pattern.removeprefix("/")
        while pattern.startswith("**/") and "/" not in pattern[3:]:
            pattern, anchored = pattern[3:], False
        if not pattern:
            return
        rule = len(self.rules)
        self.rules.append((ignores, folders))
        if not _WILD & set(pattern):
            (self._paths if anchored else self._names).setdefault(pattern, []).append(rule)
        elif not anchored and pattern.startswith("*.") and not _WILD & set(pattern[1:]) and "." not in pattern[2:]:
            self._endings.setdefault(pattern[1:], []).append(rule)
        else:
            expression = _expression(pattern)
            if expression is not None:
                self._others.append((rule, anchored, expression))

    def decide(self, path: str, folder: bool) -> bool | None:
        """True: ignored; False: taken back by a `!` pattern; None: no pattern says anything of it."""
        name = path[path.rfind("/") + 1 :]
        found = -1
        for candidates in (
            self._names.get(name),
            self._paths.get(path),
            self._endings.get(name[name.rfind(".") :]) if "." in name else None,
        ):
            if candidates is not None:
                for rule in reversed(candidates):
                    if rule > found and (folder or not self.rules[rule][1]):
                        found = rule
                        break
        for rule, anchored, expression in reversed(self._others):
            if rule < found:
                break
            if (folder or not self.rules[rule][1]) and expression.fullmatch(path if anchored else name):
                found = rule
                break
        return None if found < 0 else self.rules[found][0]

    def covers(self, path: str) -> bool:
        """Whether the file or a folder above it is ignored."""
        parts = path.split("/")
        ends = range(1, len(parts) + 1)
        return any(self.decide("/".join(parts[:end]), folder=end < len(parts)) for end in ends)


def _without_trailing_blanks(line: str) -> str:
    """Blanks at the end do not count, unless the last of them is escaped."""
    stripped = line.rstrip(" \t")
    return stripped + " " if stripped.endswith("\\") and stripped != line else stripped


_FOLDERS, _REST = "(?:[^/]+/)*", "/.+"
_STEPS = ("/", _FOLDERS, _REST)


def _expression(pattern: str) -> Pattern[str] | None:
    """The pattern as a regular expression; None where git would find nothing (an open bracket, say)."""
    import re

    parts: list[str] = []
    at, end = 0, len(pattern)
    while at < end:
        sign = pattern[at]
        if pattern.startswith("**/", at) and (at == 0 or pattern[at - 1] == "/"):
            parts.append(_FOLDERS)
            at += 3
        elif pattern.startswith("/**", at) and at + 3 == end:
            parts.append(_REST)
            at += 3
        elif sign == "*":
            while at + 1 < end and pattern[at + 1] == "*":
                at += 1
            parts.append(_STAR)
            at += 1
        elif sign == "?":
            parts.append("[^/]")
            at += 1
        elif sign == "[":
            close = pattern.find("]", at + 2 + (pattern[at + 1 : at + 2] in ("!", "^")))
            if close < 0:
                return None
            inside = pattern[at + 1 : close].replace("\\", "\\\\").replace("[", "\\[")
            parts.append("(?!/)[" + ("^" + inside[1:] if inside[0] in "!^" else inside) + "]")
            at = close + 1
        elif sign == "\\" and at + 1 < end:
            parts.append(re.escape(pattern[at + 1]))
            at += 2
        else:
            parts.append(re.escape(sign))
            at += 1
    try:
        return re.compile("".join(_committed(parts)), re.DOTALL)
    except re.error:
        return None


def _committed(parts: list[str]) -> list[str]:
    """A star with a further star behind it in the same name takes its shortest match and stays with it.

    No match is lost by that, and none takes exponential time.
    """
    from itertools import pairwise

    stars = [at for at, part in enumerate(parts) if part == _STAR]
    for star, following in pairwise(stars):
        if not any(part in _STEPS for part in parts[star + 1 : following]):
            parts[star] = "(?>[^/]*?"
            parts[following - 1] += ")"
    return parts
