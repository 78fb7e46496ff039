"""Rosters in the forms that systems, spreadsheets and people give them."""

from __future__ import annotations

import json
import unicodedata

import pytest
from nbgrader.api import Gradebook

from autograder.collect import collect
from autograder.collect.rosters import read_roster
from autograder.collect.summary_lines import collection_summary
from autograder.errors import CamlabError
from tests.collect.test_collecting import reasons, submitted, zipped
from tests.collect.test_downloads import OTHER, WORKED, roster, students
from tests.conftest import copy_course


@pytest.fixture
def own_course(tmp_path):
    return copy_course(tmp_path / "course")


def work(of: str) -> bytes:
    return WORKED.replace(b"mine", of.encode())


def collected(course, tmp_path, files, text):
    path = zipped(tmp_path / "download.zip", files)
    return collect(course, path, roster=roster(tmp_path, text))


def names(tmp_path, text) -> dict[str, list[str]]:
    known = read_roster(roster(tmp_path, text))
    return {own_id: [one.name for one in people] for own_id, people in known.members.items()}


MOODLE = {
    "Li Wei_4711_assignsubmission_file_/lab09.ipynb": work("first"),
    "Li Wei_4712_assignsubmission_file_/lab09.ipynb": work("second"),
    "Bob_4713_assignsubmission_file_/lab09.ipynb": work("bob"),
}


@pytest.mark.parametrize(
    "text",
    [
        "ID,student\n4711,Li Wei\n4712,Li Wei\n4713,Bob\n",
        "ID,student,email\n4711,Li Wei,a@x.org\n4712,Li Wei,b@x.org\n4713,Bob,c@x.org\n",
    ],
)
def test_namesakes_are_told_apart_by_their_ids(own_course, tmp_path, text):
    report = collected(own_course, tmp_path, MOODLE, text)
    assert students(report) == {"Li_Wei_4711", "Li_Wei_4712", "Bob"}
    assert submitted(own_course)["Li_Wei_4711/lab09/lab09.ipynb"] == work("first")
    assert submitted(own_course)["Li_Wei_4712/lab09/lab09.ipynb"] == work("second")
    said = str(collection_summary(report))
    assert "“Li Wei” stands in the roster with 2 ids" in said
    assert "Bob" not in " ".join(report.notes)


def test_one_student_in_two_groups_is_one_row_and_which_counts_is_said(own_course, tmp_path):
    files = {"g1/lab09.ipynb": work("g1"), "g2/lab09.ipynb": work("g2")}
    text = "ID,student\ng1,c3ada\ng1,c3bob\ng2,c3ada\ng2,c3eve\n"
    report = collected(own_course, tmp_path, files, text)
    assert students(report) == {"c3ada", "c3bob", "c3eve"}
    assert reasons(report)["g2"] == (
        "c3ada has a submission in this download already: g1/lab09.ipynb was taken."
    )


def test_markus_list_of_students_is_one_student_a_line(own_course, tmp_path):
    files = {"c3ada/lab09.ipynb": WORKED, "c3bob/lab09.ipynb": WORKED}
    text = "c3ada,Lovelace,Ada,L01,1001,ada@x.org\nc3bob,Ng,Bob,L01,,\n"
    report = collected(own_course, tmp_path, files, text)
    assert students(report) == {"c3ada", "c3bob"}
    assert report.nothing == ()
    with Gradebook(own_course.database_url, own_course.id) as gradebook:
        assert gradebook.find_student("c3ada").email == "ada@x.org"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("c3ada,Lovelace,Ada,L01\nc3bob,Ng,Bob,L01\n", "“L01” stands in the lines of"),
        ("c3ada,Lovelace,Ada,,1001,\nc3bob,Ng,Bob,,1002,\n", "cells are empty"),
        ("c3ada,Lovelace,Ada,,,\nc3bob,Ng,Bob,,,\n", "cells are empty"),
        ("c3ada,Lovelace,ada@x.org\nc3bob,Ng,bob@x.org\n", "others are not"),
    ],
)
def test_another_list_without_headings_is_refused(tmp_path, text, why):
    with pytest.raises(CamlabError, match=why):
        read_roster(roster(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    [
        "g1,c3ada,c3bob\ng2,c3eve\n",
        "g1,c3ada,c3bob\ng2,c3eve,\n",
        "g1,g1,c3ada,c3bob\ng2,g2,c3eve\n",
        "group_name,repo_name,members\ng1,g1,c3ada,c3bob\ng2,g2,c3eve\n",
        "Group,Members,\ng1,c3ada,c3bob\ng2,c3eve,\n",
        "Group,Members\ng1,c3ada,c3bob\ng2,c3eve\n",
        'Group,Members\ng1,"c3ada, c3bob"\ng2,c3eve\n',
        'Group,Members\ng1,"c3ada; c3bob"\ng2,c3eve\n',
        'Group,Members\ng1,"c3ada\nc3bob"\ng2,c3eve\n',
        "Group,Member 1,Member 2\ng1,c3ada,c3bob\ng2,c3eve,\n",
        'Group,username\ng1,"c3ada, c3bob"\ng2,c3eve\n',
        "ID,student\ng1,c3ada\ng1,c3bob\ng2,c3eve\n",
    ],
)
def test_all_members_of_a_group_are_read(tmp_path, text):
    assert names(tmp_path, text) == {"g1": ["c3ada", "c3bob"], "g2": ["c3eve"]}


def test_a_name_with_a_comma_is_one_student(tmp_path):
    assert names(tmp_path, 'ID,Student\n1,"Lovelace, Ada"\n') == {"1": ["Lovelace, Ada"]}


@pytest.mark.parametrize("text", ["ID,student\n1,Lovelace, Ada\n", "ID,student,\ng1,c3ada,c3bob\n"])
def test_what_has_no_heading_beside_a_student_is_refused(tmp_path, text):
    with pytest.raises(CamlabError, match=r"Row 2 of .*column without a heading"):
        read_roster(roster(tmp_path, text))


def test_who_works_alone_and_handed_in_nothing_has_a_row(own_course, tmp_path):
    text = "group_1,c3ada,c3bob\nc3eve,c3eve\nc3zed,c3zed\n"
    report = collected(own_course, tmp_path, {"group_1/lab09.ipynb": WORKED, **OTHER}, text)
    assert students(report) == {"c3ada", "c3bob", "c3zed"}
    assert report.nothing == ("c3eve",)


@pytest.mark.parametrize(
    ("folder", "own_id"),
    [
        (unicodedata.normalize("NFD", "équipe_1"), "équipe_1"),
        ("Group 1", "group 1"),
        ("group 1", "GROUP  1"),
    ],
)
def test_a_groups_name_is_known_in_other_forms_and_capitals(own_course, tmp_path, folder, own_id):
    text = f"ID,student\n{own_id},c3ada\n{own_id},c3bob\n"
    report = collected(own_course, tmp_path, {f"{folder}/lab09.ipynb": WORKED, **OTHER}, text)
    assert students(report) == {"c3ada", "c3bob", "c3zed"}
    assert report.nothing == ()


def test_of_two_folders_that_are_alike_neither_is_taken_for_the_group(own_course, tmp_path):
    files = {"Group 1/lab09.ipynb": work("one"), "GROUP 1/lab09.ipynb": work("two"), **OTHER}
    report = collected(own_course, tmp_path, files, "ID,student\ngroup 1,c3ada\n")
    assert students(report) == {"c3zed"}
    assert "capitals" in reasons(report)["Group 1/lab09.ipynb"]


def test_a_groups_id_is_no_members_own(own_course, tmp_path):
    files = {
        "team1_881_98765_lab09.ipynb": WORKED,
        "ada_4711_98766_lab09.ipynb": json.dumps({"cells": [], "nbformat": 4}).encode(),
    }
    text = "ID,student\n881,c3eve\n881,c3bob\n4711,c3ada\n"
    collected(own_course, tmp_path, files, text)
    with Gradebook(own_course.database_url, own_course.id) as gradebook:
        known = {one.id: one.lms_user_id for one in gradebook.students}
    assert known["c3ada"] == "4711"
    assert not known.get("c3eve") and not known.get("c3bob")
