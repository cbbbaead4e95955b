"""Emitted code beside what others compute: PyTorch's and JAX's automatic derivatives, and Octave as a second MATLAB.

They are heavy, so their tests are left out where they are not installed; with SHAPECHECK_REQUIRE_ORACLES=1 that is a failure.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import pytest


def oracle(name: str) -> Any:
    """The package; without it the module's tests are skipped, or fail where they must run."""
    if os.environ.get("SHAPECHECK_REQUIRE_ORACLES"):
        return import_module(name)
    return pytest.importorskip(name)
