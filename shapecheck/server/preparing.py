"""Answers that are found before anybody asks: what hovers show takes longer to derive than an editor should wait."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module

from shapecheck.engine import Analysis, questions
from shapecheck.server import features
from shapecheck.server.source import Source

FEATURES = ("hover", "actions", "completion", "inlay")
"""Modules that will be asked for next."""
MOST = 2000
"""Gradients of one document that are derived ahead."""


def prepared(source: Source, analysis: Analysis) -> Iterator[None]:
    """A step for each gradient, as long as the text stays as it is; annotations that were seen to are passed over."""
    for name in FEATURES:
        if f"{features.__name__}.{name}" not in sys.modules:
            import_module(f"{features.__name__}.{name}")
            yield
    count = 0
    for block in analysis.blocks:
        key = ("prepared", block.result, analysis.settings.layout)
        if key in analysis.memo:
            continue
        for definition in questions.definitions_in(block):
            if definition.binding.shape.rank > 1:
                continue
            for by in questions.variables(definition):
                if source.analysis is None or count == MOST:
                    return
                if not questions.is_derived(analysis, definition, by):
                    count += 1
                    questions.gradient(analysis, definition, by)
                    yield
            questions.remarks(analysis, definition)
            yield
        analysis.memo.get(key, lambda: True)
