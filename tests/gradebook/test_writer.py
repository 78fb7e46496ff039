"""The gradebook is free for others nearly always, and what is wrong with it is a sentence."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace

import pytest
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.errors import CamlabError
from autograder.gradebook import database, writer
from autograder.gradebook.marks import read_gradebook
from autograder.gradebook.writer import GradebookWriter
from tests.conftest import copy_course
from tests.lab09 import LAB
from tests.report.sample_gradebook import make_gradebook
from tests.report.sample_results import class_of, large_class, row


@pytest.fixture(scope="module")
def empty(tmp_path_factory) -> Course:
    return copy_course(tmp_path_factory.mktemp("course"))


@pytest.fixture
def course(empty, tmp_path) -> Course:
    """A course with a gradebook that knows the lab and nobody."""
    own = replace(empty, out=tmp_path)
    make_gradebook(own.gradebook, class_of())
    return own


def write(course: Course, *rows, submitted=None) -> GradebookWriter:
    with GradebookWriter(course, submitted or course.submitted) as opened:
        for one in rows:
            opened.write(one)
    return opened


def test_a_ta_saves_marks_while_a_class_is_written(course):
    rows = large_class(60).submissions
    write(course, rows[0])
    failures, done = [], threading.Event()

    def save() -> None:
        while not done.is_set():
            try:
                with Gradebook(course.database_url, course.id) as gradebook:
                    grade = gradebook.find_grade(
                        "interpretation", LAB.name, LAB.name, rows[0].student
                    )
                    grade.manual_score = 1.5
                    gradebook.db.commit()
            except Exception as error:
                failures.append(error)

    thread = threading.Thread(target=save)
    thread.start()
    try:
        assert not write(course, *rows[1:]).message
    finally:
        done.set()
        thread.join()
    assert failures == []
    known = read_gradebook(course.database_url, LAB)
    assert known.keys() == {one.student for one in rows}
    assert known[rows[0].student].manual["interpretation"].score == 1.5


def test_a_row_that_waits_holds_no_lock(course):
    with GradebookWriter(course, course.submitted) as opened:
        opened.write(row("ada"))
        other = sqlite3.connect(course.gradebook, timeout=0)
        other.execute("BEGIN EXCLUSIVE")
        other.close()
    assert "ada" in read_gradebook(course.database_url, LAB)


def test_a_lock_that_goes_away_costs_nothing_and_one_that_stays_is_said(course, monkeypatch):
    monkeypatch.setattr(writer, "patient_url", lambda url: database.patient_url(url, 0.05))
    monkeypatch.setattr(writer, "WAIT_SECONDS", 0.0)
    other = sqlite3.connect(course.gradebook)
    with GradebookWriter(course, course.submitted) as opened:
        other.execute("BEGIN IMMEDIATE")
        opened.write(row("ada"))
        assert "is being written by another program" in opened.message
        other.rollback()
        opened.write(row("alan"))
        assert opened.message == ""
        other.execute("BEGIN IMMEDIATE")
        opened.write(row("barbara"))
    assert "is being written by another program" in opened.message
    other.close()
    assert read_gradebook(course.database_url, LAB).keys() == {"ada", "alan"}


@pytest.mark.parametrize("content", [b"no database at all, but words " * 100, None])
def test_a_damaged_gradebook_is_refused_and_left_alone(course, content):
    if content is None:
        whole = course.gradebook.read_bytes()
        content = whole[:100] + b"\xff" * 4000 + whole[4100:]
    course.gradebook.write_bytes(content)
    with pytest.raises(CamlabError, match="Nothing was changed"):
        GradebookWriter(course, course.submitted)
    with pytest.raises(CamlabError, match="gradebook"):
        read_gradebook(course.database_url, LAB)
    assert course.gradebook.read_bytes() == content


def test_a_gradebook_with_other_cells_is_refused(course):
    with Gradebook(course.database_url, course.id) as gradebook:
        gradebook.db.delete(gradebook.find_grade_cell("test_predict", LAB.name, LAB.name))
        gradebook.db.commit()
    with pytest.raises(CamlabError, match="test_predict is not in it"):
        GradebookWriter(course, course.submitted)


def test_a_gradebook_that_cannot_be_written_is_said(course):
    course.gradebook.unlink()
    course.gradebook.mkdir()
    with pytest.raises(CamlabError, match="cannot be opened"):
        GradebookWriter(course, course.submitted)


@pytest.mark.parametrize("name", ["<script>", 'a"b', "a\\b", "jos\udce9", "a\u202eb", "a\x1b[31m"])
def test_a_name_that_would_run_in_formgrader_does_not_come_there(course, name):
    assert not write(course, row(name), row("ada")).message
    assert read_gradebook(course.database_url, LAB).keys() == {"ada"}


@pytest.mark.parametrize("name", ["josé", "o'brien", "Zoë 王", "ann & co", "a" * 200])
def test_other_names_do(course, name):
    assert not write(course, row(name)).message
    assert read_gradebook(course.database_url, LAB).keys() == {name}


def test_a_penalty_goes_when_its_reason_does(course, tmp_path):
    folder = tmp_path / "submitted" / "ada" / LAB.name
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").write_text("2026-01-01 13:00:00 UTC")

    def penalty(due: str) -> float:
        with Gradebook(course.database_url, course.id) as gradebook:
            gradebook.update_or_create_assignment(LAB.name, duedate=due)
        assert not write(course, row("ada"), submitted=tmp_path / "submitted").message
        with Gradebook(course.database_url, course.id) as gradebook:
            return gradebook.find_submission(LAB.name, "ada").total_seconds_late

    assert penalty("2026-01-01 12:00:00 UTC") == 3600
    with Gradebook(course.database_url, course.id) as gradebook:
        notebook = gradebook.find_submission_notebook(LAB.name, LAB.name, "ada")
        notebook.late_submission_penalty = 2.0
        gradebook.db.commit()
    assert penalty("2026-01-02 12:00:00 UTC") == 0
    assert read_gradebook(course.database_url, LAB)["ada"].late_penalty == 0
