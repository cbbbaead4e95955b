"""What the editors' plugins take from the language: file types, settings, words to highlight.

`files()` maps each generated file to its text; tests/unit/test_editors_generated.py fails where one is stale.
"""

from __future__ import annotations

import json
import re
import textwrap
import unicodedata
from pathlib import Path
from typing import Any

from shapecheck import hosts, ops
from shapecheck.core.settings import describe
from shapecheck.core.version import VERSION
from shapecheck.server import options
from shapecheck.server.features import signs
from shapecheck.syntax.spelling import GREEK
from shapecheck.syntax.words import PROPERTIES

EDITORS = Path(__file__).parents[2] / "editors"
VSCODE, NVIM = EDITORS / "vscode", EDITORS / "nvim"
HEAD = "made by `python -m tests.generate`, not by hand"

FILETYPES = {
    "FortranFreeForm": ["fortran"],
    "FortranFixedForm": [],
    "cuda-cpp": ["cuda"],
    "csharp": ["cs"],
    "shellscript": ["sh", "bash", "zsh"],
    "latex": ["tex", "plaintex"],
    "jupyter": [],
}
"""Vim's names, where they are not VS Code's."""

NAMES = {
    "matlab": "MATLAB",
    "FortranFreeForm": "Fortran (free form)",
    "FortranFixedForm": "Fortran (fixed form)",
    "haskell": "Haskell",
    "ocaml": "OCaml",
    "toml": "TOML",
    "kotlin": "Kotlin",
    "typst": "Typst",
}
"""Languages that VS Code does not know by itself: named for it, so that their files are checked without another extension."""

SCOPES = {
    "FortranFreeForm": ["source.fortran.free"],
    "FortranFixedForm": ["source.fortran.fixed"],
    "cuda-cpp": ["source.cuda-cpp"],
    "csharp": ["source.cs"],
    "shellscript": ["source.shell"],
    "latex": ["text.tex.latex"],
    "javascript": ["source.js"],
    "javascriptreact": ["source.js.jsx"],
    "typescript": ["source.ts"],
    "typescriptreact": ["source.tsx"],
    "markdown": ["text.html.markdown"],
    "jupyter": [],
}
"""TextMate's names, where they are not `source.NAME`."""

PATHS = ("exclude", "extend-exclude", "force-exclude", "respect-gitignore", "extensions")
"""Settings that mean something to the command line alone: editors say which files are open."""

SHOWN = ("typesetHover",)
"""What VS Code can show, and other clients may not: on there, where the extra is installed."""


def filetypes() -> list[str]:
    return sorted({kind for name in hosts.LANGUAGES for kind in FILETYPES.get(name, [name])})


def functions() -> list[str]:
    return sorted(name for name in ops.names() if re.fullmatch(r"[A-Za-z]\w+", name))


def properties() -> list[str]:
    return sorted(PROPERTIES - {"real", "complex", "constant", "float", "double", "vector", "matrix", "tensor"})


def setting(key: str, kind: str, default: Any, about: str, choices: tuple[str, ...] = ()) -> dict[str, Any]:
    """One setting as VS Code's settings page wants it; nothing is set by default, so that the project's file counts."""
    row: dict[str, Any] = {"type": kind, "markdownDescription": about}
    if choices:
        row["enum"] = list(choices)
    if kind == "array":
        row |= {"items": {"type": "string"}}
    if kind == "object":
        row |= {"additionalProperties": {"type": ["string", "array"]}}
    return row | {"default": default, "scope": "resource"}


def configuration() -> dict[str, Any]:
    """Settings of the project (null: as its configuration file says), then those of the server."""
    found = {}
    for option in describe():
        if option.key not in PATHS:
            row = setting(option.key, option.type, None, f"{option.about} When not set, the project's configuration file decides.")
            row["type"] = [option.type, "null"]
            if option.choices:
                row["enum"] = [None, *option.choices]
            found[f"shapecheck.{camel(option.key)}"] = row
    for one in options.describe():
        row = setting(one["key"], one["type"], one["default"], one["about"], tuple(one.get("choices", ())))
        found[f"shapecheck.{one['key']}"] = row | {"scope": "window"} | ({"default": True} if one["key"] in SHOWN else {})
    return found


def language(name: str) -> dict[str, Any]:
    """A language that is declared; the ending `.m` is Objective-C's too, and left to who installs an extension for it."""
    endings = [ending for ending in hosts.LANGUAGES[name].extensions if ending != ".m"]
    return {"id": name, "aliases": [NAMES[name]]} | ({"extensions": endings} if endings else {})


def camel(key: str) -> str:
    first, *rest = key.split("-")
    return first + "".join(word.capitalize() for word in rest)


def package(text: str) -> str:
    """VS Code's manifest with its generated parts as they should be."""
    manifest = json.loads(text)
    manifest["version"] = VERSION
    languages = [name for name in hosts.LANGUAGES if name != "jupyter"]
    manifest["activationEvents"] = [f"onLanguage:{name}" for name in languages]
    contributed = manifest["contributes"]
    contributed["languages"] = [language(name) for name in NAMES]
    own = {key: row for key, row in contributed["configuration"]["properties"].items() if row.get("tags") == ["extension"]}
    contributed["configuration"]["properties"] = own | configuration()
    contributed["grammars"][0]["injectTo"] = sorted({scope for name in languages for scope in SCOPES.get(name, [f"source.{name}"])})
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def grammar() -> str:
    """TextMate's rules for what stands in comments; the server's semantic tokens refine them."""
    rules: list[dict[str, Any]] = [
        {
            "comment": "shape: … behind a comment's sign, to the end of the line",
            "begin": r"(?<=^|[#/%*!;\-\s])\b(shape:)(?=\s|$)",
            "beginCaptures": {"1": {"name": "keyword.control.shapecheck"}},
            "end": r"$|(?=\*/|-->|\"\"\")",
            "contentName": "meta.annotation.shapecheck",
            "patterns": [{"include": "#statement"}],
        },
        {
            "comment": "a line of a block that can only be a declaration",
            "match": r"(?<=[ \t]{2})[^\W\d][\w.]*(?:\s*,\s*[^\W\d][\w.]*)*\s*:\s*\([\w\s,+*/-]*\).*?(?=$|\*/)",
            "name": "meta.annotation.shapecheck",
            "captures": {"0": {"patterns": [{"include": "#statement"}]}},
        },
        {
            "comment": "a line of a block that can only be a derivative",
            "match": r"(?<=[ \t]{2})(?:[d∂]2?[\^²]?\s?[^\W\d]\w*\s?/\s?[d∂]\s?[^\W\d]\w*|∇\S+(?: \w+)?)\s*=.*?(?=$|\*/)",
            "name": "meta.annotation.shapecheck",
            "captures": {"0": {"patterns": [{"include": "#statement"}]}},
        },
    ]
    statement = [
        {"match": r"\b(?:off|on|ignore(?:\[[^\]]*\])?)\s*$", "name": "keyword.control.directive.shapecheck"},
        {"match": r"\s--\s.*$", "name": "comment.line.remark.shapecheck"},
        {"match": r"\b(?:where|dim|scalar)\b", "name": "keyword.other.shapecheck"},
        {"match": rf"\b(?:{'|'.join(properties())})\b", "name": "storage.modifier.property.shapecheck"},
        {"match": rf"\b(?:{'|'.join(functions())})\b(?=\s*[(_ ])", "name": "support.function.shapecheck"},
        {"match": r"\b\d+(?:\.\d+)?\b|[½⅓¼]", "name": "constant.numeric.shapecheck"},
        {"match": r"(?<=[\w)\]])(?:'|ᵀ|\^T|\.m?T\b|⁻¹|⁻ᵀ)|[-+*/@=⊙∘⊗⊘⊕≡≔←→:\\^|⟨⟩·⋅−]|[∂∇ΣΠ∑∏]", "name": "keyword.operator.shapecheck"},
        {"match": r"\\[A-Za-z]+|[^\W\d]\w*", "name": "variable.other.shapecheck"},
    ]
    rows = {
        "scopeName": "shapecheck.injection",
        "comment": HEAD,
        "injectionSelector": "L:comment -meta.annotation.shapecheck, L:string.quoted.docstring -meta.annotation.shapecheck",
        "patterns": rules,
        "repository": {"statement": {"patterns": statement}},
    }
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


def vim_syntax() -> str:
    """The same for Vim, for what stands in groups whose name speaks of a comment."""
    words = " ".join(functions())
    modifiers = " ".join(word for word in properties() if word not in functions())
    return rf"""" Annotations in comments; {HEAD}.
if get(get(g:, 'shapecheck', {{}}), 'highlight', v:true) is v:false
  finish
endif
let s:inner = 'shapecheckMark,shapecheckFunction,shapecheckProperty,shapecheckNumber,shapecheckOperator,'
      \ . 'shapecheckTranspose,shapecheckRemark'
silent! exe 'syntax match shapecheckLine /\v<shape:(\s.*)?$/ contained containedin=.*Comment.* contains=' . s:inner
silent! exe 'syntax match shapecheckLine /\v\s{{2,}}[[:alpha:]_][[:alnum:]_.]*(\s*,\s*[[:alpha:]_][[:alnum:]_.]*)*\s*:\s*\([^()]*\).*$/'
      \ . ' contained containedin=.*Comment.* contains=' . s:inner
silent! exe 'syntax match shapecheckLine /\v\s{{2,}}[d∂]\s?\w+\s?\/\s?[d∂]\s?\w+\s*\=.*$/'
      \ . ' contained containedin=.*Comment.* contains=' . s:inner
syntax match shapecheckMark /\<shape:/ contained
syntax match shapecheckNumber /\<\d\+\(\.\d\+\)\?\>/ contained
syntax match shapecheckOperator "[-+*/@=⊙∘⊗⊘≡≔←→:\\^|·⋅−∂∇Σ∑]" contained
syntax match shapecheckTranspose /\k\@<='\|)\@<='\|ᵀ/ contained
syntax match shapecheckRemark /\s--\s.*$/ contained
syntax keyword shapecheckFunction contained {words}
syntax keyword shapecheckProperty contained where dim scalar {modifiers}
highlight default link shapecheckLine Normal
highlight default link shapecheckMark Keyword
highlight default link shapecheckFunction Function
highlight default link shapecheckProperty Type
highlight default link shapecheckNumber Number
highlight default link shapecheckOperator Operator
highlight default link shapecheckTranspose Operator
highlight default link shapecheckRemark Comment
"""


TRANSPOSES = dict.fromkeys(("'", "^T", "^t", ".T", ".mT", "^\\top", "^⊤"), "ᵀ")
PRINTED = {**TRANSPOSES, "^-T": "⁻ᵀ", "^{-T}": "⁻ᵀ", "^H": "ᴴ", ".*": "⊙", "./": "⊘", "->": "→", "==": "≡"}
"""How operators are drawn where Neovim's user wants signs as in print."""


def lua_signs() -> str:
    """Letters and operators by what is typed, for Neovim's marks."""
    letters = {name: sign for name, sign in {**GREEK, "nabla": "∇", "partial": "∂"}.items() if len(sign) == 1}
    operators = PRINTED | {f"\\{name}": sign for name, sign in signs.OPERATORS.items() if not unicodedata.combining(sign[0])}
    raised = {name.removeprefix("^"): sign for name, sign in signs.RAISED.items()}
    tables = (("letters", letters), ("operators", operators), ("raised", raised))
    rows = "".join(f"  {name} = {{\n{_lua_rows(table)}  }},\n" for name, table in tables)
    return f"-- Signs as in print by what is typed; {HEAD}.\nreturn {{\n{rows}}}\n"


def _lua_rows(table: dict[str, str]) -> str:
    return "".join(f"    [{json.dumps(typed, ensure_ascii=False)}] = '{sign}',\n" for typed, sign in table.items())


def lua_filetypes() -> str:
    rows = "".join(f"  '{kind}',\n" for kind in filetypes())
    return f"-- The file types whose comments are read; {HEAD}.\nreturn {{\n{rows}}}\n"


def vim_settings() -> str:
    """The server's settings as a section of the help."""
    rows = []
    for one in options.describe():
        choices = f" One of {', '.join(one['choices'])}." if "choices" in one else ""
        default = json.dumps(one["default"])
        rows.append(f"`{one['key']}`  (default {default})\n{_wrapped(one['about'] + choices)}\n")
    rows += [f"`{camel(option.key)}`\n{_wrapped(option.about)}\n" for option in describe() if option.key not in PATHS]
    return "\n".join(rows)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 78, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)


def helped(text: str) -> str:
    """Vim's help with its generated section as it should be."""
    pattern = re.compile(r"(\*shapecheck-server-settings\*\n\n).*?(?=\n={70,}\n)", re.DOTALL)
    return pattern.sub(lambda found: found.group(1) + vim_settings(), text)


def options_table(text: str) -> str:
    """The README for all editors with its table as it should be."""
    rows = ["| key | default | meaning |", "| --- | --- | --- |"]
    for one in options.describe():
        choices = f" One of {', '.join(f'`{choice}`' for choice in one['choices'])}." if "choices" in one else ""
        rows.append(f"| `{one['key']}` | `{json.dumps(one['default'])}` | {one['about']}{choices} |")
    table = "\n".join(rows)
    return re.sub(r"(<!-- options -->\n).*?(<!-- /options -->)", lambda found: f"{found[1]}{table}\n{found[2]}", text, flags=re.DOTALL)


def files() -> dict[Path, str]:
    """Every generated file with its text."""
    found = {
        VSCODE / "package.json": package((VSCODE / "package.json").read_text(encoding="utf-8")),
        VSCODE / "syntaxes" / "shapecheck.injection.json": grammar(),
        NVIM / "lua" / "shapecheck" / "filetypes.lua": lua_filetypes(),
        NVIM / "lua" / "shapecheck" / "signs.lua": lua_signs(),
        NVIM / "syntax" / "shapecheck.vim": vim_syntax(),
        EDITORS / "README.md": options_table((EDITORS / "README.md").read_text(encoding="utf-8")),
        NVIM / "doc" / "shapecheck.txt": helped((NVIM / "doc" / "shapecheck.txt").read_text(encoding="utf-8")),
    }
    for kind in filetypes():
        found[NVIM / "after" / "syntax" / f"{kind}.vim"] = f'" {HEAD[0].upper()}{HEAD[1:]}.\nruntime syntax/shapecheck.vim\n'
    return found


def write() -> None:
    for path, text in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
