"""Names of variables as each notation spells them: subscripts, accents, Greek letters."""

from __future__ import annotations

import re
import unicodedata

from shapecheck.core.record import dataclass

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ϵ": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ϑ": "vartheta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "ϱ": "varrho",
    "σ": "sigma", "ς": "varsigma", "τ": "tau", "υ": "upsilon", "φ": "varphi", "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
    "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon", "Φ": "Phi",
    "Ψ": "Psi", "Ω": "Omega", "ℓ": "ell", "∂": "partial", "∇": "nabla",
}  # fmt: skip
_ACCENTS = {
    "\u0302": ("hat", "^"),
    "\u0303": ("tilde", "~"),
    "\u0304": ("bar", "¯"),
    "\u0305": ("bar", "¯"),
    "\u0307": ("dot", "˙"),
    "\u0308": ("ddot", "¨"),
    "\u0300": ("grave", "`"),
    "\u0301": ("acute", "´"),
    "\u030a": ("mathring", "˚"),
    "\u030c": ("check", "ˇ"),
    "\u20d7": ("vec", "→"),
}
_ENGLISH = {letter: name.removeprefix("var") for letter, name in _GREEK.items()}
_LETTERS = {name: letter for letter, name in _ENGLISH.items() if letter not in "ϵϑϱςϕ∂∇ℓ"}


@dataclass(frozen=True, slots=True)
class Spelled:
    """A name taken apart: `x̂_new'` is base `x`, accent hat, subscripts `new`, primes `'`; `W^(1)` has `(1)` raised."""

    base: str
    accents: tuple[str, ...]
    subscripts: tuple[str, ...]
    primes: str
    raised: str = ""


def take_apart(name: str) -> Spelled:
    bare = name.rstrip("'′")
    whole = re.search(r"\^(\([^()]*\)|\*)", bare)
    raised, plain = (whole[1], bare.replace(whole[0], "", 1)) if whole else ("", bare)
    head, *rest = re.findall(r"(?<=\{)[^{}]*(?=\})|[^_{}]+", plain) or (plain,)
    plain = unicodedata.normalize("NFD", head)
    accents = tuple(mark for mark in plain if mark in _ACCENTS)
    if accents:
        head = unicodedata.normalize("NFC", "".join(mark for mark in plain if mark not in _ACCENTS))
    return Spelled(head, accents, tuple(rest), "'" * (len(name) - len(bare)), raised)


def typed(name: str, indices: str = "") -> str:
    """The name as it is typed: `W^(1)` is a layer, and told from a power by its braces."""
    text = re.sub(r"\^(\([^()]*\))", r"^{\1}", name)
    return f"{text}_{indices}" if indices else text


def is_marked(name: str) -> bool:
    """Whether a subscript, a digit or a layer stands behind the letter, so that indices would run into it."""
    parts = take_apart(name)
    return bool(parts.subscripts or parts.raised or (len(parts.base) > 1 and parts.base[1:].isdigit()))


def _latex_word(word: str) -> str:
    if word in _GREEK:
        return "\\" + _GREEK[word]
    if word in _LETTERS:
        return "\\" + _GREEK[_LETTERS[word]]
    if len(word) == 1 or word.isdigit():
        return word
    if word[0] in _GREEK and word[1:].isdigit():
        return f"\\{_GREEK[word[0]]}_{{{word[1:]}}}"
    if word[0] in _GREEK and len(word) == 2:
        return "\\" + _GREEK[word[0]] + " " + word[1]
    if re.fullmatch(r"[A-Za-z]\d+", word):
        return f"{word[0]}_{{{word[1:]}}}"
    if not re.fullmatch(r"[\w.]+", word):  # t+1, k|k-1
        return re.sub(r"\w+", lambda part: _latex_word(part[0]), word)
    return r"\mathrm{" + word.replace("_", r"\_") + "}"


def latex(name: str, extra: str = "") -> str:
    """The LaTeX of a name; `extra` joins its subscripts (the indices of an entry)."""
    parts = take_apart(name)
    text = _latex_word(parts.base)
    for accent in parts.accents:
        text = f"\\{_ACCENTS[accent][0]}{{{text}}}"
    inner = [_latex_word(part) for part in parts.subscripts]
    if extra:
        inner.append(extra)
    if inner:
        text = (f"{{{text}}}" if re.search(r"_\{\d+\}$", text) else text) + f"_{{{','.join(inner)}}}"
    text += parts.primes
    return f"{{{text}^{{{parts.raised}}}}}" if parts.raised else text


def _mathml_word(word: str) -> str:
    pieces = re.findall(r"[^\W\d_]+|\d+|\S", word)
    if len(pieces) > 1 and not re.fullmatch(r"[\w.]+", word):
        return "".join(_mathml_word(piece) if piece[0].isalnum() else f"<mo>{_escaped(piece)}</mo>" for piece in pieces)
    if re.fullmatch(r"[^\W\d_]\d+", word):
        return f"<msub>{_mathml_word(word[0])}<mn>{word[1:]}</mn></msub>"
    letter = _LETTERS.get(word, word)
    return f"<mn>{letter}</mn>" if letter.isdigit() else f"<mi>{_escaped(letter)}</mi>"


def _escaped(text: str) -> str:
    """Without the library's module for it, which loads half of its networking."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mathml(name: str, extra: str = "") -> str:
    """Presentation MathML of a name; `extra` (MathML too) joins its subscripts."""
    parts = take_apart(name)
    text = _mathml_word(parts.base)
    for accent in parts.accents:
        text = f'<mover accent="true">{text}<mo>{_ACCENTS[accent][1]}</mo></mover>'
    inner = [*map(_mathml_word, parts.subscripts), *([extra] if extra else [])]
    if inner:
        text = f"<msub>{text}<mrow>{'<mo>,</mo>'.join(inner)}</mrow></msub>"
    if parts.raised:
        text = f"<msup>{text}<mrow>{_mathml_word(parts.raised)}</mrow></msup>"
    return f"<msup>{text}<mo>{'′' * len(parts.primes)}</mo></msup>" if parts.primes else text
