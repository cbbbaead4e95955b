"""The pictures in the extension's README: `python -m tests.editors.pictures` makes them anew in the real editor.

Pixels depend on fonts, so what keeps them fresh is the formulas they show: those are written beside them, and compared by the test.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.editors.conftest import PICTURES, ROOT, needed

MEDIA = ROOT / "editors" / "vscode" / "media"
SHOWN = MEDIA / "shown.json"
VARIABLE = "SHAPECHECK_README_PICTURES"
MAKING = bool(os.environ.get(VARIABLE))
NAMES = ("fix-light.png", "hover-light.png", "derivation-dark.png")


def shown(said: str) -> dict[str, list[str]]:
    """The formulas that the workbench's script says its pictures show."""
    return dict(json.loads(line.removeprefix("shown ")) for line in said.splitlines() if line.startswith("shown "))


def compare(said: str) -> None:
    """With the pictures as they are; or the pictures are made anew."""
    if MAKING:
        SHOWN.write_text(json.dumps(shown(said), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        for name in NAMES:
            if (PICTURES / name).exists():
                smaller = (
                    needed("convert", "imagemagick"),
                    str(PICTURES / name),
                    "-strip",
                    "+dither",
                    "-colors",
                    "96",
                    f"png8:{MEDIA / name}",
                )
                subprocess.run(smaller, check=True)
    else:
        fresh = json.loads(SHOWN.read_text(encoding="utf-8"))
        assert shown(said) == fresh, "the README's pictures are stale: run `python -m tests.editors.pictures`"


if __name__ == "__main__":
    tests = str(ROOT / "tests" / "editors" / "test_vscode.py")
    sys.exit(subprocess.call([sys.executable, "-m", "pytest", "-m", "editor", "-k", "workbench", tests], env={**os.environ, VARIABLE: "1"}))
