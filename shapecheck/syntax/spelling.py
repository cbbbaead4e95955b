"""The one spelling of a name: `\\omega_A` is `ω_A`; `W₁` and `W_{1}` are `W_1`; `\\hat{x}` and `x̂` are one; so are `𝐀` and `A`."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from shapecheck.core.regex import regex

GREEK = dict(
    zip(
        [
            "alpha",
            "beta",
            "gamma",
            "delta",
            "epsilon",
            "varepsilon",
            "zeta",
            "eta",
            "theta",
            "vartheta",
            "iota",
            "kappa",
            "lambda",
            "mu",
            "nu",
            "xi",
            "pi",
            "varpi",
            "rho",
            "varrho",
            "sigma",
            "varsigma",
            "tau",
            "upsilon",
            "phi",
            "varphi",
            "chi",
            "psi",
            "omega",
            "Gamma",
            "Delta",
            "Theta",
            "Lambda",
            "Xi",
            "Pi",
            "Sigma",
            "Upsilon",
            "Phi",
            "Psi",
            "Omega",
            "Alpha",
            "Beta",
            "ell",
            "infty",
            "hbar",
        ],
        "αβγδεεζηθθικλμνξππρρσστυφφχψωΓΔΘΛΞΠΣΥΦΨΩΑΒℓ∞ℏ",
        strict=True,
    )
)
ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0304", "tilde": "\u0303", "widetilde": "\u0303",
    "dot": "\u0307", "ddot": "\u0308", "vec": "\u20d7", "check": "\u030c", "breve": "\u0306", "underline": "\u0332",
}  # fmt: skip
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵀᴴᵗᵏᵐᵃᵇᶜᵈᵉᵍʰʲˡᵒᵖʳˢᵘᵛʷˣʸᶻᴺᴰᴹᴷᴮᴸ", "0123456789+-()niTHtkmabcdeghjloprsuvwxyzNDMKBL", strict=True))
_SUBSCRIPT_RUN = regex("[\u2080-\u209cᵢᵣᵤᵥᵦᵧᵨᵩᵪⱼ]+")
_COMMAND = regex(r"\\([A-Za-z]+)\*?\s*")
_BRACES = regex(r"_\{([^{}]*)\}")
_ONE = regex(r"^(?:𝟏|𝟙|\\[a-z]+\s*\{?\s*1\s*\}?)")
_ZERO = regex(r"^\\[a-z]+\s*\{?\s*0\s*\}?")


@lru_cache(maxsize=8192)
def spell(text: str) -> str:
    """The key of a name as typed; `𝟏`, `1_N` and `∇²_x` are names too."""
    if text.isascii() and not ("\\" in text or "{" in text or "^" in text):
        return text
    if text.startswith(("∇", "\\nabla")):
        return _nabla(text)
    text = _ONE.sub("1", text) if _ONE.match(text) else _ZERO.sub("0", text)
    if text == "1":
        return "𝟏"
    return _plain(text)


def _plain(text: str) -> str:
    """Commands, then subscripts, then letters of other alphabets for the same letter."""
    text = re.sub(r"^\\mathrm\{d\}\s*", "d", text)
    text = re.sub(r"^\\partial\s*|^∂\s*", "∂", text)
    text = _commands(re.sub(r"\s*\\mid\b\s*", "|", text))
    text = _SUBSCRIPT_RUN.sub(lambda run: "_" + unicodedata.normalize("NFKC", run[0]), text)
    text = text.replace("__", "_") if "₀" not in text else text
    text = _layer(text)
    text = _BRACES.sub(lambda match: _subscript(match[1]), text)
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", "".join(map(_letter, text)))


def _letter(letter: str) -> str:
    """A letter in bold, italic or blackboard is that letter; other signs stay."""
    if letter < "\u0100" or letter in "∂∇∞":
        return "μ" if letter == "µ" else letter
    plain = unicodedata.normalize("NFKC", letter)
    plain = "ε" if plain == "ϵ" else plain
    return plain if len(plain) == 1 else letter


def _commands(text: str) -> str:
    """`\\hat{x}`, `\\mathbf{x}`, `\\omega`: innermost braces first, which then are gone."""
    for _ in range(8):
        before = text
        text = re.sub(r"\\([A-Za-z]+)\*?\s*\{([^{}\\]*)\}", _styled, text)
        text = re.sub(r"\\([A-Za-z]+)", lambda match: GREEK.get(match[1], match[0]), text)
        if text == before:
            break
    text = re.sub(r"\\([A-Za-z]+)\*?\s*(\w[\u0300-\u036f]*)", _styled, text) if any(f"\\{name}" in text for name in ACCENTS) else text
    return _COMMAND.sub(lambda match: match[1] if match[0].strip() == text.strip() else "", text) if "\\" in text else text


def _styled(match: re.Match[str]) -> str:
    inside = match[2].strip()
    accent = ACCENTS.get(match[1], "")
    if not accent:
        return inside
    letter, end = inside[:1], 1
    while end < len(inside) and unicodedata.combining(inside[end]):
        end += 1
    return letter + inside[1:end] + accent + inside[end:]


def _layer(text: str) -> str:
    """`W^{(1)}`, `a^[l]` and `W⁽¹⁾` keep their layer as `^(1)`."""
    text = re.sub(r"⁽([^⁾]*)⁾", lambda run: f"^({''.join(SUPERSCRIPTS.get(mark, mark) for mark in run[1])})", text)
    return re.sub(r"\^\{?\s*[(\[]\s*([\w+\-]+)\s*[)\]]\s*\}?", r"^(\1)", text)


def _subscript(inside: str) -> str:
    inside = re.sub(r"\s+", "", inside)
    if re.fullmatch(r"\w+", inside):
        return f"_{inside}"
    letters = inside.split(",")
    if all(len(letter) == 1 and letter.isalpha() for letter in letters):
        return "_" + "".join(letters)
    return f"_{{{inside}}}"


def _nabla(text: str) -> str:
    """`∇`, `∇_B`, `∇²_x`, `∇f`."""
    rest = re.sub(r"^(?:∇|\\nabla)\s*", "", text)
    square = "²" if re.search(r"^(?:²|\^2|\^\{2\})|(?:²|\^2|\^\{2\})$", rest) else ""
    rest = re.sub(r"^(?:²|\^2|\^\{2\})|(?:²|\^2|\^\{2\})$", "", rest)
    rest = re.sub(r"^_\{(.*)\}$", r"_\1", rest)
    name = _plain(rest.removeprefix("_"))
    return f"∇{square}_{name}" if rest.startswith("_") else f"∇{square}{name}"
