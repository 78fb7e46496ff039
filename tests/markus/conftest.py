"""A made-up MarkUs of thirty groups, and a course that knows where it is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.gradebook.marks import ClassMarks
from autograder.results import write_results
from autograder.submission.groups import Group, groups_path, read_groups, write_groups
from tests.conftest import copy_course
from tests.markus.markus_server import COURSE, KEY, MadeUpGroup, MarkUs, serving
from tests.report.sample_gradebook import LAB, make_gradebook
from tests.report.sample_results import class_of, failed_row, row

LATE = {"group_0004": 5.0, "group_0011": 30.5}
WITHOUT_FILE = "group_0017"
CHANGES_HANDS = "group_0023"


def notebook_of(name: str) -> bytes:
    """Any notebook, another for each group: pulling does not look into it."""
    made = {"cells": [], "metadata": {"of": name}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(made).encode()


def sample_markus(size: int = 30) -> MarkUs:
    groups = {}
    for number in range(1, size + 1):
        name = f"group_{number:04d}"
        files = {"lab09.ipynb": notebook_of(name), "notes.txt": b"notes"}
        if name == WITHOUT_FILE:
            files = {}
        members = [f"c3user{2 * number}", f"c3user{2 * number + 1}"]
        groups[500 + number] = MadeUpGroup(500 + number, name, members, files)
    return MarkUs(groups, {task.name: task.points for task in LAB.tasks})


@pytest.fixture
def markus(monkeypatch):
    """The server, running; the key is in the environment."""
    monkeypatch.setenv("MARKUS_API_KEY", KEY)
    with serving(sample_markus()) as made:
        yield made


def course_at(folder: Path, markus: MarkUs, monkeypatch) -> Course:
    """A course whose settings name the server; the working folder from now on."""
    course = copy_course(folder)
    config = course.root / "nbgrader_config.py"
    settings = f'\nc.MarkUs.url = "{markus.url}"\nc.MarkUs.course = "{COURSE}"\n'
    config.write_text(config.read_text() + settings)
    monkeypatch.chdir(course.root)
    return course


@pytest.fixture
def own_course(tmp_path, markus, monkeypatch):
    return course_at(tmp_path / "course", markus, monkeypatch)


@pytest.fixture(scope="session")
def graded_groups(tmp_path_factory) -> Path:
    """What pulling and grading the thirty groups leave in a course's folder, made once."""
    folder = tmp_path_factory.mktemp("graded_groups")
    made = [
        Group(
            one.id, one.name, one.name, tuple(sorted(one.members)),
            "" if one.name == WITHOUT_FILE else "digest", LATE.get(one.name, 0.0),
        )
        for one in sample_markus().groups.values()
    ]  # fmt: skip
    course = copy_course(folder)
    write_groups(groups_path(folder, LAB.name), made)
    grade_as_sampled(course)
    return folder


@pytest.fixture
def pulled(graded_groups, own_course):
    """The thirty groups, pulled and graded."""
    shutil.copytree(graded_groups / ".camlab", own_course.root / ".camlab", dirs_exist_ok=True)
    for name in ("results.json", "gradebook.db"):
        shutil.copy(graded_groups / name, own_course.root)
    return own_course


def grade_as_sampled(course) -> None:
    """results.json and a gradebook for the groups that were pulled, without running anything.

    Every written answer is marked but that of group_0002; the late groups have penalties.
    """
    groups = read_groups(groups_path(course.root, course.lab.name))
    rows = [
        failed_row(name, "No notebook was handed in.")
        if not group.digest
        else row(name, {"compute_cam": 0.5} if group.id % 3 == 0 else {})
        for name, group in groups.items()
    ]
    write_results(class_of(*rows), course.results)
    url = make_gradebook(course.gradebook, class_of(*rows))
    place = (LAB.name, LAB.name)
    with Gradebook(url) as gradebook:
        for name, group in groups.items():
            if name != "group_0002" and group.digest:
                grade = gradebook.find_grade("interpretation", *place, name)
                grade.manual_score, grade.needs_manual_grade = 1.5, False
            if group.hours_late:
                notebook = gradebook.find_submission_notebook(*place, name)
                notebook.late_submission_penalty = 1.0 if group.hours_late < 24 else 2.0
        gradebook.db.commit()


def total_of(marks: ClassMarks, name: str) -> float:
    return next(one.total for one in marks.rows if one.student == name)
