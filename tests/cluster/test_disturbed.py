"""Whatever dies in the middle of a class, the class ends complete, and as if nothing had happened.

CAMLAB_LONG=1 takes a class of 60 instead of 9.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial

import pytest
from nbgrader.api import Gradebook

from autograder.cluster import open_cluster
from autograder.demo import make_class
from autograder.grading.grade_class import GradingOptions, grade_class
from autograder.lab import SampleStudent
from autograder.results import read_results
from tests.cluster.conftest import STUDENTS, Classroom, without_seconds

MIDDLE = STUDENTS // 3


def test_a_cluster_gives_the_same_results_as_one_machine(classroom, cluster, tmp_path):
    results = classroom.grade(tmp_path, cluster.address)
    _is_as_undisturbed(classroom, results, tmp_path)


def test_a_lab_with_networks_gives_the_same_results_too(
    course, student_notebook, solution_notebook, cluster, tmp_path
):
    submitted = tmp_path / "submitted"
    students = (SampleStudent("ada", "everything right"), SampleStudent("alan", "", blank=True))
    make_class(students, course.lab, student_notebook, solution_notebook, submitted)
    there = GradingOptions(jobs=2, open_cluster=partial(open_cluster, cluster.address))
    here = GradingOptions(jobs=2)
    results = [
        without_seconds(grade_class(course.writing_to(tmp_path / name), submitted, options))
        for name, options in (("there", there), ("here", here))
    ]
    assert results[0] == results[1]
    assert [row.score for row in results[0]] == [8.0, 0.0]


@pytest.mark.parametrize("killed", [1, 2], ids=["one", "all at once"])
def test_workers_that_are_killed_have_their_submissions_done(classroom, cluster, tmp_path, killed):
    said, rows = [], []

    def kill(row) -> None:
        rows.append(row.student)
        if len(rows) == MIDDLE:
            for process in list(cluster.processes().values())[:killed]:
                os.kill(process, signal.SIGKILL)

    results = classroom.grade(tmp_path, cluster.address, kill, said.append)
    assert sorted(rows) == sorted(set(rows)), "nobody was marked twice"
    assert said == [], "nobody need hear of it"
    _is_as_undisturbed(classroom, results, tmp_path)


def test_a_caller_that_is_killed_goes_on_where_it_was(classroom, cluster, tmp_path):
    command = [
        *(sys.executable, "-m", "autograder.command.cli", "grade", "--json"),
        *("--scheduler", cluster.address, "--jobs", "2"),
        *("--submitted", classroom.submitted, "--out", tmp_path),
    ]
    with subprocess.Popen(command, cwd=classroom.course.root, stdout=subprocess.DEVNULL) as caller:
        while len(_runs(tmp_path)) < MIDDLE:
            assert caller.poll() is None, "it ended before it could be killed"
            time.sleep(0.02)
        caller.kill()
    kept = _runs(tmp_path)
    assert not (tmp_path / "results.json").exists()
    done = subprocess.run(command, cwd=classroom.course.root, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr  # one submission is not a notebook
    now = _runs(tmp_path)
    assert {path: now[path] for path in kept} == kept, "what was finished was not run again"
    _is_as_undisturbed(classroom, read_results(tmp_path / "results.json"), tmp_path)


def test_without_its_scheduler_the_class_ends_on_this_machine(classroom, cluster, tmp_path):
    said, rows = [], []

    def kill_scheduler(row) -> None:
        rows.append(row.student)
        if len(rows) == MIDDLE:
            cluster.scheduler.kill()

    results = classroom.grade(tmp_path, cluster.address, kill_scheduler, said.append)
    assert sorted(rows) == sorted(set(rows)), "nobody was marked twice"
    assert said == [
        "The scheduler of the cluster is gone. What is finished is kept; this machine goes on with "
        "the rest."
    ]
    _is_as_undisturbed(classroom, results, tmp_path)


def _is_as_undisturbed(classroom: Classroom, results, out) -> None:
    assert without_seconds(results) == without_seconds(classroom.undisturbed)
    undisturbed = classroom.submitted.parent / "undisturbed"
    assert _files(out) == _files(undisturbed)
    for notebook in (undisturbed / "autograded").rglob("*.ipynb"):
        assert (out / notebook.relative_to(undisturbed)).read_bytes() == notebook.read_bytes()
    with Gradebook(f"sqlite:///{out / 'gradebook.db'}") as gradebook:
        scores = {one.student.id: one.score for one in gradebook.assignment_submissions("lab10")}
        assert len(gradebook.assignment_submissions("lab10")) == len(scores)
    assert scores == {row.student: row.score for row in results.submissions}


def _files(out) -> set[str]:
    """All that grading writes; the pages, and the notes of what they were made from, are the
    command's."""
    found = {path.relative_to(out) for path in out.rglob("*")}
    pages = ("feedback", "class.html", "instructors.html")
    return {
        str(path)
        for path in found
        if path.parts[0] not in pages and path.parts[:2] != (".camlab", "written")
    }


def _runs(out) -> dict:
    """Each stored run and when it was written."""
    entries = (out / ".camlab" / "store").rglob("*.run")
    return {
        path: path.stat().st_mtime_ns for path in entries if not path.stem.startswith("reference-")
    }
