"""`python -m lab09_check lab09.ipynb` says what is missing from a saved notebook."""

from __future__ import annotations

import ast
import copy
import io
import os
import re
import runpy
import subprocess
import sys
from contextlib import redirect_stdout

import nbformat
import pytest


@pytest.fixture
def handed_in(blank_folder, solved, tmp_path):
    """A student's folder: a release whose cells were filled in, run in order and saved."""
    notebook = nbformat.read(blank_folder / "lab09.ipynb", as_version=4)
    for cell, done in zip(notebook.cells, copy.deepcopy(solved.notebook.cells), strict=True):
        cell.source = done.source
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = done.outputs, done.execution_count
    check = runpy.run_path(str(blank_folder / "lab09_check.py"))

    class HandedIn:
        def __init__(self) -> None:
            self.cells = {cell.id: cell for cell in notebook.cells}

        def check(self) -> tuple[int, str]:
            nbformat.write(notebook, tmp_path / "lab09.ipynb")
            with redirect_stdout(io.StringIO()) as said:
                count = check["report"](tmp_path / "lab09.ipynb")
            return count, said.getvalue()

        def remove(self, cell_id: str) -> None:
            notebook.cells.remove(self.cells[cell_id])

        def repeat(self, cell_id: str) -> None:
            twin = copy.deepcopy(self.cells[cell_id])
            twin.id += "2"
            notebook.cells.append(twin)

    return HandedIn()


def run_check(folder) -> tuple[int, str]:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "lab09_check", "lab09.ipynb"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


def test_it_needs_nothing_but_nbformat(source_folder):
    tree = ast.parse((source_folder / "lab09_check.py").read_text(encoding="utf-8"))
    imports = {
        name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    } | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imports - set(sys.stdlib_module_names) == {"nbformat"}


def test_nothing_is_missing_from_a_finished_notebook(handed_in):
    code, said = handed_in.check()
    assert "Nothing is missing" in said
    assert "✗" not in said
    assert code == 0


def test_everything_is_missing_from_a_blank_release(blank_folder):
    code, said = run_check(blank_folder)
    assert code == 1
    for task in ("predict", "get_resnet_features", "compute_cam", "compute_gradcam"):
        assert f"`{task}` is not written yet." in said
    for task in ("fc_weight", "get_vgg_features", "vgg_remaining_steps", "input_gradient"):
        assert f"`{task}` is empty" in said
    assert "written answer (part 1.5) is empty" in said
    assert said.count("A picture is missing") == 3
    assert "have not been run" in said


BLANKS = {
    "released": "def predict(m, f):\n    result = None\n    # YOUR CODE HERE\n    return result",
    "nbgrader's own stub": "def predict(model, f):\n    raise NotImplementedError()",
    "only a comment": "def predict(model, f):\n    # I tried\n    return None",
    "passed over": "def predict(model, f):\n    pass",
}


@pytest.mark.parametrize("kind", BLANKS)
def test_a_function_that_can_only_give_none_is_not_written(handed_in, kind):
    handed_in.cells["predict"].source = BLANKS[kind]
    assert "`predict` is not written yet." in handed_in.check()[1]


WRITTEN = {
    "inside with": "def predict(m, f):\n    r = None\n    with x:\n        r = 1\n    return r",
    "in a loop": "def predict(m, f):\n    r = None\n    for r in y:\n        pass\n    return r",
    "unpacked": "def predict(m, f):\n    r = None\n    r, _ = g()\n    return r",
    "a lambda": "predict = lambda m, f: 3",
    "with a helper after it": "def predict(m, f):\n    return h(f)\n\ndef h(f):\n    return 2",
}


@pytest.mark.parametrize("kind", WRITTEN)
def test_whatever_can_give_something_counts_as_written(handed_in, kind):
    handed_in.cells["predict"].source = WRITTEN[kind]
    assert "✗" not in handed_in.check()[1]


def test_a_renamed_or_broken_function_is_named(handed_in):
    handed_in.cells["compute_cam"].source = "def my_cam(features, label):\n    return 1"
    assert "does not define `compute_cam`" in handed_in.check()[1]
    handed_in.cells["compute_cam"].source = "def compute_cam(features, label:\n    return 1"
    assert "does not define `compute_cam`" in handed_in.check()[1]


def test_a_missing_and_a_doubled_cell_are_named(handed_in):
    handed_in.remove("test_predict")
    handed_in.repeat("compute_cam")
    said = handed_in.check()[1]
    assert "The cell `test_predict` is gone." in said
    assert "The cell `compute_cam` is there more than once." in said


def test_a_short_written_answer_is_counted(handed_in):
    handed_in.cells["interpretation"].source = "It looked at the ears."
    assert "has 5 words" in handed_in.check()[1]


def test_missing_pictures_cells_out_of_order_and_errors_are_named(handed_in):
    handed_in.cells["two_classes"].outputs = []
    handed_in.cells["predict"].execution_count = 99
    handed_in.cells["photograph"].outputs = [
        nbformat.v4.new_output("error", ename="OSError", evalue="no such photograph", traceback=[])
    ]
    said = handed_in.check()[1]
    assert "the class activation maps of the two classes" in said
    assert "were not run in order" in said
    assert "OSError: no such photograph" in said


def test_a_huge_file_is_named_with_its_size(handed_in):
    handed_in.cells["photograph"].outputs = [
        nbformat.v4.new_output("stream", name="stdout", text="x" * 21 * 2**20)
    ]
    assert re.search(r"The file has 2\d MB", handed_in.check()[1])


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b'{"cells": 3}'])
def test_a_file_that_is_no_notebook_gets_a_sentence(blank_folder, tmp_path, content):
    (tmp_path / "lab09_check.py").write_bytes((blank_folder / "lab09_check.py").read_bytes())
    (tmp_path / "lab09.ipynb").write_bytes(content)
    code, said = run_check(tmp_path)
    assert code == 1
    assert "cannot be read as a notebook" in said


def test_a_renamed_notebook_is_missed(blank_folder, tmp_path):
    (tmp_path / "lab09_check.py").write_bytes((blank_folder / "lab09_check.py").read_bytes())
    assert "There is no file lab09.ipynb" in run_check(tmp_path)[1]
