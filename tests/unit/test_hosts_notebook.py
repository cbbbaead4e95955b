"""Notebooks: joined cells, and edits that leave the rest of the JSON text as it was."""

from __future__ import annotations

import json

import pytest

from shapecheck import hosts
from shapecheck.core.span import Edit, Span, apply_edits
from shapecheck.hosts import notebook

CELLS = [
    {"cell_type": "markdown", "metadata": {}, "source": ["# shape: no\n", '"']},
    {
        "cell_type": "code",
        "outputs": [{"data": {"text/plain": ["# shape: no"]}}],
        "source": ['s = "tab\\t"\n', "# shape: A: (N, D)   é𝐀\n", "x"],
    },
    {"cell_type": "code", "source": "%%bash\n# shape: no"},
    {"cell_type": "code", "source": "# shape: q = A' A\nα = 'β'\n"},
    {"cell_type": "code", "source": []},
]
DOCUMENT = {"cells": CELLS, "metadata": {"kernelspec": {"language": "python"}}, "nbformat": 4}


def texts() -> list[str]:
    return [
        json.dumps(DOCUMENT),
        json.dumps(DOCUMENT, indent=1, ensure_ascii=False) + "\n",
        json.dumps(DOCUMENT, indent="\t").replace("\n", "\r\n"),
        json.dumps({"metadata": DOCUMENT["metadata"], "worksheets": [{"cells": CELLS}]}),
    ]


@pytest.mark.parametrize("raw", texts())
def test_cells(raw: str) -> None:
    read = notebook.read(raw)
    assert read.language == "python"
    assert [(cell.number, cell.span.of(read.text)) for cell in read.cells] == [
        (2, 's = "tab\\t"\n# shape: A: (N, D)   é𝐀\nx'),
        (4, "# shape: q = A' A\nα = 'β'\n"),
        *([(5, "")] if read.cells[-1].number == 5 else []),
    ]
    found = hosts.extract(read.text, read.language)
    assert [a.pieces[0].of(read.text) for a in found.annotations] == ["A: (N, D)   é𝐀", "q = A' A"]
    assert {a.scope for a in found.annotations} == {0}


@pytest.mark.parametrize("raw", texts())
def test_places(raw: str) -> None:
    read = notebook.read(raw)
    assert read.cell_of(read.text.index("A:")) == (2, 2, 10)
    assert read.cell_of(read.text.index("q =")) == (4, 1, 10)
    assert read.cell_of(read.text.index("β")) == (4, 2, 6)
    start = read.text.index("A:")
    span = Span(start, start + len("A: (N, D)"))
    assert read.raw_span(span).of(raw) == "A: (N, D)"


@pytest.mark.parametrize("raw", texts())
def test_every_edit_maps(raw: str) -> None:
    """Any edit inside a cell, made in the JSON text, gives the notebook whose joined text has that edit."""
    read = notebook.read(raw)
    for cell in read.cells[:2]:
        for start in range(cell.span.start, cell.span.end + 1):
            for end in {start, min(start + 1, cell.span.end), min(start + 7, cell.span.end), cell.span.end}:
                edit = Edit(Span(start, end), "w'\"\\\né")
                mapped = read.raw_edit(edit)
                assert mapped is not None
                changed = apply_edits(raw, [mapped])
                json.loads(changed)
                code = cell.span.of(read.text)
                wanted = apply_edits(code, [Edit(Span(start - cell.span.start, end - cell.span.start), edit.text)])
                again = next(other for other in notebook.read(changed).cells if other.number == cell.number)
                assert again.span.of(notebook.read(changed).text) == wanted
                assert changed.startswith(raw[: mapped.span.start])
                assert changed.endswith(raw[mapped.span.end :])


def test_edits_over_cells_are_refused() -> None:
    read = notebook.read(texts()[0])
    assert read.raw_edit(Edit(Span(0, len(read.text)), "")) is None


def test_escapes_follow_the_file() -> None:
    ascii_raw, unicode_raw = texts()[:2]
    for raw, written in ((ascii_raw, "\\u00d7"), (unicode_raw, "×")):
        edit = notebook.read(raw).raw_edit(Edit(Span(0, 0), "×"))
        assert edit is not None
        assert edit.text == written


@pytest.mark.parametrize(
    "raw", ["", "[]", "{", "nope", '{"cells": 3}', '{"cells": [}', '{"cells": [{"source": ["\\ud800\\q\\u12"', "[" * 100_000]
)
def test_what_is_no_notebook(raw: str) -> None:
    read = notebook.read(raw)
    assert read.cell_of(0) == (1, 1, 1)
    read.raw_span(Span(0, 0))


def test_other_languages() -> None:
    raw = json.dumps({"cells": [], "metadata": {"language_info": {"name": "julia"}}})
    assert notebook.read(raw).language == "julia"
