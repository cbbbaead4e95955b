"""Results of earlier runs, in `.shapecheck_cache` beside the configuration: one JSON file a text.

Deleting it at any time is fine, and so is anything that others write into it: an entry that does not read as diagnostics
of just this text is none. Fixes are never taken from it.
"""

from __future__ import annotations

import contextlib
import json
import os
from functools import cache

from shapecheck.cli.plain import from_plain, to_plain
from shapecheck.core.diagnostic import Diagnostic
from shapecheck.core.record import fields
from shapecheck.core.settings import Settings
from shapecheck.core.version import VERSION

FOLDER = ".shapecheck_cache"
LARGEST = 4 << 20
TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# A cache of shapecheck; see https://bford.info/cachedir/\n"


class Cache:
    """The entries below one folder."""

    def __init__(self, root: str) -> None:
        self._folder = os.path.join(root, FOLDER)
        self._ready: bool | None = None

    def key(self, text: str, language: str, settings: Settings) -> str:
        """Everything that a result depends on, as one name."""
        import hashlib  # late, as tempfile below: a run without a cache needs neither

        parts = (
            VERSION,
            build(),
            language,
            json.dumps({one.name: getattr(settings, one.name) for one in fields(settings)}, sort_keys=True),
        )
        digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=20)
        digest.update(text.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def read(self, key: str, length: int) -> tuple[Diagnostic, ...] | None:
        """What was found in the text of this key, whose length bounds all its places."""
        try:
            handle = os.open(self._entry(key), os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
            with open(handle, "rb") as file:
                content = file.read(LARGEST + 1)
            if len(content) > LARGEST:
                return None
            values = json.loads(content)
            if not isinstance(values, dict) or values.get("key") != key:
                return None
            return tuple(from_plain(value, length) for value in values["diagnostics"])
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None

    def write(self, key: str, diagnostics: tuple[Diagnostic, ...]) -> None:
        """Keeps a result; where that is impossible, the next run does the work again."""
        content = json.dumps({"key": key, "diagnostics": [to_plain(one) for one in diagnostics]})
        if len(content) > LARGEST or not self._prepare():
            return
        with contextlib.suppress(OSError, UnicodeError):
            _write(self._entry(key), content)

    def _entry(self, key: str) -> str:
        return os.path.join(self._folder, f"{key}.json")

    def _prepare(self) -> bool:
        """Makes the folder, with the marks that keep it out of repositories and backups. A link is not ours: no cache."""
        if self._ready is None:
            try:
                os.makedirs(self._folder, exist_ok=True)
                self._ready = not os.path.islink(self._folder)
                if self._ready:
                    for name, content in ((".gitignore", "*\n"), ("CACHEDIR.TAG", TAG)):
                        path = os.path.join(self._folder, name)
                        if not os.path.lexists(path):
                            _write(path, content)
                    prune(self._folder)
            except OSError:
                self._ready = False
        return self._ready


def _write(path: str, content: str) -> None:
    import tempfile

    handle, temporary = tempfile.mkstemp(prefix=".", suffix=".new", dir=os.path.dirname(path))
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def prune(folder: str, most: int = 5000) -> None:
    """Drops the older half of the entries when there are more than `most`."""
    with os.scandir(folder) as listing:
        entries = [entry for entry in listing if entry.name.endswith((".json", ".new"))]
    if len(entries) <= most:
        return
    entries.sort(key=lambda entry: entry.stat(follow_symlinks=False).st_mtime)
    for entry in entries[: len(entries) // 2]:
        with contextlib.suppress(OSError):
            os.unlink(entry.path)


@cache
def build() -> str:
    """Tells one state of the program from another while its version stays: the newest change of its files."""
    newest = count = 0
    folders = [os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]
    folders.append(os.path.join(os.path.dirname(folders[0]), "grammar"))
    while folders:
        folder = folders.pop()
        with contextlib.suppress(OSError), os.scandir(folder) as listing:
            for entry in listing:
                if entry.is_dir(follow_symlinks=False):
                    folders += [entry.path] if entry.name != "__pycache__" else []
                else:
                    newest, count = max(newest, entry.stat().st_mtime_ns), count + 1
    return f"{newest}-{count}"
