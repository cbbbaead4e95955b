"""The pre-commit hook that `shapecheck init` adds: into a configuration that is there, every other byte stays."""

from __future__ import annotations

import re

from shapecheck.core.version import VERSION

FILE = ".pre-commit-config.yaml"
PINNED = f"language: python\n  additional_dependencies: [shapecheck-lsp=={VERSION}]"
INSTALLED = "language: system  # the shapecheck that is installed"
ITEM = """\
- repo: local
  hooks:
    - id: shapecheck
      name: shapecheck
      entry: shapecheck lint --force-exclude
      {language}
      types: [text]
      require_serial: true
"""
_REPOS = re.compile(r"^repos:[ \t]*(#.*)?$")
_ITEM = re.compile(r"^([ \t]*)- ")


def item(pinned: bool) -> str:
    """The hook as a member of `repos`: with the version from the package index, or with what is installed."""
    language = PINNED.replace("\n", "\n    ") if pinned else INSTALLED
    return ITEM.format(language=language)


def is_there(text: str) -> bool:
    """Whether a configuration has the hook, from wherever."""
    return re.search(r"^\s*-?\s*id:\s*['\"]?shapecheck(-fix)?['\"]?\s*(#.*)?$", text, re.MULTILINE) is not None


def added(text: str, hook: str) -> str | None:
    """A configuration with the hook at the end of its `repos`; None where those cannot be told from the rest."""
    lines = text.splitlines(keepends=True)
    start = next((number for number, line in enumerate(lines) if _REPOS.match(line.rstrip("\r\n"))), None)
    if start is None:
        return None
    end = last = start + 1
    while end < len(lines) and (not lines[end].strip() or lines[end][0] in " \t-#"):
        end += 1
        if lines[end - 1].strip() and not lines[end - 1].lstrip().startswith("#"):
            last = end
    first = next((found for line in lines[start + 1 : end] if (found := _ITEM.match(line))), None)
    indent = first.group(1) if first else "  "
    newline = "\r\n" if "\r\n" in text else "\n"
    block = "".join(f"{indent}{line}{newline}" for line in hook.splitlines())
    before = "".join(lines[:last])
    return before + ("" if before.endswith("\n") else newline) + block + "".join(lines[last:])
