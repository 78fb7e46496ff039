"""`camlab demo`: release the lab, make up a class, grade and report it."""

from __future__ import annotations

import shutil

import nbformat
from rich.console import Console

from autograder.command.progress import grade_with_progress
from autograder.course import Course
from autograder.demo.made_up_class import made_up_pupils, make_class
from autograder.grading.grade_class import GradingOptions
from autograder.release import make_releases
from autograder.results import ClassResults
from autograder.run import Limits

# Short, so that the pupil with the endless loop does not hold up the demonstration.
LIMITS = Limits(cell_seconds=8.0, submission_seconds=120.0)


def run_demo(course: Course, console: Console) -> ClassResults:
    """Do the main job once, on input that holds what a TA meets."""
    if not course.student_release.is_dir() or not course.solution_release.is_dir():
        with console.status("Releasing") as status:
            make_releases(course, say=lambda step: status.update(f"{step} …"))
    console.print("Released: release/student/lab09 and release/solution/lab09", highlight=False)
    course = course.writing_to(course.root / "demo")
    submitted = course.out / "submitted"
    shutil.rmtree(submitted, ignore_errors=True)
    name = course.lab.notebook_name
    make_class(
        made_up_pupils(),
        course.lab,
        nbformat.read(course.student_release / name, as_version=4),
        nbformat.read(course.solution_release / name, as_version=4),
        submitted,
    )
    results = grade_with_progress(
        course, submitted, GradingOptions(limits=LIMITS), console, quiet=False
    )
    for line in (
        "demo/class.html   how the class did, with a link to each student's feedback",
        "demo/submitted    what the class handed in",
        "demo/autograded   their notebooks, run, with marks",
        "demo/gradebook.db nbgrader's gradebook",
        "demo/results.json all marks, for machines",
    ):
        console.print(line, highlight=False)
    return results
