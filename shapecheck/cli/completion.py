"""`shapecheck completion SHELL`: a completion script, made from the same tables that the commands parse with."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from shapecheck.cli.arguments import HELP, Misuse, Option, nearest, parse, usage
from shapecheck.cli.commands import COMMANDS

SHELLS = ("bash", "zsh", "fish")
_RULES = "shapecheck rule 2>/dev/null | awk 'NF && $1 !~ /^`/ {print $1}'"


def run(argv: Sequence[str]) -> int:
    """The command with these arguments."""
    arguments = parse(argv, (HELP,), "completion")
    if arguments.flag("--help"):
        sections = "\nPut it into the file that your shell reads at its start, for example\n  shapecheck completion bash >> ~/.bashrc\n"
        sys.stdout.write(usage("shapecheck completion bash|zsh|fish", "Prints a completion script for a shell.", (), sections))
        return 0
    if len(arguments.words) != 1:
        raise Misuse("which shell? `shapecheck completion bash`, `zsh` or `fish`")
    (shell,) = arguments.words
    if shell not in SHELLS:
        raise Misuse(f"there is no completion for `{shell}`{nearest(shell, SHELLS)}\nKnown shells: {', '.join(SHELLS)}.")
    sys.stdout.write({"bash": bash, "zsh": zsh, "fish": fish}[shell]())
    return 0


def options_of(command: str) -> tuple[Option, ...]:
    """The options of a command, `--help` included."""
    return (*getattr(import_module(COMMANDS[command][0]), "OPTIONS", ()), HELP)


def bash() -> str:
    """For bash: options, their values, else files."""
    cases = "\n".join(f'        {name}) options="{" ".join(option.name for option in options_of(name))}" ;;' for name in COMMANDS)
    values = "\n".join(f'        {names}) COMPREPLY=($(compgen -W "{choices}" -- "$word")); return ;;' for names, choices in _choices())
    return f"""_shapecheck() {{
    local word="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD-1]}}" options=""
    if [[ $COMP_CWORD -eq 1 ]]; then
        COMPREPLY=($(compgen -W "{" ".join(COMMANDS)} --version --help" -- "$word"))
        return
    fi
    case "$previous" in
{values}
        rule|--select|--ignore) COMPREPLY=($(compgen -W "$({_RULES})" -- "$word")); return ;;
        completion) COMPREPLY=($(compgen -W "{" ".join(SHELLS)}" -- "$word")); return ;;
    esac
    case "${{COMP_WORDS[1]}}" in
{cases}
    esac
    if [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$word"))
    else
        COMPREPLY=($(compgen -f -- "$word"))
    fi
}}
complete -o filenames -F _shapecheck shapecheck
"""


def zsh() -> str:
    """For zsh: the same with descriptions."""
    commands = "\n".join(f"        '{name}:{_quoted(about)}'" for name, (_, about) in COMMANDS.items())
    cases = "\n".join(
        f"        {name}) _arguments " + " ".join(_zsh_option(option) for option in options_of(name)) + _zsh_words(name) + " ;;"
        for name in COMMANDS
    )
    return f"""#compdef shapecheck
_shapecheck() {{
    local -a commands
    commands=(
{commands}
    )
    if (( CURRENT == 2 )); then
        _describe command commands
        return
    fi
    local command=$words[2]
    shift words
    (( CURRENT-- ))
    case $command in
{cases}
    esac
}}
_shapecheck_rules() {{
    compadd -- $({_RULES})
}}
if [[ $funcstack[1] == _shapecheck ]]; then _shapecheck "$@"; else compdef _shapecheck shapecheck; fi
"""


def fish() -> str:
    """For fish: a line a command and an option."""
    rows = ["complete -c shapecheck -f"]
    rows += [f"complete -c shapecheck -n __fish_use_subcommand -a {name} -d '{_quoted(about)}'" for name, (_, about) in COMMANDS.items()]
    for name in COMMANDS:
        seen = f"-n '__fish_seen_subcommand_from {name}'"
        for option in options_of(name):
            short = f" -s {option.short[1:]}" if option.short else ""
            value = f" -x -a '{' '.join(option.choices)}'" if option.choices else " -r" if option.value else ""
            rows.append(f"complete -c shapecheck {seen} -l {option.name[2:]}{short}{value} -d '{_quoted(option.about)}'")
    rows.append("complete -c shapecheck -n '__fish_seen_subcommand_from lint' -F")
    rows.append(f"complete -c shapecheck -n '__fish_seen_subcommand_from completion' -a '{' '.join(SHELLS)}'")
    rules = "(shapecheck rule 2>/dev/null | string match -r '^[a-z-]+')"
    rows.append(f'complete -c shapecheck -n "__fish_seen_subcommand_from rule" -a "{rules}"')
    return "\n".join(rows) + "\n"


def _choices() -> list[tuple[str, str]]:
    found = {option.name: " ".join(option.choices) for name in COMMANDS for option in options_of(name) if option.choices}
    return list(found.items())


def _zsh_option(option: Option) -> str:
    about = _quoted(option.about).replace("[", "(").replace("]", ")")
    value = (
        ""
        if not option.value
        else f":{option.value.lower()}:" + (f"({' '.join(option.choices)})" if option.choices else _zsh_values(option))
    )
    return " ".join(
        f"'{name}{'=' if value and name.startswith('--') else ''}[{about}]{value}'" for name in (option.name, option.short) if name
    )


def _zsh_values(option: Option) -> str:
    return "_shapecheck_rules" if option.value == "RULES" else "_files" if option.value in ("FILE", "PATTERNS") else ""


def _zsh_words(name: str) -> str:
    words = {"lint": " '*:file:_files'", "rule": " '*:rule:_shapecheck_rules'", "completion": f" '1:shell:({' '.join(SHELLS)})'"}
    return words.get(name, "")


def _quoted(text: str) -> str:
    return text.replace("'", "").replace("`", "")
