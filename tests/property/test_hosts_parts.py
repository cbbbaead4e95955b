"""Reading in parts finds what reading the whole does, also while a document is being typed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck.engine.memo import Memo
from shapecheck.hosts import extract, parts
from shapecheck.hosts.annotation import Extract

ANY = (
    "\n",
    "\n\n",
    "    ",
    "(",
    ")",
    "[",
    "]",
    '"',
    "'",
    "\\\n",
    "\r\n",
    "\r",
    "\f",
    "\u2028",
    "x",
    " = ",
    ",\n",
    "x = 1\n",
    "\n\n",
    ";\n",
)
HASH = (
    *(
        "# shape: x: (N)\n",
        "    # shape:\n    #   A: (N, D)\n    #   A A'\n",
        "x = 1  # shape: (N)\n",
        "# shape: ignore[shape-mismatch]\n",
        "#",
    ),
    *("# shape: off\n", "# shape: on\n"),
)
PERCENT = tuple(piece.replace("#", "%") for piece in HASH)
SLASHES = (*(piece.replace("#", "//") for piece in HASH), "/*", "*/", "/** shape: y: (K) */\n", "/* shape:\n * A: (N, D)\n */\n", "/// z\n")
PYTHON = (
    *("\n\ndef f(x):\n", "\n\nclass C:\n", "\n\n@decorated\ndef g():\n", "\n\nasync def h():\n", "\n\n# above\ndef k():\n"),
    *("    def inner(self):\n", "def at_once():\n", "@decorated\nclass D:\n", "# above at once\ndef m():\n", "        def deep():\n"),
    *(
        "    class E:\n",
        "    # over\n    @decorated\n    def n(self):\n        pass\n",
        "\tdef tabbed():\n",
        "        x = f(\n",
        "        y = 2\n",
    ),
    *(
        "    return 1\n",
        "    pass\n",
        "else:\n",
        "        # shape: self.P: (n, n)\n",
        "def ",
        "    '''doc\n\n    shape:\n        B: (N)\n    '''\n",
    ),
    *(
        '"""',
        "'''",
        '"""doc\n\ndef not_one():\n\n"""\n',
        "x = (1,\n\n2)\n",
        "f'{x}'",
        "    # deeper\n",
        "  # less\n",
        "r'x'\n",
        "\r\n\r\ndef crlf():\r\n",
    ),
)
BRACES = (
    *("\n\nvoid f(int a) {\n", "class C {\n", "namespace n {\n", "struct S { int a; };\n", "}\n", "}\n\n", "    }\n", "};\n", "});\n"),
    *(
        "f(function () {\n",
        "x = [](int a) {\n",
        "if (a) {\n",
        "{",
        "}",
        "} // b\n",
        "#define A {\n",
        "int a;\n",
        'R"(',
        ')"',
        "`",
        "${",
        "for (;\n",
    ),
    "\n/// doc\n/// shape: x: (N)\nvoid g() {\n",
)
WORDS = (
    *(
        "function f(x)\n",
        "end\n",
        "end\n\n",
        "    end\n",
        "if a\n",
        "for i in 1:n\n",
        "module M\n",
        "begin\n",
        "methods\n",
        "do\n",
        "let\n",
    ),
    *(
        "x = [1, end]\n",
        "function",
        "classdef K\n",
        "struct S\n",
        "%{\n",
        "%}\n",
        "#=",
        "=#",
        "--[[",
        "]]",
        "until x\n",
        "repeat\n",
        "y = x';\n",
    ),
)
TEX = ("\\begin{verbatim}\n", "\\end{verbatim}\n", "\\section{A}\n\n", "$x$ text\n\n", "\\verb|%|", "text\n")
MARKDOWN = (
    *("# Title\n\n", "text\n\n", "```python\n", "```\n", "```\n\n", "```shape\nA: (N)\n```\n\n", "~~~cpp\n", "~~~\n", "<!--", "-->", "`"),
    *("shape:\n    A: (N)\n\n", "<!-- shape: A: (N) -->\n\n", "> ```\n", "shape:\n", "    A: (N, D)\n\n", "def f(x):\n", "\n    more\n\n"),
)
PIECES = {
    "python": (*ANY, *HASH, *PYTHON),
    "cpp": (*ANY, *SLASHES, *BRACES),
    "javascript": (*ANY, *SLASHES, *BRACES),
    "r": (*ANY, *HASH, *BRACES, "#' shape: x: (N)\n"),
    "julia": (*ANY, *HASH, *WORDS),
    "matlab": (*ANY, *PERCENT, *WORDS),
    "lua": (*ANY, *WORDS, "-- shape: x: (N)\n"),
    "latex": (*ANY, *PERCENT, *TEX),
    "markdown": (*ANY, *HASH, *MARKDOWN),
    "shellscript": (*ANY, *HASH),
}
LANGUAGE = st.sampled_from([language for language in PIECES for _ in range(4 if language == "python" else 1)])


def texts(language: str, least: int = 0) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(PIECES[language]), min_size=least, max_size=40).map("".join)


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "WORTH_IT", 0)
    monkeypatch.setattr(parts, "SHORTEST", 40)


def whole(found: Extract | parts.Joined) -> Extract:
    made = Extract(found.scopes, found.annotations, found.suppressions)
    assert list(found.parents) == made.parents
    return made


@settings(max_examples=250, deadline=None)
@given(st.data(), LANGUAGE)
def test_parts_are_read_as_within_the_whole(data: st.DataObject, language: str) -> None:
    text = data.draw(texts(language))
    assert whole(parts.extract_in_parts(text, language, Memo().get)) == extract(text, language)


@settings(max_examples=120, deadline=None)
@given(st.data(), LANGUAGE)
def test_parts_that_are_remembered_stay_right_under_edits(data: st.DataObject, language: str) -> None:
    text = data.draw(texts(language, 10))
    edits = st.tuples(st.integers(0, 2000), st.integers(0, 5), st.sampled_from(PIECES[language]))
    memo, last = Memo(), None
    for place, length, new in data.draw(st.lists(edits, max_size=8)):
        start = place % (len(text) + 1)
        text = text[:start] + new + text[start + length :]
        last = parts.extract_in_parts(text, language, memo.get, last)
        assert whole(last) == extract(text, language)
