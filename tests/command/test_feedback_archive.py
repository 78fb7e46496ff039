"""Feedback for upload in bulk: each page under the name that the system knows."""

from __future__ import annotations

import zipfile

import pytest

from autograder.collect import collect
from autograder.command.feedback_archive import export_feedback
from autograder.errors import CamlabError
from autograder.gradebook.marks import class_marks
from autograder.report.feedback_files import feedback_path
from tests.collect.test_collecting import zipped
from tests.conftest import copy_course
from tests.report.sample_results import class_of, row

WORKED = b'{"cells": [{"cell_type": "markdown", "source": "mine"}]}'


@pytest.fixture
def course(tmp_path):
    return copy_course(tmp_path / "course")


@pytest.mark.parametrize(
    ("name", "student", "page"),
    [
        ("ada_4711_98765_lab09.ipynb", "ada_4711", "ada_4711_98765_lab09.html"),
        ("Ada L_4711_assignsubmission_file/lab09.ipynb", "Ada_L_4711",
         "Ada L_4711_assignsubmission_file_lab09.html"),
        ("lab/c3ada/lab09.ipynb", "c3ada", "c3ada/lab09.html"),
    ],
)  # fmt: skip
def test_each_page_has_the_name_that_its_system_knows(course, tmp_path, name, student, page):
    other = name.replace("4711", "4712").replace("c3ada", "c3bob")
    collect(course, zipped(tmp_path / "download.zip", {name: WORKED, other: WORKED}))
    path = feedback_path(course, student)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"<html>")
    marks = class_marks(course.lab, class_of(row(student)), None)
    archive = export_feedback(course, marks, tmp_path / "feedback.zip")
    assert zipfile.ZipFile(archive).namelist() == [page]


def test_without_pages_it_says_what_comes_first(course, tmp_path):
    marks = class_marks(course.lab, class_of(row("ada")), None)
    with pytest.raises(CamlabError, match="camlab report"):
        export_feedback(course, marks, tmp_path / "feedback.zip")
