"""Emitted MATLAB functions, run in Octave: all in one process, since it is slow to start."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapecheck.calculus.evaluate import Assignment

Array = NDArray[Any]
PROGRAM = shutil.which("octave-cli") or shutil.which("octave")
SPELLED = {"λ": "lambda", "μ": "mu", "ε": "epsilon", "e": "e_"}
PRINT = "printf('%d ', size({0})); printf('\\n'); printf('%.17g ', {0}); printf('\\n');"


def literal(array: Array) -> str:
    """A column for a vector; entries in column order."""
    full = np.reshape(array, array.shape + (1,) * max(0, 2 - array.ndim))
    return f"reshape([{' '.join(repr(float(entry)) for entry in full.ravel(order='F'))}], [{' '.join(map(str, full.shape))}])"


def run(folder: Path, sources: Mapping[str, str], at: Mapping[str, Assignment], outputs: int = 2) -> dict[str, Sequence[Array] | str]:
    """What each function returns, or the message of its error."""
    assert PROGRAM is not None
    script = ["warning('off', 'all');"]
    names = [f"r{place}" for place in range(outputs)]
    for name, source in sources.items():
        (folder / f"{name}.m").write_text(source, encoding="utf-8")
        arrays = {SPELLED.get(node.data[0], node.data[0]): literal(array) for node, array in at[name].arrays.items()}
        sizes = {str(atom): str(size) for atom, size in at[name].sizes.items()}
        heading = re.search(rf"= {name}\((.*?)\)", source)
        assert heading is not None
        given = ", ".join((arrays | {k: v for k, v in sizes.items() if k not in arrays})[part] for part in heading[1].split(", ") if part)
        shown = " ".join(PRINT.format(one) for one in names)
        script.append(f"try [{', '.join(names)}] = {name}({given}); printf('ok {name}\\n'); {shown}")
        script.append(f"catch err, printf('bad {name} %s\\n', strrep(err.message, \"\\n\", ' ')); end")
    (folder / "main.m").write_text("\n".join(script), encoding="utf-8")
    call = [PROGRAM, "--no-gui", "--norc", "-q", "main.m"]
    done = subprocess.run(call, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    return _read(done.stdout, outputs)


def _read(text: str, outputs: int) -> dict[str, Sequence[Array] | str]:
    found: dict[str, Sequence[Array] | str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        word, name, *rest = line.split(" ", 2)
        if word == "bad":
            found[name] = " ".join(rest)
            continue
        arrays = []
        for _ in range(outputs):
            shape = tuple(int(part) for part in next(lines).split())
            arrays.append(np.array([float(part) for part in next(lines).split()]).reshape(shape, order="F"))
        found[name] = arrays
    return found


def as_stored(array: Array) -> Array:
    """The array as MATLAB has it: two axes at least, no more than that where the last have size 1."""
    shape = list(array.shape) + [1] * max(0, 2 - array.ndim)
    while len(shape) > 2 and shape[-1] == 1:
        shape.pop()
    return array.reshape(shape)
