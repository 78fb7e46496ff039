"""Prove the graders on the release itself: the solution earns all, the blank one nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import nbformat

from autograder.course import Course
from autograder.errors import CamlabError
from autograder.grading.submission_grader import SubmissionGrader, open_submission_grader
from autograder.kernel import NONE, choose_sandbox
from autograder.release.regions import Finding
from autograder.results import SubmissionResult
from autograder.submission import SubmittedFile


def self_check(course: Course, student: Path, solution: Path) -> Iterator[Finding]:
    """Grade both releases with the hidden graders, in the sandbox.

    Args:
        course: the course, its `out` a scratch folder.
        student: the notebook of the student release.
        solution: the notebook of the solution release.
    """
    release = nbformat.read(student, as_version=4)
    with (
        open_submission_grader(course, release, sandbox=_sandbox(), jobs=2) as grader,
        ThreadPoolExecutor(2) as pool,
    ):
        graded = pool.map(partial(_grade, grader), ("solution", "blank"), (solution, student))
        solved, blank = graded
    for result in (solved, blank):
        if result.status == "error":
            yield Finding("", f"the {result.student} release stops the grader: {result.message}")
    machine = {task.name for task in course.lab.tasks if task.by_machine}
    for mark in solved.tasks:
        if mark.task in machine and mark.points != mark.max_points:
            said = " ".join(criterion.sentence for criterion in mark.criteria)
            earned = f"the solution earns {mark.points:g} of {mark.max_points:g}. {said}"
            yield Finding(mark.task, earned.strip())
    for mark in blank.tasks:
        if mark.points:
            yield Finding(mark.task, f"the untouched release earns {mark.points:g}.")


def _sandbox() -> str:
    """What runs here is the course's own: it needs no walls where there are none."""
    try:
        return choose_sandbox("auto").kind
    except CamlabError:
        return NONE


def _grade(grader: SubmissionGrader, name: str, path: Path) -> SubmissionResult:
    return grader.grade(SubmittedFile(name, path.read_bytes())).result
