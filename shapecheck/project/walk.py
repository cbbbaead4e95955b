"""Which files to lint: those named, and in the folders named all of known languages that git and the exclusions leave.

A file belongs to its nearest configuration: `shapecheck.toml`, or a `pyproject.toml` with a `[tool.shapecheck]` table.
"""

from __future__ import annotations

import os

from shapecheck.core.exclusions import DEFAULT_EXCLUDE
from shapecheck.project.endings import is_known
from shapecheck.project.patterns import Patterns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapecheck.core.settings import Settings

_DEFAULT = Patterns(DEFAULT_EXCLUDE)
CONFIGURATIONS = (".shapecheck.toml", "shapecheck.toml", "pyproject.toml")


class Place:
    """A configuration and the folder it holds in; `settings` is None where nothing is configured."""

    __slots__ = ("exclusions", "root", "settings", "source")

    def __init__(self, root: str, source: str | None, settings: Settings | None, exclusions: Patterns) -> None:
        self.root = root
        self.source = source
        self.settings = settings
        self.exclusions = exclusions

    def excludes(self, path: str, folder: bool = False) -> bool:
        """Whether an exclusion names this file or folder itself."""
        return bool(self.exclusions.decide(below(path, self.root), folder))


class Places:
    """Finds the place of a folder; one instance a run, because folders share it."""

    def __init__(
        self,
        load: Callable[[str], Settings],
        fixed: str | None = None,
        exclude: Iterable[str] | None = None,
        extend_exclude: Iterable[str] = (),
    ) -> None:
        self._load = load
        self._exclude = None if exclude is None else tuple(exclude)
        self._extend = tuple(extend_exclude)
        self._known: dict[str, Place] = {}
        self._fixed = None if fixed is None else self._make(os.getcwd(), fixed)

    def of(self, folder: str) -> Place:
        """The place of an absolute folder, looked for upwards."""
        if self._fixed is not None:
            return self._fixed
        found = self._known.get(folder)
        if found is None:
            source = configuration_in(folder)
            parent = os.path.dirname(folder)
            if source is not None:
                found = self._make(folder, source)
            elif parent == folder:
                found = self._make(os.getcwd(), None)
            else:
                found = self.of(parent)
            self._known[folder] = found
        return found

    def enter(self, folder: str, parent: Place, names: Iterable[str]) -> Place:
        """The place of a folder whose entries are known already."""
        if self._fixed is not None or not any(name in names for name in CONFIGURATIONS):
            return parent
        return self.of(folder)

    def _make(self, root: str, source: str | None) -> Place:
        settings = None if source is None else self._load(source)
        if self._exclude is None and not self._extend and settings is None:
            return Place(root, source, settings, _DEFAULT)
        exclude = self._exclude if self._exclude is not None else DEFAULT_EXCLUDE if settings is None else settings.exclude
        further = () if settings is None else settings.extend_exclude
        return Place(root, source, settings, Patterns((*exclude, *further, *self._extend)))


def configuration_in(folder: str) -> str | None:
    """The configuration file of exactly this folder."""
    for name in CONFIGURATIONS:
        path = os.path.join(folder, name)
        if name != "pyproject.toml":
            if os.path.isfile(path):
                return path
        else:
            try:
                with open(path, "rb") as file:
                    if b"tool.shapecheck" in file.read():
                        return path
            except OSError:
                pass
    return None


def walk(top: str, places: Places, troubles: list[str]) -> Iterable[tuple[str, Place]]:
    """The files below the folder `top`, sorted within each folder; paths begin as `top` does."""
    here = os.path.abspath(top)
    links: list[tuple[str, Place]] = []
    seen: set[tuple[int, int]] = set()
    stack = [(top, here, places.of(here), _ignores_above(here))]
    while stack:
        folder, absolute, place, ignores = stack.pop()
        try:
            with os.scandir(folder) as listing:
                entries = {entry.name: entry for entry in listing}
        except OSError as error:
            troubles.append(f"{folder}: {error.strerror}")
            continue
        place = places.enter(absolute, place, entries)
        known = place.settings.extensions if place.settings is not None else None
        if place.settings is None or place.settings.respect_gitignore:
            ignores = _ignores_in(absolute, ".git" in entries, ".gitignore" in entries, ignores)
        else:
            ignores = ()
        prefix = "" if folder == "." else folder if folder.endswith(os.sep) else folder + os.sep
        inside = absolute if absolute.endswith(os.sep) else absolute + os.sep
        deeper = []
        for name in sorted(entries):
            entry = entries[name]
            try:
                is_folder = entry.is_dir(follow_symlinks=False)
            except OSError:
                continue
            if not is_folder and not is_known(name) and not (known and name.rpartition(".")[2] in known):
                continue
            full = inside + name
            if place.excludes(full, is_folder) or (ignores and _ignored(ignores, full, is_folder)):
                continue
            if is_folder:
                deeper.append((prefix + name, full, place, ignores))
            elif entry.is_symlink():
                links.append((prefix + name, place))
            elif entry.is_file(follow_symlinks=False):
                yield prefix + name, place
        stack += reversed(deeper)
    for path, place in links:  # a link into the tree would be linted twice
        try:
            status = os.stat(path)
        except OSError:
            continue
        target = os.path.realpath(path)
        if os.path.isfile(target) and not target.startswith(os.path.realpath(top) + os.sep) and (status.st_dev, status.st_ino) not in seen:
            seen.add((status.st_dev, status.st_ino))
            yield path, place


def is_excluded(path: str, place: Place, respect_gitignore: bool, known: dict[str, Folder] | None = None) -> bool:
    """Whether a walk from above would have passed over this file: for files named one by one.

    `known` keeps what was read of their folders; a pre-commit hook is told of thousands of files.
    """
    absolute = os.path.abspath(path)
    if place.exclusions.covers(below(absolute, place.root)):
        return True
    if not respect_gitignore:
        return False
    folder = os.path.dirname(absolute)
    found = known.get(folder) if known is not None else None
    if found is None:
        found = _folder(folder)
        if known is not None:
            known[folder] = found
    ignores, is_ignored = found
    return is_ignored or _ignored(ignores, absolute, False)


def _folder(folder: str) -> Folder:
    ignores = _ignores_in(folder, False, True, _ignores_above(folder))
    steps = folder.split(os.sep)
    outermost = min((len(base) for base, _ in ignores), default=len(folder) + 1)
    paths = [os.sep.join(steps[:length]) for length in range(2, len(steps) + 1)]
    return ignores, any(len(step) >= outermost and _ignored(ignores, step, True) for step in paths)


Ignores = tuple[tuple[str, Patterns], ...]  # folder with a separator at its end, its patterns; the innermost last
Folder = tuple[Ignores, bool]  # the ignore files that hold in it, and whether it is ignored itself


def _ignored(ignores: Ignores, path: str, folder: bool) -> bool:
    for base, patterns in reversed(ignores):
        if path.startswith(base):
            relative = path[len(base) :]
            decision = patterns.decide(relative if os.sep == "/" else relative.replace(os.sep, "/"), folder)
            if decision is not None:
                return decision
    return False


def _ignores_in(folder: str, repository: bool, listed: bool, above: Ignores) -> Ignores:
    """The ignore files that hold in a folder: a repository does not see those above its root."""
    base = folder if folder.endswith(os.sep) else folder + os.sep
    if repository:
        above = ((base, patterns),) if (patterns := _read(os.path.join(folder, ".git", "info", "exclude"))) else ()
    if listed and (patterns := _read(os.path.join(folder, ".gitignore"))):
        above = (*above, (base, patterns))
    return above


def _ignores_above(folder: str) -> Ignores:
    """The ignore files of the folders above, up to the root of the repository or, outside of one, the working folder."""
    chain = []
    at, working = os.path.dirname(folder), os.getcwd()
    if os.path.exists(os.path.join(folder, ".git")) or at == folder:
        return ()
    while True:
        chain.append(at)
        if os.path.exists(os.path.join(at, ".git")):
            break
        parent = os.path.dirname(at)
        if parent == at:
            chain = [step for step in chain if step == working or step.startswith(working.rstrip(os.sep) + os.sep)]
            break
        at = parent
    ignores: Ignores = ()
    for step in reversed(chain):
        ignores = _ignores_in(step, os.path.exists(os.path.join(step, ".git")), True, ignores)
    return ignores


def _read(path: str) -> Patterns | None:
    try:
        with open(path, "rb") as file:
            patterns = Patterns(file.read(1 << 20).decode("utf-8-sig", "surrogateescape").split("\n"))
    except OSError:
        return None
    return patterns if patterns.anything else None


def below(path: str, root: str) -> str:
    """The path relative to the root with `/`, or without its leading separator where it lies elsewhere."""
    path = path if path.startswith(os.sep) or os.path.isabs(path) else os.path.abspath(path)
    base = root if root.endswith(os.sep) else root + os.sep
    relative = path[len(base) :] if path.startswith(base) else path.lstrip(os.sep)
    return relative if os.sep == "/" else relative.replace(os.sep, "/")
