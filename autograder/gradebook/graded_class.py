"""The class of a course, as it was graded and marked."""

from __future__ import annotations

from autograder.course import Course
from autograder.errors import CamlabError
from autograder.gradebook.marks import ClassMarks, class_marks
from autograder.results import read_results


def graded_class(course: Course) -> ClassMarks:
    """The machine's marks with those that people gave.

    Raises:
        CamlabError: nothing was graded yet, or the gradebook is gone; it says what to do.
    """
    if not course.results.is_file():
        raise CamlabError(f"{course.results} is not there yet. Run `camlab grade` first.")
    if not course.gradebook.is_file() or not course.gradebook.stat().st_size:
        raise CamlabError(
            f"There is no gradebook at {course.gradebook}, and marks given by hand are in no other "
            "file. Put a copy of it back; or run `camlab grade`, which makes a new one without "
            "them."
        )
    results = read_results(course.results)
    return class_marks(course.lab, results, course.database_url, course.submitted)
