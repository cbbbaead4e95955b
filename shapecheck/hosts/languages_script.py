"""Rows of languages whose comments begin with `#`, `%` or `--`."""

from __future__ import annotations

from shapecheck.hosts.language import Language

# What recurs in many languages. A string that is not closed ends with its line.
STRING = r'"(?:[^"\\\n]++|\\.)*+"?'
QUOTED = r"'(?:[^'\\\n]++|\\.)*+'?"
TRIPLE = r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:""")?'
TRIPLE_QUOTED = r"'''(?:[^'\\]++|\\.|'(?!''))*+(?:''')?"

SCRIPTS = (
    Language(
        "python",
        (".py", ".pyi", ".pyw", ".pyx", ".pxd"),
        "def f(A):\n    # shape: A: (N, D)\n    return '# shape: no'\n",
        line=("#",),
        literals=(TRIPLE, TRIPLE_QUOTED, STRING, QUOTED),
        docstrings=True,
        scopes="indentation",
        aliases=("py", "python3", "cython"),
        interpreters=("python", "pypy", "ipython"),
        file_names=("SConstruct", "SConscript", "wscript"),
    ),
)
