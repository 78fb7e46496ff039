"""Plain `nbgrader autograde` and `camlab grade` give the same marks, in the same gradebook."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.assets.weights import find_weights
from autograder.demo import make_class
from autograder.gradebook.writer import GradebookWriter
from autograder.grading.grade_class import GradingOptions, grade_class
from autograder.lab import SampleStudent
from autograder.labs.lab09.sample_students import sample_class
from tests.conftest import copy_course

PUPILS = tuple(
    pupil for pupil in sample_class() if pupil.name in {"ada", "alan", "edsger", "linus"}
)


WITHOUT_WALLS = ["-m", "tests.kernel.locked_machine", "--container", "--no-landlock", "--"]


def _nbgrader(course, *arguments: str, machine=()) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, *machine, sys.executable] if machine else [sys.executable]
    return subprocess.run(
        [*program, "-m", "nbgrader", *arguments],
        cwd=course.root,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "TORCH_HOME": str(find_weights().torch_home),
            "PYTHONPATH": str(Path(__file__).parents[2]),  # `tests`, from another folder
        },
    )


def _scores(course) -> dict[str, dict[str, float | None]]:
    with Gradebook(course.database_url, course.id) as gradebook:
        return {
            submission.student_id: {
                grade.name: grade.auto_score for grade in submission.notebooks[0].grades
            }
            for submission in gradebook.assignment_submissions(course.lab.name)
        }


@pytest.fixture(scope="module")
def graded(course, releases, student_notebook, solution_notebook, tmp_path_factory):
    """A course of its own with four submissions, graded by `camlab grade`."""
    own = copy_course(tmp_path_factory.mktemp("nbgrader"))
    shutil.copytree(course.root / "release", own.root / "release", dirs_exist_ok=True)
    make_class(PUPILS, own.lab, student_notebook, solution_notebook, own.submitted)
    return own, grade_class(own, own.submitted, GradingOptions())


def test_the_gradebook_holds_the_marks_of_results_json(graded):
    course, results = graded
    scores = _scores(course)
    for row in results.submissions:
        for mark in row.tasks:
            grade_id = course.lab.task(mark.task).grade_id
            expected = None if mark.status == "manual" else mark.points
            assert scores[row.student][grade_id] == expected, (row.student, mark.task)


def test_nbgrader_autograde_gives_the_same_marks(graded, tmp_path):
    course, _ = graded
    expected = _scores(course)
    plain = copy_course(tmp_path)
    for name in ("release", "submitted", ".camlab"):
        shutil.copytree(course.root / name, plain.root / name, dirs_exist_ok=True)
    made = _nbgrader(plain, "generate_assignment", "lab09", "--force")
    assert made.returncode == 0, made.stderr
    ran = _nbgrader(plain, "autograde", "lab09")
    assert ran.returncode == 0, ran.stderr
    assert _scores(plain) == expected


def test_nbgrader_autograde_refuses_where_there_are_no_walls(own_small_lab):
    course = own_small_lab.course
    students = (SampleStudent("ada", "everything right"), SampleStudent("alan", "", blank=True))
    own_small_lab.make_class(students, course.submitted)
    made = _nbgrader(course, "generate_assignment", "lab10", "--force")
    assert made.returncode == 0, made.stderr
    ran = _nbgrader(course, "autograde", "lab10", machine=WITHOUT_WALLS)
    assert ran.returncode != 0
    assert "no walls on this machine" in ran.stderr and "--sandbox none" in ran.stderr
    assert not list((course.root / "autograded").rglob("*.ipynb"))
    scores = _scores(course)
    assert not [one for one in scores.values() if any(score for score in one.values())]


def test_a_written_answer_waits_for_its_ta(graded):
    course, _ = graded
    with Gradebook(course.database_url, course.id) as gradebook:
        grade = gradebook.find_grade("interpretation", "lab09", "lab09", "ada")
        assert grade.needs_manual_grade
        blank = gradebook.find_grade("interpretation", "lab09", "lab09", "alan")
        assert (blank.auto_score, blank.needs_manual_grade) == (0.0, False)


def test_nbgrader_exports_the_marks(graded, tmp_path):
    course, results = graded
    target = tmp_path / "grades.csv"
    ran = _nbgrader(course, "export", f"--CsvExportPlugin.to={target}", "--to", str(target))
    assert ran.returncode == 0, ran.stderr
    with target.open() as file:
        exported = {line["student_id"]: float(line["score"]) for line in csv.DictReader(file)}
    assert exported == {row.student: row.score for row in results.submissions}


def test_a_mark_given_by_hand_survives_grading_again(graded):
    course, _ = graded
    with Gradebook(course.database_url, course.id) as gradebook:
        grade = gradebook.find_grade("interpretation", "lab09", "lab09", "ada")
        grade.manual_score = 1.5
        gradebook.db.commit()
    again = grade_class(course, course.submitted, GradingOptions())
    with Gradebook(course.database_url, course.id) as gradebook:
        grade = gradebook.find_grade("interpretation", "lab09", "lab09", "ada")
        assert grade.manual_score == 1.5
    ada = next(row for row in again.submissions if row.student == "ada")
    assert ada.score == 9.5


def test_a_late_submission_is_late_in_the_gradebook(graded):
    course, results = graded
    with Gradebook(course.database_url, course.id) as gradebook:
        gradebook.update_or_create_assignment("lab09", duedate="2026-01-01 12:00:00 UTC")
    stamp = course.submitted / "edsger" / "lab09" / "timestamp.txt"
    stamp.write_text("2026-01-01 13:00:00 UTC")
    row = next(row for row in results.submissions if row.student == "edsger")
    with GradebookWriter(course, course.submitted) as writer:
        writer.write(row)
    with Gradebook(course.database_url, course.id) as gradebook:
        assert gradebook.find_submission("lab09", "edsger").total_seconds_late == 3600


def test_an_nbgrader_without_our_plug_ins_gives_no_marks(small_lab, tmp_path):
    """Fail closed: the hidden part of a test cell fails where nothing judges it."""
    stock = replace(small_lab.course, root=tmp_path, out=tmp_path)
    shutil.copytree(small_lab.course.source, stock.source)
    (stock.root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'csc413'\n"
        "c.ClearMarkScheme.enforce_metadata = False\nc.Execute.timeout = 300\n"
    )
    small_lab.make_class((SampleStudent("ada", "everything right"),), stock.submitted)
    assert _nbgrader(stock, "generate_assignment", "lab10").returncode == 0
    _nbgrader(stock, "autograde", "lab10")
    by_machine = {task.grade_id for task in stock.lab.tasks if task.by_machine}
    scores = _scores(stock)["ada"]
    assert {scores[grade_id] for grade_id in by_machine} == {0.0}


def test_stock_nbgrader_works_where_the_environment_was_not_activated(tmp_path):
    course = copy_course(tmp_path)
    ran = subprocess.run(
        [sys.executable, "-m", "nbgrader", "db", "student", "add", "ada"],
        cwd=course.root,
        env={**os.environ, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    with Gradebook(course.database_url, course.id) as gradebook:
        assert gradebook.find_student("ada")
