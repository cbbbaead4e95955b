"""Collects the Markdown files of this folder: every fence is a test."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from document import check
from specification import Example, Unmet, examples, run


class MarkdownFile(pytest.File):
    def collect(self) -> Iterator[pytest.Item]:
        for example in examples(self.path.read_text(encoding="utf-8"), self.path):
            yield FenceItem.from_parent(self, name=example.name, example=example)


class FenceItem(pytest.Item):
    def __init__(self, *, example: Example, **rest: object) -> None:
        super().__init__(**rest)  # type: ignore[arg-type]
        self.example = example
        self.funcargs: dict[str, object] = {}  # pytest-lsp looks into it, whatever the item is

    def runtest(self) -> None:
        run(self.example, check)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        if isinstance(excinfo.value, Unmet):
            return str(excinfo.value)
        own = [line for line in traceback.format_exception(excinfo.value) if "site-packages" not in line]
        return f"{self.path}:{self.example.line}\n{''.join(own)}"

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.example.line, self.name


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> MarkdownFile | None:
    return MarkdownFile.from_parent(parent, path=file_path) if file_path.suffix == ".md" else None
