"""Ctrl-C while pages are written: every page is whole, and a second run writes the rest."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.command.interrupts import SECONDS, STOPPED
from autograder.gradebook.database import make_gradebook
from autograder.gradebook.marks import class_marks
from autograder.report.feedback_files import feedback_path
from autograder.results import write_results
from tests.conftest import copy_course
from tests.lab09 import LAB
from tests.report.sample_results import large_class

STUDENTS = 40
AT = 7  # pages, when somebody presses Ctrl-C
PROGRAM = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
from autograder.command.interrupts import stopping_soon
from autograder.course import find_course
from autograder.gradebook.graded_class import graded_class
from autograder.report.feedback_files import write_report
written = []
def page(student):
    written.append(student)
    if len(written) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGINT)
course = find_course(__import__("pathlib").Path(sys.argv[1]))
with stopping_soon():
    write_report(course, graded_class(course), on_page=page)
print(len(written))
"""


@pytest.fixture
def graded(tmp_path):
    course = copy_course(tmp_path / "course")
    write_results(large_class(STUDENTS), course.results)
    make_gradebook(course.database_url)
    return course


def _report(course, at: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, course.root, str(at)],
        capture_output=True,
        text=True,
        timeout=60 * SECONDS,
    )


def test_ctrl_c_leaves_whole_pages_and_a_second_run_writes_the_rest(graded):
    stopped = _report(graded, AT)
    assert stopped.returncode in (STOPPED, -2, 1), stopped.stderr
    assert "What was finished is kept" in stopped.stderr
    assert not stopped.stdout
    paths = {
        row.student: feedback_path(graded, row.student)
        for row in class_marks(LAB, large_class(STUDENTS), None).rows
    }
    there = {path: path.stat().st_mtime_ns for path in paths.values() if path.is_file()}
    assert AT <= len(there) < STUDENTS
    assert not (graded.root / "class.html").exists()
    again = _report(graded, 0)
    assert again.stdout == f"{STUDENTS}\n", again.stderr
    assert all(path.read_text().rstrip().endswith("</html>") for path in paths.values())
    assert {path: path.stat().st_mtime_ns for path in there} == there  # not written again
    assert (graded.root / "class.html").is_file()
