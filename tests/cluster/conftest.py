"""A class of cheap, real submissions, what it comes to on one machine, and a real cluster."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from autograder.cluster import open_cluster
from autograder.course import Course
from autograder.grading.grade_class import GradingOptions, grade_class
from autograder.lab import SampleStudent
from autograder.results import ClassResults, SubmissionResult
from benchmarks.own_cluster import OwnCluster, own_cluster
from tests.small_lab import FULL

STUDENTS = 60 if os.environ.get("CAMLAB_LONG") else 9


@dataclass(frozen=True)
class Classroom:
    """A class that can be graded again and again, each time from scratch."""

    course: Course
    submitted: Path
    undisturbed: ClassResults

    def grade(
        self,
        out: Path,
        scheduler: str,
        on_graded: Callable[[SubmissionResult], None] = lambda row: None,
        say: Callable[[str], None] = lambda sentence: None,
    ) -> ClassResults:
        options = GradingOptions(jobs=2, open_cluster=partial(open_cluster, scheduler))
        course = self.course.writing_to(out)
        return grade_class(course, self.submitted, options, on_graded=on_graded, say=say)


def without_seconds(results: ClassResults) -> tuple[SubmissionResult, ...]:
    return tuple(replace(row, seconds=0.0) for row in results.submissions)


@pytest.fixture(scope="session")
def classroom(small_lab, tmp_path_factory) -> Classroom:
    """Unfinished work, one full solution, and one that is no notebook; graded on one machine."""
    folder = tmp_path_factory.mktemp("classroom")
    others = tuple(
        SampleStudent(f"s{number:03}", "one task begun", content=small_lab.begun(number))
        for number in range(STUDENTS - 2)
    )
    students = (
        SampleStudent("ada", "everything right"),
        SampleStudent("linus", "not a notebook", content=b"%PDF-1.7"),
        *others,
    )
    course = small_lab.course
    small_lab.make_class(students, folder / "submitted")
    undisturbed = grade_class(
        course.writing_to(folder / "undisturbed"), folder / "submitted", GradingOptions(jobs=2)
    )
    assert [row.student for row in undisturbed.submissions if row.status == "error"] == ["linus"]
    assert undisturbed.submissions[0].score == FULL
    return Classroom(course, folder / "submitted", undisturbed)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> OwnCluster:
    with own_cluster(tmp_path_factory.mktemp("cluster"), workers=2) as running:
        yield running
