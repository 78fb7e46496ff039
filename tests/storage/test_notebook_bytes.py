"""The cells of a notebook are found in its bytes, whatever a student put into it."""

from __future__ import annotations

import json
import time

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.course import find_course
from autograder.report.written_answers import written_answers
from autograder.storage.autograded import autograded_cells, autograded_path
from autograder.storage.notebook_bytes import cells_by_grade_id, cells_in, notebook_bytes
from tests.fuzz import examples
from tests.growth import grows_no_faster

NAMES = ("predict", "compute_cam")


def named(name: str, source: str, **metadata) -> nbformat.NotebookNode:
    return new_code_cell(source, metadata={**metadata, "nbgrader": {"grade_id": name}})


def sources(text: bytes) -> dict[str, str]:
    return {name: cell["source"] for name, cell in cells_by_grade_id(text, NAMES).items()}


def test_each_place_is_that_of_its_cell():
    cells = [named("predict", "a\nb"), new_markdown_cell("x"), named("compute_cam", "c")]
    text = notebook_bytes(new_notebook(cells=cells))
    found = [(json.loads(text[place]), cell) for place, cell in cells_in(text, NAMES)]
    assert [cell["source"] for _, cell in found] == ["a\nb", "c"]
    assert all(read == cell for read, cell in found)


@pytest.mark.parametrize(
    "other",
    [
        new_code_cell('x = \'"grade_id": "predict"\''),
        new_markdown_cell('"grade_id": "predict"\n],\n"grade_id": "predict"'),
        new_code_cell("1", outputs=[new_output("stream", text='"grade_id": "predict"\n],\n')]),
        new_code_cell("1", metadata={"grade_id": "predict"}),
        named("another", "1", a={"grade_id": "predict"}),
        named("predict_2", "1"),
    ],
)
def test_what_only_looks_like_a_cells_name_is_none(other):
    notebook = new_notebook(cells=[other, named("predict", "right")])
    assert sources(notebook_bytes(notebook)) == {"predict": "right"}


def test_another_grade_id_before_it_hides_no_cell():
    notebook = new_notebook(cells=[named("predict", "right", a={"grade_id": "no"})])
    assert sources(notebook_bytes(notebook)) == {"predict": "right"}


def test_a_notebooks_own_metadata_is_no_cell():
    notebook = new_notebook(metadata={"nbgrader": {"grade_id": "predict"}})
    assert sources(notebook_bytes(notebook)) == {}


def test_the_first_of_two_counts():
    notebook = new_notebook(cells=[named("predict", "first"), named("predict", "second")])
    assert sources(notebook_bytes(notebook)) == {"predict": "first"}


@examples(80, 1_000)
@given(st.lists(st.tuples(st.sampled_from([*NAMES, "other"]), st.text()), max_size=5))
def test_what_another_program_wrote_reads_alike(cells):
    notebook = new_notebook(cells=[named(name, text.replace("\r", "")) for name, text in cells])
    ours = sources(notebook_bytes(notebook))
    assert sources(nbformat.writes(notebook).encode("utf-8", "surrogatepass")) == ours


@pytest.mark.parametrize(
    "text", [b"", b"{}", b"[]", b'{"cells": [\n{', b'{"cells": 1}', b"\xff", b"[" * 100_000]
)
def test_what_is_no_notebook_has_no_cells(text):
    assert cells_by_grade_id(text, NAMES) == {}


def test_a_notebook_that_nbgrader_or_a_person_saved_is_read_in_reports(tmp_path, root):
    course = find_course(root, "lab09").writing_to(tmp_path)
    task = next(task for task in course.lab.tasks if not task.by_machine)
    path = autograded_path(course, "ada")
    path.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=[named(task.answer_id, "one\ntwo")]), path)
    assert autograded_cells(course, "ada", [task.answer_id])[task.answer_id]["source"] == "one\ntwo"
    assert written_answers(course)("ada", task) == "one\ntwo"
    assert written_answers(course)("nobody", task) is None


def test_names_by_the_thousand_take_no_square_of_time():
    def look(size: int) -> float:
        metadata = {str(number): {"grade_id": "predict"} for number in range(size)}
        cells = [new_code_cell("1", metadata=metadata), named("other", "1", **metadata)]
        text = notebook_bytes(new_notebook(cells=cells))
        started = time.process_time()
        assert sources(text) == {}
        return time.process_time() - started

    assert grows_no_faster(look, 20_000)
