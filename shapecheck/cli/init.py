"""`shapecheck init`: a commented configuration, made from the descriptions of the settings, and the hook if it is wanted."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from shapecheck.cli import hook
from shapecheck.cli.arguments import HELP, Misuse, Option, parse, usage
from shapecheck.core.settings import describe

OWN, SHARED = "shapecheck.toml", "pyproject.toml"
OPTIONS = (
    Option("--pyproject", f"Append the settings to {SHARED} instead."),
    Option("--pre-commit", f"Add the hook to {hook.FILE} too."),
    Option("--force", f"Overwrite a {OWN} that is there."),
)
ABOUT = f"Writes a commented {OWN} into the current folder; what is in other files stays as it is."


def run(argv: Sequence[str]) -> int:
    """The command with these arguments."""
    arguments = parse(argv, (*OPTIONS, HELP), "init")
    if arguments.flag("--help"):
        sys.stdout.write(usage("shapecheck init [OPTIONS]", ABOUT, OPTIONS))
        return 0
    if arguments.words:
        raise Misuse("`init` writes into the current folder and takes no path")
    wants_hook = arguments.flag("--pre-commit")
    configured = _configured()
    if not configured or arguments.flag("--force"):
        said = _append() if arguments.flag("--pyproject") else _write()
    elif wants_hook:
        said = f"{configured} is there already; left as it is."
    else:
        raise Misuse(f"{configured} is there already" + ("; `--force` overwrites it" if configured == f"`{OWN}`" else ""))
    sys.stdout.write(f"{said}\n")
    if wants_hook:
        sys.stdout.write(_hook())
    elif os.path.isdir(".git"):
        sys.stdout.write("`shapecheck init --pre-commit` adds the hook for pre-commit too.\n")
    sys.stdout.write("Next: `shapecheck lint`\n")
    return 0


def template(table: str = "") -> str:
    """Every setting with its description, commented out at its default or an example."""
    parts = [table + "# Settings of shapecheck. Uncomment what you want to change; what is missing has its default."]
    for option in describe():
        choices = f" One of {', '.join(option.choices)}." if option.choices else ""
        parts.append(f"# {option.about}{choices}\n# {option.example}")
    return "\n\n".join(parts) + "\n"


def _configured() -> str:
    """What configures the folder already, as it is told."""
    if os.path.exists(OWN):
        return f"`{OWN}`"
    if os.path.exists(SHARED) and "[tool.shapecheck" in _read(SHARED):
        return f"`[tool.shapecheck]` in `{SHARED}`"
    return ""


def _write() -> str:
    _save(OWN, template())
    return f"Wrote {OWN}: every setting, explained and commented out."


def _append() -> str:
    if not os.path.exists(SHARED):
        raise Misuse(f"there is no `{SHARED}` here; without `--pyproject` the settings go to `{OWN}`")
    text = _read(SHARED)
    newline = "\r\n" if "\r\n" in text else "\n"
    between = newline if text.endswith("\n") or not text else newline * 2
    _save(SHARED, text + between + template("[tool.shapecheck]\n").replace("\n", newline))
    return f"Appended [tool.shapecheck] to {SHARED}: every setting, explained and commented out."


def _hook() -> str:
    item = hook.item(_is_from_the_index())
    if not os.path.exists(hook.FILE):
        _save(hook.FILE, "repos:\n" + "".join(f"  {line}\n" for line in item.splitlines()))
        return f"Wrote {hook.FILE}; `pre-commit install` switches it on.\n"
    text = _read(hook.FILE)
    if hook.is_there(text):
        return f"{hook.FILE} has the hook already; left as it is.\n"
    with_hook = hook.added(text, item)
    if with_hook is None:
        return f"{hook.FILE} has no list of `repos` that I can read; add this to it:\n\n{item}\n"
    _save(hook.FILE, with_hook)
    return f"Added the hook to {hook.FILE}.\n"


def _is_from_the_index() -> bool:
    """Whether others get this very version by name: not if it was installed from a folder or a repository."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        return distribution("shapecheck-lsp").read_text("direct_url.json") is None
    except PackageNotFoundError:
        return False


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise Misuse(f"cannot read `{path}`: {error}") from None


def _save(path: str, text: str) -> None:
    try:
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        raise Misuse(f"cannot write `{path}`: {error.strerror}") from None
