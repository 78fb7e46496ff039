"""A second run does what is left to do: nothing twice, and everything that changed."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import get_args

import grimp
import numpy as np
import pytest

from autograder.grading.class_setup import decode, encode, read_release, set_up_class
from autograder.grading.grade_class import GradingOptions, grade_class
from autograder.grading.keys import RUNNING, class_key, entry_key
from autograder.kernel import Sandbox
from autograder.lab import (
    Argument,
    Array,
    Global,
    Lab,
    Picture,
    Plain,
    Question,
    Questions,
    SampleStudent,
    Tensor,
)
from autograder.limits import Limits
from autograder.submission import SubmittedFile


@pytest.fixture(scope="module")
def setup(course, releases):
    return set_up_class(course, read_release(course))


def test_a_run_depends_on_all_that_made_it(setup, tmp_path):
    here = class_key(setup, Limits(), "bwrap")
    other_pictures = tmp_path / "pictures"
    shutil.copytree(setup.folder, other_pictures)
    with (other_pictures / "boat.jpg").open("ab") as file:
        file.write(b"another picture")
    release = setup.release.copy()
    release.cells = release.cells[:-1]
    questions = setup.questions
    asked_more = replace(questions, questions=questions.questions[:-1])
    drawn_anew = replace(questions, pictures={name: b"x" for name in questions.pictures})
    other = [
        class_key(replace(setup, release=release), Limits(), "bwrap"),
        class_key(replace(setup, folder=other_pictures), Limits(), "bwrap"),
        class_key(replace(setup, weights=replace(setup.weights, digest="0")), Limits(), "bwrap"),
        class_key(replace(setup, questions=asked_more), Limits(), "bwrap"),
        class_key(replace(setup, questions=drawn_anew), Limits(), "bwrap"),
        class_key(setup, Limits(memory=2**30), "bwrap"),
        class_key(setup, Limits(), "landlock"),
    ]
    assert len({here, *other}) == 1 + len(other)
    one, other = SubmittedFile("ada", b"one notebook"), SubmittedFile("ada", b"another")
    beside = SubmittedFile("ada", b"one notebook", beside={"helpers.py": b"x = 1"})
    assert len({entry_key(here, file) for file in (one, other, beside)}) == 3


def test_a_run_does_not_depend_on_who_judges_it(setup):
    here = class_key(setup, Limits(), "bwrap")
    assert class_key(replace(setup, reference={}), Limits(), "bwrap") == here
    # More time is another matter: tests/test_store.py.
    assert class_key(setup, Limits(cell_seconds=120.0), "bwrap") == here


# What the runner imports besides, and a run does not hang on.
NO_PART = {
    "assets": "the weights' digest is in the key",
    "errors": "",
    "files": "how it is written to disk",
    "gradebook.mark_text": "imported for marks",
    "grading.machine_lock": "who waits for whom",
    "lab": "what questions are made of: they are in the key",
    "limits": "sizes are in the key, times are compared",
    "locks": "",
    "results": "imported for marks",
    "scratch": "where folders are made",
    "storage.container": "has a version of its own",
    "storage.versions": "what makes this key",
    "text.student_names": "who it is",
}


def test_no_code_that_runs_a_submission_is_forgotten_in_its_key():
    graph = grimp.build_graph("autograder", cache_dir=None)
    imported: set[str] = set()
    waiting = {"autograder.grading.runner"}
    while waiting:
        imported |= waiting
        waiting = {m for one in waiting for m in graph.find_modules_directly_imported_by(one)}
        waiting -= imported
    places = [*(place.removesuffix(".py").replace("/", ".") for place in RUNNING), *NO_PART]
    forgotten = {
        module
        for module in (name.removeprefix("autograder.") for name in imported)
        if not any(module == place or module.startswith(f"{place}.") for place in places)
    }
    assert not forgotten


def test_every_kind_of_argument_is_kept_as_it_was_made():
    """Else a mark would hang on whether the class was set up by this command or an earlier one."""
    arguments = (
        *(Global("resnet"), Picture("cat.jpg"), Array("a"), Tensor("t"), Tensor("t", shared=True)),
        *(Plain(3), Plain(0.5), Plain("text"), Plain(True)),
    )
    assert {type(argument) for argument in arguments} == set(get_args(Argument))
    made = (Question("key", "task", "function", arguments, "words"),)
    questions, _ = decode(encode(Questions(made), {}))
    assert questions.questions == made


def test_questions_and_reference_are_kept_as_they_were_made(course, setup):
    made = course.lab.make_questions(course.source, course.secret())
    questions, reference = decode(encode(made, setup.reference))
    assert questions.questions == made.questions == setup.questions.questions
    assert dict(questions.pictures) == dict(setup.questions.pictures)
    assert questions.arrays.keys() == setup.questions.arrays.keys()
    for name, array in setup.questions.arrays.items():
        np.testing.assert_array_equal(questions.arrays[name], array)
    assert encode(questions, reference) == encode(setup.questions, setup.reference)


def test_questions_that_are_kept_are_not_made_again_and_damaged_ones_are(course, setup):
    def never(*_):
        raise AssertionError("made again")

    lab = replace(course.lab, make_questions=never)
    kept = replace(course, lab=lab)
    assert set_up_class(kept, setup.release).questions.questions == setup.questions.questions
    files = list((course.root / ".camlab" / "questions").iterdir())
    whole = {path: path.read_bytes() for path in files}
    for path, content in whole.items():
        path.write_bytes(content[:-1])
    with pytest.raises(AssertionError, match="made again"):
        set_up_class(kept, setup.release)
    for path, content in whole.items():
        path.write_bytes(content)


@pytest.fixture(scope="module")
def graded(small_lab, tmp_path_factory):
    """A class of three, graded; its folder, and how to grade it again."""
    course, folder = small_lab.course, tmp_path_factory.mktemp("resume")
    pupils = tuple(
        SampleStudent(f"s{number}", "one task begun", content=small_lab.begun(number))
        for number in range(3)
    )
    small_lab.make_class(pupils, folder / "submitted")

    def grade(**options):
        results = grade_class(
            course.writing_to(folder), folder / "submitted", GradingOptions(jobs=2, **options)
        )
        return json.loads((folder / "results.json").read_bytes()), results

    grade()
    return folder, grade


@pytest.fixture
def runs(monkeypatch) -> list:
    """The notebooks that are run."""
    ran, run = [], Sandbox.run

    def noted(self, notebook, *others, **more):
        ran.append(notebook)
        return run(self, notebook, *others, **more)

    monkeypatch.setattr(Sandbox, "run", noted)
    return ran


def test_what_is_finished_is_not_run_again_and_gives_the_same_bytes(graded, runs):
    folder, grade = graded
    before = (folder / "results.json").read_bytes()
    notebooks = _times(folder / "autograded")
    grade()
    assert runs == []
    assert (folder / "results.json").read_bytes() == before
    assert _times(folder / "autograded") == notebooks, "nor written again"


def test_a_changed_grader_judges_stored_answers_again(
    small_lab, graded, runs, monkeypatch, tmp_path
):
    folder, grade = graded
    changed = tmp_path / "graders"
    shutil.copytree(small_lab.course.lab.graders, changed)
    grader = changed / "test_convolve.py"
    grader.write_text(grader.read_text() + _EASY)
    monkeypatch.setattr(Lab, "graders", changed)
    _, results = grade()
    assert runs == []
    names = [criterion.name for criterion in results.submissions[0].tasks[0].criteria]
    assert "something" in names
    notebook = (folder / "autograded" / "s0" / "lab10" / "lab10.ipynb").read_text()
    assert "something, met (" in notebook
    monkeypatch.undo()
    assert "something" not in str(grade()[0])


_EASY = """

@criterion(points=0.0, sentence="Something should be answered.")
def test_something(answers):
    pass
"""


def test_a_damaged_entry_is_run_again_and_no_other(graded, runs):
    folder, grade = graded
    before = (folder / "results.json").read_bytes()
    entries = [path for path in folder.rglob("*.run") if not path.stem.startswith("reference-")]
    content = bytearray(entries[0].read_bytes())
    content[len(content) // 2] ^= 1
    entries[0].write_bytes(bytes(content))
    results, _ = grade()
    assert len(runs) == 1
    assert _without_seconds(results) == _without_seconds(json.loads(before))


def test_a_notebook_that_was_written_over_is_written_again(graded, runs):
    folder, grade = graded
    path = folder / "autograded" / "s1" / "lab10" / "lab10.ipynb"
    before = path.read_bytes()
    path.write_bytes(b"{}")
    grade()
    assert (path.read_bytes(), runs) == (before, [])


def test_fresh_runs_everything_again(graded, runs):
    _, grade = graded
    before, _ = grade()
    after, _ = grade(fresh=True)
    assert len(runs) == 3
    assert _without_seconds(after) == _without_seconds(before)


def _times(folder) -> dict:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*.ipynb")}


def _without_seconds(results: dict) -> list:
    return [{**row, "seconds": 0} for row in results["submissions"]]
