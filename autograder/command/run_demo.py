"""`camlab demo`: release the lab, make up a class, grade and report it."""

from __future__ import annotations

import shutil

import nbformat
from rich.console import Console

from autograder.command.progress import grade_with_progress
from autograder.course import Course
from autograder.demo import make_class
from autograder.grading.grade_class import GradingOptions
from autograder.limits import Limits
from autograder.release import make_releases
from autograder.results import ClassResults

# Short, so that the pupil with the endless loop does not hold up the demonstration.
LIMITS = Limits(cell_seconds=8.0, submission_seconds=120.0)


def run_demo(course: Course, console: Console) -> ClassResults:
    """Do the main job once, on input that holds what a TA meets."""
    if not course.student_release.is_dir() or not course.solution_release.is_dir():
        with console.status("Releasing") as status:
            make_releases(course, say=lambda step: status.update(f"{step} …"))
    lab = course.lab.name
    console.print(f"Released: release/student/{lab} and release/solution/{lab}", highlight=False)
    course = course.writing_to(course.root / "demo")
    submitted = course.out / "submitted"
    shutil.rmtree(submitted, ignore_errors=True)
    name = course.lab.notebook_name
    make_class(
        course.lab.sample_class(),
        course.lab,
        nbformat.read(course.student_release / name, as_version=4),
        nbformat.read(course.solution_release / name, as_version=4),
        submitted,
    )
    results = grade_with_progress(
        course, submitted, GradingOptions(limits=LIMITS), console, quiet=False
    )
    for path, what in (
        (course.own("class.html"), "how the class did, with a link to each student's feedback"),
        (submitted, "what the class handed in"),
        (course.out / "autograded", "their notebooks, run, with marks"),
        (course.gradebook, "nbgrader's gradebook"),
        (course.results, "all marks, for machines"),
    ):
        shown = path.relative_to(course.root).as_posix()
        console.print(f"{shown:24} {what}", highlight=False)
    return results
