"""`python -m lab09_check lab09.ipynb` says what is missing from a saved notebook."""

from __future__ import annotations

import ast
import copy
import io
import json
import os
import random
import re
import runpy
import subprocess
import sys
import time
from contextlib import redirect_stdout

import nbformat
import pytest

from tests.growth import grows_no_faster


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

        def missing(self) -> list[str]:
            return check["missing"](tmp_path / "lab09.ipynb")

        def insert_below(self, cell_id: str, cell) -> None:
            notebook.cells.insert(notebook.cells.index(self.cells[cell_id]) + 1, cell)

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


def test_it_needs_nothing_but_python(source_folder):
    tree = ast.parse((source_folder / "lab09_check.py").read_text(encoding="utf-8"))
    imports = {
        name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    } | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imports} <= set(sys.stdlib_module_names)


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


def _colab(notebook: dict, keep_metadata: bool) -> None:
    """As Colab saves: ids in the metadata, format 4.0; cells pasted by hand have lost the rest."""
    notebook["nbformat_minor"] = 0
    notebook["metadata"]["colab"] = {"provenance": []}
    for cell in notebook["cells"]:
        name = cell.pop("id")
        cell["metadata"] = {**(cell["metadata"] if keep_metadata else {}), "id": name}


def _without_names(notebook: dict) -> None:
    notebook["nbformat_minor"] = 4
    for cell in notebook["cells"]:
        del cell["id"]
        cell["metadata"] = {}


@pytest.mark.parametrize("editor", ["colab", "colab, ids only", "no metadata", "windows", "utf-16"])
def test_files_of_other_editors_are_read_alike(handed_in, tmp_path, editor):
    """Nothing is missing; that nbgrader's metadata is gone is the one thing said."""
    handed_in.check()
    path = tmp_path / "lab09.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    if editor.startswith("colab"):
        _colab(notebook, keep_metadata=editor == "colab")
    elif editor == "no metadata":
        _without_names(notebook)
    elif editor == "windows":
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")
    text = json.dumps(notebook)
    path.write_bytes(text.encode("utf-16" if editor == "utf-16" else "utf-8-sig"))
    found = handed_in.missing()
    lost = editor in ("colab, ids only", "no metadata")
    assert len(found) == lost, found
    assert all("lost what nbgrader wrote" in sentence for sentence in found)


def test_a_check_whose_saved_output_shows_a_cross_is_named(handed_in):
    said = "Check of compute_cam\n  ✓ a tensor\n  ✗ expected: class 281\n    seen:     3"
    handed_in.cells["test_compute_cam"].outputs = [
        nbformat.v4.new_output("stream", name="stdout", text=said)
    ]
    code, said = handed_in.check()
    assert "The check of `compute_cam` still shows a ✗: expected: class 281" in said
    assert code == 1


def test_jupyters_own_commands_are_no_broken_code(handed_in):
    for task, line in (("predict", "%%time\n"), ("compute_cam", "!pip list\nx = !ls\n")):
        cell = handed_in.cells[task]
        cell.source = line + cell.source
    cell = handed_in.cells["compute_gradcam"]
    cell.source = "%matplotlib inline\nfrom elsewhere import compute_gradcam"
    assert "✗" not in handed_in.check()[1]


def test_an_answer_below_its_cell_is_seen(handed_in):
    answer = handed_in.cells["interpretation"]
    words, answer.source = answer.source, "YOUR ANSWER HERE"
    handed_in.insert_below("interpretation", nbformat.v4.new_markdown_cell(words))
    assert "stands below its cell" in handed_in.check()[1]


STRANGE = (
    *(None, 0, -1.5, True, "", "x", "\ud800", [], {}, [[]], {"a": None}, 10**400),
    *(["a", 3, None], {"nbgrader": 4}, {"nbgrader": {"grade_id": [], "points": "many"}}),
    *("def predict(m, f):\n    return " + "(" * 5000, "-" * 20_000 + "1", "\0", "x\x1b[2J\u202e"),
)
KEYS = ("cells", "cell_type", "source", "metadata", "outputs", "execution_count", "id", "nbgrader")
KEYS += (
    "grade_id",
    "points",
    "checksum",
    "grade",
    "output_type",
    "data",
    "text",
    "evalue",
    "ename",
)


def _put_strange(value: object, number: random.Random) -> object:
    """The same notebook with a few values replaced by strange ones."""
    if isinstance(value, dict):
        return {
            key: number.choice(STRANGE)
            if key in KEYS and number.random() < 0.02
            else _put_strange(one, number)
            for key, one in value.items()
        }
    if isinstance(value, list):
        kept = [_put_strange(one, number) for one in value if number.random() > 0.01]
        return kept + [number.choice(STRANGE)] * (number.random() < 0.02)
    return number.choice(STRANGE) if number.random() < 0.0005 else value


def test_whatever_the_file_it_ends_in_sentences(blank_folder, tmp_path):
    """Each seed is a notebook in which a few values have other types, or are cut short."""
    report = runpy.run_path(str(blank_folder / "lab09_check.py"))["report"]
    notebook = json.loads((blank_folder / "lab09.ipynb").read_text("utf-8"))
    path = tmp_path / "lab09.ipynb"
    for seed in range(10_000 if os.environ.get("CAMLAB_LONG") else 150):
        number = random.Random(seed)
        content = json.dumps(_put_strange(notebook, number)).encode()
        if number.random() < 0.2:
            content = content[: number.randrange(len(content))]
        path.write_bytes(content)
        said = io.TextIOWrapper(io.BytesIO(), number.choice(["utf-8", "cp1252", "ascii"]))
        with redirect_stdout(said):
            count = report(path)
        said.seek(0)
        lines = said.read().splitlines()
        assert count and len(lines) > 1, seed
        assert not any("\x1b" in line or "\u202e" in line for line in lines), seed


@pytest.mark.parametrize("name", [".", "no/such/folder.ipynb", "a\0b", "x" * 5000])
def test_a_path_that_is_no_file_gets_a_sentence(blank_folder, name, capsys):
    report = runpy.run_path(str(blank_folder / "lab09_check.py"))["report"]
    assert report(name) == 1
    assert "There is no file" in (said := capsys.readouterr().out) or "cannot be read" in said


def test_its_time_grows_as_the_file_does(blank_folder, tmp_path):
    """Four times as many cells take about four times as long, not sixteen."""
    report = runpy.run_path(str(blank_folder / "lab09_check.py"))["report"]
    notebook = json.loads((blank_folder / "lab09.ipynb").read_text("utf-8"))
    path = tmp_path / "lab09.ipynb"

    def seconds(times: int) -> float:
        path.write_text(json.dumps({**notebook, "cells": notebook["cells"] * times}), "utf-8")
        start = time.process_time()
        with redirect_stdout(io.StringIO()):
            report(path)
        return time.process_time() - start

    assert grows_no_faster(seconds, 10)


def test_a_renamed_notebook_is_missed(blank_folder, tmp_path):
    (tmp_path / "lab09_check.py").write_bytes((blank_folder / "lab09_check.py").read_bytes())
    assert "There is no file lab09.ipynb" in run_check(tmp_path)[1]
