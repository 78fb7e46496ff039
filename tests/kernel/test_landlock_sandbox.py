"""Without namespaces: limits hold for whole notebooks, nothing is left, honest ones keep marks."""

from __future__ import annotations

import time
from pathlib import Path

import psutil
import pytest

from autograder.kernel import Sandbox
from autograder.lab import Questions
from tests.kernel.conftest import HONEST, marks, notebook_of
from tests.kernel.hostile import HOSTILE

NAMES = (
    "the kernel exits",
    "the kernel crashes",
    "an endless loop that ignores signals",
    "a flood of memory of many processes",
    "a flood of processes",
    "a flood of processes, each in a group of its own",
    "a flood of threads",
    "a flood of the disk",
    "a flood of folders, too deep for a path",
    "a flood of a folder that is closed to all",
    "a flood of a huge answer",
    "a daemon that ignores every signal",
    "everyone is killed by kill(-1)",
    "the process group is killed by kill(0)",
    "the parent and every process are killed one by one",
    "garbage is written to every descriptor",
    "a theft of the reference is imported",
    "files are left for the next",
)


def orphans(runtime: Path, server: psutil.Process) -> list[psutil.Process]:
    """Copies of the fork server that nobody looks after any more: each has its command line."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if process != server and str(runtime) in " ".join(process.info["cmdline"] or ())
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_notebook_gains_nothing_and_leaves_nothing(
    name: str, landlock_sandbox: Sandbox, questions: Questions
) -> None:
    landlock_sandbox.run(notebook_of("1"), Questions(()))
    server = psutil.Process(landlock_sandbox.server_pid)
    run = landlock_sandbox.run(notebook_of(*HOSTILE[name]), questions)
    assert marks(run, questions) == 0
    deadline = time.monotonic() + 30
    runtime = landlock_sandbox._folder
    while left := {*server.children(recursive=True), *orphans(runtime, server)}:
        assert time.monotonic() < deadline, left
        time.sleep(0.02)
    for folder in (runtime, runtime / "scratch"):
        assert [path.name for path in folder.iterdir() if path.name.isdigit()] == []
    for folder in ("/tmp", "/dev/shm", "/var/tmp"):
        assert not list(Path(folder).glob("left_for_the_next"))


def test_an_honest_notebook_after_them_keeps_its_marks(
    landlock_sandbox: Sandbox, questions: Questions
) -> None:
    assert marks(landlock_sandbox.run(notebook_of(*HONEST), questions), questions) == 4
