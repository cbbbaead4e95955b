"""VS Code as code-server: one for all tests, each of which opens windows of its own in a headless browser."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "vscode"
QUIET = {
    "workbench.startupEditor": "none",
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "extensions.autoUpdate": "off",
    "extensions.autoCheckUpdates": False,
    "security.workspace.trust.enabled": False,
    "security.workspace.trust.startupPrompt": "never",
    "security.workspace.trust.banner": "never",
    "chat.disableAIFeatures": True,
    "files.autoSave": "off",
    "workbench.tips.enabled": False,
    "window.commandCenter": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.colorTheme": "Default Light Modern",
    "workbench.layoutControl.enabled": False,
    "editor.fontSize": 15,
    "editor.minimap.enabled": False,
    "git.enabled": False,
}
"""The user's settings: nothing that asks for attention."""


@dataclass
class CodeServer:
    """`installed` is what tests/editors/vscode/install.sh left; `folder` holds the user's data. The PATH that its windows see begins
    with `programs`, and holds the server there only after `put_on_path`."""

    installed: Path
    folder: Path
    vsix: Path
    environment: dict[str, str]
    modules: Path
    chromium: str
    pictures: Path
    port: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def programs(self) -> Path:
        return self.folder / "programs"

    def put_on_path(self, wanted: bool) -> None:
        """The server from this checkout under its own name, or none at all."""
        program = self.programs / "shapecheck"
        program.unlink(missing_ok=True)
        if wanted:
            script(program, f'exec "{sys.executable}" -m shapecheck "$@"')

    def forget_installed(self) -> None:
        """The extension has no environment of its own any more."""
        shutil.rmtree(self.folder / "data" / "User" / "globalStorage" / "shapecheck.shapecheck", ignore_errors=True)

    def set(self, **values: Any) -> None:
        """The user's settings are what is quiet, and these; `a__b` stands for `a.b`."""
        given = {key.replace("__", "."): value for key, value in values.items()}
        (self.folder / "data" / "User" / "settings.json").write_text(json.dumps(QUIET | given))

    def start(self) -> None:
        for name in ("data/User", "data/Machine", "extensions", "programs"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "config.yaml").write_text("auth: none\ncert: false\n")
        self.set()
        script(self.programs / "python3", f'exec "{getattr(sys, "_base_executable", sys.executable)}" "$@"')
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._command("--install-extension", str(self.vsix))
        flags = ("--bind-addr", f"127.0.0.1:{self.port}", "--auth", "none", "--disable-telemetry", "--disable-update-check")
        # Only with the smoke tests' driver does a built VS Code take tests of an extension from its address.
        more = ("--disable-getting-started-override", "--vscode-option", "enable-smoke-test-driver")
        plain = ("--vscode-option", "force-disable-user-env")  # no shell is asked for another PATH
        with (self.pictures / "code-server.log").open("wb") as log:
            self._process = subprocess.Popen(
                self._line(*flags, *more, *plain),
                env=self._surroundings(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def run(self, program: str, timeout: int = 300, **environment: str) -> str:
        """What a script beside this module says of its windows; all its checks hold."""
        given = {"MODULES": str(self.modules), "CHROMIUM": self.chromium, "URL": f"http://127.0.0.1:{self.port}", "OUT": str(self.pictures)}
        command = ("node", str(HERE / program))
        done = subprocess.run(
            command, env=self.environment | given | environment, capture_output=True, encoding="utf-8", timeout=timeout, check=False
        )
        assert done.returncode == 0, f"{done.stdout}{done.stderr}\n{self._last_words()}"
        assert "ok  " in done.stdout, done.stdout
        assert "FAIL" not in done.stdout, done.stdout
        return done.stdout

    def _last_words(self) -> str:
        """What the extension told its output of late."""
        logs = sorted((self.folder / "data" / "logs").rglob("shapecheck*.log"), key=lambda file: file.stat().st_mtime)
        return logs[-1].read_text(encoding="utf-8")[-3000:] if logs else "the extension wrote no log"

    def _line(self, *arguments: str) -> list[str]:
        entry = self.installed / "node_modules" / "code-server" / "out" / "node" / "entry.js"
        places = {"--user-data-dir": "data", "--extensions-dir": "extensions", "--config": "config.yaml"}
        named = [part for flag, name in places.items() for part in (flag, str(self.folder / name))]
        return [str(self.installed / "node24"), str(entry), *named, *arguments]

    def _command(self, *arguments: str) -> None:
        subprocess.run(self._line(*arguments), env=self._surroundings(), capture_output=True, timeout=100, check=True)

    def _surroundings(self) -> dict[str, str]:
        """A home of its own, and a PATH on which no other shapecheck is."""
        path = [part for part in self.environment.get("PATH", "").split(os.pathsep) if not shutil.which("shapecheck", path=part)]
        homes = {f"XDG_{name}_HOME": str(self.folder / name.lower()) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
        own = {"HOME": str(self.folder), "EXTENSIONS_GALLERY": '{"serviceUrl":""}', "PATH": os.pathsep.join([str(self.programs), *path])}
        return self.environment | homes | own

    def _wait(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise TimeoutError((self.pictures / "code-server.log").read_text())


def script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
