"""A course folder may be called as its owner likes: everything stays in that folder."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys

import pytest
from sqlalchemy.engine import make_url

from autograder.course import find_course
from autograder.demo import worked_notebook
from autograder.errors import CamlabError
from autograder.gradebook.database import patient_url
from autograder.gradebook.marks import read_gradebook
from autograder.grading.grade_class import GradingOptions, grade_class
from autograder.release import make_releases
from tests.conftest import ROOT
from tests.small_lab import FULL

NAMES = ["a b", "q?x=y", "hash#1", "pct%20a", "100%", "dollar$HOME", "~root", "a::b", "it's", "ü"]


def course_in(small_lab, folder):
    shutil.copytree(small_lab.course.root, folder)
    course = find_course(folder)
    path = course.submitted / "ada" / "lab10" / "lab10.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(worked_notebook(small_lab.student, small_lab.solution, {})))
    return course


@pytest.mark.parametrize("name", NAMES)
def test_a_class_is_graded_in_a_folder_of_any_name(small_lab, tmp_path, name):
    course = course_in(small_lab, tmp_path / name)
    course.gradebook.unlink()
    (row,) = grade_class(course, course.submitted, GradingOptions()).submissions
    assert (row.status, row.score) == ("graded", FULL)
    assert list(read_gradebook(course.database_url, course.lab)) == ["ada"]
    with sqlite3.connect(course.gradebook) as database:
        assert database.execute("SELECT id FROM student").fetchall() == [("ada",)]
    assert [path.name for path in tmp_path.iterdir()] == [name]
    for url in (course.database_url, patient_url(course.database_url)):
        assert make_url(url).database == str(course.gradebook)
    listed = [sys.executable, "-m", "nbgrader", "db", "student", "list"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(listed, cwd=course.root, capture_output=True, text=True, env=environment)
    assert "ada" in ran.stdout, "nbgrader reads the same gradebook"


def test_in_a_folder_with_brackets_a_released_class_is_graded(small_lab, tmp_path):
    course = course_in(small_lab, tmp_path / "brk[1]")
    (row,) = grade_class(course, course.submitted, GradingOptions()).submissions
    assert (row.status, row.score) == ("graded", FULL)
    with pytest.raises(CamlabError, match="Rename that folder"):
        make_releases(course)
