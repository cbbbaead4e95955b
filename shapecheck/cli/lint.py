"""`shapecheck lint`: from paths to an exit code.

Finding the files and sieving them is done here with nothing imported; `report.py` goes on with what is left.
"""

from __future__ import annotations

import os
import sys

from shapecheck.cli.arguments import HELP, Misuse, Option, parse, usage
from shapecheck.cli.sieve import read, sift
from shapecheck.project.walk import Place, Places, is_excluded, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecheck.cli.arguments import Arguments
    from shapecheck.core.settings import Settings
    from shapecheck.project.walk import Folder

FORMATS = ("full", "concise", "json", "github", "gitlab", "sarif", "junit")
OPTIONS = (
    Option("--fix", "Apply the safe fixes to the files."),
    Option("--diff", "Show what --fix would change, and change nothing."),
    Option("--output-format", "How findings are written.", "FORMAT", choices=FORMATS),
    Option("--output-file", "Write the findings to a file.", "FILE", short="-o"),
    Option("--select", "Report only these rules.", "RULES", many=True),
    Option("--ignore", "Do not report these rules.", "RULES", many=True),
    Option("--statistics", "Count findings by rule instead of showing them."),
    Option("--exit-zero", "Exit with 0 even if there are findings."),
    Option("--stdin-filename", "Read standard input as if it were this file.", "FILE"),
    Option("--watch", "Check again whenever a file changes.", short="-w"),
    Option("--config", "Use this configuration file, whatever lies nearer.", "FILE"),
    Option("--exclude", "Pass over these patterns in place of the default list.", "PATTERNS", many=True),
    Option("--extend-exclude", "Pass over these patterns too.", "PATTERNS", many=True),
    Option("--force-exclude", "Pass over excluded files even when they are named."),
    Option("--no-cache", "Neither read nor write the result cache."),
    Option("--jobs", "Number of processes (default: one a processor).", "N", short="-j"),
    Option("--color", "Whether to colour.", "WHEN", choices=("auto", "always", "never")),
    Option("--quiet", "Show findings only, no summary.", short="-q"),
)
EXITS = """
With no paths, the current folder is checked; `-` is standard input.
Exit code: 0 clean, 1 findings (errors or warnings), 2 misuse.
"""


class Target:
    """A file that may hold annotations, with its bytes and the configuration that holds for it."""

    __slots__ = ("path", "place", "raw")

    def __init__(self, path: str, place: Place, raw: bytes) -> None:
        self.path = path
        self.place = place
        self.raw = raw


class Search:
    """What a run looked at: the files read, those worth checking, and what went wrong on the way."""

    __slots__ = ("files", "targets", "troubles")

    def __init__(self, files: list[str], targets: list[Target], troubles: list[str]) -> None:
        self.files = files
        self.targets = targets
        self.troubles = troubles


def run(argv: Sequence[str]) -> int:
    """The command with these arguments."""
    arguments = parse(argv, (*OPTIONS, HELP), "lint")
    if arguments.flag("--help"):
        sys.stdout.write(usage("shapecheck lint [OPTIONS] [PATHS]", "Checks the formulas in the comments of files.", OPTIONS, EXITS))
        return 0
    jobs = _jobs(arguments)
    for name in ("--select", "--ignore"):
        if arguments.many(name):
            _check_rules(name, arguments.many(name))
    if arguments.flag("--watch"):
        from shapecheck.cli.watch import watch

        return watch(arguments, jobs)
    return once(arguments, jobs)


def once(arguments: Arguments, jobs: int) -> int:
    """One run over all files."""
    from_input = "-" in arguments.words or "--stdin-filename" in arguments.values
    search = _standard_input(arguments) if from_input else find(arguments, jobs)
    plain = arguments.text("--output-format", "full") in ("full", "concise") and "--output-file" not in arguments.values
    if plain and not search.targets and not arguments.flag("--statistics"):
        if not arguments.flag("--quiet") and not from_input and not arguments.flag("--diff"):
            sys.stdout.write(nothing(search))
    else:
        import gc

        gc.disable()  # a tenth of what loading takes is collections that find nothing
        from shapecheck.cli.report import report

        gc.enable()
        gc.set_threshold(100_000)  # what is read lives as long as the run: looking for garbage costs a fifth of checking, and finds none
        return max(report(arguments, search, jobs), complain(search.troubles))
    return complain(search.troubles)


def find(arguments: Arguments, jobs: int) -> Search:
    """Walks the paths of the command line and reads every file once."""
    places = places_of(arguments)
    troubles: list[str] = []
    found: dict[str, Place] = {}
    folders: dict[str, Folder] = {}
    for path in arguments.words or ["."]:
        if os.path.isdir(path):
            found.update(walk(path, places, troubles))
        elif os.path.exists(path):
            place = places.of(os.path.dirname(os.path.abspath(path)))
            force = arguments.flag("--force-exclude") or (place.settings is not None and place.settings.force_exclude)
            if not (force and is_excluded(path, place, place.settings is None or place.settings.respect_gitignore, folders)):
                found.setdefault(path, place)
        else:
            raise Misuse(f"there is no file or folder `{path}`")
    files = list(found)
    indices, unread = sift(files, jobs)
    targets = []
    for index in indices:
        try:
            targets.append(Target(files[index], found[files[index]], read(files[index])))
        except OSError as error:
            unread.append(f"{files[index]}: {error.strerror}")
    return Search(files, targets, troubles + unread)


def places_of(arguments: Arguments) -> Places:
    """The configurations as the command line changes them."""
    exclude = arguments.many("--exclude") if "--exclude" in arguments.values else None
    return Places(_load, _configuration(arguments), exclude, arguments.many("--extend-exclude"))


def nothing(search: Search) -> str:
    """What is said when no file has an annotation: that there was nothing to check is not the same as that all is right."""
    count = len(search.files)
    if not count:
        return "No files to check.\n"
    return f"No annotations in {count:,} {'file' if count == 1 else 'files'}.\n"


def complain(troubles: list[str]) -> int:
    """Tells what could not be read; such a run is not clean."""
    for trouble in troubles:
        print(f"shapecheck: {trouble}", file=sys.stderr)
    return 2 if troubles else 0


def _standard_input(arguments: Arguments) -> Search:
    if any(word != "-" for word in arguments.words):
        raise Misuse("standard input (`-`, `--stdin-filename`) goes alone, without other paths")
    if arguments.flag("--watch"):
        raise Misuse("standard input cannot be watched")
    name = arguments.text("--stdin-filename", "-")
    places = places_of(arguments)
    place = places.of(os.path.dirname(os.path.abspath(name)))
    raw = sys.stdin.buffer.read()
    force = arguments.flag("--force-exclude") or (place.settings is not None and place.settings.force_exclude)
    if force and is_excluded(name, place, place.settings is None or place.settings.respect_gitignore):
        if arguments.flag("--fix"):
            sys.stdout.buffer.write(raw)
        return Search([name], [], [])
    return Search([name], [Target(name, place, raw)], [])


def _configuration(arguments: Arguments) -> str | None:
    if "--config" not in arguments.values:
        return None
    path = arguments.text("--config")
    if not os.path.isfile(path):
        raise Misuse(f"there is no configuration file `{path}`")
    return path


def _load(path: str) -> Settings:
    from shapecheck.project.configuration import ConfigurationError, check_rules, load

    try:
        settings = load(path)
        if settings.select or settings.ignore or settings.severity or settings.per_file_ignores:
            from shapecheck.rules import names

            check_rules(settings, names(), path)
    except ConfigurationError as error:
        raise Misuse(str(error)) from None
    return settings


def _check_rules(option: str, given: tuple[str, ...]) -> None:
    from shapecheck.cli.arguments import nearest
    from shapecheck.rules import names

    for name in given:
        if name not in names() and name != "all":
            raise Misuse(f"`{option}`: unknown rule `{name}`{nearest(name, names())}\n`shapecheck rule` lists them all.")


def _jobs(arguments: Arguments) -> int:
    given = arguments.values.get("--jobs")
    if given is None:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not str(given).isdecimal() or not 1 <= int(given) <= 1024:
        raise Misuse(f"`--jobs` must be a number from 1 to 1024, not `{given}`")
    return int(given)
