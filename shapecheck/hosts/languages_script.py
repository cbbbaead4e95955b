"""Rows of languages without braces for scopes: scripting and functional ones, and data."""

from __future__ import annotations

from shapecheck.hosts.language import Block, Language
from shapecheck.hosts.literals import (
    CHARACTER,
    CHARACTER_NOT_PRIME,
    CHARACTER_NOT_TRANSPOSE,
    DOUBLED,
    DOUBLED_QUOTED,
    LONG_STRING,
    QUOTED,
    QUOTED_NOT_TRANSPOSE,
    RAW_TRIPLE_QUOTED,
    STRING,
    TRIPLE,
    TRIPLE_QUOTED,
)

_LUA_LONG = r"\[(?P<lua>=*+)\[(?:[^\]]++|\](?!(?P=lua)\]))*+(?:\](?P=lua)\])?"
_OCAML_QUOTED = r"\{(?P<ocaml>[a-z_]*+)\|(?:[^|]++|\|(?!(?P=ocaml)\}))*+(?:\|(?P=ocaml)\})?"
_HASKELL_LINE = r"-(?<![!#$%&*+./<=>?@\\^|~:-]-)-++(?![!#$%&*+./<=>?@\\^|~:])"
_HEREDOC = (
    r"<<(?<![<\w(]<<)-?[ \t]*+[\"'\\]?(?P<here>(?<=[\"'\\])[A-Za-z_]\w*+|[A-Z_]\w*+|eof|end)[^\n]*+"
    r"(?:\n(?![ \t]*+(?P=here)[ \t]*+$)[^\n]*+)*+(?:\n[ \t]*+(?P=here))?"
)
_YAML_BLOCK = (
    r"[|>](?<=[\s:-][|>])[-+\d]{0,2}+[ \t]*+\n(?:[ \t]*+\n)*+(?P<yaml> ++)[^\n]*+"
    r"(?:\n(?:(?P=yaml)[^\n]*+|[ \t]*+(?=\n|\Z)))*+"
)

SCRIPTS = (
    Language(
        "python",
        (".py", ".pyi", ".pyw", ".pyx", ".pxd"),
        "def f(A):\n    # shape: A: (N, D)\n    return '# shape: no'\n",
        line=("#",),
        literals=(TRIPLE, TRIPLE_QUOTED, STRING, QUOTED),
        docstrings=True,
        scopes="indentation",
        aliases=("py", "python3", "ipython", "cython", "sage"),
        interpreters=("python", "pypy", "ipython", "sage"),
        file_names=("SConstruct", "SConscript", "wscript"),
    ),
    Language(
        "julia",
        (".jl",),
        's = A\' * B\'; c = \'#\'; d = """\n# shape: no "quoted"\n"""\n#= #= =#\n  shape: A: (N, D)\n=#\n',
        line=("#",),
        blocks=(Block("#=", "=#", nested=True),),
        literals=(TRIPLE, LONG_STRING, CHARACTER_NOT_TRANSPOSE),
        scopes="julia",
        interpreters=("julia",),
    ),
    Language(
        "matlab",
        (".m",),
        "y = A' * x'; s = '% shape: no'; t = [A' 'it''s % shape: no'];  % shape: A: (N, D)\n",
        line=("[%#]",),
        blocks=(Block(r"[%#]\{(?=[ \t]*+$)", r"^[ \t]*+[%#]\}[ \t]*+$", nested=True),),
        literals=(DOUBLED, QUOTED_NOT_TRANSPOSE),
        scopes="matlab",
        aliases=("octave",),
        interpreters=("octave",),
    ),
    Language(
        "FortranFreeForm",
        (".f90", ".f95", ".f03", ".f08", ".f18", ".F90"),
        "subroutine f(a)\n  print *, 'it''s ! shape: no'\n  ! shape: A: (N, D)\nend subroutine\n",
        line=("!",),
        literals=(DOUBLED, DOUBLED_QUOTED),
        scopes="fortran",
        aliases=("fortran", "fortran-modern", "fortran_free-form"),
    ),
    Language(
        "FortranFixedForm",
        (".f", ".for", ".f77", ".ftn"),
        "      SUBROUTINE F(A)\nC     shape: A: (N, D)\n      PRINT *, '! shape: no'\n      END\n",
        line=("!", r"[Cc*](?<=^[Cc*])"),
        literals=(DOUBLED, DOUBLED_QUOTED),
        scopes="fortran",
        aliases=("fortran77", "f77", "fortran-fixed", "fortran_fixed-form"),
    ),
    Language(
        "lua",
        (".lua",),
        "s = [==[ ]] -- shape: no ]==]\n--[=[ shape:\n  A: (N, D) ]=]\n",
        line=("--",),
        blocks=(Block(r"--\[=*+\[", r"\]{level}\]"),),
        literals=(STRING, QUOTED, _LUA_LONG),
        scopes="lua",
        interpreters=("lua", "luajit"),
    ),
    Language(
        "haskell",
        (".hs", ".lhs", ".hsc"),
        "f x' = x' --> \"-- shape: no\" where c = '\"' -- | shape: A: (N, D)\n{- {- -} -}\n",
        line=(_HASKELL_LINE,),
        blocks=(Block(r"\{-", r"-\}", nested=True),),
        literals=(STRING, CHARACTER_NOT_PRIME),
        aliases=("hs",),
        interpreters=("runhaskell", "runghc", "stack"),
    ),
    Language(
        "ocaml",
        (".ml", ".mli", ".mll", ".mly"),
        "let f (x : 'a) = ( * ) '\"' {q|(* shape: no *)|q} \"(* shape: no *)\"\n(* (* *)\n   shape: A: (N, D) *)\n",
        blocks=(Block(r"\(\*(?!\))", r"\*\)", nested=True),),
        literals=(LONG_STRING, CHARACTER, _OCAML_QUOTED),
        aliases=("reasonml",),
        interpreters=("ocaml",),
    ),
    Language(
        "shellscript",
        (".sh", ".bash", ".zsh", ".ksh"),
        "echo $# '# shape: no' \"it's\n# shape: no\" \\' <<'END'\n# shape: no\nEND\ntrue # shape: A: (N, D)\n",
        line=(r"#(?<![^\s;&|()]#)",),
        literals=(r"\\.", r"\$'(?:[^'\\]++|\\.)*+'?", LONG_STRING, r"'[^']*+'?", _HEREDOC),
        aliases=("bash", "shell", "zsh", "console", "sh"),
        interpreters=("sh", "bash", "zsh", "dash", "ksh"),
        file_names=(".bashrc", ".zshrc", ".profile", ".bash_profile"),
    ),
    Language(
        "yaml",
        (".yaml", ".yml"),
        "a: don't # shape: A: (N, D)\nb: '# shape: no'\nc: |\n  # shape: no\nd: x#y\n",
        line=(r"#(?<!\S#)",),
        literals=(
            _YAML_BLOCK,
            r"\"(?<![^\s\[{,:]\")(?:[^\"\\\n]++|\\.)*+\"?",
            r"'(?<![^\s\[{,:]')(?:[^'\n]++|'')*+'?",
        ),
    ),
    Language(
        "toml",
        (".toml",),
        "a = '\\' # shape: A: (N, D)\nb = '''\n# shape: no'''\nc = \"\\\" # shape: no\"\n",
        line=("#",),
        literals=(TRIPLE, RAW_TRIPLE_QUOTED, STRING, r"'[^'\n]*+'?"),
    ),
)
