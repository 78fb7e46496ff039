"""What was not begun is asked once: a blank notebook costs a class little, and nobody a mark."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.cells import cell_with
from autograder.demo import worked_notebook
from autograder.grading.class_setup import read_release, set_up_class
from autograder.grading.not_begun import not_begun
from autograder.grading.submission_grader import open_submission_grader
from autograder.kernel import Sandbox
from autograder.submission import SubmittedFile
from tests.small_lab import FULL

MINE = "def max_pool(image, size):\n    return None\n"


@pytest.fixture(scope="module")
def setup(small_lab):
    return set_up_class(small_lab.course, read_release(small_lab.course))


def found(setup, notebook: NotebookNode) -> set[str]:
    return set(not_begun(notebook, setup.release, setup.lab, setup.questions))


def changed(notebook: NotebookNode, grade_id: str, change) -> NotebookNode:
    notebook = deepcopy(notebook)
    cell = cell_with(notebook.cells, grade_id)
    cell.source = change(cell.source)
    return notebook


def test_the_release_has_nothing_begun_and_the_solution_everything(setup, small_lab):
    assert found(setup, small_lab.student) == {"convolve", "max_pool"}
    assert found(setup, worked_notebook(small_lab.student, small_lab.solution, {})) == set()


def test_a_comment_begins_nothing_and_a_line_of_code_does(setup, small_lab):
    noted = changed(small_lab.student, "max_pool", lambda source: f"# later!\n{source}\n")
    assert found(setup, noted) == {"convolve", "max_pool"}
    begun = changed(small_lab.student, "max_pool", lambda source: source + "\nsize = 2")
    assert found(setup, begun) == {"convolve"}
    broken = changed(small_lab.student, "max_pool", lambda source: source + "\n(")
    assert found(setup, broken) == {"convolve"}


def test_code_that_is_deeper_than_it_looks_is_nobodys_failure(setup, small_lab):
    """Each `elif` is a level: Python compiles them all; what calls itself for each gives up."""
    arms = "\nif size == 0: pass" + "".join(f"\nelif size == {one}: pass" for one in range(500))
    deep = changed(small_lab.student, "max_pool", lambda source: f"{source}\nsize = 2{arms}")
    assert found(setup, deep) == {"convolve"}


def test_who_writes_in_a_cell_below_has_begun_and_above_has_not(setup, small_lab):
    """Above, the released cell defines the function anew."""
    for place, begun in (
        (len(small_lab.student.cells), {"convolve"}),
        (0, {"convolve", "max_pool"}),
    ):
        notebook = deepcopy(small_lab.student)
        notebook.cells.insert(place, new_code_cell(MINE))
        assert found(setup, notebook) == begun


def test_what_was_not_begun_needs_no_process_of_its_own(small_lab, monkeypatch):
    children, new_child = [], Sandbox.new_child

    def noted(self):
        children.append(1)
        return new_child(self)

    monkeypatch.setattr(Sandbox, "new_child", noted)
    course, release = small_lab.course, read_release(small_lab.course)
    handed_in = {
        "blank": json.dumps(small_lab.student).encode(),
        "half": json.dumps(
            worked_notebook(small_lab.student, small_lab.solution, {"max_pool": MINE})
        ).encode(),
        "whole": json.dumps(worked_notebook(small_lab.student, small_lab.solution, {})).encode(),
    }
    needed, scores = {}, {}
    with open_submission_grader(course, release) as grader:
        for name, content in handed_in.items():
            children.clear()
            scores[name] = grader.grade(SubmittedFile(name, content)).result.score
            needed[name] = len(children)
    assert (scores["blank"], scores["whole"]) == (0, FULL)
    assert 0 < scores["half"] < FULL
    assert (needed["blank"], needed["whole"]) == (1, 1)
    assert needed["half"] > 1, "what is wrong may be another cell's fault"
