"""What a user can configure; the one place that names, defaults and describes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Settings:
    """`[tool.shapecheck]` of pyproject.toml, `shapecheck.toml`, command line and editors alike."""

    select: tuple[str, ...] = ()  # rules to report; empty: all
    ignore: tuple[str, ...] = ()
    severity: dict[str, str] = field(default_factory=dict)  # rule -> error | warning | info | hint | off
    per_file_ignores: dict[str, tuple[str, ...]] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    layout: Literal["gradient", "numerator"] = "gradient"
    star: Literal["auto", "matrix", "elementwise"] = "auto"
