"""The language server: the engine's answers over the Language Server Protocol, on standard streams or on loopback.

Bytes become messages (`transport`), which one thread handles in their order (`loop`, `protocol`); a client's positions become
offsets (`text`, `source`), features ask the engine (`features`), findings follow (`publishing`). Invariant: no answer is
about another version of a document than the one that the client had when it asked. Begin with `server.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

USAGE = """\
Speaks the Language Server Protocol. An editor starts it; you need not.

Usage: shapecheck server [--stdio | --tcp [PORT] | --ws [PORT]] [--log-level LEVEL]

Options:
  --stdio            Over standard input and output (the default).
  --tcp [PORT]       To one client over TCP, on 127.0.0.1 only; the port is told on standard error.
  --ws [PORT]        To one client over a WebSocket, on 127.0.0.1 only (needs the package `websockets`).
  --log-level LEVEL  error, warning, info or debug.
  -h, --help         Show this text.
"""
LEVELS = ("error", "warning", "info", "debug")


class Misuse(Exception):
    """Arguments that do not say what is wanted."""


def main(argv: Sequence[str]) -> int:
    """The command with these arguments; its exit code."""
    if any(word in ("-h", "--help") for word in argv):
        sys.stdout.write(USAGE)
        return 0
    try:
        kind, port, level = _arguments(argv)
    except Misuse as misuse:
        sys.stderr.write(f"shapecheck: {misuse}\nTry `shapecheck server --help`.\n")
        return 2
    if kind == "stdio" and sys.stdin.isatty():
        sys.stderr.write("The language server waits for an editor to speak to it here; ^C ends it. See `shapecheck server --help`.\n")
    from shapecheck.server import running

    return running.run(kind, port, level)


def _arguments(argv: Sequence[str]) -> tuple[str, int, str]:
    """The transport, its port (0: any that is free) and the log's level."""
    kind, port, level = "stdio", 0, "warning"
    words = [part for word in argv for part in (word.split("=", 1) if word.startswith("--") else [word])]
    while words:
        word = words.pop(0)
        if word in ("--stdio", "--tcp", "--ws"):
            kind = word[2:]
            if words and not words[0].startswith("-"):
                port = _port(words.pop(0))
        elif word == "--port" and words:
            port = _port(words.pop(0))
        elif word == "--log-level" and words:
            level = words.pop(0)
            if level not in LEVELS:
                raise Misuse(f"there is no log level `{level}`; there are {', '.join(LEVELS)}")
        elif word == "--clientProcessId" and words:
            words.pop(0)
        else:
            raise Misuse(f"unknown argument `{word}`")
    return kind, port, level


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise Misuse(f"`{text}` is no port")
    return int(text)
