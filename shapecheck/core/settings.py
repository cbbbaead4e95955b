"""What a user can configure; the one place that names, defaults and describes it.

The keys of `[tool.shapecheck]` are the fields with hyphens (`per-file-ignores`). The tables in the README and the
settings of the editors are generated from `describe()`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_type_hints

from shapecheck.core.exclusions import DEFAULT_EXCLUDE
from shapecheck.core.record import dataclass, field, fields

Layout = Literal["gradient", "numerator"]
Star = Literal["auto", "matrix", "elementwise"]


def _about(text: str, example: str) -> dict[str, str]:
    return {"about": text, "example": example}


@dataclass(frozen=True, slots=True)
class Settings:
    """`[tool.shapecheck]` of pyproject.toml, `shapecheck.toml`, command line and editors alike."""

    select: tuple[str, ...] = field(
        default=(), metadata=_about("Report only these rules; empty means all.", 'select = ["shape-mismatch", "gradient-value"]')
    )
    ignore: tuple[str, ...] = field(default=(), metadata=_about("Never report these rules.", 'ignore = ["unused-declaration"]'))
    severity: dict[str, str] = field(
        default_factory=dict,
        metadata=_about(
            "How serious each rule is: `error`, `warning`, `info`, `hint` or `off`.", 'severity = { unused-declaration = "warning" }'
        ),
    )
    per_file_ignores: dict[str, tuple[str, ...]] = field(
        default_factory=dict,
        metadata=_about(
            "Rules not to report in files that match a pattern; `all` stands for every rule.", 'per-file-ignores = { "old/**" = ["all"] }'
        ),
    )
    exclude: tuple[str, ...] = field(
        default=DEFAULT_EXCLUDE,
        metadata=_about("Patterns of files and folders to pass over, in place of the default list.", 'exclude = ["third_party"]'),
    )
    extend_exclude: tuple[str, ...] = field(
        default=(), metadata=_about("Patterns to pass over besides those of `exclude`.", 'extend-exclude = ["generated"]')
    )
    force_exclude: bool = field(
        default=False, metadata=_about("Pass over excluded files even when they are named on the command line.", "force-exclude = true")
    )
    respect_gitignore: bool = field(default=True, metadata=_about("Pass over what `.gitignore` files ignore.", "respect-gitignore = false"))
    extensions: dict[str, str] = field(
        default_factory=dict, metadata=_about("Host language of further file name endings.", 'extensions = { inc = "fortran" }')
    )
    layout: Layout = field(
        default="gradient",
        metadata=_about(
            "Layout of derivatives: `gradient` (that of a scalar has the shape of its variable) or `numerator`.", 'layout = "numerator"'
        ),
    )
    star: Star = field(
        default="auto",
        metadata=_about("What `*` means between matrices: `matrix`, `elementwise`, or `auto` (by the statement).", 'star = "elementwise"'),
    )


@dataclass(frozen=True, slots=True)
class Option:
    """One setting as documentation and editors need it; `type` is a JSON type, `choices` is empty where anything goes."""

    key: str
    type: Literal["boolean", "string", "array", "object"]
    default: Any
    about: str
    example: str
    choices: tuple[str, ...] = ()


def describe() -> Iterator[Option]:
    """Every setting, in the order of the class."""
    hints = get_type_hints(Settings)
    plain = Settings()
    for one in fields(Settings):
        default = getattr(plain, one.name)
        choices = get_args(hints[one.name]) if isinstance(default, str) else ()
        kind: Literal["boolean", "string", "array", "object"]
        kind = "boolean" if isinstance(default, bool) else "string" if choices else "object" if isinstance(default, dict) else "array"
        yield Option(
            key=one.name.replace("_", "-"),
            type=kind,
            default=list(default) if kind == "array" else default,
            about=one.metadata["about"],
            example=one.metadata["example"],
            choices=choices,
        )
