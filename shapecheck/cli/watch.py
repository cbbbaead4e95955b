"""`--watch`: looks at the files' times twice a second, and runs again when one has changed."""

from __future__ import annotations

import os
import sys
import time

from shapecheck.cli.arguments import Arguments, Misuse
from shapecheck.cli.lint import once, places_of
from shapecheck.project.walk import CONFIGURATIONS, walk

PERIOD = 0.5
State = dict[str, tuple[int, int]]


def watch(arguments: Arguments, jobs: int) -> int:
    """Runs until interrupted; ^C is the expected end and exits with 0."""
    try:
        before: State | None = None
        while True:
            now = state(arguments)
            if now != before:
                if sys.stdout.isatty():
                    sys.stdout.write("\x1b[2J\x1b[H")
                try:
                    once(arguments, jobs)
                except Misuse as misuse:  # a configuration half written is no reason to stop, but one to begin with is
                    if before is None:
                        raise
                    print(f"shapecheck: {misuse}", file=sys.stderr)
                sys.stdout.write("Watching for changes; ^C ends.\n")
                sys.stdout.flush()
                before = state(arguments) if arguments.flag("--fix") else now
            time.sleep(PERIOD)
    except KeyboardInterrupt:
        return 0


def state(arguments: Arguments) -> State:
    """Time and size of every file that a run would read, configurations included."""
    seen: State = {}
    try:
        places = places_of(arguments)
        for path in arguments.words or ["."]:
            files = [file for file, _ in walk(path, places, [])] if os.path.isdir(path) else [path]
            folder = path if os.path.isdir(path) else os.path.dirname(path) or "."
            for file in (*files, *(os.path.join(folder, name) for name in CONFIGURATIONS)):
                try:
                    status = os.stat(file)
                except OSError:
                    continue
                seen[file] = (status.st_mtime_ns, status.st_size)
    except Misuse:
        pass
    return seen
