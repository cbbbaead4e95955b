"""Document text -> where its annotations stand, in which scope, and what is silenced.

Invariants: nothing here raises, whatever the text; every span lies inside the text and is in code points of it; time
is linear in the text. A host language is a row (`languages`), all rows share one scanner (`scan`), and comments
of every kind become `CommentLine`s (`comments`), which `extract` reads. Begin with `annotation`, then `reading`.

Names are loaded when they are first asked for: the gate must cost nothing.
"""

from __future__ import annotations

from shapecheck.hosts.gate import might_have_annotations

TYPE_CHECKING = False  # as type checkers know it, without importing typing
if TYPE_CHECKING:
    from typing import Any

    from shapecheck.hosts.annotation import Annotation, Extract, Scope, Suppression
    from shapecheck.hosts.language import Language
    from shapecheck.hosts.languages import LANGUAGES, language_named, language_of
    from shapecheck.hosts.reading import extract

__all__ = [
    "LANGUAGES",
    "Annotation",
    "Extract",
    "Language",
    "Scope",
    "Suppression",
    "extract",
    "language_named",
    "language_of",
    "might_have_annotations",
]

_HOMES = {
    "Annotation": "annotation",
    "Extract": "annotation",
    "Scope": "annotation",
    "Suppression": "annotation",
    "Language": "language",
    "LANGUAGES": "languages",
    "language_named": "languages",
    "language_of": "languages",
    "extract": "reading",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value
