"""Rows of markup: text that has comments, or holds other languages."""

from __future__ import annotations

from shapecheck.hosts.language import NESTED_SLASHES, Block, Language
from shapecheck.hosts.literals import STRING

_TEX_VERBATIM = (
    r"\\(?:begin\{(?P<tex>(?:verbatim|lstlisting|minted|Verbatim|alltt|comment)\*?)\}.*?(?:\\end\{(?P=tex)\}|\Z)"
    r"|verb\*?(?P<verb>[^\w\s*])[^\n]*?(?P=verb)|lstinline(?P<inline>[^\w\s*{\[])[^\n]*?(?P=inline)|.)"
)

MARKUP = (
    Language(
        "latex",
        (".tex", ".sty", ".cls", ".ltx", ".bib"),
        "5\\% shape: no \\verb|% shape: no|\n\\begin{verbatim}\n% shape: no\n\\end{verbatim}\n% shape: A: (N, D)\n",
        line=("%",),
        literals=(_TEX_VERBATIM,),
        aliases=("tex", "bibtex"),
    ),
    Language(
        "typst",
        (".typ",),
        'https://shape.org `// shape: no` \\// #f("// shape: no")\n```\n// shape: no\n``` // shape: A: (N, D)\n',
        line=(r"//(?<!://)",),
        blocks=(NESTED_SLASHES,),
        literals=(r"\\.", r"```(?:[^`]++|`(?!``))*+(?:```)?", r"`[^`]*+`?", STRING),
    ),
    Language(
        "markdown",
        (".md", ".markdown", ".mdx", ".qmd", ".Rmd", ".rmd"),
        "Some text, `<!-- shape: no -->`.\n\n```text\n# shape: no\n```\n\n```python\n# shape: A: (N, D)\n```\n",
        blocks=(Block("<!--", "-->"),),
        literals=(r"``[^\n]*?``|`[^`\n]*+`",),
        aliases=("rmarkdown", "quarto"),
    ),
    Language(
        "jupyter",
        (".ipynb",),
        '{"cells": [{"cell_type": "markdown", "source": ["# shape: no"]},\n'
        ' {"cell_type": "code", "source": ["s = \\"# shape: no\\"\\n", "# shape: A: (N, D)"]}]}\n',
        aliases=("ipynb",),
    ),
)
