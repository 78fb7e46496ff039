"""The class of a course, as it was graded and marked."""

from __future__ import annotations

from autograder.course import Course
from autograder.errors import CamlabError
from autograder.gradebook.marks import ClassMarks, class_marks
from autograder.results import read_results


def graded_class(course: Course) -> ClassMarks:
    """The machine's marks with those that people gave.

    Raises:
        CamlabError: nothing was graded yet; it says what to do.
    """
    if not course.results.is_file():
        raise CamlabError(f"{course.results} is not there yet. Run `camlab grade` first.")
    url = course.database_url if course.gradebook.is_file() else None
    return class_marks(course.lab, read_results(course.results), url, course.submitted)
