"""Kate under a virtual screen, set up by what editors/README.md says; a picture is kept."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.editors.conftest import PICTURES, ROOT, needed

pytestmark = pytest.mark.editor
PACKAGES = "kate xvfb xauth xdotool imagemagick dbus dbus-x11 fonts-dejavu-core"
RC = """\
[Kate Plugins]
lspclientplugin=true

[General]
Show welcome view for new window=false

[lspclient]
AllowedServerCommandLines={server} server
"""  # Kate asks a person whether the server may be started


def test_quick_fixes_by_key(workspace, python_environment):
    for program in ("kate", "xdotool", "import"):
        needed(program, PACKAGES)
    (settings,) = re.findall(r"## Kate\n.*?```json\n(.*?)```", (ROOT / "editors" / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    configuration = workspace.parent / "config"
    (configuration / "kate" / "lspclient").mkdir(parents=True)
    (configuration / "kate" / "lspclient" / "settings.json").write_text(settings, encoding="utf-8")
    server = workspace.parent / "bin" / "shapecheck"
    server.parent.mkdir()
    server.write_text(f'#!/bin/sh\n"{sys.executable}" -m shapecheck "$@" | tee "$SAID"\n', encoding="utf-8")
    server.chmod(0o755)
    (configuration / "katerc").write_text(RC.format(server=server), encoding="utf-8")
    runtime = workspace.parent / "run"
    runtime.mkdir(mode=0o700)
    PICTURES.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [
            *(needed("dbus-run-session", PACKAGES), "--", needed("xvfb-run", PACKAGES), "-a", "-s", "-screen 0 1000x700x24"),
            *("bash", str(Path(__file__).parent / "kate.sh"), str(workspace / "demo.py"), str(PICTURES / "kate.png")),
        ],
        cwd=workspace,
        env={
            **python_environment,
            "HOME": str(workspace.parent),
            "XDG_CONFIG_HOME": str(configuration),
            "XDG_RUNTIME_DIR": str(runtime),
            "PATH": f"{server.parent}{os.pathsep}{os.environ['PATH']}",
            "SAID": str(workspace.parent / "said"),
            "QT_QPA_PLATFORM": "xcb",
            "LC_ALL": "C.UTF-8",
        },
        capture_output=True,
        encoding="utf-8",
        timeout=115,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    saved = (workspace / "demo.py").read_text(encoding="utf-8")
    assert "    #   dq/dB = A' w_a w_b'\n" in saved
    assert "ds/du = 2 𝔼 𝔼' u\n" in saved
