"""Reads every file and keeps those that may hold annotations; the one part of a run that sees all bytes of a tree."""

from __future__ import annotations

import os

from shapecheck.hosts.gate import might_have_annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_CHUNK = 1 << 17
WORTH_A_PROCESS = 1500
"""Files from which on a second process saves more than it costs."""


def read(path: str) -> bytes:
    """All bytes of a file, without the layers of `open`."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
    try:
        data = os.read(handle, _CHUNK)
        if len(data) == _CHUNK:
            parts = [data]
            while data:
                data = os.read(handle, 1 << 22)
                parts.append(data)
            data = b"".join(parts)
        return data
    finally:
        os.close(handle)


def sift(paths: Sequence[str], processes: int) -> tuple[list[int], list[str]]:
    """The indices of the files that may hold annotations, and what could not be read."""
    if processes < 2 or len(paths) < WORTH_A_PROCESS or not hasattr(os, "fork"):
        return _sift(paths, range(len(paths)))
    from shapecheck.cli.processes import share

    def work(part: range) -> str:
        found, troubles = _sift(paths, part)
        return "\n".join([",".join(map(str, found)), *(trouble.replace("\n", " ") for trouble in troubles)])

    indices: list[int] = []
    troubles: list[str] = []
    for answer in share(work, len(paths), min(processes, 4)):
        found, *said = answer.split("\n")
        indices += map(int, filter(None, found.split(",")))
        troubles += said
    return sorted(indices), troubles


def _sift(paths: Sequence[str], part: range) -> tuple[list[int], list[str]]:
    found, troubles = [], []
    for index in part:
        try:
            if might_have_annotations(read(paths[index]), paths[index]):
                found.append(index)
        except OSError as error:
            troubles.append(f"{paths[index]}: {error.strerror}")
    return found, troubles
