"""The weaker sandbox has no walls, but limits: time, memory, processes, files, and a clean end."""

from __future__ import annotations

import time

import psutil
import pytest

from autograder.kernel import Sandbox
from autograder.lab import Questions
from tests.kernel.conftest import HONEST, marks, notebook_of
from tests.kernel.hostile import HOSTILE

# Only what harms nobody without walls.
NAMES = (
    "the kernel exits",
    "a function exits",
    "the kernel crashes",
    "an endless loop that ignores signals",
    "a function never returns",
    "a flood of memory",
    "a flood of memory of many processes",
    "a flood of threads",
    "a flood of the disk",
    "a flood of folders, too deep for a path",
    "a flood of a folder that is closed to all",
    "a flood of printed text",
    "a flood of a huge answer",
    "a daemon by a double fork",
    "a daemon that ignores every signal",
    "garbage is written to every descriptor",
    "outputs are not what Jupyter allows",
)


@pytest.mark.parametrize("name", NAMES)
def test_limits_hold_and_nothing_is_left(
    name: str, process_sandbox: Sandbox, questions: Questions
) -> None:
    process_sandbox.run(notebook_of("1"), Questions(()))
    warm = psutil.Process(process_sandbox._warm.process.pid)
    run = process_sandbox.run(notebook_of(*HOSTILE[name]), questions)
    assert marks(run, questions) == 0
    deadline = time.monotonic() + 5
    while left := warm.children(recursive=True):
        assert time.monotonic() < deadline, left
        time.sleep(0.02)
    assert [path.name for path in process_sandbox._folder.iterdir() if path.name.isdigit()] == []


def test_an_honest_notebook_after_them_keeps_its_marks(
    process_sandbox: Sandbox, questions: Questions
) -> None:
    assert marks(process_sandbox.run(notebook_of(*HONEST), questions), questions) == 4
