"""Rows of languages whose scopes are braces."""

from __future__ import annotations

from shapecheck.hosts.language import NESTED_SLASHES, SLASHES, Language
from shapecheck.hosts.literals import (
    BACKQUOTED,
    CHARACTER,
    LONG_QUOTED,
    LONG_STRING,
    QUOTED,
    QUOTED_NOT_SEPARATOR,
    RAW_TRIPLE,
    STRING,
    TRIPLE,
)

_CPP_RAW = r'R"(?P<cpp>[^()\\\s"]{0,16}+)\((?:[^)]++|\)(?!(?P=cpp)"))*+(?:\)(?P=cpp)")?'
_RUST_RAW = r'r(?<![^\Wbc]r)(?P<rust>\#*+)"(?:[^"]++|"(?!(?P=rust)))*+(?:"(?P=rust))?'
_SWIFT_RAW = r'\#(?<!\#\#)(?P<swift>\#*+)"(?:[^"]++|"(?!\#(?P=swift)))*+(?:"\#(?P=swift))?'
_CSHARP_RAW = r'"(?P<csharp>""++)(?:[^"]++|"(?!(?P=csharp)))*+(?:"(?P=csharp))?'
_CSHARP_VERBATIM = r'@\$?"(?:[^"]++|"")*+"?'
_R_RAW = tuple(
    rf"[rR](?<![\w.][rR])(?P<{name}>[\"'])(?P<{name}d>-*+){opening}"
    rf"(?:[^{closing}]++|{closing}(?!(?P={name}d)(?P={name})))*+(?:{closing}(?P={name}d)(?P={name}))?"
    for name, opening, closing in (("round", r"\(", r"\)"), ("square", r"\[", r"\]"), ("curly", r"\{", r"\}"))
)
# A `/` opens a regular expression only where a value may begin.
_JAVASCRIPT_REGEX = (
    r"/(?![/*])(?:(?<=[=(,:\[!&|?;]/)|(?<=[=(,:\[!&|?;] /)|(?<=return /))"
    r"(?:[^/\\\[\n]++|\\[^\n]|\[(?:[^\]\\\n]++|\\[^\n])*+\])*+/?"
)
_JAVASCRIPT = (STRING, QUOTED, _JAVASCRIPT_REGEX)

BRACES = (
    Language(
        "c",
        (".c", ".h"),
        'void f(float *a) {\n  char *s = "// shape: no /* ";\n  // shape: A: (N, D)\n}\n',
        line=("//",),
        blocks=(SLASHES,),
        literals=(STRING, QUOTED_NOT_SEPARATOR),
        scopes="braces",
    ),
    Language(
        "cpp",
        (".cpp", ".cc", ".cxx", ".c++", ".C", ".hpp", ".hh", ".hxx", ".h++", ".ipp", ".inl", ".tpp", ".mpp", ".ixx"),
        'auto s = R"x(" // shape: no)" )x";\nint n = 1\'000; /* shape: A: (N, D) */\n',
        line=("//",),
        blocks=(SLASHES,),
        literals=(_CPP_RAW, STRING, QUOTED_NOT_SEPARATOR),
        scopes="braces",
        aliases=("c++", "objective-c", "objective-cpp", "arduino"),
    ),
    Language(
        "cuda-cpp",
        (".cu", ".cuh"),
        "__global__ void f(const float* Q) {\n  /* shape:\n   *   A: (N, D)\n   */\n}\n",
        line=("//",),
        blocks=(SLASHES,),
        literals=(_CPP_RAW, STRING, QUOTED_NOT_SEPARATOR),
        scopes="braces",
        aliases=("cuda", "hip"),
    ),
    Language(
        "rust",
        (".rs",),
        "fn f<'a>(x: &'a str) {\n  let s = r#\"// shape: \"no\"#; let c = '\"';\n  /* /* nested */ shape: A: (N, D) */\n}\n".replace(
            "*/ shape", "*/\n  shape"
        ),
        line=("//",),
        blocks=(NESTED_SLASHES,),
        literals=(_RUST_RAW, LONG_STRING, CHARACTER),
        scopes="braces",
        aliases=("rs",),
    ),
    Language(
        "go",
        (".go",),
        "func f() {\n\ts := `// shape: no\n// shape: no`\n\t// shape: A: (N, D)\n}\n",
        line=("//",),
        blocks=(SLASHES,),
        literals=(STRING, QUOTED, BACKQUOTED),
        scopes="braces",
        aliases=("golang",),
    ),
    Language(
        "java",
        (".java",),
        'class K {\n  String s = """\n    // shape: no "quoted" \\"""\n    """;\n  // shape: A: (N, D)\n}\n',
        line=("//",),
        blocks=(SLASHES,),
        literals=(TRIPLE, STRING, QUOTED),
        scopes="braces",
    ),
    Language(
        "javascript",
        (".js", ".mjs", ".cjs"),
        "const s = `// shape: no ${f(`}`) /* in code */} // shape: no`, r = /[/'`]/;\n// shape: A: (N, D)\n",
        line=("//",),
        blocks=(SLASHES,),
        literals=_JAVASCRIPT,
        templates=True,
        scopes="braces",
        aliases=("js",),
        interpreters=("node", "deno", "bun"),
    ),
    Language(
        "javascriptreact",
        (".jsx",),
        "const f = () => <b title='// shape: no'>{/* shape: A: (N, D) */}</b>\n",
        line=("//",),
        blocks=(SLASHES,),
        literals=_JAVASCRIPT,
        templates=True,
        scopes="braces",
    ),
    Language(
        "typescript",
        (".ts", ".mts", ".cts"),
        'const a: string = "// shape: no";\n// shape: A: (N, D)\n',
        line=("//",),
        blocks=(SLASHES,),
        literals=_JAVASCRIPT,
        templates=True,
        scopes="braces",
    ),
    Language(
        "typescriptreact",
        (".tsx",),
        "const f = (p: P) => <b>{/* shape: A: (N, D) */}{`// shape: no`}</b>\n",
        line=("//",),
        blocks=(SLASHES,),
        literals=_JAVASCRIPT,
        templates=True,
        scopes="braces",
    ),
    Language(
        "swift",
        (".swift",),
        'let s = #"// shape: "no"#, t = """\n// shape: no\n"""\n/* /* */ */ // shape: A: (N, D)\n',
        line=("//",),
        blocks=(NESTED_SLASHES,),
        literals=(_SWIFT_RAW, TRIPLE, STRING),
        scopes="braces",
    ),
    Language(
        "kotlin",
        (".kt", ".kts"),
        'val s = """\n// shape: no \\"""\nval c = \'"\' // shape: A: (N, D)\n',
        line=("//",),
        blocks=(NESTED_SLASHES,),
        literals=(RAW_TRIPLE, STRING, QUOTED),
        scopes="braces",
    ),
    Language(
        "csharp",
        (".cs", ".csx"),
        'var s = @"\\" + """"\n// shape: no """ \n""""; var t = @"a ""\n// shape: no";\n// shape: A: (N, D)\n',
        line=("//",),
        blocks=(SLASHES,),
        literals=(_CSHARP_VERBATIM, _CSHARP_RAW, STRING, QUOTED),
        scopes="braces",
        aliases=("c#", "cs"),
    ),
    Language(
        "r",
        (".r", ".R"),
        'f <- function(x) {\n  s <- r"--(# shape: no " )- )--"; t <- \'\n# shape: no\'\n  # shape: A: (N, D)\n}\n',
        line=("#",),
        literals=(*_R_RAW, LONG_STRING, LONG_QUOTED, BACKQUOTED),
        scopes="braces",
        interpreters=("Rscript",),
        file_names=(".Rprofile",),
    ),
)
