"""What a student adds to a given cell is kept; the given cell itself is as it was handed out."""

from __future__ import annotations

from copy import deepcopy

import pytest

from autograder.cells import cell_with, is_given
from autograder.submission.added_code import added_code
from tests.submission.test_where_work_is_found import own, place, prepared

GIVEN = """import torch
from torchvision import models

resnet = models.resnet18()

def check(x):
    assert x
"""
KEPT = {
    "an import": "import math",
    "of a module within": "import torch.nn as nn",
    "of the package itself": "import torch.utils.data",
    "from a module": "from collections import Counter, deque",
    "a function": "def head(X):\n    return resnet.fc(X)",
    "a decorated one": "@torch.no_grad()\ndef head(X):\n    return X",
    "a class": "class Hook:\n    kept = None",
    "a value": "weights = resnet.fc.weight.detach()",
    "several values": "a, b = (1, 2)",
    "a guarded import": "try:\n    import pandas\nexcept ImportError:\n    pandas = None",
}
LEFT_OUT = {
    "another network": "resnet = models.resnet50()",
    "a check that passes": "def check(x):\n    return True",
    "one name of two": "resnet, mine = None, 1",
    "a deletion": "del resnet",
    "a call": "resnet.train()",
    "an attribute": "resnet.fc = None",
    "a print": "print(resnet)",
    "a comment": "# look at this",
    "what cannot be read": "def broken(:",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
@pytest.mark.parametrize("where", ["above", "below"])
def test_what_binds_names_of_its_own_is_kept(text, where):
    theirs = f"{text}\n{GIVEN}" if where == "above" else f"{GIVEN}\n{text}\n"
    assert added_code(theirs, GIVEN) == text


@pytest.mark.parametrize("text", LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_changes_the_given_cell_or_binds_nothing_is_left_out(text):
    assert added_code(f"{GIVEN}\n{text}\n", GIVEN) == ""


def test_of_an_import_the_new_names_are_kept():
    theirs = GIVEN.replace("import models", "import models, transforms")
    assert added_code(theirs, GIVEN) == "from torchvision import transforms"


def test_another_layout_adds_nothing():
    theirs = GIVEN.replace("\n\n", "\n\n\n").replace("assert x", "assert (x)  # mine")
    assert added_code(theirs, GIVEN) == ""
    assert added_code("", GIVEN) == "" == added_code(GIVEN, GIVEN)


def test_magics_do_not_hide_what_was_added():
    theirs = f"%matplotlib inline\n!pip install einops\n{GIVEN}import math"
    assert added_code(theirs, GIVEN) == "import math"


def test_code_of_any_depth_is_looked_at_without_an_error():
    assert added_code(f"{GIVEN}\nx = {'-' * 20_000}1", GIVEN) in ("", f"x = {'-' * 20_000}1")


def test_it_stands_behind_its_given_cell_and_is_said(student_notebook):
    given = [c for c in student_notebook.cells if is_given(c) and c.cell_type == "code"]
    assert len(given) > 10
    notebook = deepcopy(student_notebook)
    names = [c.metadata["nbgrader"]["grade_id"] for c in given]
    for name in names:
        cell_with(notebook.cells, name).source += f"\nmine_{name} = 1\n"
    submission = prepared(notebook, student_notebook)
    merged = submission.notebook
    for name in names:
        at = place(merged, name)
        assert merged.cells[at].source == cell_with(student_notebook.cells, name).source
        assert merged.cells[at + 1].source == f"mine_{name} = 1"
    assert any("stands in a cell behind it" in remark for remark in submission.remarks)
    again = prepared(notebook, student_notebook).notebook
    assert again == merged, "the same each time"


def test_an_answer_in_a_check_cell_counts(student_notebook, solved):
    notebook = deepcopy(student_notebook)
    cell_with(notebook.cells, "test_compute_cam").source += f"\n{solved['compute_cam']}\n"
    cells = prepared(notebook, student_notebook).notebook.cells
    assert any("def compute_cam" in cell.source and "weight" in cell.source for cell in cells)


def test_an_own_cell_is_as_it_was(student_notebook):
    notebook = deepcopy(student_notebook)
    notebook.cells.insert(5, own("import math\nmath.pi", "code"))
    assert prepared(notebook, student_notebook).notebook.cells[5].source == "import math\nmath.pi"
