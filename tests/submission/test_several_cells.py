"""Several cells for one task: work counts, whatever stub was left above or below it."""

from __future__ import annotations

from copy import deepcopy

import pytest
from nbformat import NotebookNode

from autograder.cells import cell_with
from autograder.submission.matching import defined_names
from tests.submission.test_where_work_is_found import (
    FUNCTIONS,
    ids_only,
    own,
    place,
    prepared,
    without_metadata,
)


@pytest.fixture(scope="module")
def worked(student_notebook, solved) -> NotebookNode:
    notebook = deepcopy(student_notebook)
    for name in FUNCTIONS:
        cell_with(notebook.cells, name).source = solved[name]
    return notebook


def as_it_came(notebook: NotebookNode) -> None:
    """With all of nbgrader's metadata."""


def lasting(notebook: NotebookNode, name: str) -> str:
    """The cell that defines `name` once all have run."""
    return [
        cell.source
        for cell in notebook.cells
        if cell.cell_type == "code" and name in defined_names(cell.source)
    ][-1]


def holds_all(submission, solved) -> bool:
    return all(solved[name].strip() in lasting(submission.notebook, name) for name in FUNCTIONS)


@pytest.mark.parametrize("strip", [as_it_came, ids_only, without_metadata])
@pytest.mark.parametrize("order", ["work first", "release first"])
def test_a_blank_release_in_the_same_file_undoes_nothing(
    worked, student_notebook, solved, strip, order
):
    blank = deepcopy(student_notebook)
    both = [worked, blank] if order == "work first" else [blank, worked]
    notebook = deepcopy(worked)
    notebook.cells = [deepcopy(cell) for one in both for cell in one.cells]
    strip(notebook)
    submission = prepared(notebook, student_notebook)
    assert holds_all(submission, solved)
    stubs = {cell_with(student_notebook.cells, name).source for name in FUNCTIONS}
    assert not stubs & {cell.source for cell in submission.notebook.cells}


def test_several_answers_that_are_there_twice_are_told_in_the_plural(worked, student_notebook):
    notebook = deepcopy(worked)
    notebook.cells += deepcopy(notebook.cells)
    said = " ".join(prepared(notebook, student_notebook).remarks)
    assert "are there twice; the first ones were taken." in said
    assert "are there twice; the last ones with work in them were taken." in said


def test_a_second_cell_with_nothing_in_it_is_left_out_and_said(worked, student_notebook, solved):
    notebook = deepcopy(worked)
    stub = deepcopy(cell_with(student_notebook.cells, "compute_cam"))
    notebook.cells.insert(place(notebook, "compute_cam") + 1, stub)
    submission = prepared(notebook, student_notebook)
    assert holds_all(submission, solved)
    assert len(submission.notebook.cells) == len(student_notebook.cells)
    said = "The answer cell “compute_cam” is there twice; the last one with work in it was taken."
    assert said in submission.remarks


def test_of_two_that_were_worked_in_the_last_one_counts_as_in_jupyter(
    worked, student_notebook, solved
):
    notebook = deepcopy(worked)
    later = deepcopy(cell_with(notebook.cells, "compute_cam"))
    later.source = "def compute_cam(features, label):\n    return 'later'"
    notebook.cells.insert(place(notebook, "compute_cam") + 1, later)
    merged = prepared(notebook, student_notebook).notebook
    assert cell_with(merged.cells, "compute_cam").source == later.source
    assert lasting(merged, "compute_cam") == later.source
    assert solved["compute_cam"] in [cell.source for cell in merged.cells], "it is run, too"


def blank_with(notebook: NotebookNode, text: str, before: str) -> NotebookNode:
    changed = deepcopy(notebook)
    changed.cells.insert(place(changed, before), own(text, "code"))
    return changed


def test_work_above_a_stub_that_was_left_counts(student_notebook, solved):
    notebook = blank_with(student_notebook, solved["compute_cam"], "compute_cam")
    submission = prepared(notebook, student_notebook)
    assert lasting(submission.notebook, "compute_cam") == solved["compute_cam"]
    taken = cell_with(submission.notebook.cells, "compute_cam")
    assert taken.source == solved["compute_cam"], "the page shows it"
    assert submission.remarks == (
        "The answer cell “compute_cam” was left as it was handed out; the code for it in another "
        "cell was taken.",
    )


def test_work_on_all_tasks_in_one_cell_counts(student_notebook, solved):
    text = "\n\n".join(solved[name] for name in FUNCTIONS)
    submission = prepared(blank_with(student_notebook, text, "predict"), student_notebook)
    assert holds_all(submission, solved)
    assert "predict”, “get_resnet_features”, “compute_cam" in submission.remarks[0]


def test_work_in_another_answers_cell_counts(student_notebook, solved):
    notebook = deepcopy(student_notebook)
    cell_with(
        notebook.cells, "get_resnet_features"
    ).source = f"{solved['get_resnet_features']}\n\n{solved['compute_cam']}"
    merged = prepared(notebook, student_notebook).notebook
    assert solved["compute_cam"] in lasting(merged, "compute_cam")
    assert solved["compute_cam"] in cell_with(merged.cells, "get_resnet_features").source


def test_a_stub_stays_where_nothing_else_was_written(student_notebook):
    text = "def compute_cam_fast(features, label):\n    return 1\n\nprint(compute_cam)"
    for notebook in (student_notebook, blank_with(student_notebook, text, "predict")):
        submission = prepared(notebook, student_notebook)
        assert submission.remarks == ()
        for cell in student_notebook.cells:
            if "nbgrader" in cell.metadata:
                name = cell.metadata["nbgrader"]["grade_id"]
                assert cell_with(submission.notebook.cells, name).source == cell.source
