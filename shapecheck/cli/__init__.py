"""The command line: arguments in, text and an exit code out; the only place that prints.

`main` picks a subcommand (`commands`), each of which is a module with `OPTIONS` and `run`. Exit codes: 0 clean, 1 findings,
2 misuse or internal error, 130 interrupted. Nothing heavy is imported before something is found (`lint`), because most
runs find nothing. Begin with `commands.py`, then `lint.py`.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command line and returns its exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - a checkout runs under any Python; what comes then reads like a defect
        running = ".".join(map(str, sys.version_info[:3]))
        sys.stderr.write(f"shapecheck: Python 3.11 or newer is needed, and this is {running} ({sys.executable})\n")
        return 2
    from shapecheck.cli.arguments import Misuse
    from shapecheck.cli.commands import run

    try:
        code = run(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
    except Misuse as misuse:
        print(f"shapecheck: {misuse}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        _discard_output()
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        return _internal_error(error)
    return code


def _discard_output() -> None:
    """The reader has gone (`| head`): what is still buffered must not raise once more at exit."""
    import os

    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _internal_error(error: Exception) -> int:
    import os
    import traceback

    if os.environ.get("SHAPECHECK_TRACEBACK"):
        traceback.print_exc()
    place = traceback.extract_tb(error.__traceback__)[-1]
    sentence = f"{type(error).__name__}: {error} ({place.name}, line {place.lineno})"
    print(f"shapecheck: internal error, please report it: {sentence}", file=sys.stderr)
    print("SHAPECHECK_TRACEBACK=1 in the environment shows where it comes from.", file=sys.stderr)
    return 2
