"""One warm sandbox for a whole `nbgrader autograde`, closed when the process ends."""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from pathlib import Path

from autograder.course import Course
from autograder.grading.class_setup import read_release
from autograder.grading.submission_grader import SubmissionGrader, open_submission_grader
from autograder.storage.run_index import keep_reference

_sessions: dict[tuple[Path, str], SubmissionGrader] = {}  # by course folder and lab


def autograde_session(course: Course, sandbox: str = "auto") -> SubmissionGrader:
    """The grader of this process for `course`; started when first asked for.

    Raises:
        CamlabError: there is no such sandbox here; with "auto", none that holds.
    """
    key = (course.root, course.lab.name)
    if key not in _sessions:
        stack = ExitStack()
        grader = stack.enter_context(
            open_submission_grader(course, read_release(course), sandbox=sandbox)
        )
        keep_reference(course, grader.setup.reference)
        _sessions[key] = grader
        atexit.register(stack.close)
    return _sessions[key]
