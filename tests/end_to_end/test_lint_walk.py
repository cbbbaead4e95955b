"""Which files a folder stands for: as git sees it, without what is excluded, of languages that are known."""

from __future__ import annotations

import os
import subprocess

import pytest

from shapecheck.project.patterns import Patterns
from tests.bounds import processor_time
from tests.end_to_end.conftest import WRONG


def make(root, *paths):
    for path in paths:
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(WRONG)


def listed(lint, *arguments):
    out = lint("--output-format", "concise", "--quiet", "--no-cache", *arguments)[1]
    return sorted(line.partition(":")[0].replace(os.sep, "/") for line in out.splitlines() if "error" in line)


def test_default_exclusions_and_unknown_languages(lint, tmp_path):
    make(tmp_path, "a.py", "sub/b.py", ".venv/c.py", "node_modules/d.py", "build/e.py", "__pycache__/f.py", "notes.txt", ".hidden/g.py")
    assert listed(lint, ".") == [".hidden/g.py", "a.py", "sub/b.py"]


def test_named_files_are_always_checked_unless_forced(lint, tmp_path):
    make(tmp_path, "build/e.py")
    assert listed(lint, "build/e.py") == ["build/e.py"]
    assert listed(lint, "build") == ["build/e.py"]
    assert listed(lint, "--force-exclude", "build/e.py") == []


def test_exclude_replaces_and_extend_exclude_adds(lint, tmp_path):
    make(tmp_path, "a.py", "build/b.py", "old/c.py", "old/deep/d.py", "x_test.py")
    assert listed(lint, "--exclude", "old", ".") == ["a.py", "build/b.py", "x_test.py"]
    assert listed(lint, "--extend-exclude", "old/deep,*_test.py", ".") == ["a.py", "old/c.py"]


def test_gitignore_nested_negated_anchored(lint, tmp_path):
    make(tmp_path, "a.py", "gen/b.py", "gen/keep.py", "sub/gen.py", "sub/top.py", "top.py", "sub/deep/x/y/z.py", "sub/own.py")
    (tmp_path / ".gitignore").write_text("gen/*\n!gen/keep.py\n/top.py\nsub/**/z.py\n# comment\n")
    (tmp_path / "sub" / ".gitignore").write_text("/own.py\n")
    assert listed(lint, ".") == ["a.py", "gen/keep.py", "sub/gen.py", "sub/top.py"]


def test_ignore_files_above_a_named_folder_hold(lint, tmp_path):
    make(tmp_path, "repo/sub/a.py", "repo/sub/b.py", "repo/sub/c.py")
    subprocess.run(["git", "init", "-q", str(tmp_path / "repo")], check=True)
    (tmp_path / "repo" / ".gitignore").write_text("a.py\n")
    (tmp_path / "repo" / ".git" / "info" / "exclude").write_text("b.py\n")
    assert listed(lint, "repo/sub") == ["repo/sub/c.py"]


def test_the_setting_turns_gitignore_off(lint, tmp_path):
    make(tmp_path, "a.py")
    (tmp_path / ".gitignore").write_text("a.py\n")
    assert listed(lint, ".") == []
    (tmp_path / "shapecheck.toml").write_text("respect-gitignore = false\n")
    assert listed(lint, ".") == ["a.py"]


def test_the_nearest_configuration_wins(lint, tmp_path):
    make(tmp_path, "a.py", "inner/b.py", "inner/deeper/c.py")
    (tmp_path / "pyproject.toml").write_text('[tool.shapecheck]\nignore = ["shape-mismatch"]\n')
    (tmp_path / "inner" / "shapecheck.toml").write_text('extend-exclude = ["/deeper"]\n')
    assert listed(lint, ".") == ["inner/b.py"]
    assert listed(lint, "inner") == ["inner/b.py"]
    (tmp_path / "other.toml").write_text("")
    assert listed(lint, "--config", "other.toml", ".") == ["a.py", "inner/b.py", "inner/deeper/c.py"]


def test_a_pyproject_of_others_is_no_configuration(lint, tmp_path):
    make(tmp_path, "a.py", "inner/b.py")
    (tmp_path / "shapecheck.toml").write_text('ignore = ["shape-mismatch"]\n')
    (tmp_path / "inner" / "pyproject.toml").write_text("[tool.black]\n")
    assert listed(lint, ".") == []


def test_per_file_ignores(lint, tmp_path):
    make(tmp_path, "a.py", "old/b.py", "old/deep/c.py")
    (tmp_path / "shapecheck.toml").write_text('per-file-ignores = { "old/*.py" = ["shape-mismatch"], "deep" = ["all"] }\n')
    assert listed(lint, ".") == ["a.py"]


def test_links_are_not_followed_round_in_circles(lint, tmp_path):
    make(tmp_path, "a.py", "elsewhere/b.py")
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "loop").symlink_to(tmp_path / "tree")
    (tmp_path / "tree" / "b.py").symlink_to(tmp_path / "elsewhere" / "b.py")
    (tmp_path / "tree" / "gone.py").symlink_to(tmp_path / "nowhere.py")
    assert listed(lint, "tree") == ["tree/b.py"]
    (tmp_path / "again.py").symlink_to(tmp_path / "a.py")
    assert listed(lint, ".").count("a.py") == 1


def test_a_file_named_twice_is_checked_once(lint, tmp_path):
    make(tmp_path, "a.py")
    assert listed(lint, "a.py", ".", "a.py") == ["a.py"]


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="root reads everything")
def test_what_cannot_be_read_is_reported(lint, tmp_path):
    make(tmp_path, "a.py")
    (tmp_path / "a.py").chmod(0)
    code, _, err = lint(".")
    assert code == 2
    assert "a.py: Permission denied" in err


PATTERNS = [
    *("*.pyc", "build/", "/top", "a/b", "a/**/z", "**/x", "x/**", "foo*", "*bar", "f?o", "[ab].c", "[!ab].c", "\\#hash", "\\!bang"),
    *("trail\\ ", "dir/*", "!dir/keep", "**", "*", "!a", "a//b", "/", "a/", "/a/", "**/a/**", "*.tar.gz", "[a-c]x", "[", "a["),
    *("/*/c", "**/", "[]x]y", "*o*r", "*/q/*", "a*b*c"),
]
PATHS = [
    *("a", "b", "x", "top", "sub/top", "build/x", "a/b", "a/z", "a/q/z", "a/q/r/z", "foo", "foobar", "bar", "fxo", "f/o", "a.c", "c.c"),
    *("#hash", "!bang", "trail ", "dir/keep", "dir/drop", "q/x", "x/y", "x/y/z", "m.pyc", "s/m.pyc", "t.tar.gz", "bx", "dx", "s/c"),
    *("s/t/c", "a[", "xy", "]y", "aabbc", "abcabc", "acb"),
]
SEVERAL = [["*", "!a"], ["dir/*", "!dir/keep"], ["foo*", "!foobar"], ["*.c", "!c.c", "/c.c"]]


@pytest.mark.parametrize("patterns", [[one] for one in PATTERNS] + SEVERAL)
def test_patterns_mean_what_they_mean_to_git(tmp_path, patterns):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("\n".join(patterns) + "\n")
    command = ["git", "check-ignore", "--no-index", "-z", "--stdin"]
    done = subprocess.run(command, cwd=tmp_path, input="\0".join(PATHS), capture_output=True, text=True, check=False)
    ours = Patterns(patterns)
    assert [path for path in PATHS if _ignored(ours, path)] == [path for path in done.stdout.split("\0") if path]


def _ignored(patterns: Patterns, path: str) -> bool:
    """As a walk decides: what lies in an ignored folder is never looked at."""
    parts = path.split("/")
    return any(patterns.decide("/".join(parts[:end]), folder=end < len(parts)) for end in range(1, len(parts) + 1))


def test_many_stars_do_not_take_forever():
    patterns = Patterns(["*a" * 30 + "b"])
    assert patterns.decide("a" * 200, folder=False) is None
    assert processor_time(lambda: patterns.decide("a" * 200, folder=False), enough=1) < 1
