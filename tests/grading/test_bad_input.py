"""Each kind of bad input gets a row, its fair marks and a sentence, and the class goes on."""

from __future__ import annotations

import pytest

from autograder.demo import worked_notebook
from autograder.grading.grade_class import GradingOptions, grade_class
from autograder.limits import Limits
from autograder.submission.newer_fstrings import NEEDED
from tests.small_lab import FULL
from tests.submission.bad_input import KINDS

LIMITS = Limits(cell_seconds=3.0, submission_seconds=120.0)
CONVOLVE = 3.0


@pytest.fixture(scope="module")
def rows(small_lab, tmp_path_factory):
    """A class with every kind of bad input and two honest students, graded once."""
    worked = worked_notebook(small_lab.student, small_lab.solution, {})
    submitted = tmp_path_factory.mktemp("bad") / "submitted"
    class_ = {**KINDS, "aaa-honest": KINDS["unknown-kernel"], "zzz-honest": KINDS["unknown-kernel"]}
    for student, make in class_.items():
        folder = submitted / student / "lab10"
        folder.mkdir(parents=True)
        for name, content in make(worked).items():
            (folder / name).write_bytes(content)
    out = small_lab.course.writing_to(tmp_path_factory.mktemp("bad-out"))
    results = grade_class(out, submitted, GradingOptions(limits=LIMITS))
    assert {row.student for row in results.submissions} == set(class_), "a row for everyone"
    return {row.student: row for row in results.submissions}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("no-notebook", "lab10.ipynb is missing"),
        ("empty-folder", "The folder is empty"),
        ("empty-file", "The file is empty"),
        ("not-json", "it is not JSON"),
        ("cut-off", "it ends in the middle of the notebook"),
        ("not-utf8", "not UTF-8"),
        ("other-json", "not a notebook"),
        ("cells-that-are-none", "its cells are missing"),
        ("deep-json", "nested too deeply"),
        ("two-renamed", "more than one notebook"),
    ],
)
def test_what_cannot_be_read_gets_a_zero_and_its_reason(rows, kind, words):
    row = rows[kind]
    assert row.status == "error"
    assert row.score == 0
    assert words in row.message
    assert {task.status for task in row.tasks} == {"not-run"}


def test_a_cell_that_ends_the_kernel_costs_itself_only(rows):
    row = rows["dead-kernel"]
    assert (row.status, row.score) == ("graded", FULL)
    assert "The kernel died in cell 3 (“import os”)" in row.message


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("format-3", ""),
        ("renamed", "handed in as lab10 (1) final.ipynb"),
        ("doubled-graded-cell", "is there twice"),
        ("missing-test-cell", "“test_convolve” was missing; it was put back"),
        ("edited-locked-cell", "“test_convolve” was changed; it was put back"),
        ("deleted-locked-cells", "were missing; they were put back"),
        ("unknown-kernel", ""),
        ("newer-python", "need a newer Python" if NEEDED else ""),
    ],
)
def test_what_can_be_mended_is_mended_said_and_marked(rows, kind, words):
    row = rows[kind]
    assert (row.status, row.score) == ("graded", FULL)
    assert words in row.message


def test_a_missing_answer_costs_its_own_task_only(rows):
    row = rows["missing-answer-cell"]
    assert (row.status, row.score) == ("graded", FULL - CONVOLVE)
    assert "The answer cell “convolve” is missing" in row.message


def test_a_syntax_error_costs_its_own_task_only(rows):
    row = rows["syntax-error"]
    assert (row.status, row.score) == ("graded", FULL - CONVOLVE)


def test_an_endless_loop_is_stopped_and_the_rest_is_marked(rows):
    assert (rows["endless-loop"].status, rows["endless-loop"].score) == ("graded", FULL)


def test_a_loop_that_cannot_be_stopped_costs_itself_only(rows):
    row = rows["loop-that-ignores-interrupts"]
    assert (row.status, row.score) == ("graded", FULL)
    assert "The time ran out in cell 3 (“while True:”)" in row.message


@pytest.mark.parametrize("honest", ["aaa-honest", "zzz-honest"])
def test_honest_students_among_them_keep_their_marks(rows, honest):
    assert (rows[honest].status, rows[honest].score) == ("graded", FULL)
