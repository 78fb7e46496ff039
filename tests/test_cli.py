"""The command says what to do next, and its exit code means something."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.loading import loads


def _camlab(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "autograder.command.cli", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
    )


def test_the_help_fits_one_screen(root):
    ran = _camlab(root, "--help")
    assert ran.returncode == 0
    assert len(ran.stdout.splitlines()) <= 24
    assert max(map(len, ran.stdout.splitlines())) <= 80


def test_no_command_waits_for_a_grammar_that_nobody_uses(root):
    """From 4.25 on, jsonschema builds one when it is imported, for more than a second."""
    program = "import nbgrader.api, nbformat\nnbformat.validate(nbformat.v4.new_notebook())"
    assert loads(program, "jsonschema", root)
    assert not loads(program, "rfc3987_syntax", root)


def test_grading_collecting_and_reporting_begin_without_torch(root):
    """Its import takes seconds, in which nothing else could begin."""
    program = (
        "from autograder.course import find_course\n"
        "assert find_course().lab.preloaded.pictures(find_course().source).any()\n"
        "import autograder.collect, autograder.command.progress, autograder.grading.grade_class\n"
        "import autograder.report.class_page, autograder.report.exports.choice"
    )
    assert not loads(program, "torch", root)


def test_the_sandbox_loads_beside_nbgrader_not_after_it(root):
    program = (
        "from autograder.course import find_course\n"
        "import autograder.command.progress, autograder.grading.grade_class\n"
        "assert find_course().lab.tasks"
    )
    assert not loads(program, "nbgrader", root)
    assert loads(f"{program}\nimport autograder.command.reporting", "nbgrader", root)


@pytest.mark.parametrize(
    "arguments",
    [
        ["grade", "--nope"],
        ["nonsense"],
        ["grade", "--jobs", "many"],
        ["export"],
        ["marks", "--port", "99999"],
        ["marks", "--port", "-1"],
    ],
)
def test_wrong_use_ends_with_two(root, arguments):
    ran = _camlab(root, *arguments)
    assert ran.returncode == 2
    assert "Usage:" in ran.stderr


def test_outside_a_course_a_person_is_told_where_to_go(tmp_path):
    ran = _camlab(tmp_path, "grade")
    assert ran.returncode == 2
    assert "is not in a course folder" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_an_export_before_grading_says_what_comes_first(root, tmp_path):
    ran = _camlab(root, "export", "--to", "csv", "--out", str(tmp_path))
    assert ran.returncode == 2
    assert "Run `camlab grade` first" in ran.stderr


@pytest.fixture(scope="module")
def graded(small_lab, tmp_path_factory):
    """A class of one blank notebook and one that is none, graded by the command."""
    course = small_lab.course
    submitted = tmp_path_factory.mktemp("command") / "submitted"
    for student, content in {
        "blank": (course.student_release / "lab10.ipynb").read_bytes(),
        "none": b"no notebook",
    }.items():
        (submitted / student / "lab10").mkdir(parents=True)
        (submitted / student / "lab10" / "lab10.ipynb").write_bytes(content)
    out = submitted.parent / "out"
    arguments = ("grade", "--submitted", str(submitted), "--out", str(out))
    return course.root, arguments, out, _camlab(course.root, *arguments, "--json")


def test_results_for_a_machine_are_those_of_the_file(graded):
    _, _, out, ran = graded
    assert json.loads(ran.stdout) == json.loads((out / "results.json").read_text())


def test_a_submission_that_could_not_be_run_ends_with_one(graded):
    assert graded[3].returncode == 1


def test_grading_again_in_a_pipe_runs_nothing_twice_and_has_no_colours(graded):
    root, arguments, out, _ = graded
    before = json.loads((out / "results.json").read_text())
    ran = _camlab(root, *arguments, "--again")
    assert ran.returncode == 1
    assert "0 marks rise, 0 fall." in ran.stdout
    assert "\x1b[" not in ran.stdout
    assert json.loads((out / "results.json").read_text()) == before, "seconds too: from the store"


def test_the_course_folder_stays_as_it_was_with_out(graded):
    root, *_ = graded
    assert not (root / "results.json").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["grade", "--jobs", "-2"],
        ["grade", "--cell-seconds", "nan"],
        ["grade", "--submission-seconds", "-1"],
        ["grade", "--question-seconds", "0"],
    ],
)
def test_nonsense_is_refused_with_a_sentence(root, arguments):
    ran = _camlab(root, *arguments)
    assert ran.returncode == 2
    assert "Invalid value" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_folder_without_submissions_is_a_mistake_and_changes_nothing(root, tmp_path):
    empty = tmp_path / "submitted"
    empty.mkdir()
    out = tmp_path / "out"
    ran = _camlab(root, "grade", "--submitted", str(empty), "--out", str(out))
    assert ran.returncode == 2
    assert "holds no submission" in ran.stderr
    assert not (out / "results.json").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["grade", "--out", ""],
        ["grade", "--submitted", ""],
        ["grade", "--out="],
        ["collect", ""],
        ["collect", "x.zip", "--roster", " "],
        ["export", "--to", "csv", "--target", ""],
        ["marks", "--import", ""],
        ["markus", "push", "--out", ""],
        ["init", ""],
    ],
)
def test_an_empty_path_is_not_the_folder_that_one_is_in(root, arguments):
    ran = _camlab(root, *arguments)
    assert ran.returncode == 2
    assert "it is empty" in ran.stderr


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["ada"], "is one student's, or a release"),
        (["."], "is a course folder"),
        (["release", "student"], "is one student's, or a release"),
    ],
)
def test_what_is_no_class_is_not_graded_in_its_place(small_lab, tmp_path, names, words):
    course = small_lab.course
    if names == ["ada"]:
        (tmp_path / "ada" / "lab10").mkdir(parents=True)
        release = course.student_release / "lab10.ipynb"
        (tmp_path / "ada" / "lab10" / "lab10.ipynb").write_bytes(release.read_bytes())
    folder = (tmp_path if names == ["ada"] else course.root).joinpath(*names)
    out = tmp_path / "out"
    ran = _camlab(course.root, "grade", "--submitted", str(folder), "--out", str(out))
    assert ran.returncode == 2
    assert words in ran.stderr
    assert not (out / "results.json").exists()


def test_it_says_which_version_it_is(root):
    assert _camlab(root, "--version").stdout.startswith("camlab ")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "utf-8"])
def test_a_terminal_that_cannot_show_a_letter_stops_no_command(small_lab, tmp_path, encoding):
    folder = tmp_path / "submitted" / "Zoë 猫" / "lab10"
    folder.mkdir(parents=True)
    (folder / "lab10.ipynb").write_bytes(small_lab.begun(1))
    where = ["--submitted", str(tmp_path / "submitted"), "--out", str(tmp_path / "out")]
    for arguments in (["grade", *where], ["export", "--to", "ü", "--out", str(tmp_path / "out")]):
        ran = subprocess.run(
            [sys.executable, "-m", "autograder.command.cli", *arguments],
            cwd=small_lab.course.root,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding},
        )
        said = (ran.stdout + ran.stderr).decode(encoding)
        assert "Traceback" not in said
        assert ran.returncode == (0 if arguments[0] == "grade" else 2)
    assert (tmp_path / "out" / "class.html").is_file()
