"""Many files checked, in one process or several, with the same outcome."""

from __future__ import annotations

import json
import os

from shapecheck.cli.check import Checked, Wishes, check
from shapecheck.cli.findings import Findings
from shapecheck.cli.lint import Target
from shapecheck.cli.plain import from_plain, to_plain
from shapecheck.cli.processes import share
from shapecheck.cli.progress import Progress
from shapecheck.core.record import dataclass, field
from shapecheck.project.document import decode

WORTH_A_PROCESS = 40
"""Files to check from which on a second process saves more than it costs."""


@dataclass
class Outcome:
    """All files checked, in order; remarks on those passed over, and the failures of the others."""

    files: list[Checked] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def check_all(targets: list[Target], wishes: Wishes, jobs: int) -> Outcome:
    """Every file checked. Fixing is done in one process: it is rare, and its writes come one after another."""
    alone = wishes.fix or jobs < 2 or len(targets) < WORTH_A_PROCESS or not hasattr(os, "fork")
    known = {} if alone else _shared(targets, wishes, min(jobs, len(targets) // (WORTH_A_PROCESS // 2)))
    outcome = Outcome()
    progress = Progress(len(targets))
    for index, target in enumerate(targets):
        progress.show(index, target.path)
        try:
            answer = known[index] if index in known else check(target, wishes)
        except Exception as error:
            if os.environ.get("SHAPECHECK_TRACEBACK"):
                raise
            outcome.failures.append(f"{target.path}: internal error, please report it: {type(error).__name__}: {error}")
            continue
        if isinstance(answer, str):
            outcome.remarks.append(answer)
        elif answer is not None:
            outcome.files.append(answer)
            outcome.failures += [f"{target.path}: internal error, please report it: {fault}" for fault in answer.faults]
    progress.clear()
    return outcome


def _shared(targets: list[Target], wishes: Wishes, processes: int) -> dict[int, Checked | str | None]:
    """What several processes found; files that need more than diagnostics told, or failed, are left to the caller."""
    import shapecheck.engine  # noqa: F401 - loaded once, before the processes part

    def work(part: range) -> str:
        rows: dict[int, str | list[dict[str, object]] | None] = {}
        for index in part:
            if targets[index].path.endswith(".ipynb"):
                continue
            try:
                answer = check(targets[index], wishes)
            except Exception:
                continue
            if isinstance(answer, Checked) and answer.faults:
                continue
            rows[index] = [to_plain(one) for one in answer.findings.diagnostics] if isinstance(answer, Checked) else answer
        return json.dumps(rows)

    known: dict[int, Checked | str | None] = {}
    for text in share(work, len(targets), processes):
        for key, row in json.loads(text).items():
            target = targets[int(key)]
            if isinstance(row, list):
                document = decode(target.raw)
                diagnostics = tuple(from_plain(one, len(document.text)) for one in row)
                known[int(key)] = Checked(Findings(target.path, document, diagnostics))
            else:
                known[int(key)] = row
    return known
