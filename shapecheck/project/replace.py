"""Writing a file so that it is, at any moment, either the old one or the new one."""

from __future__ import annotations

import contextlib
import os
import tempfile


def replace(path: str, content: bytes) -> None:
    """Replace a file's content through a temporary file beside it. A link stays a link: its target changes.

    Permissions, owner and extended attributes are kept as far as the system allows.
    """
    target = os.path.realpath(path)
    status = os.stat(target)
    folder, name = os.path.split(target)
    if not os.access(target, os.W_OK):
        raise PermissionError(13, os.strerror(13), path)
    handle, temporary = tempfile.mkstemp(prefix=f".{name[:100]}.", suffix=".shapecheck", dir=folder)
    try:
        with open(handle, "wb") as file:
            file.write(content)
            _take_over(handle, temporary, target, status)
            file.flush()
            os.fsync(handle)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _settle(folder)


def _take_over(handle: int, temporary: str, target: str, status: os.stat_result) -> None:
    if hasattr(os, "fchown"):
        mine = os.fstat(handle)
        if (mine.st_uid, mine.st_gid) != (status.st_uid, status.st_gid):
            with contextlib.suppress(OSError):
                os.fchown(handle, status.st_uid, status.st_gid)
    if hasattr(os, "listxattr"):
        with contextlib.suppress(OSError):
            for attribute in os.listxattr(target):
                with contextlib.suppress(OSError):
                    os.setxattr(temporary, attribute, os.getxattr(target, attribute))
    os.chmod(temporary, status.st_mode & 0o7777)


def _settle(folder: str) -> None:
    """Makes the renaming itself durable, where folders can be synchronised."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
