"""What `--version` says: the version, and which installation answers."""

from __future__ import annotations

import os
import sys

from shapecheck.core.version import VERSION


def describe() -> str:
    """Version, folder of the package and interpreter."""
    import shapecheck

    folder = os.path.dirname(os.path.abspath(shapecheck.__file__))
    python = ".".join(map(str, sys.version_info[:3]))
    return f"shapecheck {VERSION} ({folder}, Python {python} at {sys.executable})\n"
