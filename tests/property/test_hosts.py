"""Whatever the text: extraction ends, never raises, and what it finds lies inside the text and does not overlap."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck import hosts
from shapecheck.hosts import Extract, notebook
from tests.bounds import processor_time
from tests.property.drawing import examples

PARTS = st.sampled_from(
    (
        *("shape:", "shape: ", "shape: A: (N, D)", "shape: q = A +", "shape: ignore", "shape: ignore[a]", "shape: off", "shape: on"),
        *(
            "# ",
            "#",
            "// ",
            "///",
            "/*",
            "/* ",
            "*/",
            " * ",
            "%",
            "%{",
            "%}",
            "-- ",
            "--[[",
            "]]",
            "--[==[",
            "]==]",
            "{-",
            "-}",
            "(*",
            "*)",
        ),
        *(
            "#=",
            "=#",
            "! ",
            "C ",
            "<!--",
            "-->",
            '"',
            "'",
            '"""',
            "'''",
            "`",
            "```",
            "```python",
            "~~~",
            "${",
            "}",
            "{",
            "(",
            ")",
            "[",
            "]",
        ),
        *(
            'r#"',
            '"#',
            'R"x(',
            ')x"',
            '@"',
            "\\",
            "\\\n",
            "\\begin{verbatim}",
            "\\end{verbatim}",
            "\\verb|",
            "<<EOF",
            "EOF",
            "|\n",
            ": |\n",
        ),
        *(
            "\n",
            "\n",
            "\n    ",
            "\n  ",
            "\n\t",
            "\r\n",
            "\r",
            "\x0c",
            "\u2028",
            "\x00",
            " ",
            "   ",
            "\t",
            ";",
            ",",
            "=",
            "x = ",
            "A'",
            "x.T'",
        ),
        *(
            "def f(x):",
            "class K:",
            "async def g(",
            "function f(x)",
            "end",
            "if",
            "for",
            "do",
            "until",
            "subroutine s",
            "end subroutine",
            "lambda:",
        ),
        *("A: (N, D)", "+ B", "= C", "𝐀", "é̂", "x", "1"),
    )
)
DOCUMENTS = st.lists(PARTS | st.text(max_size=6), max_size=40).map("".join)


def check(text: str, found: Extract) -> None:
    assert found.scopes[0].parent is None
    assert (found.scopes[0].span.start, found.scopes[0].span.end) == (0, len(text))
    for number, scope in enumerate(found.scopes[1:], 1):
        assert scope.parent is not None
        assert scope.parent < number
        around = found.scopes[scope.parent].span
        assert around.start <= scope.span.start <= scope.span.end <= around.end
    position = 0
    for annotation in found.annotations:
        assert annotation.word.of(text).startswith("shape")
        assert annotation.word.start >= position
        position = annotation.word.end
        assert annotation.pieces
        for piece in annotation.pieces:
            assert position <= piece.start < piece.end <= len(text)
            assert not piece.of(text)[0].isspace() or piece.of(text)[0] not in " \t\r\n"
            assert "\n" not in piece.of(text)
            assert "\r" not in piece.of(text)
            position = piece.end
        scope_span = found.scopes[annotation.scope].span
        assert scope_span.start <= annotation.word.start <= scope_span.end
        if annotation.target is not None:
            assert annotation.kind == "trailing"
            assert 0 <= annotation.target.start < annotation.target.end <= annotation.word.start
            assert annotation.target.of(text).replace(".", "").replace("_", "").isalnum()
    for suppression in found.suppressions:
        assert 0 <= suppression.span.start < suppression.span.end <= len(text)
        assert suppression.covers.start <= suppression.span.start
        assert suppression.covers.end >= suppression.span.end


@settings(max_examples=examples(300), deadline=None)
@given(DOCUMENTS, st.sampled_from(sorted(hosts.LANGUAGES)))
def test_any_text(text: str, language: str) -> None:
    check(text, hosts.extract(text, language))


@settings(max_examples=examples(80), deadline=None)
@given(DOCUMENTS)
def test_line_ends_do_not_matter(text: str) -> None:
    text = text.replace("\r", "")
    for language in ("python", "cpp", "markdown", "julia"):
        plain = hosts.extract(text, language)
        windows = text.replace("\n", "\r\n")
        found = hosts.extract(windows, language)
        assert [[p.of(text) for p in a.pieces] for a in plain.annotations] == [[p.of(windows) for p in a.pieces] for a in found.annotations]
        assert [(a.kind, a.scope) for a in plain.annotations] == [(a.kind, a.scope) for a in found.annotations]


@settings(max_examples=examples(80), deadline=None)
@given(st.text() | DOCUMENTS)
def test_any_notebook(text: str) -> None:
    read = notebook.read(text)
    check(read.text, hosts.extract(read.text, read.language))
    for offset in range(0, len(read.text) + 1, 7):
        number, line, column = read.cell_of(offset)
        assert min(number, line, column) >= 1


SIZE = 100_000  # a quadratic scan takes seconds on it
HOSTILE = {
    part: (part * SIZE)[:SIZE]
    for part in (
        *(
            '"',
            "'",
            "`",
            "/*",
            "*/",
            "\\",
            "{",
            "}",
            "(",
            ")",
            "[[",
            "#",
            "//",
            "%",
            "--",
            "(*",
            "{-",
            "#=",
            "=",
            "<!--",
            "- ",
            " ",
            "\t",
            "\n",
        ),
        *(
            '"""',
            "'''",
            'r#"',
            'R"(',
            '@"',
            "<<A\n",
            "<<'A' ",
            "|\n ",
            "```\n",
            "\\verb|",
            "\\begin{verbatim}",
            "${",
            "`${",
            "f(",
            "function ",
            "end\n",
        ),
        *(
            "shape:",
            "# shape:\n",
            "# shape: x\n",
            "shape: ignore",
            "# shape: ignore ",
            "// shape: a +\n",
            "/* shape: */",
            "shape:\n  x=1\n",
            "#  \n",
        ),
        *(
            "x = [\n",
            "x = f(a)  # shape: (N)\n",
            "float* x,  // shape: (N)\n",
            "def f(\n",
            " def f():\n",
            "class a:\n",
            "/",
            "x:",
            "a, ",
            "for ",
            "a.b",
            "::",
        ),
        *(
            "%{\n",
            "--[[",
            "--[=",
            '"#',
            "if ",
            ")  # shape: x\n",
            '"""shape:\n',
            "r",
            "1'",
            "<",
            "a<",
            "subroutine f\n",
            "real ",
            "|",
            "> ",
            "[",
            '{"a":',
            "\r",
            "\\u12",
        ),
    )
}
NESTED = "".join(" " * depth + f"def f{depth}():\n" for depth in range(500)) + "# shape: A: (N, D)\n" * 1000


@pytest.mark.parametrize("language", sorted(hosts.LANGUAGES))
def test_time_is_bounded(language: str) -> None:
    for part, text in {**HOSTILE, "nested": NESTED}.items():
        if len(part) > 3 and language not in ("python", "cpp", "javascript", "julia", "markdown", "r", "shellscript"):
            continue
        document = f"# shape: A\n// shape: B\n{text}"
        assert processor_time(lambda text=document: hosts.extract(text, language), enough=1) < 1, part


def test_notebooks_are_read_in_bounded_time() -> None:
    for part, text in HOSTILE.items():
        for document in (text, '{"cells": [{"cell_type": "code", "source": ["' + text, '{"cells": [{"source": ' + text):
            assert processor_time(lambda text=document: notebook.read(text), enough=1) < 1, part
