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
from tests.collect.test_downloads import roster, zip_bytes
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


def names_in_archive(course, tmp_path, files, text="", system="auto") -> dict[str, str]:
    """A download's feedback: what is in each page, by the name in the archive."""
    path = zipped(tmp_path / "download.zip", files)
    known = roster(tmp_path, text) if text else None
    report = collect(course, path, roster=known, system=system)
    students = [one.student for one in report.collected]
    for student in students:
        page = feedback_path(course, student)
        page.parent.mkdir(parents=True)
        page.write_text(student)
    marks = class_marks(course.lab, class_of(*map(row, students)), None)
    with zipfile.ZipFile(export_feedback(course, marks, tmp_path / "feedback.zip")) as archive:
        assert len({name.casefold() for name in archive.namelist()}) == len(students)
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.parametrize("system", ["auto", "quercus"])
def test_canvas_takes_back_what_came_as_a_zip_a_text_or_a_link(course, tmp_path, system):
    files = {
        "ada_4711_98765_lab09.zip": zip_bytes({"lab09.ipynb": WORKED}),
        "bob_LATE_4712_98766_lab09.zip": zip_bytes({"x/lab09.ipynb": WORKED, "lab09/a.csv": b""}),
        "eve_4713_98767_report.pdf": b"%PDF",
        "dan_4714_text.html": b"<p>",
        "kim_LATE_4715_link.html": b"<a>",
    }
    assert names_in_archive(course, tmp_path, files, system=system) == {
        "ada_4711_98765_lab09.html": "ada_4711",
        "bob_LATE_4712_98766_lab09.html": "bob_4712",
        "eve_4713_98767_report.html": "eve_4713",
        "dan_4714_text.html": "dan_4714",
        "kim_LATE_4715_link.html": "kim_4715",
    }


@pytest.mark.parametrize(
    ("beginning", "page"),
    [
        ("team1_881_98765_lab09.ipynb", "team1_881_98765_lab09_{}.html"),
        (
            "Team 1_881_assignsubmission_file_/lab09.ipynb",
            "Team 1_881_assignsubmission_file_lab09_{}.html",
        ),
    ],
)
def test_each_member_of_a_group_has_a_page(course, tmp_path, beginning, page):
    other = beginning.replace("881", "882")
    text = "ID,student\n881,c3eve\n881,C3bob\n882,c3ada\n"
    found = names_in_archive(course, tmp_path, {beginning: WORKED, other: WORKED}, text)
    assert sorted(found.values()) == ["C3bob", "c3ada", "c3eve"]
    assert found[page.format("c3eve")] == "c3eve"
