"""How many submissions are graded at a time makes no difference to any mark."""

from __future__ import annotations

import json
import os

import pytest

from autograder.course import Course
from autograder.demo import Pupil, make_class, mistakes
from autograder.grading import GradingOptions, grade_class

PUPILS = (
    Pupil("ada", "everything right"),
    Pupil("alan", "the release untouched", blank=True),
    Pupil("barbara", "no softmax", {"predict": mistakes.NO_SOFTMAX}),
    Pupil("john", "a syntax error", {"compute_cam": mistakes.SYNTAX_ERROR}),
    Pupil("linus", "not a notebook", content=b"%PDF-1.7"),
)


@pytest.mark.skipif(not os.environ.get("CAMLAB_LONG"), reason="takes minutes: CAMLAB_LONG=1")
@pytest.mark.timeout(1800)
def test_one_two_and_four_workers_write_the_same_results(
    course, student_notebook, solution_notebook, tmp_path
):
    submitted = tmp_path / "submitted"
    make_class(PUPILS, course.lab, student_notebook, solution_notebook, submitted)
    alone, *others = (
        _graded(course.writing_to(tmp_path / str(jobs)), submitted, jobs) for jobs in (1, 2, 4)
    )
    assert b'"student": "ada", "status": "graded"' in alone
    assert others == [alone, alone]


def _graded(course: Course, submitted, jobs: int) -> bytes:
    """`results.json`, but for how long each submission took."""
    grade_class(course, submitted, GradingOptions(jobs=jobs))
    results = json.loads(course.results.read_bytes())
    for row in results["submissions"]:
        del row["seconds"]
    return json.dumps(results).encode()
