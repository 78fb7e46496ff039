"""Runs commands, each in a process of its own, forked from one that has imported what they need.

`python -m tests.command.forking FOLDER`: a list of commands comes from standard input as JSON; to
standard output goes a list of their [exit code, output, errors].
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from pathlib import Path

import nbgrader.apps

import autograder.command.progress
import autograder.command.reporting
import autograder.gradebook.writer
import autograder.nbgrader.autograde_preprocessors
import autograder.report.exports.choice  # noqa: F401
from autograder.command import cli

MAINS = {"camlab": cli.main, "nbgrader": nbgrader.apps.NbGraderApp.launch_instance}


def run(command: list[str], into: Path) -> tuple[int, str, str]:
    files = [into / "out", into / "err"]
    child = os.fork()
    if not child:
        for number, file in enumerate(files, start=1):
            os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        _become(command)
    _, status = os.waitpid(child, 0)
    return (os.waitstatus_to_exitcode(status), *(file.read_text() for file in files))


def _become(command: list[str]) -> None:
    """Never returns."""
    sys.argv = command
    code = 1  # what Python ends with after a traceback
    try:
        MAINS[command[0]]()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    os.chdir(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        ends = [run(command, Path(folder)) for command in json.load(sys.stdin)]
    json.dump(ends, sys.stdout)
