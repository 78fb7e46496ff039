"""One student left out: a row that says so; and nobody is left out by a misspelt name."""

from __future__ import annotations

import pytest

from autograder.course import Course
from autograder.errors import CamlabError
from autograder.grading.grade_class import SKIPPED, GradingOptions, grade_class
from tests.small_lab import SmallLab


@pytest.fixture(scope="module")
def course(own_small_lab: SmallLab) -> Course:
    """Two submissions."""
    course = own_small_lab.course
    for number, student in enumerate(("ada", "eve")):
        folder = course.submitted / student / course.lab.name
        folder.mkdir(parents=True)
        (folder / course.lab.notebook_name).write_bytes(own_small_lab.begun(number))
    return course


@pytest.mark.parametrize(
    ("name", "guess"), [("Eve", "Was it eve?"), ("evee", "Was it eve?"), ("zoë", "is called so. ")]
)
def test_a_misspelt_name_is_a_sentence_before_anything_runs(course, name, guess):
    options = GradingOptions(skip=frozenset({name, "ada"}))
    with pytest.raises(CamlabError, match=f"--skip {name}: nobody who .*{guess.rstrip('?')}"):
        grade_class(course, course.submitted, options)
    assert not course.results.exists()


def test_who_is_left_out_has_a_row_that_says_so(course):
    options = GradingOptions(skip=frozenset({"eve"}))
    rows = {row.student: row for row in grade_class(course, course.submitted, options).submissions}
    assert rows["ada"].status == "graded"
    assert (rows["eve"].status, rows["eve"].message) == ("error", SKIPPED)
