"""The command around `lint`: help, version, rules, completion, misuse."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from shapecheck import rules
from shapecheck.cli import main
from shapecheck.cli.commands import COMMANDS
from shapecheck.cli.completion import SHELLS
from shapecheck.cli.lint import OPTIONS
from shapecheck.core.version import VERSION


@pytest.fixture
def command(capsys, monkeypatch, tmp_path):
    """Exit code, standard output and standard error of a command line."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(list(arguments))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_version_says_where_it_runs_from(command):
    import shapecheck

    code, out, _ = command("--version")
    assert code == 0
    assert out.startswith(f"shapecheck {VERSION} (")
    assert shapecheck.__file__.rpartition("/")[0] in out
    assert shapecheck.__version__ == VERSION


def test_an_older_python_is_told_apart_from_a_defect(command, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    code, out, err = command("lint")
    assert (code, out) == (2, "")
    assert err.startswith("shapecheck: Python 3.11 or newer is needed, and this is 3.10.13 (")


def test_the_installed_version_is_this_one():
    from importlib.metadata import version

    assert version("shapecheck-lsp") == VERSION


def test_no_command_shows_help_and_is_misuse(command):
    code, out, err = command()
    assert (code, out) == (2, "")
    assert all(name in err for name in COMMANDS)


@pytest.mark.parametrize("name", ["--help", "-h", "help"])
def test_help(command, name):
    code, out, _ = command(name)
    assert code == 0
    assert all(one in out for one in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_each_command(command, name):
    code, out, _ = command(name, "--help")
    assert code == 0
    assert f"Usage: shapecheck {name}" in out
    assert command("help", name)[1] == out


def test_help_names_every_option(command):
    out = command("lint", "--help")[1]
    assert all(option.name in out and option.about in out for option in OPTIONS)
    assert max(map(len, out.splitlines())) <= 120


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lnit"], "unknown command `lnit`; did you mean `lint`?"),
        (["--verison"], "unknown option `--verison`; did you mean `--version`?"),
        (["src/model.py"], "did you mean `shapecheck lint src/model.py`?"),
        (["help", "lnit"], "unknown command `lnit`; did you mean `lint`?"),
        (["-q", "lint"], "options stand behind the command"),
        (["lint", "--fixx"], "did you mean `--fix`?"),
        (["lint", "--order"], "unknown option `--order`\nTry"),
        (["lint", "--watch", "-"], "standard input cannot be watched"),
        (["lint", "--watch", "nowhere"], "there is no file or folder `nowhere`"),
        (["server", "--tpc"], "unknown argument `--tpc`\nTry `shapecheck server --help`"),
        (["rule", "shape-mismach"], "did you mean `shape-mismatch`?"),
        (["completion"], "which shell?"),
        (["completion", "bsh"], "did you mean `bash`?"),
        (["grad"], "one formula is needed"),
        (["grad", "-wrt", "x"], "unknown option `-wrt`; did you mean `--wrt`?"),
        (["grad", "x' A x", "--to", "nunpy"], "did you mean `numpy`?"),
        (["grad", "x"], "by which variable?"),
        (["init", "there"], "takes no path"),
    ],
)
def test_misuse(command, arguments, said):
    code, out, err = command(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_rules_are_listed_with_severity_and_summary(command):
    code, out, _ = command("rule")
    assert code == 0
    for name in rules.names():
        assert any(line.split()[:2] == [name, rules.default_severity(name)] for line in out.splitlines())


@pytest.mark.parametrize("name", rules.names())
def test_every_rule_has_a_page(command, name):
    code, out, _ = command("rule", name)
    assert code == 0
    assert out == f"# {name}\n\n{rules.page(name)}"


def test_a_page_on_a_terminal_is_no_markdown(command):
    page = command("rule", "gradient-value", "--color", "always")[1]
    assert "```" not in page
    assert "](" not in page
    assert "\n\n\n" not in page
    assert "\x1b[32m+dq/dx = (A + A') x\x1b[0m" in page


def test_reasons_are_dim_and_formulas_are_not(command):
    where = ["--where", "A: (N, D); B: (D, N); w_a, w_b: (N)", "--color", "always"]
    lines = command("explain", "w_a' A B w_b", "--wrt", "B", *where)[1].splitlines()
    sentences = [line for line in lines if line.removesuffix("\x1b[0m").endswith(".")]
    formulas = [line for line in lines if line.startswith("  ")]
    assert len(sentences) == 15
    assert all(line.startswith("\x1b[2m  ") for line in sentences)
    assert len(formulas) == 14
    assert all(" = " in line for line in formulas)


def test_rules_as_json(command):
    rows = json.loads(command("rule", "--output-format", "json")[1])
    assert [row["name"] for row in rows] == list(rules.names())
    assert set(rows[0]) == {"name", "summary", "severity", "page"}


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_knows_every_command_and_option(command, shell):
    code, out, _ = command("completion", shell)
    assert code == 0
    assert all(name in out for name in COMMANDS)
    assert all(option.name.lstrip("-") in out for option in OPTIONS)


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_scripts_are_valid(command, shell):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = command("completion", shell)[1]
    subprocess.run([shell, "-n"], input=script, text=True, check=True)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["li"], {"lint"}),
        (["lint", "--out"], {"--output-format", "--output-file"}),
        (["lint", "--output-format", "js"], {"json"}),
        (["completion", "z"], {"zsh"}),
        (["grad", "--w"], {"--wrt", "--where"}),
    ],
)
def test_bash_completes(command, words, expected):
    script = command("completion", "bash")[1]
    line = " ".join(f"'{word}'" for word in ["shapecheck", *words])
    ask = f'{script}\nCOMP_WORDS=({line}); COMP_CWORD={len(words)}; _shapecheck; printf "%s\\n" "${{COMPREPLY[@]}}"\n'
    done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, check=False)
    assert set(done.stdout.split()) == expected


def test_grad_in_text_code_and_json(command):
    where = ["--where", "A: (N, D); B: (D, N); w_a, w_b: (N)"]
    assert command("grad", "w_a' A B w_b", "--wrt", "B", *where) == (0, "A' w_a w_b'\n", "")
    assert command("grad", "w_a' A B w_b", "--wrt", "B", "--to", "unicode", *where)[1] == "Aᵀ w_a w_bᵀ\n"
    assert "def gradient_B(" in command("grad", "w_a' A B w_b", "--wrt", "B", "--to", "numpy", *where)[1]
    (row,) = json.loads(command("grad", "w_a' A B w_b", "--wrt", "B", "--format", "json", *where)[1])
    assert (row["wrt"], row["shape"], row["result"]) == ("B", ["D", "N"], "A' w_a w_b'")
    several = command("grad", "w_a' A B w_b", "--wrt", "w_a,w_b", *where)[1]
    assert several.splitlines()[0].startswith("d/dw_a = A B w_b")


def test_a_formula_may_begin_with_a_minus(command):
    given = ["--wrt", "x", "--where", "A: (N, N); x: (N)"]
    assert command("grad", "-x' A x", *given)[1].strip() == "-(A + A') x"
    assert command("explain", "-x' A x", *given)[0] == 0


def test_grad_of_what_does_not_fit_shows_the_finding(command):
    code, out, err = command("grad", "w' A B w", "--wrt", "B", "--where", "A: (N, D); B: (D, M); w: (N)")
    assert (code, out) == (1, "")
    assert "error[shape-mismatch]" in err
    assert "^" in err
