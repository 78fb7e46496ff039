"""A busy machine fails no honest student, and makes no endless loop longer than it must."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace

import psutil
import pytest

from autograder.kernel import open_sandbox
from tests.kernel.conftest import LIGHT_LAB, LIMITS, notebook_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux tells who waits")

SECONDS = 1.0
# The child gets a third of the processor, or half where the system shares by session.
OTHERS = 2
# As much processor time as two thirds of the limit, however long that takes.
HONEST = f"""
import time
while time.process_time() < begun + {SECONDS * 2 / 3}:
    pass
"""
BEGIN = "import time; begun = time.process_time()"


@pytest.fixture(scope="module")
def busy_sandbox(lab_folder):
    """A sandbox on one processor that others want all the time."""
    limits = replace(LIMITS, cell_seconds=SECONDS, question_seconds=SECONDS)
    with open_sandbox(LIGHT_LAB, lab_folder, lab_folder, "landlock", limits) as sandbox:
        sandbox.run(notebook_of("1"), LIGHT_LAB.make_questions(lab_folder, b"warm"))
        family = [child.pid for child in psutil.Process().children(recursive=True)]
        processor = min(os.sched_getaffinity(0))
        for pid in family:
            os.sched_setaffinity(pid, {processor})
        with _hogs(processor):
            yield sandbox


@contextmanager
def _hogs(processor: int):
    program = f"import os; os.sched_setaffinity(0, {{{processor}}})\nwhile True: pass"
    hogs = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(OTHERS)]
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


def test_an_honest_cell_that_waits_for_a_processor_is_not_stopped(busy_sandbox, questions):
    run = busy_sandbox.run(notebook_of(BEGIN, HONEST), questions)
    assert (run.errors, run.timed_out) == ((), False)
    assert run.seconds > SECONDS, "the machine was not busy enough to tell"


def test_an_honest_function_that_waits_for_a_processor_is_not_stopped(busy_sandbox, questions):
    slow = f"def total(path, factor):\n    {BEGIN}\n" + HONEST.replace("\n", "\n    ")
    run = busy_sandbox.run(notebook_of(slow + "\n    return 1"), questions)
    assert run.answers["total"].value.value == 1
    assert not run.timed_out


@pytest.mark.parametrize("cell", ["while True: pass", "import time; time.sleep(600)"])
def test_what_never_ends_is_stopped_on_a_busy_machine_too(busy_sandbox, questions, cell):
    run = busy_sandbox.run(notebook_of(cell), questions)
    assert [error.message for error in run.errors] == [
        f"This cell was stopped: it took longer than {SECONDS:g} s."
    ]
    assert run.timed_out


def test_many_processes_share_one_limit_on_processor_time(lab_folder, questions):
    limits = replace(LIMITS, cpu_seconds=2.0, cell_seconds=60.0)
    fork = "import os\nfor _ in range(3):\n    os.fork()\nwhile True: pass"
    with open_sandbox(LIGHT_LAB, lab_folder, lab_folder, "landlock", limits) as sandbox:
        run = sandbox.run(notebook_of(fork), questions)
    assert "more than 2 s of processor time" in run.message
